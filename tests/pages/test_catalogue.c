/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "tests/pages/pages_fixture.h"
#include "tests/run.h"

#define GERMAN                                                                                     \
	"Content-Type: text/plain; charset=UTF-8\nPlural-Forms: nplurals=2; plural=(n != 1);\n"
#define FRENCH "Plural-Forms: nplurals=2; plural=(n > 1);\n"
static const char *const german[] = {
	"", GERMAN,	   "Sign in", "Anmelden",	    "empty",
	"", "may\004view", "ansehen", "{n} item|{n} items", "{n} Element|{n} Elemente",
};
#define SIZE(list) (sizeof(list) / sizeof((list)[0]))

static struct catalogue *
read_strings(const char *const *strings, size_t n)
{
	const char *why;

	return catalogue_read(pages_fixture.arena, write_catalogue(strings, n), &why);
}

static void
texts_are_translated(void)
{
	struct catalogue *c = read_strings(german, SIZE(german));

	CU_ASSERT_PTR_NOT_NULL_FATAL(c);
	EQ(catalogue_get(c, NULL, "Sign in"), "Anmelden");
	EQ(catalogue_get(c, "may", "view"), "ansehen");
	EQ(catalogue_plural(c, "{n} item", "{n} items", 1), "{n} Element");
	EQ(catalogue_plural(c, "{n} item", "{n} items", 0), "{n} Elemente");
	EQ(catalogue_plural(c, "{n} item", "{n} items", 7), "{n} Elemente");
}

static void
what_is_not_translated_stays_english(void)
{
	struct catalogue *c = read_strings(german, SIZE(german));

	CU_ASSERT_PTR_NOT_NULL_FATAL(c);
	EQ(catalogue_get(c, NULL, "Sign out"), "Sign out");
	EQ(catalogue_get(c, NULL, "view"), "view");
	EQ(catalogue_get(c, NULL, "empty"), "empty");
	EQ(catalogue_get(c, NULL, ""), "");
	EQ(catalogue_get(c, "other", "view"), "view");
	EQ(catalogue_plural(c, "{n} cat", "{n} cats", 1), "{n} cat");
	EQ(catalogue_plural(c, "{n} cat", "{n} cats", 2), "{n} cats");
	EQ(catalogue_get(NULL, NULL, "Sign in"), "Sign in");
	EQ(catalogue_plural(NULL, "{n} item", "{n} items", 2), "{n} items");
}

static void
pages_are_printed_in_the_language(void)
{
	struct catalogue *c = read_strings(german, SIZE(german));

	view_number(pages_fixture.view, "n", 1);
	EQ(print_page_in("<h1>[[Sign in]]</h1>[[n: {n} item|{n} items]]", c),
	   "<h1>Anmelden</h1>1 Element");
}

/* English "1 item, 0 items", French "1 élément, 0 élément", Polish has three forms. */
static void
plural_rules_are_those_of_the_language(void)
{
	const char *french[] = { "", FRENCH, "a|b", "un|des" };
	const char *polish[] = { "",
				 ("Plural-Forms: nplurals=3; plural=(n==1 ? 0 : n%10>=2 && "
				  "n%10<=4 && (n%100<12 \001\001 n%100>14) ? 1 : 2);\n"),
				 "a|b", "1|2-4|5" };
	struct bytes mo = write_catalogue(polish, 4);
	struct catalogue *c = read_strings(french, 4);
	const char *why;

	CU_ASSERT_PTR_NOT_NULL_FATAL(c);
	EQ(catalogue_plural(c, "a", "b", 0), "un");
	EQ(catalogue_plural(c, "a", "b", 1), "un");
	EQ(catalogue_plural(c, "a", "b", 2), "des");
	for (size_t i = 0; i < mo.size; i++) {
		if (mo.data[i] == 1 && i > 60)
			((uint8_t *)(uintptr_t)mo.data)[i] = '|';
	}
	c = catalogue_read(pages_fixture.arena, mo, &why);
	CU_ASSERT_PTR_NOT_NULL_FATAL(c);
	EQ(catalogue_plural(c, "a", "b", 1), "1");
	EQ(catalogue_plural(c, "a", "b", 22), "2-4");
	EQ(catalogue_plural(c, "a", "b", 12), "5");
	EQ(catalogue_plural(c, "a", "b", 5), "5");
	EQ(catalogue_plural(c, "a", "b", 21), "5");
}

/* The translator left the second form out: the bytes behind it are another text's. */
static void
a_missing_plural_form_is_english(void)
{
	const char *strings[] = { "", GERMAN, "a|b", "x", "c", "secret" };
	struct catalogue *c = read_strings(strings, 6);

	CU_ASSERT_PTR_NOT_NULL_FATAL(c);
	EQ(catalogue_plural(c, "a", "b", 1), "x");
	EQ(catalogue_plural(c, "a", "b", 2), "b");
}

static void
an_unknown_plural_rule_is_rejected(void)
{
	const char *strings[] = { "", "Plural-Forms: nplurals=2; plural=n%7;\n" };
	const char *longer[] = { "", "Plural-Forms: nplurals=1; plural=0; x\n" };
	const char *none[] = { "", "Content-Type: text/plain\n" }, *nothing[] = { "a", "b" };
	const char *why;

	CU_ASSERT_PTR_NULL(catalogue_read(pages_fixture.arena, write_catalogue(strings, 2), &why));
	CU_ASSERT_PTR_NOT_NULL(strstr(why, "Plural-Forms"));
	CU_ASSERT_PTR_NULL(read_strings(longer, 2));
	CU_ASSERT_PTR_NULL(read_strings(none, 2));
	CU_ASSERT_PTR_NULL(read_strings(nothing, 2));
}

/* Also in a form behind the first. */
static void
a_catalogue_must_be_utf_8(void)
{
	const char *first[] = { "", GERMAN, "a", "\xb1" };
	const char *second[] = { "", GERMAN, "a|b", "x|\xb1" };

	CU_ASSERT_PTR_NULL(read_strings(first, 4));
	CU_ASSERT_PTR_NULL(read_strings(second, 4));
}

/* Each byte of the header and the tables replaced: it is rejected, or every string is inside. */
static void
a_damaged_file_is_rejected_or_harmless(void)
{
	struct bytes mo = write_catalogue(german, SIZE(german));
	struct catalogue *c;
	const char *why;

	for (size_t i = 0; i < 28 + SIZE(german) * 8; i++) {
		for (int byte = 0; byte < 256; byte += 5) {
			uint8_t *copy = arena_copy(pages_fixture.arena, mo.data, mo.size);

			copy[i] = (uint8_t)byte;
			c = catalogue_read(pages_fixture.arena, BYTES(copy, mo.size), &why);
			if (c != NULL) {
				catalogue_get(c, "may", "view");
				catalogue_plural(c, "{n} item", "{n} items", 5);
			}
		}
	}
	for (size_t size = 0; size < mo.size; size++) {
		void *copy = arena_copy(pages_fixture.arena, mo.data, size + 1);

		CU_ASSERT_PTR_NULL(catalogue_read(pages_fixture.arena, BYTES(copy, size), &why));
	}
}

static CU_TestInfo tests[] = {
	{ "texts are translated", texts_are_translated },
	{ "a text without translation stays English", what_is_not_translated_stays_english },
	{ "pages are printed in the language", pages_are_printed_in_the_language },
	{ "plural rules are those of the language", plural_rules_are_those_of_the_language },
	{ "a missing plural form is English", a_missing_plural_form_is_english },
	{ "an unknown plural rule is rejected", an_unknown_plural_rule_is_rejected },
	{ "a catalogue must be UTF-8", a_catalogue_must_be_utf_8 },
	{ "a damaged file is rejected or harmless", a_damaged_file_is_rejected_or_harmless },
	CU_TEST_INFO_NULL
};
CU_SuiteInfo catalogue_suite = { "pages/catalogue",	 NULL, NULL, pages_fixture_setup,
				 pages_fixture_teardown, tests };
