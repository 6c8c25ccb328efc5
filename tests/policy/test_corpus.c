/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The parser against tests/policy/corpus.  good: schema and parser take it; bad: both refuse it;
 * beyond: a JSON Schema cannot say what is wrong, the parser does.  schema.py holds the schema
 * against the same files.
 */
#include <glob.h>
#include <string.h>

#include "base/json.h"
#include "tests/policy/policy_fixture.h"
#include "tests/run.h"

static bool
corpus_accepts(const char *path)
{
	size_t size;
	const char *text = file_of(path, &size), *why;
	struct json_object *doc = json_parse(policy_fixture_arena(), BYTES(text, size), &why);
	struct policy p;

	return doc != NULL && policy_parse(policy_fixture_arena(), doc, &p, &why) == OK;
}

static void
corpus_check_directory(const char *pattern, bool taken)
{
	glob_t files;

	CU_ASSERT_EQUAL_FATAL(glob(pattern, 0, NULL, &files), 0);
	for (size_t i = 0; i < files.gl_pathc; i++) {
		CHECK_ROW(corpus_accepts(files.gl_pathv[i]) == taken, files.gl_pathv[i]);
		policy_fixture_teardown();
	}
	globfree(&files);
}

static void
good_ones_are_taken(void)
{
	corpus_check_directory("tests/policy/corpus/good/*.json", true);
}

static void
bad_ones_are_refused(void)
{
	corpus_check_directory("tests/policy/corpus/bad/*.json", false);
	corpus_check_directory("tests/policy/corpus/beyond/*.json", false);
}

static CU_TestInfo tests[] = { { "good documents are taken", good_ones_are_taken },
			       { "bad documents are refused", bad_ones_are_refused },
			       CU_TEST_INFO_NULL };
CU_SuiteInfo corpus_suite = { "policy/corpus", NULL, NULL, NULL, NULL, tests };
