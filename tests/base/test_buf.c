/* SPDX-License-Identifier: Apache-2.0 */
#include "base/buf.h"
#include "tests/base/child_outcome.h"
#include "tests/run.h"

static struct arena *a;

static void
buf_setup(void)
{
	a = arena_new();
}

static void
buf_teardown(void)
{
	arena_free(a);
}

static void
text_is_appended(void)
{
	struct buf b = { .arena = a };

	buf_text(&b, "seat");
	buf_char(&b, ' ');
	buf_printf(&b, "%d%c", 17, 'b');
	buf_add(&b, ", row 3 and more", 7);
	CU_ASSERT_STRING_EQUAL(b.data, "seat 17b, row 3");
	CU_ASSERT_EQUAL(b.size, 15);
	CU_ASSERT(bytes_equal(buf_bytes(&b), bytes_of("seat 17b, row 3")));
}

static void
a_buffer_ends_with_nul_at_every_size(void)
{
	struct buf b = { .arena = a };

	for (size_t i = 1; i <= 5000; i++) {
		buf_char(&b, 'x');
		CU_ASSERT_EQUAL(strlen(b.data), i);
	}
}

static void
a_truncated_buffer_ends_with_nul(void)
{
	struct buf b = { .arena = a };

	buf_text(&b, "a long text");
	b.size = 0;
	buf_text(&b, "short");
	CU_ASSERT_STRING_EQUAL(b.data, "short");
}

static void
an_empty_buffer_is_an_empty_text(void)
{
	struct buf b = { .arena = a };

	buf_text(&b, "");
	CU_ASSERT_STRING_EQUAL(b.data, "");
	CU_ASSERT_EQUAL(buf_bytes(&b).size, 0);
}

static void
numbers_are_appended_in_decimal(void)
{
	struct buf b = { .arena = a };

	buf_int(&b, INT64_MIN);
	buf_char(&b, ' ');
	buf_int(&b, 0);
	buf_char(&b, ' ');
	buf_int(&b, INT64_MAX);
	CU_ASSERT_STRING_EQUAL(b.data, "-9223372036854775808 0 9223372036854775807");
}

static void
add_too_much(void *unused)
{
	struct buf b = { .arena = a };

	buf_text(&b, "x");
	buf_add(&b, "x", SIZE_MAX);
}

static void
an_overflow_ends_the_process(void)
{
	CU_ASSERT(aborts_in_child(add_too_much, NULL));
}

static CU_TestInfo tests[] = {
	{ "text is appended", text_is_appended },
	{ "a buffer ends with NUL at every size", a_buffer_ends_with_nul_at_every_size },
	{ "a truncated buffer ends with NUL", a_truncated_buffer_ends_with_nul },
	{ "an empty buffer is an empty text", an_empty_buffer_is_an_empty_text },
	{ "numbers are appended in decimal", numbers_are_appended_in_decimal },
	{ "an overflow of the size ends the process [T-P10]", an_overflow_ends_the_process },
	CU_TEST_INFO_NULL
};
CU_SuiteInfo buf_suite = { "base/buf", NULL, NULL, buf_setup, buf_teardown, tests };
