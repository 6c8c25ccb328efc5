/* SPDX-License-Identifier: Apache-2.0 */
#include "base/str_list.h"
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

static struct str_list
str_list_from_scope(const char *text)
{
	struct str_list s = { 0 };

	CU_ASSERT(str_list_parse_scope(a, text, 32, &s));
	return s;
}

static bool
is_scope(const char *text, size_t max)
{
	struct str_list s;

	return str_list_parse_scope(a, text, max, &s);
}

static void
items_are_kept_in_order(void)
{
	struct str_list s = { 0 };

	for (int i = 0; i < 100; i++)
		str_list_add(a, &s, arena_printf(a, "%d", i));
	CU_ASSERT_EQUAL(s.n, 100);
	CU_ASSERT_STRING_EQUAL(s.list[0], "0");
	CU_ASSERT_STRING_EQUAL(s.list[99], "99");
}

static void
a_set_contains_an_item_once(void)
{
	struct str_list s = { 0 };

	str_list_put(a, &s, "view");
	str_list_put(a, &s, "View");
	str_list_put(a, &s, "view");
	CU_ASSERT_EQUAL(s.n, 2);
	CU_ASSERT(str_list_has(&s, "View"));
	CU_ASSERT_FALSE(str_list_has(&s, "VIEW"));
	CU_ASSERT_FALSE(str_list_has(&s, "vie"));
}

static void
str_list_covers_ignores_order_and_repetition(void)
{
	struct str_list whole = str_list_from_scope("a b c"), none = { 0 };
	struct str_list same = { (const char *[]){ "c", "a", "c", "b" }, 4, 4 };
	struct str_list more = str_list_from_scope("a d");

	CU_ASSERT(str_list_covers(&whole, &same));
	CU_ASSERT(str_list_covers(&same, &whole));
	CU_ASSERT(str_list_covers(&whole, &none));
	CU_ASSERT_FALSE(str_list_covers(&none, &whole));
	CU_ASSERT_FALSE(str_list_covers(&whole, &more));
}

static void
a_scope_is_split_at_single_spaces(void)
{
	struct str_list s =
		str_list_from_scope("view http://photoz.example.com/dev/scopes/print view");

	CU_ASSERT_EQUAL(s.n, 2);
	CU_ASSERT_STRING_EQUAL(s.list[0], "view");
	CU_ASSERT_STRING_EQUAL(s.list[1], "http://photoz.example.com/dev/scopes/print");
}

/* RFC 6749, 3.3: scope = scope-token *( SP scope-token ) */
static void
a_malformed_scope_is_rejected(void)
{
	static const char *const wrong[] = {
		"", " ", " a", "a ", "a  b", "a\tb", "a\nb", "a\"b", "a\\b", "\x7f", "caf\xc3\xa9",
	};

	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
		CU_ASSERT_FALSE(is_scope(wrong[i], 32));
	CU_ASSERT_FALSE(is_scope(NULL, 32));
}

static void
every_character_of_the_grammar_is_accepted(void)
{
	for (int c = 1; c < 256; c++) {
		bool good = c == 0x21 || (c >= 0x23 && c <= 0x5b) || (c >= 0x5d && c <= 0x7e);

		CU_ASSERT_EQUAL(is_scope((char[]){ 'a', (char)c, 'b', '\0' }, 32),
				good || c == ' ');
	}
}

static void
the_number_and_length_of_scopes_are_limited(void)
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
joined_items_are_separated(void)
{
	struct str_list s = str_list_from_scope("a bc d"), none = { 0 };

	CU_ASSERT_STRING_EQUAL(str_list_join(a, &s, ", "), "a, bc, d");
	CU_ASSERT_STRING_EQUAL(str_list_join(a, &none, ", "), "");
}

static CU_TestInfo tests[] = {
	{ "items are kept in order", items_are_kept_in_order },
	{ "a set contains an item once", a_set_contains_an_item_once },
	{ "str_list_covers ignores order and repetition [T-P09]",
	  str_list_covers_ignores_order_and_repetition },
	{ "a scope is split at single spaces", a_scope_is_split_at_single_spaces },
	{ "a malformed scope is rejected [T-P09]", a_malformed_scope_is_rejected },
	{ "every character of the grammar is accepted",
	  every_character_of_the_grammar_is_accepted },
	{ "the number and length of scopes are limited [T-P09]",
	  the_number_and_length_of_scopes_are_limited },
	{ "joined items are separated", joined_items_are_separated },
	CU_TEST_INFO_NULL
};
CU_SuiteInfo str_list_suite = { "base/str_list",   NULL, NULL, str_list_setup,
				str_list_teardown, tests };
