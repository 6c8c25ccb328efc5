/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Parses the files of tests/policy/corpus. good: schema and parser accept the document; bad: both
 * reject it; beyond: only the parser rejects it, because a JSON Schema cannot express the rule.
 * schema.py checks the schema with the same files.
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
good_documents_are_accepted(void)
{
	corpus_check_directory("tests/policy/corpus/good/*.json", true);
}

static void
bad_documents_are_rejected(void)
{
	corpus_check_directory("tests/policy/corpus/bad/*.json", false);
	corpus_check_directory("tests/policy/corpus/beyond/*.json", false);
}

static CU_TestInfo tests[] = { { "good documents are accepted", good_documents_are_accepted },
			       { "bad documents are rejected", bad_documents_are_rejected },
			       CU_TEST_INFO_NULL };
CU_SuiteInfo corpus_suite = { "policy/corpus", NULL, NULL, NULL, NULL, tests };
