/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/pages/pages_fixture.h"
#include "tests/run.h"

static void
a_translation_has_the_places_of_its_original(void)
{
	CU_ASSERT(template_message_fits("*{who}* can *{may}* it.", "*{who}* kann es *{may}*."));
	CU_ASSERT(template_message_fits("plain", "einfach"));
	CU_ASSERT(template_message_fits("a *b*", "a b"));
	CU_ASSERT_FALSE(template_message_fits("{who}", "wer"));
	CU_ASSERT_FALSE(template_message_fits("who", "{who}"));
	CU_ASSERT_FALSE(template_message_fits("{who}", "{who} {who}"));
	CU_ASSERT_FALSE(template_message_fits("{who}", "{whom}"));
	CU_ASSERT_FALSE(template_message_fits("*a*", "*a"));
	CU_ASSERT_FALSE(template_message_fits("a", "{a b}"));
	CU_ASSERT_FALSE(template_message_fits("a", "a}"));
}

static void
add_message(void *arg, const char *file, unsigned line, const char *one, const char *many)
{
	buf_printf(arg, "%s:%u %s|%s\n", file, line, one, many != NULL ? many : "-");
}

static void
messages_are_listed_with_file_and_line(void)
{
	const char *texts[] = { "[[One]]\n{{#x}}[[Two\n lines]]\n[[n: {n} item|{n} items]]{{/x}}",
				"<p title=\"[[Three]]\">" };
	struct buf out = { .arena = pages_fixture.arena };
	const char *why = NULL;

	templates_each_message(parse_all(texts, 2, &why), add_message, &out);
	EQ(out.data, "a.html:1 One|-\na.html:2 Two lines|-\na.html:4 {n} item|{n} items\n"
		     "b.html:1 Three|-\n");
}

static CU_TestInfo tests[] = { { "a translation has the places of its original",
				 a_translation_has_the_places_of_its_original },
			       { "messages are listed with file and line",
				 messages_are_listed_with_file_and_line },
			       CU_TEST_INFO_NULL };
CU_SuiteInfo template_message_suite = { "pages/template_message", NULL, NULL, pages_fixture_setup,
					pages_fixture_teardown,	  tests };
