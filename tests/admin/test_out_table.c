/* SPDX-License-Identifier: Apache-2.0 */
#include "admin/out_table.h"
#include "tests/run.h"

static void
fill_list(struct out_table *s)
{
	struct str_list groups = { 0 };

	str_list_add(s->arena, &groups, "a");
	str_list_add(s->arena, &groups, "b");
	out_table_list(s, "accounts");
	out_table_row(s);
	out_field_text(s, "login", "zoë");
	out_field_text(s, "email", NULL);
	out_field_text(s, "never", NULL);
	out_field_str_list(s, "groups", &groups);
	out_field_bool(s, "disabled", false);
	out_table_row(s);
	out_field_text(s, "login", "bartholomew");
	out_field_text(s, "email", "b@example.com");
	out_field_text(s, "never", NULL);
	out_field_str_list(s, "groups", &(struct str_list){ 0 });
	out_field_bool(s, "disabled", true);
	out_table_end(s);
}

static void
a_list_is_an_aligned_table_by_default(void)
{
	struct arena *a = arena_new();
	struct out_table s;

	out_table_start(&s, a, OUT_TABLE_TEXT);
	fill_list(&s);
	CU_ASSERT_STRING_EQUAL(s.out.data, "LOGIN        EMAIL          GROUPS  DISABLED\n"
					   "zoë          -              a, b    -\n"
					   "bartholomew  b@example.com  -       yes\n");
	arena_free(a);
}

static void
a_list_is_one_json_document_with_json(void)
{
	struct arena *a = arena_new();
	struct out_table s;

	out_table_start(&s, a, OUT_TABLE_JSON);
	fill_list(&s);
	CU_ASSERT_STRING_EQUAL(
		s.out.data, "{\"accounts\":["
			    "{\"login\":\"zoë\",\"groups\":[\"a\",\"b\"],\"disabled\":false},"
			    "{\"login\":\"bartholomew\",\"email\":\"b@example.com\",\"groups\":[],"
			    "\"disabled\":true}]}\n");
	arena_free(a);
}

static void
an_empty_list_is_valid_output(void)
{
	struct arena *a = arena_new();
	struct out_table s;

	out_table_start(&s, a, OUT_TABLE_JSON);
	out_table_list(&s, "clients");
	out_table_end(&s);
	CU_ASSERT_STRING_EQUAL(s.out.data, "{\"clients\":[]}\n");
	out_table_start(&s, a, OUT_TABLE_TEXT);
	out_table_list(&s, "clients");
	out_table_end(&s);
	CU_ASSERT_STRING_EQUAL(s.out.data, "no clients\n");
	arena_free(a);
}

static void
fill_record(struct out_table *s)
{
	out_table_record(s);
	out_field_text(s, "tenant", "acme");
	out_field_time(s, "created", 1700000000);
	out_field_time(s, "until", 0);
	out_field_json(s, "own_settings", "{\"a\":1}", NULL);
	out_field_int(s, "n", -3);
	out_table_end(s);
	out_table_note(s, "Next: %s", "nothing");
}

static void
a_record_has_one_line_for_each_field_or_is_a_json_object(void)
{
	struct arena *a = arena_new();
	struct out_table s;

	out_table_start(&s, a, OUT_TABLE_TEXT);
	fill_record(&s);
	CU_ASSERT_STRING_EQUAL(
		s.out.data,
		"tenant   acme\ncreated  2023-11-14 22:13:20Z\nn        -3\nNext: nothing\n");
	out_table_start(&s, a, OUT_TABLE_JSON);
	fill_record(&s);
	CU_ASSERT_STRING_EQUAL(s.out.data, "{\"tenant\":\"acme\",\"created\":1700000000,"
					   "\"own_settings\":{\"a\":1},\"n\":-3}\n");
	arena_free(a);
}

static void
no_name_can_send_control_sequences_to_the_terminal(void)
{
	static const struct {
		const char *in, *out;
	} rows[] = {
		{ "a\033[2Jb\n\r\tc\x7f", "a?[2Jb???c?" },
		{ "x\xc2\x9by", "x?y" },		       /* CSI as one character */
		{ "evil\xe2\x80\xaegnp.exe", "evil?gnp.exe" }, /* right-to-left override */
		{ "a\xe2\x81\xa6"
		  "b\xe2\x81\xa9\xe2\x80\x8e\xd8\x9c",
		  "a?b???" },
		{ "zoë – 日本 “fine”", "zoë – 日本 “fine”" },
		{ "", "" },
	};
	struct arena *a = arena_new();

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
		CU_ASSERT_STRING_EQUAL(out_table_safe(a, rows[i].in), rows[i].out);
	arena_free(a);
}

static CU_TestInfo tests[] = {
	{ "a list is an aligned table by default", a_list_is_an_aligned_table_by_default },
	{ "a list is one JSON document with --json", a_list_is_one_json_document_with_json },
	{ "an empty list is valid output", an_empty_list_is_valid_output },
	{ "a record has one line for each field, or is a JSON object",
	  a_record_has_one_line_for_each_field_or_is_a_json_object },
	{ "no name can send control sequences to the terminal [T-G01 T-U17]",
	  no_name_can_send_control_sequences_to_the_terminal },
	CU_TEST_INFO_NULL
};
CU_SuiteInfo out_table_suite = { "admin/out_table", NULL, NULL, NULL, NULL, tests };
