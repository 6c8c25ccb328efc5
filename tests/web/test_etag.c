/* SPDX-License-Identifier: Apache-2.0 */
/* Entity tags (RFC 9110, 8.8.3, 13.1.1 and 13.1.2). */
#include "web/etag.h"
#include "tests/run.h"

static struct http_in in;
static struct http_out out;
static struct request rq;

static void
etag_setup(void)
{
	in = (struct http_in){ 0 };
	out = (struct http_out){ 0 };
	rq = (struct request){ .work = { .arena = arena_new() }, .in = &in, .out = &out };
}

static void
etag_teardown(void)
{
	arena_free(rq.work.arena);
}

static enum err
etag_match(const char *if_match)
{
	in.if_match = if_match;
	return etag_check(&rq, 12);
}

static bool
etag_is_known(const char *if_none_match)
{
	in.if_none_match = if_none_match;
	return etag_known(&rq, 12);
}

static void
an_entity_tag_is_the_revision_in_quotes(void)
{
	etag_reply(&rq, 12);
	CU_ASSERT_STRING_EQUAL(out.header[HEADER_ETAG], "\"12\"");
}

static void
one_matching_tag_of_a_list_is_sufficient(void)
{
	static const char *const good[] = { "\"12\"",	      "*",
					    "\"1\",\"12\"",   "\"1\", \"12\" ,\"3\"",
					    "\t\"12\"\t",     " , ,\"12\"",
					    "\"a b\", \"12\"" };

	for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
		CU_ASSERT_EQUAL(etag_match(good[i]), OK);
		CU_ASSERT(etag_is_known(good[i]));
	}
}

static void
a_different_tag_does_not_match(void)
{
	static const char *const wrong[] = { "\"1\"", "\"120\"", "12",	    "\"12",    "12\"",
					     "",      ",",	 "\"12\"x", "\"012\"", "\"-12\"" };

	for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
		CU_ASSERT_EQUAL(etag_match(wrong[i]), ERR_PRECONDITION);
		CU_ASSERT_FALSE(etag_is_known(wrong[i]));
	}
}

/* RFC 9110, 13.1.1 and 13.1.2. */
static void
a_weak_tag_matches_if_none_match_and_never_if_match(void)
{
	static const char *const weak[] = { "W/\"12\"", "\"1\", W/\"12\"", " W/\"12\" ,x" };
	static const char *const wrong[] = { "W/\"1\"",	  "W/12",	"w/\"12\"",
					     "W/ \"12\"", "W/W/\"12\"", "W/" };

	for (size_t i = 0; i < sizeof weak / sizeof weak[0]; i++) {
		CU_ASSERT_EQUAL(etag_match(weak[i]), ERR_PRECONDITION);
		CU_ASSERT(etag_is_known(weak[i]));
	}
	for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
		CU_ASSERT_EQUAL(etag_match(wrong[i]), ERR_PRECONDITION);
		CU_ASSERT_FALSE(etag_is_known(wrong[i]));
	}
}

static void
without_a_header_there_is_no_precondition(void)
{
	CU_ASSERT_EQUAL(etag_match(NULL), OK);
	CU_ASSERT_FALSE(etag_is_known(NULL));
}

static CU_TestInfo tests[] = {
	{ "an entity tag is the revision in quotes", an_entity_tag_is_the_revision_in_quotes },
	{ "one matching tag of a list is sufficient", one_matching_tag_of_a_list_is_sufficient },
	{ "a different tag does not match", a_different_tag_does_not_match },
	{ "a weak tag matches If-None-Match and never If-Match",
	  a_weak_tag_matches_if_none_match_and_never_if_match },
	{ "without a header there is no precondition [F-READ-04]",
	  without_a_header_there_is_no_precondition },
	CU_TEST_INFO_NULL
};

CU_SuiteInfo etag_suite = { "web/etag", NULL, NULL, etag_setup, etag_teardown, tests };
