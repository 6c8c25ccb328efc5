/* SPDX-License-Identifier: Apache-2.0 */
#include "pages/language.h"

#include <string.h>

#include "tests/pages/pages_fixture.h"
#include "tests/run.h"

static const char *
tag_of(const struct language *l)
{
	return l != NULL ? l->tag : "none";
}

static void
tags_are_found_without_case_and_region(void)
{
	EQ(tag_of(language_find("de")), "de");
	EQ(tag_of(language_find("DE-at")), "de");
	EQ(tag_of(language_find("den")), "none");
	EQ(tag_of(language_find("d")), "none");
	EQ(tag_of(language_find("")), "none");
	EQ(tag_of(language_find(NULL)), "none");
}

static void
lists_have_their_first_language(void)
{
	EQ(tag_of(language_of_list("xx fr-CA de")), "fr");
	EQ(tag_of(language_of_list("  de ")), "de");
	EQ(tag_of(language_of_list("xx yy")), "none");
	EQ(tag_of(language_of_list(NULL)), "none");
}

static void
headers_are_read_by_weight_and_order(void)
{
	static const struct {
		const char *header, *tag;
	} rows[] = {
		{ "de", "de" },
		{ "de-CH, fr;q=0.9", "de" },
		{ "fr;q=0.8, de;q=0.9", "de" },
		{ "de;q=0.5, fr;q=0.5", "de" },
		{ "de;q=0.001, fr;q=0", "de" },
		{ "de;q=0, fr;q=0.1", "fr" },
		{ "xx, *;q=0.5, de;q=0.4", "en" },
		{ "nl ; q=1.0 ,fr ;\tq=0.75", "fr" },
		{ "de;q=0.999,fr;q=1", "fr" },
		{ "de;q=2, fr;q=0.1", "fr" },
		{ "de;q=, fr;q=x", "none" },
		{ "de;level=1, fr", "fr" },
		{ ",,, fr", "fr" },
		{ "", "none" },
		{ ";;;,de", "de" },
		{ "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx, de", "de" },
	};

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
		EQ(tag_of(language_of_header(rows[i].header)), rows[i].tag);
	EQ(tag_of(language_of_header(NULL)), "none");
}

static void
only_32_ranges_are_read(void)
{
	char header[200] = "";

	for (int i = 0; i < 32; i++)
		strcat(header, "xx,");
	EQ(tag_of(language_of_header(strcat(header, "de"))), "none");
	EQ(tag_of(language_of_header(header + 3)), "de");
}

static CU_TestInfo tests[] = {
	{ "tags are found without case and region", tags_are_found_without_case_and_region },
	{ "a list has its first language", lists_have_their_first_language },
	{ "headers are read by weight and order", headers_are_read_by_weight_and_order },
	{ "only 32 ranges are read", only_32_ranges_are_read },
	CU_TEST_INFO_NULL
};
CU_SuiteInfo language_suite = { "pages/language",	NULL, NULL, pages_fixture_setup,
				pages_fixture_teardown, tests };
