/* SPDX-License-Identifier: Apache-2.0 */
#include "base/json.h"
#include "tests/run.h"

static struct arena *a;

static void
json_setup(void)
{
	a = arena_new();
}

static void
json_teardown(void)
{
	arena_free(a);
}

static struct json_object *
json_parse_text(const char *text)
{
	const char *why = NULL;
	struct json_object *o = json_parse(a, bytes_of(text), &why);

	CU_ASSERT_EQUAL(o != NULL, why == NULL);
	return o;
}

/* The result of json_int for {"n":`number`}. */
static enum json_found
json_number_text(const char *text, int64_t min, int64_t max, int64_t *out)
{
	return json_int(json_parse_text(arena_printf(a, "{\"n\":%s}", text)), "n", min, max, out);
}

static bool
json_number_valid(const char *text, int64_t min, int64_t max)
{
	int64_t out;

	return json_number_text(text, min, max, &out) == JSON_FOUND;
}

/* The date {"n":`text`}, rounded down and up; -1 if it is not a date. */
static int64_t
json_date_valid(const char *text, enum json_round round)
{
	struct json_object *o = json_parse_text(arena_printf(a, "{\"n\":%s}", text));
	int64_t out = -1;

	CU_ASSERT_EQUAL(json_date(o, "n", round, &out) == JSON_FOUND, out != -1);
	return out;
}

static void
a_date_with_a_fraction_is_rounded_as_requested(void)
{
	static const struct {
		const char *text;
		int64_t down, up;
	} dates[] = {
		{ "0", 0, 0 },
		{ "-0.0", 0, 0 },
		{ "0.25", 0, 1 },
		{ "1700000290", 1700000290, 1700000290 },
		{ "1700000290.0", 1700000290, 1700000290 },
		{ "1700000290.5", 1700000290, 1700000291 },
		{ "1.70000029e9", 1700000290, 1700000290 },
		{ "1700000290e0", 1700000290, 1700000290 },
		{ "17000002905E-1", 1700000290, 1700000291 },
		{ "2147483648", 2147483648, 2147483648 },
		{ "253402300799", 253402300799, 253402300799 },
		{ "2.53402300799e11", 253402300799, 253402300799 },
	};

	for (size_t i = 0; i < sizeof dates / sizeof dates[0]; i++) {
		CU_ASSERT_EQUAL(json_date_valid(dates[i].text, JSON_DOWN), dates[i].down);
		CU_ASSERT_EQUAL(json_date_valid(dates[i].text, JSON_UP), dates[i].up);
	}
}

static void
a_date_lies_between_1970_and_9999(void)
{
	static const char *const texts[] = {
		"-1",
		"-0.5",
		"-1e-300",
		"253402300800",
		"253402300799.5",
		"2.534023008e11",
		"1e400",
		"-1e400",
		"1e308",
		"99999999999999999999",
		"-99999999999999999999",
		"9223372036854775808",
		"\"1700000290\"",
		"true",
		"[1]",
		"{}",
		"null",
	};

	for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
		CU_ASSERT_EQUAL(json_date_valid(texts[i], JSON_DOWN), -1);
		CU_ASSERT_EQUAL(json_date_valid(texts[i], JSON_UP), -1);
	}
	CU_ASSERT_EQUAL(json_date(json_parse_text("{}"), "n", JSON_UP, &(int64_t){ 0 }),
			JSON_ABSENT);
	CU_ASSERT_EQUAL(json_date(json_parse_text("{\"n\":\"1\"}"), "n", JSON_UP, &(int64_t){ 0 }),
			JSON_WRONG);
}

static void
a_value_is_parsed_and_printed(void)
{
	static const char *const texts[] = {
		"{\"a\":[1,-2.5,true,null,\"x/\xc3\xa9\"],\"b\":{}}",
		"[]",
		"\"\"",
		"7",
		"1e400",
		"[123456789012345678901234567890.5]",
		"{\"a\":\"\\n\\\"\\\\\"}",
	};

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		CU_ASSERT_STRING_EQUAL(json_print(a, json_parse_text(texts[i])), texts[i]);
	CU_ASSERT_STRING_EQUAL(json_print(a, json_parse_text(" [ 1 ]\n")), "[1]");
}

static void
json_that_the_scanner_rejects_is_not_parsed(void)
{
	CU_ASSERT_PTR_NULL(json_parse_text("{\"a\":1,\"a\":2}"));
	CU_ASSERT_PTR_NULL(json_parse_text("{'a':1}"));
	CU_ASSERT_PTR_NULL(json_parse_text("[NaN]"));
	CU_ASSERT_PTR_NULL(json_parse_text(""));
}

static void
json_of_the_maximum_depth_is_parsed(void)
{
	CU_ASSERT_PTR_NOT_NULL(json_parse_text("[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]"));
	CU_ASSERT_PTR_NOT_NULL(json_parse_text("[[[[[[[[[[[[[[[{\"a\":\"b\"}]]]]]]]]]]]]]]]"));
}

static void
a_number_is_accepted_up_to_its_bounds(void)
{
	int64_t out = 0;

	CU_ASSERT(json_number_valid("10", 10, 20));
	CU_ASSERT(json_number_valid("20", 10, 20));
	CU_ASSERT_FALSE(json_number_valid("9", 10, 20));
	CU_ASSERT_FALSE(json_number_valid("21", 10, 20));
	CU_ASSERT_EQUAL(json_number_text("9223372036854775806", INT64_MIN, INT64_MAX, &out),
			JSON_FOUND);
	CU_ASSERT_EQUAL(out, INT64_MAX - 1);
	CU_ASSERT_EQUAL(json_number_text("-9223372036854775807", INT64_MIN, INT64_MAX, &out),
			JSON_FOUND);
	CU_ASSERT_EQUAL(out, INT64_MIN + 1);
	CU_ASSERT_EQUAL(json_number_text("253402300799", 0, 253402300799, &out), JSON_FOUND);
	CU_ASSERT_FALSE(json_number_valid("253402300800", 0, 253402300799));
}

static void
a_number_that_json_c_clamps_is_rejected(void)
{
	static const char *const too_large[] = {
		"9223372036854775807",	"9223372036854775808",	 "18446744073709551615",
		"18446744073709551616", "99999999999999999999",	 "-9223372036854775808",
		"-9223372036854775809", "-99999999999999999999",
	};

	for (size_t i = 0; i < sizeof(too_large) / sizeof(too_large[0]); i++)
		CU_ASSERT_FALSE(json_number_valid(too_large[i], INT64_MIN, INT64_MAX));
}

static void
only_integers_are_accepted_as_integers(void)
{
	static const char *const wrong[] = {
		"1.0", "1e0", "0.5", "\"12\"", "\"12x\"", "true", "null", "[1]", "{}", "1e400",
	};

	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
		CU_ASSERT_FALSE(json_number_valid(wrong[i], INT64_MIN, INT64_MAX));
}

static void
getters_distinguish_absent_members_from_wrong_ones(void)
{
	struct json_object *o = json_parse_text("{\"s\":\"text\",\"n\":1,\"t\":true,\"z\":null}");
	const char *text = NULL;
	bool flag = false;

	CU_ASSERT_EQUAL(json_text(o, "s", &text), JSON_FOUND);
	CU_ASSERT_STRING_EQUAL(text, "text");
	CU_ASSERT_EQUAL(json_text(o, "x", &text), JSON_ABSENT);
	CU_ASSERT_EQUAL(json_text(o, "n", &text), JSON_WRONG);
	CU_ASSERT_EQUAL(json_text(o, "z", &text), JSON_WRONG);
	CU_ASSERT_EQUAL(json_flag(o, "t", &flag), JSON_FOUND);
	CU_ASSERT(flag);
	CU_ASSERT_EQUAL(json_flag(o, "n", &flag), JSON_WRONG);
	CU_ASSERT_EQUAL(json_flag(o, "x", &flag), JSON_ABSENT);
	CU_ASSERT_EQUAL(json_text(json_parse_text("[\"s\"]"), "s", &text), JSON_ABSENT);
	CU_ASSERT_EQUAL(json_text(NULL, "s", &text), JSON_ABSENT);
}

static void
a_list_contains_only_strings(void)
{
	struct json_object *o = json_parse_text("{\"a\":[\"x\",\"y\"],\"e\":[],\"m\":[\"x\",1],"
						"\"z\":[null],\"s\":\"x\"}");
	struct str_list list = { 0 };

	CU_ASSERT_EQUAL(json_str_list(a, o, "a", 2, &list), JSON_FOUND);
	CU_ASSERT_STRING_EQUAL(str_list_join(a, &list, " "), "x y");
	CU_ASSERT_EQUAL(json_str_list(a, o, "a", 1, &list), JSON_WRONG);
	CU_ASSERT_EQUAL(json_str_list(a, o, "m", 5, &list), JSON_WRONG);
	CU_ASSERT_EQUAL(json_str_list(a, o, "z", 5, &list), JSON_WRONG);
	CU_ASSERT_EQUAL(json_str_list(a, o, "s", 5, &list), JSON_WRONG);
	CU_ASSERT_EQUAL(json_str_list(a, o, "x", 5, &list), JSON_ABSENT);
	CU_ASSERT_EQUAL(list.n, 2);
	CU_ASSERT_EQUAL(json_str_list(a, o, "e", 0, &list), JSON_FOUND);
	CU_ASSERT_EQUAL(list.n, 0);
}

static void
a_member_must_have_the_requested_type(void)
{
	struct json_object *o = json_parse_text("{\"o\":{\"k\":1},\"l\":[]}"), *found = NULL;

	CU_ASSERT_EQUAL(json_member(o, "o", json_type_object, &found), JSON_FOUND);
	CU_ASSERT_STRING_EQUAL(json_print(a, found), "{\"k\":1}");
	CU_ASSERT_EQUAL(json_member(o, "l", json_type_object, &found), JSON_WRONG);
	CU_ASSERT_EQUAL(json_member(o, "x", json_type_object, &found), JSON_ABSENT);
}

static CU_TestInfo tests[] = {
	{ "a value is parsed and printed", a_value_is_parsed_and_printed },
	{ "JSON that the scanner rejects is not parsed [T-P01 T-P04]",
	  json_that_the_scanner_rejects_is_not_parsed },
	{ "JSON of the maximum depth is parsed", json_of_the_maximum_depth_is_parsed },
	{ "a number is accepted up to its bounds [T-P05]", a_number_is_accepted_up_to_its_bounds },
	{ "a number that json-c clamps is rejected [T-P05]",
	  a_number_that_json_c_clamps_is_rejected },
	{ "only integers are accepted as integers [T-P05]",
	  only_integers_are_accepted_as_integers },
	{ "a date with a fraction is rounded as requested [T-P05]",
	  a_date_with_a_fraction_is_rounded_as_requested },
	{ "a date lies between the years 1970 and 9999 [T-P05]",
	  a_date_lies_between_1970_and_9999 },
	{ "getters distinguish absent members from wrong ones",
	  getters_distinguish_absent_members_from_wrong_ones },
	{ "a list contains only strings [F-RER-04]", a_list_contains_only_strings },
	{ "a member must have the requested type", a_member_must_have_the_requested_type },
	CU_TEST_INFO_NULL
};
CU_SuiteInfo json_suite = { "base/json", NULL, NULL, json_setup, json_teardown, tests };
