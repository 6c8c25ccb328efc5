/* SPDX-License-Identifier: Apache-2.0 */
#include "base/text.h"
#include "tests/run.h"

static struct arena *a;

static void
str_list_setup(void)
{
	a = arena_new();
}

static void
str_list_teardown(void)
{
	arena_free(a);
}

static struct strs
str_list_parse_scope(const char *text)
{
	struct strs s = { 0 };

	CU_ASSERT(strs_parse_scope(a, text, 32, &s));
	return s;
}

static bool
is_scope(const char *text, size_t max)
{
	struct strs s;

	return strs_parse_scope(a, text, max, &s);
}

static void
items_are_kept_in_order(void)
{
	struct strs s = { 0 };

	for (int i = 0; i < 100; i++)
		strs_add(a, &s, arena_printf(a, "%d", i));
	CU_ASSERT_EQUAL(s.n, 100);
	CU_ASSERT_STRING_EQUAL(s.list[0], "0");
	CU_ASSERT_STRING_EQUAL(s.list[99], "99");
}

static void
a_set_holds_an_item_once(void)
{
	struct strs s = { 0 };

	strs_put(a, &s, "view");
	strs_put(a, &s, "View");
	strs_put(a, &s, "view");
	CU_ASSERT_EQUAL(s.n, 2);
	CU_ASSERT(strs_has(&s, "View"));
	CU_ASSERT_FALSE(strs_has(&s, "VIEW"));
	CU_ASSERT_FALSE(strs_has(&s, "vie"));
}

static void
covering_heeds_neither_order_nor_repetition(void)
{
	struct strs whole = str_list_parse_scope("a b c"), none = { 0 };
	struct strs same = { (const char *[]){ "c", "a", "c", "b" }, 4, 4 };
	struct strs more = str_list_parse_scope("a d");

	CU_ASSERT(strs_covers(&whole, &same));
	CU_ASSERT(strs_covers(&same, &whole));
	CU_ASSERT(strs_covers(&whole, &none));
	CU_ASSERT_FALSE(strs_covers(&none, &whole));
	CU_ASSERT_FALSE(strs_covers(&whole, &more));
}

static void
a_scope_is_split_at_single_spaces(void)
{
	struct strs s = str_list_parse_scope("view http://photoz.example.com/dev/scopes/print view");

	CU_ASSERT_EQUAL(s.n, 2);
	CU_ASSERT_STRING_EQUAL(s.list[0], "view");
	CU_ASSERT_STRING_EQUAL(s.list[1], "http://photoz.example.com/dev/scopes/print");
}

/* RFC 6749, 3.3: scope = scope-token *( SP scope-token ) */
static void
what_is_no_scope_is_refused(void)
{
	static const char *const wrong[] = {
		"", " ", " a", "a ", "a  b", "a\tb", "a\nb", "a\"b", "a\\b", "\x7f", "caf\xc3\xa9",
	};

	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
		CU_ASSERT_FALSE(is_scope(wrong[i], 32));
	CU_ASSERT_FALSE(is_scope(NULL, 32));
}

static void
every_character_of_the_grammar_is_taken(void)
{
	for (int c = 1; c < 256; c++) {
		bool good = c == 0x21 || (c >= 0x23 && c <= 0x5b) || (c >= 0x5d && c <= 0x7e);

		CU_ASSERT_EQUAL(is_scope((char[]){ 'a', (char)c, 'b', '\0' }, 32),
				good || c == ' ');
	}
}

static void
scopes_are_bounded_in_number_and_length(void)
{
	char long_one[300] = "";

	CU_ASSERT(is_scope("a b c", 3));
	CU_ASSERT_FALSE(is_scope("a b c", 2));
	CU_ASSERT(is_scope("a b a b", 2));
	memset(long_one, 'x', 256);
	CU_ASSERT(is_scope(long_one, 32));
	long_one[256] = 'x';
	CU_ASSERT_FALSE(is_scope(long_one, 32));
}

static void
joined_items_have_the_separator_between(void)
{
	struct strs s = str_list_parse_scope("a bc d"), none = { 0 };

	CU_ASSERT_STRING_EQUAL(strs_join(a, &s, ", "), "a, bc, d");
	CU_ASSERT_STRING_EQUAL(strs_join(a, &none, ", "), "");
}

static CU_TestInfo tests[] = {
	{ "items are kept in order", items_are_kept_in_order },
	{ "a set holds an item once", a_set_holds_an_item_once },
	{ "covering heeds neither order nor repetition [T-P09]",
	  covering_heeds_neither_order_nor_repetition },
	{ "a scope is split at single spaces", a_scope_is_split_at_single_spaces },
	{ "what is no scope is refused [T-P09]", what_is_no_scope_is_refused },
	{ "every character of the grammar is taken", every_character_of_the_grammar_is_taken },
	{ "scopes are bounded in number and length [T-P09]",
	  scopes_are_bounded_in_number_and_length },
	{ "joined items have the separator between them",
	  joined_items_have_the_separator_between },
	CU_TEST_INFO_NULL
};
CU_SuiteInfo strs_suite = { "base/strs", NULL, NULL, str_list_setup, str_list_teardown, tests };
