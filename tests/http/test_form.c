/* SPDX-License-Identifier: Apache-2.0 */
#include <stdbool.h>

#include "base/buf.h"
#include "http/form.h"
#include "tests/base/assert_for.h"
#include "tests/base/ill_formed.h"
#include "tests/run.h"

static struct arena *a;
static struct params params;
static const char *why;

static void
form_setup(void)
{
	a = arena_new();
	why = NULL;
}

static void
form_teardown(void)
{
	arena_free(a);
}

static bool
form_accepts(const char *text)
{
	enum err e = form_parse(a, bytes_of(text), NULL, &params, &why);

	CU_ASSERT(e == OK || (e == ERR_INVALID_REQUEST && why != NULL));
	return e == OK;
}

static const char *
form_decode_text(const char *text)
{
	return form_decode(a, text, strlen(text));
}

static void
pairs_are_decoded(void)
{
	CU_ASSERT(form_accepts("grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Auma-ticket"
			       "&ticket=tk_1&a+b=c%20d%2be&caf%C3%a9=%E2%82%AC"));
	CU_ASSERT_EQUAL(params.n, 4);
	CU_ASSERT_STRING_EQUAL(param_get(&params, "grant_type"),
			       "urn:ietf:params:oauth:grant-type:uma-ticket");
	CU_ASSERT_STRING_EQUAL(param_get(&params, "a b"), "c d+e");
	CU_ASSERT_STRING_EQUAL(param_get(&params, "caf\xc3\xa9"), "\xe2\x82\xac");
	CU_ASSERT_PTR_NULL(param_get(&params, "Ticket"));
	CU_ASSERT(form_accepts("a=b=c"));
	CU_ASSERT_STRING_EQUAL(param_get(&params, "a"), "b=c");
}

static void
an_empty_form_has_no_parameters(void)
{
	CU_ASSERT(form_accepts(""));
	CU_ASSERT_EQUAL(params.n, 0);
	CU_ASSERT_EQUAL(form_parse(a, BYTES_NONE, NULL, &params, &why), OK);
}

/* RFC 6749, 3.1: "sent without a value MUST be treated as if they were omitted" */
static void
an_empty_value_counts_as_absent(void)
{
	CU_ASSERT(form_accepts("scope=&state&a=1"));
	CU_ASSERT_PTR_NULL(param_get(&params, "scope"));
	CU_ASSERT_PTR_NULL(param_get(&params, "state"));
	CU_ASSERT_STRING_EQUAL(param_get(&params, "a"), "1");
	CU_ASSERT_STRING_EQUAL(param_sent(&params, "scope"), "");
	CU_ASSERT_STRING_EQUAL(param_sent(&params, "state"), "");
	CU_ASSERT_STRING_EQUAL(param_sent(&params, "a"), "1");
	CU_ASSERT_PTR_NULL(param_sent(&params, "b"));
}

static void
the_error_of_a_repeated_name_contains_it(void)
{
	static const char *const twice[] = {
		"scope=a&scope=b",	 "scope=a&scope=a", "scope=&scope=a",
		"scope=a&scope",	 "scope&scope",	    "scope=a&x=1&%73cope=b",
		"sc%6fpe=a&y=&scop%65=",
	};

	for (size_t i = 0; i < sizeof(twice) / sizeof(twice[0]); i++) {
		CU_ASSERT_FALSE(form_accepts(twice[i]));
		CU_ASSERT_STRING_EQUAL(why, "scope appears more than once");
	}
	/* two names with one hash (FNV-1a) */
	CU_ASSERT(form_accepts("costarring=1&liquid=2"));
	CU_ASSERT_STRING_EQUAL(param_get(&params, "liquid"), "2");
	CU_ASSERT_FALSE(form_accepts("%22%0a=1&%22%0a=1"));
	CU_ASSERT_STRING_EQUAL(why, "'? appears more than once");
}

static void
a_malformed_form_is_rejected(void)
{
	static const char *const wrong[] = {
		"a=%",	 "a=%4",  "a=%4g",   "a=%g4", "a=%%41",	  "%=1",
		"a=%00", "%00=a", "a%00b=1", "a=b\n", "a=\x7f",	  "a=\tb",
		"=1",	 "=",	  "a=1&=",   "a=%+1", "a=%u0041",
	};

	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
		ASSERT_FOR(wrong[i], !form_accepts(wrong[i]));
	CU_ASSERT_EQUAL(form_parse(a, BYTES("a=b\0c", 5), NULL, &params, &why),
			ERR_INVALID_REQUEST);
}

static void
empty_sequences_are_skipped(void)
{
	static const char *const same[] = { "a=1&b=2", "a=1&b=2&", "&a=1&b=2", "a=1&&b=2",
					    "&&&a=1&&&b=2&&&" };

	for (size_t i = 0; i < sizeof(same) / sizeof(same[0]); i++) {
		ASSERT_FOR(same[i], form_accepts(same[i]));
		CU_ASSERT_EQUAL(params.n, 2);
		CU_ASSERT_STRING_EQUAL(param_get(&params, "a"), "1");
		CU_ASSERT_STRING_EQUAL(param_get(&params, "b"), "2");
	}
	CU_ASSERT(form_accepts("&"));
	CU_ASSERT_EQUAL(params.n, 0);
}

static void
a_repeatable_name_has_all_its_values(void)
{
	static const char *const repeatable[] = { "resource", "audience", NULL };
	static const char *const text = "resource=a&scope=x&resource=&r%65source=a&audience=b";
	static const char *const want[] = { "a", "", "a", NULL };
	size_t at = 0;

	CU_ASSERT_EQUAL(form_parse(a, bytes_of(text), repeatable, &params, &why), OK);
	for (size_t i = 0; want[i] != NULL; i++) {
		const char *got = param_next(&params, "resource", &at);

		CU_ASSERT_PTR_NOT_NULL_FATAL(got);
		CU_ASSERT_STRING_EQUAL(got, want[i]);
	}
	CU_ASSERT_PTR_NULL(param_next(&params, "resource", &at));
	CU_ASSERT_STRING_EQUAL(param_get(&params, "audience"), "b");
	CU_ASSERT_EQUAL(form_parse(a, bytes_of("scope=x&scope=y"), repeatable, &params, &why),
			ERR_INVALID_REQUEST);
}

/* After a fault the remaining pairs are read, up to the first excess pair. */
static void
parameters_of_a_malformed_form_are_found(void)
{
	struct buf b = { .arena = a };

	CU_ASSERT_FALSE(form_accepts("x=%zz&ticket=t&ticket=u&y=1"));
	CU_ASSERT_STRING_EQUAL(param_get(&params, "ticket"), "t");
	CU_ASSERT_STRING_EQUAL(param_get(&params, "y"), "1");
	for (int i = 0; i < PARAMS_MAX; i++)
		buf_text(&b, "a&");
	buf_text(&b, "ticket=t");
	CU_ASSERT_FALSE(form_accepts(b.data));
	CU_ASSERT_STRING_EQUAL(why, "a appears more than once");
	CU_ASSERT_EQUAL(params.n, 1);
}

/* Memory is used only for pairs that are read: 64 names of 64 KiB of "a&" (T-P07). */
static void
no_byte_after_the_first_excess_pair_is_read(void)
{
	struct buf few = { .arena = a }, many = { .arena = a };
	size_t before, spent;

	for (int i = 0; i <= PARAMS_MAX; i++)
		buf_text(&few, "a&");
	for (int i = 0; i < 32768; i++)
		buf_text(&many, "a&");
	before = arena_used(a);
	CU_ASSERT_FALSE(form_accepts(few.data));
	spent = arena_used(a) - before;
	before = arena_used(a);
	CU_ASSERT_FALSE(form_accepts(many.data));
	CU_ASSERT_EQUAL(arena_used(a) - before, spent);
}

static void
the_encoded_size_of_a_value_is_known(void)
{
	static const struct {
		const char *text;
		size_t size;
	} row[] = {
		{ "claim_token=abc", 3 },
		{ "a=1&&claim_token=%41%42&b=2", 6 },
		{ "claim_token=a&claim_token=bcd", 1 },
		{ "claim_token=", 0 },
		{ "claim_token", 0 },
		{ "claim_token_format=x", 0 },
		{ "xclaim_token=x", 0 },
		{ "x=claim_token=y", 0 },
		{ "", 0 },
		{ "&", 0 },
	};

	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++)
		CU_ASSERT_EQUAL(form_value_size(bytes_of(row[i].text), "claim_token"), row[i].size);
}

/* There are more bytes after the end of the text, as in a reader's buffer. */
static void
no_byte_after_the_end_is_read(void)
{
	static const char text[] = "a=%41";

	CU_ASSERT_EQUAL(form_parse(a, BYTES(text, 5), NULL, &params, &why), OK);
	CU_ASSERT_EQUAL(form_parse(a, BYTES(text, 4), NULL, &params, &why), ERR_INVALID_REQUEST);
	CU_ASSERT_EQUAL(form_parse(a, BYTES(text, 3), NULL, &params, &why), ERR_INVALID_REQUEST);
	CU_ASSERT_EQUAL(form_parse(a, BYTES(text, 2), NULL, &params, &why), OK);
	CU_ASSERT_STRING_EQUAL(param_sent(&params, "a"), "");
}

static int
form_rejects(struct bytes text, void *unused)
{
	struct buf raw = { .arena = a }, escaped = { .arena = a };
	int rejected;

	buf_text(&raw, "a=");
	buf_add(&raw, text.data, text.size);
	buf_text(&escaped, "b=x");
	for (size_t i = 0; i < text.size; i++)
		buf_printf(&escaped, "%%%02X", text.data[i]);
	rejected = !form_accepts(raw.data) && !form_accepts(escaped.data);
	arena_reset(a);
	return rejected;
}

static void
ill_formed_utf8_is_rejected_in_forms(void)
{
	struct ill_formed all = ill_formed_all(form_rejects, NULL);

	CU_ASSERT(all.count >= 400);
	CU_ASSERT_EQUAL(all.rejected, all.count);
}

static void
the_maximum_number_of_pairs_is_exact(void)
{
	struct buf b = { .arena = a };

	for (int i = 0; i < PARAMS_MAX; i++)
		buf_printf(&b, "%sp%d=%d", i > 0 ? "&" : "", i, i);
	CU_ASSERT(form_accepts(b.data));
	CU_ASSERT_EQUAL(params.n, PARAMS_MAX);
	buf_text(&b, "&last=1");
	CU_ASSERT_FALSE(form_accepts(b.data));
}

/* WHATWG URL, 1.3: letters, digits and *-._ stay, a space becomes a plus, all other bytes are
 * escaped. */
static void
an_encoded_value_decodes_to_itself(void)
{
	char text[128];

	for (int c = 1; c < 128; c++)
		text[c - 1] = (char)c;
	text[127] = '\0';
	CU_ASSERT_STRING_EQUAL(form_encode(a, "s3cr3t:c/v"), "s3cr3t%3Ac%2Fv");
	CU_ASSERT_STRING_EQUAL(form_encode(a, "a b+c~*-._\xc3\xa9"), "a+b%2Bc%7E*-._%C3%A9");
	CU_ASSERT_STRING_EQUAL(form_decode_text(form_encode(a, text)), text);
	CU_ASSERT_STRING_EQUAL(form_decode_text(form_encode(a, "\xf0\x9f\x8e\xab")),
			       "\xf0\x9f\x8e\xab");
	CU_ASSERT_STRING_EQUAL(form_encode(a, ""), "");
}

static CU_TestInfo tests[] = {
	{ "pairs are decoded", pairs_are_decoded },
	{ "an empty form has no parameters", an_empty_form_has_no_parameters },
	{ "an empty value counts as absent", an_empty_value_counts_as_absent },
	{ "the error of a repeated name contains it [T-P07 G-TOK-03]",
	  the_error_of_a_repeated_name_contains_it },
	{ "a malformed form is rejected [T-P07]", a_malformed_form_is_rejected },
	{ "empty sequences are skipped [T-P07]", empty_sequences_are_skipped },
	{ "a repeatable name has all its values", a_repeatable_name_has_all_its_values },
	{ "parameters of a malformed form are found [T-P07]",
	  parameters_of_a_malformed_form_are_found },
	{ "no byte after the first excess pair is read [T-P07]",
	  no_byte_after_the_first_excess_pair_is_read },
	{ "the encoded size of a value is known", the_encoded_size_of_a_value_is_known },
	{ "no byte after the end is read", no_byte_after_the_end_is_read },
	{ "ill-formed UTF-8 is rejected, raw and escaped [T-P03]",
	  ill_formed_utf8_is_rejected_in_forms },
	{ "the maximum number of pairs is exact [T-P07]", the_maximum_number_of_pairs_is_exact },
	{ "an encoded value decodes to itself", an_encoded_value_decodes_to_itself },
	CU_TEST_INFO_NULL
};
CU_SuiteInfo form_suite = { "http/form", NULL, NULL, form_setup, form_teardown, tests };
