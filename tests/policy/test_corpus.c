/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The parser against tests/policy/corpus.  good: schema and parser take it; bad: both refuse it;
 * beyond: a JSON Schema cannot say what is wrong, the parser does.  schema.py holds the schema
 * against the same files.
 */
#include <glob.h>
#include <string.h>

#include "base/json.h"
#include "tests/policy/help.h"
#include "tests/run.h"

static bool
is_taken(const char *path)
{
	size_t size;
	const char *text = file_of(path, &size), *why;
	struct json_object *doc = json_parse(help_arena(), BYTES(text, size), &why);
	struct policy p;

	return doc != NULL && policy_parse(help_arena(), doc, &p, &why) == OK;
}

static void
check_folder(const char *pattern, bool taken)
{
	glob_t files;

	CU_ASSERT_EQUAL_FATAL(glob(pattern, 0, NULL, &files), 0);
	for (size_t i = 0; i < files.gl_pathc; i++) {
		CHECK_ROW(is_taken(files.gl_pathv[i]) == taken, files.gl_pathv[i]);
		help_done();
	}
	globfree(&files);
}

static void
good_ones_are_taken(void)
{
	check_folder("tests/policy/corpus/good/*.json", true);
}

static void
bad_ones_are_refused(void)
{
	check_folder("tests/policy/corpus/bad/*.json", false);
	check_folder("tests/policy/corpus/beyond/*.json", false);
}

static CU_TestInfo tests[] = {
	{ "good documents are taken", good_ones_are_taken },
	{ "bad documents are refused", bad_ones_are_refused },
	CU_TEST_INFO_NULL
};
CU_SuiteInfo corpus_suite = { "policy/corpus", NULL, NULL, NULL, NULL, tests };
