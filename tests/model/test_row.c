/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The codec of rows. Every malformed text is in an allocation of exactly its size, so ASan reports
 * a reader that reads beyond its end.
 */
#include <stdlib.h>

#include "model/permission.h"
#include "model/row.h"
#include "tests/run.h"

struct sample {
	const char *text, *json;
	int64_t number;
	bool flag;
	struct str_list list;
	struct permission *asked;
};

static const struct field fields[] = { FIELD(struct sample, "text", text, F_TEXT),
				       FIELD(struct sample, "number", number, F_INT),
				       FIELD(struct sample, "flag", flag, F_BOOL),
				       FIELD(struct sample, "list", list, F_STR_LIST),
				       FIELD(struct sample, "json", json, F_JSON),
				       LIST(struct sample, "asked", asked, &permission_list),
				       FIELD_END };

static const char full[] =
	"{\"text\":\"a \\\"b\\\" \\\\ \\u0001 \xc3\xa9\",\"number\":-5,\"flag\":true,"
	"\"list\":[\"view\",\"print\"],\"json\":{\"x\":[1,\"]}\"]},"
	"\"asked\":[{\"r\":\"photo\",\"s\":[\"view\"],\"by\":\"r1\",\"b\":\"00ff\",\"c\":\"q\","
	"\"n\":5,\"u\":9},{\"r\":\"album\"}]}";

static struct arena *arena;

static void
row_setup(void)
{
	arena = arena_new();
}

static void
row_teardown(void)
{
	arena_free(arena);
}

static bool
row_decode_text(const char *text, size_t size, struct sample *out)
{
	char *exact = malloc(size > 0 ? size : 1);
	bool good;

	memcpy(exact, text, size);
	*out = (struct sample){ 0 };
	good = row_decode(arena, fields, BYTES(exact, size), out);
	free(exact);
	return good;
}

static struct sample
full_sample(void)
{
	static const char *scopes[] = { "view", "print" };
	static struct permission album = { .resource = "album" };
	static struct permission photo = { .resource = "photo",
					   .rule = "r1",
					   .basis = "00ff",
					   .consent = "q",
					   .since = 5,
					   .until = 9,
					   .next = &album };

	photo.scopes = (struct str_list){ scopes, 1, 1 };
	return (struct sample){ .text = "a \"b\" \\ \x01 \xc3\xa9",
				.number = -5,
				.flag = true,
				.list = { scopes, 2, 2 },
				.json = "{\"x\":[1,\"]}\"]}",
				.asked = &photo };
}

static void
a_row_is_written_in_the_order_of_its_table_of_fields(void)
{
	struct sample s = full_sample();

	CU_ASSERT(bytes_equal(row_encode(arena, fields, &s), bytes_of(full)));
}

static void
empty_fields_are_not_written(void)
{
	CU_ASSERT(bytes_equal(row_encode(arena, fields, &(struct sample){ 0 }), bytes_of("{}")));
}

static void
a_written_row_is_read_back(void)
{
	struct sample want = full_sample(), got;

	CU_ASSERT_FATAL(row_decode_text(full, strlen(full), &got));
	CU_ASSERT_STRING_EQUAL(got.text, want.text);
	CU_ASSERT_EQUAL(got.number, -5);
	CU_ASSERT(got.flag);
	CU_ASSERT_EQUAL(got.list.n, 2);
	CU_ASSERT(str_list_covers(&got.list, &want.list));
	CU_ASSERT_STRING_EQUAL(got.json, want.json);
}

static void
written_permissions_are_read_back(void)
{
	struct sample got;
	struct permission *p;

	CU_ASSERT_FATAL(row_decode_text(full, strlen(full), &got));
	p = got.asked;
	CU_ASSERT_STRING_EQUAL(p->resource, "photo");
	CU_ASSERT(str_list_has(&p->scopes, "view"));
	CU_ASSERT_STRING_EQUAL(p->rule, "r1");
	CU_ASSERT_STRING_EQUAL(p->basis, "00ff");
	CU_ASSERT_STRING_EQUAL(p->consent, "q");
	CU_ASSERT_EQUAL(p->since, 5);
	CU_ASSERT_EQUAL(p->until, 9);
	CU_ASSERT_STRING_EQUAL(p->next->resource, "album");
	CU_ASSERT_EQUAL(p->next->scopes.n, 0);
	CU_ASSERT_PTR_NULL(p->next->next);
}

/* All characters that JSON must escape, and all that it may escape (RFC 8259, 7). */
static void
every_character_is_preserved(void)
{
	char text[128];
	struct sample s = { .text = text }, got;
	struct bytes row;

	for (int i = 0; i < 127; i++)
		text[i] = (char)(i + 1);
	text[127] = '\0';
	row = row_encode(arena, fields, &s);
	CU_ASSERT_FATAL(row_decode_text((const char *)row.data, row.size, &got));
	CU_ASSERT_STRING_EQUAL(got.text, text);
}

static void
short_escapes_are_read(void)
{
	static const char row[] = "{\"text\":\"\\\"\\\\\\/\\b\\f\\n\\r\\t\\u001F\\u007a\"}";
	struct sample got;

	CU_ASSERT_FATAL(row_decode_text(row, strlen(row), &got));
	CU_ASSERT_STRING_EQUAL(got.text, "\"\\/\b\f\n\r\t\x1fz");
}

static void
the_smallest_and_the_largest_numbers_are_read(void)
{
	static const char least[] = "{\"number\":-9223372036854775808}";
	static const char greatest[] = "{\"number\":9223372036854775807}";
	struct sample got;

	CU_ASSERT(row_decode_text(least, strlen(least), &got) && got.number == INT64_MIN);
	CU_ASSERT(row_decode_text(greatest, strlen(greatest), &got) && got.number == INT64_MAX);
}

static void
unknown_members_are_skipped(void)
{
	static const char row[] =
		"{\"new\":\"\\\"}\",\"x\":-1,\"flag\":true,\"y\":null,\"z\":[[\"]\","
		"{\"a\":\"}\"}],1],"
		"\"w\":{\"flag\":false,\"t\":{}},\"number\":7}";
	struct sample got;

	CU_ASSERT_FATAL(row_decode_text(row, strlen(row), &got));
	CU_ASSERT(got.flag);
	CU_ASSERT_EQUAL(got.number, 7);
}

static void
members_may_have_any_order(void)
{
	static const char row[] =
		"{\"asked\":[],\"list\":[],\"flag\":false,\"text\":\"t\",\"number\":1}";
	struct sample got;

	CU_ASSERT_FATAL(row_decode_text(row, strlen(row), &got));
	CU_ASSERT_STRING_EQUAL(got.text, "t");
	CU_ASSERT_EQUAL(got.number, 1);
	CU_ASSERT(!got.flag);
	CU_ASSERT_EQUAL(got.list.n, 0);
	CU_ASSERT_PTR_NULL(got.asked);
}

static void
a_truncated_row_is_rejected(void)
{
	struct sample got;

	for (size_t n = 0; n < strlen(full); n++)
		CU_ASSERT_FALSE(row_decode_text(full, n, &got));
}

static void
an_altered_byte_causes_no_invalid_access(void)
{
	static const char swaps[] = "\"\\{}[]:,u0-\x80";
	char row[sizeof full];
	struct sample got;

	for (size_t i = 0; i < strlen(full); i++) {
		for (size_t k = 0; k < sizeof swaps; k++) {
			memcpy(row, full, sizeof full);
			row[i] = swaps[k];
			row_decode_text(row, strlen(full), &got);
		}
	}
	CU_PASS("the sanitizers watched");
}

static void
a_malformed_row_is_rejected(void)
{
	static const char *const rows[] = {
		"",
		"[]",
		"null",
		"{",
		"{}x",
		"{\"text\"}",
		"{\"text\":5}",
		"{\"text\":\"\\x\"}",
		"{\"text\":\"\\u0100\"}",
		"{\"text\":\"\\u008f\"}",
		"{\"text\":\"\\u00\"}",
		"{\"text\":\"\\u00g1\"}",
		"{\"text\":\"\\u001g\"}",
		"{\"text\":\"\\",
		"{\"text\":\"a",
		"{\"number\":\"5\"}",
		"{\"number\":}",
		"{\"number\":05}",
		"{\"number\":1.5}",
		"{\"number\":9223372036854775808}",
		"{\"number\":99999999999999999999999999}",
		"{\"flag\":1}",
		"{\"flag\":\"true\"}",
		"{\"flag\":tru}",
		"{\"list\":\"view\"}",
		"{\"list\":[5]}",
		"{\"list\":[\"a\",]}",
		"{\"list\":[\"a\"}",
		"{\"json\":]}",
		"{\"json\":[}",
		"{\"json\":\"a}",
		"{\"asked\":{}}",
		"{\"asked\":[5]}",
		"{\"asked\":[{}}",
		"{\"asked\":[{\"s\":5}]}",
		"{\"x\":[}",
		"{\"x\":{",
		"{\"x\":\"a",
		"{\"x\":1,}",
		"{x:1}",
	};
	struct sample got;

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
		CU_ASSERT_FALSE(row_decode_text(rows[i], strlen(rows[i]), &got));
}

static CU_TestInfo tests[] = {
	{ "a row is written in the order of its table of fields",
	  a_row_is_written_in_the_order_of_its_table_of_fields },
	{ "empty fields are not written", empty_fields_are_not_written },
	{ "a written row is read back", a_written_row_is_read_back },
	{ "written permissions are read back", written_permissions_are_read_back },
	{ "every character is preserved", every_character_is_preserved },
	{ "short escapes are read", short_escapes_are_read },
	{ "the smallest and the largest numbers are read",
	  the_smallest_and_the_largest_numbers_are_read },
	{ "unknown members are skipped", unknown_members_are_skipped },
	{ "members may have any order", members_may_have_any_order },
	{ "a truncated row is rejected [T-S11]", a_truncated_row_is_rejected },
	{ "an altered byte causes no invalid access [T-S11]",
	  an_altered_byte_causes_no_invalid_access },
	{ "a malformed row is rejected [T-S11]", a_malformed_row_is_rejected },
	CU_TEST_INFO_NULL
};

CU_SuiteInfo row_suite = { "model/row", NULL, NULL, row_setup, row_teardown, tests };
