/* SPDX-License-Identifier: Apache-2.0 */
#include "admin/sheet.h"
#include "tests/run.h"

static void
fill_list(struct sheet *s)
{
	struct strs groups = { 0 };

	strs_add(s->arena, &groups, "a");
	strs_add(s->arena, &groups, "b");
	sheet_list(s, "accounts");
	sheet_row(s);
	cell_text(s, "login", "zoë");
	cell_text(s, "email", NULL);
	cell_text(s, "never", NULL);
	cell_strs(s, "groups", &groups);
	cell_bool(s, "disabled", false);
	sheet_row(s);
	cell_text(s, "login", "bartholomew");
	cell_text(s, "email", "b@example.com");
	cell_text(s, "never", NULL);
	cell_strs(s, "groups", &(struct strs){ 0 });
	cell_bool(s, "disabled", true);
	sheet_end(s);
}

static void
a_list_is_aligned_for_people(void)
{
	struct arena *a = arena_new();
	struct sheet s;

	sheet_start(&s, a, SHEET_TEXT);
	fill_list(&s);
	CU_ASSERT_STRING_EQUAL(s.out.data,
		"LOGIN        EMAIL          GROUPS  DISABLED\n"
		"zoë          -              a, b    -\n"
		"bartholomew  b@example.com  -       yes\n");
	arena_free(a);
}

static void
a_list_is_one_document_for_programs(void)
{
	struct arena *a = arena_new();
	struct sheet s;

	sheet_start(&s, a, SHEET_JSON);
	fill_list(&s);
	CU_ASSERT_STRING_EQUAL(s.out.data, "{\"accounts\":["
		"{\"login\":\"zoë\",\"groups\":[\"a\",\"b\"],\"disabled\":false},"
		"{\"login\":\"bartholomew\",\"email\":\"b@example.com\",\"groups\":[],"
		"\"disabled\":true}]}\n");
	arena_free(a);
}

static void
an_empty_list_is_a_list(void)
{
	struct arena *a = arena_new();
	struct sheet s;

	sheet_start(&s, a, SHEET_JSON);
	sheet_list(&s, "clients");
	sheet_end(&s);
	CU_ASSERT_STRING_EQUAL(s.out.data, "{\"clients\":[]}\n");
	sheet_start(&s, a, SHEET_TEXT);
	sheet_list(&s, "clients");
	sheet_end(&s);
	CU_ASSERT_STRING_EQUAL(s.out.data, "no clients\n");
	arena_free(a);
}

static void
fill_record(struct sheet *s)
{
	sheet_record(s);
	cell_text(s, "tenant", "acme");
	cell_time(s, "created", 1700000000);
	cell_time(s, "until", 0);
	cell_json(s, "own_settings", "{\"a\":1}", NULL);
	cell_int(s, "n", -3);
	sheet_end(s);
	sheet_note(s, "Next: %s", "nothing");
}

static void
a_record_is_a_line_a_cell_or_an_object(void)
{
	struct arena *a = arena_new();
	struct sheet s;

	sheet_start(&s, a, SHEET_TEXT);
	fill_record(&s);
	CU_ASSERT_STRING_EQUAL(s.out.data,
		"tenant   acme\ncreated  2023-11-14 22:13:20Z\nn        -3\nNext: nothing\n");
	sheet_start(&s, a, SHEET_JSON);
	fill_record(&s);
	CU_ASSERT_STRING_EQUAL(s.out.data, "{\"tenant\":\"acme\",\"created\":1700000000,"
		"\"own_settings\":{\"a\":1},\"n\":-3}\n");
	arena_free(a);
}

static void
no_name_can_steer_the_terminal(void)
{
	static const struct { const char *in, *out; } rows[] = {
		{ "a\033[2Jb\n\r\tc\x7f", "a?[2Jb???c?" },
		{ "x\xc2\x9by", "x?y" },			/* CSI as one character */
		{ "evil\xe2\x80\xaegnp.exe", "evil?gnp.exe" },	/* right-to-left override */
		{ "a\xe2\x81\xa6" "b\xe2\x81\xa9\xe2\x80\x8e\xd8\x9c", "a?b???" },
		{ "zoë – 日本 “fine”", "zoë – 日本 “fine”" },
		{ "", "" },
	};
	struct arena *a = arena_new();

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
		CU_ASSERT_STRING_EQUAL(sheet_safe(a, rows[i].in), rows[i].out);
	arena_free(a);
}

static CU_TestInfo tests[] = {
	{ "a list is aligned for people", a_list_is_aligned_for_people },
	{ "a list is one document for programs", a_list_is_one_document_for_programs },
	{ "an empty list is a list", an_empty_list_is_a_list },
	{ "a record is a line a cell, or an object", a_record_is_a_line_a_cell_or_an_object },
	{ "no name can steer the administrator's terminal [T-G01 T-U17]",
	  no_name_can_steer_the_terminal },
	CU_TEST_INFO_NULL
};
CU_SuiteInfo sheet_suite = { "admin/sheet", NULL, NULL, NULL, NULL, tests };
