/* SPDX-License-Identifier: Apache-2.0 */
/* Valid and invalid JSON: the grammar of RFC 8259, the restrictions of RFC 7493, and our
 * limits. */
#include "base/json.h"
#include "tests/base/assert_for.h"
#include "tests/base/ill_formed.h"
#include "tests/run.h"

static struct arena *a;

static void
json_scan_setup(void)
{
	a = arena_new();
}

static void
json_scan_teardown(void)
{
	arena_free(a);
}

static bool
json_scan_accepts(const char *text)
{
	const char *why = NULL;
	bool good = json_scan(a, bytes_of(text), &why);

	CU_ASSERT_EQUAL(good, why == NULL);
	return good;
}

static void
each_is(bool wanted, const char *const *text)
{
	for (; *text != NULL; text++)
		ASSERT_FOR(*text, json_scan_accepts(*text) == wanted);
}

/* `head`, then `n` times `piece` separated by `comma`, then `tail`; "#" in `piece` becomes its
 * number. */
static const char *
json_scan_repeat(const char *head, const char *piece, const char *comma, size_t n, const char *tail)
{
	struct buf b = { .arena = a };
	size_t hash = strcspn(piece, "#");

	buf_text(&b, head);
	for (size_t i = 0; i < n; i++) {
		buf_text(&b, i > 0 ? comma : "");
		buf_add(&b, piece, hash);
		if (piece[hash] == '#')
			buf_printf(&b, "%zu%s", i, piece + hash + 1);
	}
	buf_text(&b, tail);
	return b.data;
}

/* `depth` nested arrays around `inner`. */
static const char *
json_scan_nested(size_t depth, const char *inner)
{
	struct buf b = { .arena = a };

	for (size_t i = 0; i < depth; i++)
		buf_char(&b, '[');
	buf_text(&b, inner);
	for (size_t i = 0; i < depth; i++)
		buf_char(&b, ']');
	return b.data;
}

static void
valid_json_is_accepted(void)
{
	each_is(true, (const char *const[]){ "{}",
					     "[]",
					     "\"\"",
					     "0",
					     "-0",
					     "true",
					     "false",
					     "null",
					     " \t\r\n{ \"a\" : [ 1 , 2 ] } \n",
					     "{\"a\":{\"a\":1},\"b\":[{\"a\":1},{\"a\":1}]}",
					     "\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"",
					     "\"\\u00e9\\uD83C\\uDFAB\"",
					     "\"\xc3\xa9\xf0\x9f\x8e\xab\x7f\"",
					     "\"\\uFFFF\"",
					     "1.5",
					     "-1.5e10",
					     "1E+2",
					     "1e-2",
					     "0.0",
					     "123456789012345678901234567890",
					     "1e400",
					     "{\"\":1}",
					     "{\"a\":1,\"A\":2,\"a \":3}",
					     NULL });
}

static void
invalid_json_is_rejected(void)
{
	each_is(false, (const char *const[]){ "",
					      " ",
					      "{",
					      "}",
					      "[",
					      "]",
					      "[1,]",
					      "[,1]",
					      "[1 2]",
					      "{\"a\"}",
					      "{\"a\":}",
					      "{\"a\":1,}",
					      "{,}",
					      "{\"a\" 1}",
					      "{a:1}",
					      "{1:2}",
					      "{'a':1}",
					      "{\"a\":'b'}",
					      "'a'",
					      "NaN",
					      "[NaN]",
					      "Infinity",
					      "-Infinity",
					      "nan",
					      "True",
					      "TRUE",
					      "nul",
					      "nulll",
					      "truefalse",
					      "undefined",
					      "01",
					      "-01",
					      "00",
					      "+1",
					      "-",
					      "1.",
					      ".5",
					      "1.e1",
					      "1e",
					      "1e+",
					      "0x10",
					      "1_000",
					      "--1",
					      "1e1.5",
					      "\"",
					      "\"a",
					      "\"\\\"",
					      "\"a\nb\"",
					      "\"a\tb\"",
					      "\"\x1f\"",
					      "\"\x01\"",
					      "\"\\x41\"",
					      "\"\\'\"",
					      "\"\\u12\"",
					      "\"\\u12g4\"",
					      "\"\\U0041\"",
					      "\"\\",
					      "\"\\u",
					      "\"\\u004",
					      "[1]]",
					      "{}{}",
					      "{} x",
					      "1 2",
					      "/*c*/{}",
					      "{}//c",
					      "[1]#",
					      "\xef\xbb\xbf{}",
					      "\v1",
					      "\f[]",
					      "[\"a\",\n\"b\"",
					      "{\"a\":1]",
					      "[1}",
					      "\xc2\xa0[]",
					      ",",
					      ":",
					      "{\"a\"::1}",
					      "[\"\"\"\"]",
					      NULL });
}

static void
u_0000_and_lone_surrogates_are_rejected(void)
{
	const char *why;

	each_is(false, (const char *const[]){
			       "\"\\u0000\"", "{\"admin\\u0000x\":1}", "\"\\ud800\"", "\"\\udc00\"",
			       "\"\\ud800x\"", "\"\\ud800\\n\"", "\"\\ud800\\ud800\"",
			       "\"\\udc00\\ud800\"", "\"\\udc00\\udc00\"", "\"\\ude00\\udfff\"",
			       "\"\\udbff\\ue000\"", "\"\\ud800\\u\"", "{\"\\ud800\":1}",
			       "\"\\ud800\\", "\"\\ud83c", NULL });
	CU_ASSERT_FALSE(json_scan(a, BYTES("\"a\0b\"", 5), &why));
	CU_ASSERT_FALSE(json_scan(a, BYTES("[1]\0", 4), &why));
	CU_ASSERT_FALSE(json_scan(a, BYTES("[\0]", 3), &why));
	CU_ASSERT_FALSE(json_scan(a, BYTES_NONE, &why));
}

static void
the_error_of_a_repeated_name_contains_the_name(void)
{
	const char *why = "", *long_name;

	CU_ASSERT_FALSE(json_scan(a, bytes_of("{\"scope\":1,\"b\":2,\"scope\":1}"), &why));
	CU_ASSERT_STRING_EQUAL(why, "scope appears more than once");
	CU_ASSERT_FALSE(json_scan(a, bytes_of("{\"a\\\"\xc3\xa9\":1,\"a\\\"\xc3\xa9\":1}"), &why));
	CU_ASSERT_STRING_EQUAL(why, "a'?? appears more than once");
	long_name = json_scan_repeat("\"", "x", "", 80, "\":1");
	CU_ASSERT_FALSE(
		json_scan(a, bytes_of(json_scan_repeat("{", long_name, ",", 2, "}")), &why));
	CU_ASSERT_EQUAL(strlen(why), 64 + strlen(" appears more than once"));
}

static void
names_are_compared_after_unescaping(void)
{
	each_is(false,
		(const char *const[]){
			"{\"a\":1,\"a\":1}", "{\"a\":1,\"\\u0061\":2}", "{\"\\u0061\":1,\"a\":2}",
			"{\"\xf0\x9f\x8e\xab\":1,\"\\ud83c\\udfab\":2}",
			"{\"\xc3\xa9\":1,\"\\u00E9\":2}", "{\"\xe2\x82\xac\":1,\"\\u20ac\":2}",
			"{\"/\":1,\"\\/\":2}", "{\"\\n\":1,\"\\u000a\":2}", "{\"\":1,\"\":2}",
			"[{\"x\":{\"b\":1,\"b\":1}}]", NULL });
	each_is(true, (const char *const[]){ "{\"a\":1,\"\\\\u0061\":2}", "{\"n\":1,\"\\n\":2}",
					     "{\"ab\":1,\"a\":2,\"\":3}", NULL });
}

static int
json_scan_rejects(struct bytes text, void *unused)
{
	struct buf value = { .arena = a }, name = { .arena = a };
	const char *why;
	int refused;

	buf_printf(&value, "[\"");
	buf_add(&value, text.data, text.size);
	buf_printf(&value, "\"]");
	buf_printf(&name, "{\"a");
	buf_add(&name, text.data, text.size);
	buf_printf(&name, "b\":1}");
	refused = !json_scan(a, buf_bytes(&value), &why) && !json_scan(a, buf_bytes(&name), &why);
	arena_reset(a);
	return refused;
}

static void
ill_formed_utf8_is_rejected_in_json(void)
{
	struct ill_formed all = ill_formed_all(json_scan_rejects, NULL);

	CU_ASSERT(all.count >= 400);
	CU_ASSERT_EQUAL(all.rejected, all.count);
}

static void
each_limit_is_exact(void)
{
	CU_ASSERT(json_scan_accepts(json_scan_nested(JSON_DEPTH_MAX, "1")));
	CU_ASSERT_FALSE(json_scan_accepts(json_scan_nested(JSON_DEPTH_MAX + 1, "")));
	CU_ASSERT(json_scan_accepts(json_scan_repeat("{", "\"m#\":1", ",", JSON_MEMBERS_MAX, "}")));
	CU_ASSERT_FALSE(json_scan_accepts(
		json_scan_repeat("{", "\"m#\":1", ",", JSON_MEMBERS_MAX + 1, "}")));
	CU_ASSERT(json_scan_accepts(json_scan_repeat("[", "[{}]", ",", 100, "]")));
	/* The array counts as a value, too. */
	CU_ASSERT(json_scan_accepts(json_scan_repeat("[", "#", ",", JSON_NODES_MAX - 1, "]")));
	CU_ASSERT_FALSE(json_scan_accepts(json_scan_repeat("[", "#", ",", JSON_NODES_MAX, "]")));
	CU_ASSERT(json_scan_accepts(json_scan_repeat("\"", "x", "", JSON_SIZE_MAX - 2, "\"")));
	CU_ASSERT_FALSE(
		json_scan_accepts(json_scan_repeat("\"", "x", "", JSON_SIZE_MAX - 1, "\"")));
}

static void
json_truncated_at_any_byte_is_rejected(void)
{
	static const char text[] = "{\"a\":[true,-1.5e3,\"\\ud83c\\udfab\\n\xf0\x9f\x8e\xab\"]}";
	const char *why;

	for (size_t size = 0; size < sizeof(text) - 1; size++)
		CU_ASSERT_FALSE(json_scan(a, arena_bytes(a, BYTES(text, size)), &why));
	CU_ASSERT(json_scan(a, arena_bytes(a, BYTES(text, sizeof(text) - 1)), &why));
}

/* Counts steps instead of time: each byte is read once, and each byte of a name is compared
 * with at most 63 earlier names. */
static void
the_number_of_steps_is_proportional_to_the_length(void)
{
	struct buf names = { .arena = a }, deep = { .arena = a };
	const char *worst[6];

	buf_char(&names, '{');
	for (int i = 0; i < JSON_MEMBERS_MAX; i++)
		buf_printf(&names, "%s\"%01000d\":\"\\u00e9\"", i > 0 ? "," : "", i);
	buf_char(&names, '}');
	for (int i = 0; i < JSON_DEPTH_MAX - 1; i++) {
		buf_char(&deep, '{');
		for (int k = 1; k < JSON_MEMBERS_MAX; k++)
			buf_printf(&deep, "\"%060d\":1,", k);
		buf_text(&deep, "\"x\":");
	}
	worst[0] = names.data;
	worst[1] = json_scan_repeat("[", "{}", ",", JSON_NODES_MAX - 1, "]");
	worst[2] = json_scan_repeat("", "[", "", 65000, "");
	worst[3] = json_scan_repeat("\"", "\\u20ac", "", 10000, "\"");
	worst[4] = json_scan_repeat("[", "                ", "", 4000, "]");
	worst[5] = deep.data;
	for (size_t i = 0; i < 6; i++) {
		struct bytes text = bytes_of(worst[i]);

		CU_ASSERT(json_scan_steps(a, text) <=
			  text.size + text.size * (JSON_MEMBERS_MAX - 1) / 2);
	}
	CU_ASSERT_EQUAL(json_scan_steps(a, bytes_of("[1,2]")), 5);
	CU_ASSERT_EQUAL(json_scan_steps(a, bytes_of("{\"ab\":1,\"cd\":2}")), 15 + 2);
	CU_ASSERT(json_scan_steps(a, bytes_of(worst[2])) <= JSON_DEPTH_MAX + 1);
}

static void
json_scan_says_that_the_document_ends_early(void)
{
	static const struct {
		const char *text, *why;
	} rows[] = {
		{ "{", "the JSON ends early, at byte 1" },
		{ " ", "the JSON ends early, at byte 1" },
		{ "{\"a\"", "the JSON ends early, at byte 4" },
		{ "{\"a\":", "the JSON ends early, at byte 5" },
		{ "{\"a\":1", "the JSON ends early, at byte 6" },
		{ "{\"a\":1,", "the JSON ends early, at byte 7" },
		{ "[1, ", "the JSON ends early, at byte 4" },
		{ "[1", "the JSON ends early, at byte 2" },
		{ "tru", "the JSON ends early, at byte 3" },
		{ "-", "the JSON ends early, at byte 1" },
		{ "1.", "the JSON ends early, at byte 2" },
		{ "\"ab", "the JSON ends early, at byte 3" },
		{ "\"\\", "the JSON ends early, at byte 2" },
		{ "\"\\u00", "the JSON ends early, at byte 5" },
		{ "\"\\ud800", "the JSON ends early, at byte 7" },
		{ "{1:2}", "a member's name is missing" },
		{ "[1}", "an array is not closed" },
		{ "trux", "this is not JSON" },
	};

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		const char *why = "";

		ASSERT_FOR(rows[i].text, !json_scan(a, bytes_of(rows[i].text), &why));
		CU_ASSERT_STRING_EQUAL(why, rows[i].why);
	}
}

static CU_TestInfo tests[] = {
	{ "a document that ends early is reported with the byte [T-P01]",
	  json_scan_says_that_the_document_ends_early },
	{ "valid JSON is accepted", valid_json_is_accepted },
	{ "invalid JSON is rejected [T-P04 F-RER-04]", invalid_json_is_rejected },
	{ "U+0000 and lone surrogates are rejected [T-P02]",
	  u_0000_and_lone_surrogates_are_rejected },
	{ "the error of a repeated name contains the name [T-P01 F-RER-05]",
	  the_error_of_a_repeated_name_contains_the_name },
	{ "names are compared after unescaping [T-P01]", names_are_compared_after_unescaping },
	{ "ill-formed UTF-8 is refused in values and names [T-P03]",
	  ill_formed_utf8_is_rejected_in_json },
	{ "each limit is exact [T-P06]", each_limit_is_exact },
	{ "JSON truncated at any byte is rejected", json_truncated_at_any_byte_is_rejected },
	{ "the number of steps is proportional to the length [T-P06]",
	  the_number_of_steps_is_proportional_to_the_length },
	CU_TEST_INFO_NULL
};
CU_SuiteInfo json_scan_suite = { "base/json_scan",   NULL, NULL, json_scan_setup,
				 json_scan_teardown, tests };
