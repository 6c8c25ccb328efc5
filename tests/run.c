/* SPDX-License-Identifier: Apache-2.0 */
/* The runner of all unit tests: prints one line for each CUnit test. */
#include <CUnit/TestRun.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "tests/run.h"

static unsigned passed, failed;

static void
test_done(const CU_pTest test, const CU_pSuite suite, const CU_pFailureRecord failure)
{
	if (failure == NULL) {
		passed++;
		printf("ok %s: %s\n", suite->pName, test->pName);
		return;
	}
	failed++;
	printf("not ok %s: %s\n", suite->pName, test->pName);
	for (CU_pFailureRecord f = failure; f != NULL; f = f->pNext)
		printf("    %s:%u: %s\n", f->strFileName, f->uiLineNumber,
		       f->strCondition != NULL ? f->strCondition : "?");
}

static void
suite_failed(const CU_pSuite suite)
{
	failed++;
	printf("not ok %s: the setup of the suite succeeds\n", suite->pName);
}

/* Runs the tests whose "suite: sentence" contains the pattern; with NULL, lists all. */
static void
run_matching(const char *pattern)
{
	for (CU_pSuite s = CU_get_registry()->pSuite; s != NULL; s = s->pNext) {
		for (CU_pTest t = s->pTest; t != NULL; t = t->pNext) {
			char name[1024];

			snprintf(name, sizeof name, "%s: %s", s->pName, t->pName);
			if (pattern == NULL)
				puts(name);
			else if (strstr(name, pattern) != NULL)
				CU_run_test(s, t);
		}
	}
}

int
run_suites(CU_SuiteInfo *suites, int argc, char **argv)
{
	bool list = argc > 1 && strcmp(argv[1], "-l") == 0;

	setvbuf(stdout, NULL, _IOLBF, 0);
	if (CU_initialize_registry() != CUE_SUCCESS || CU_register_suites(suites) != CUE_SUCCESS) {
		fprintf(stderr, "CUnit: %s\n", CU_get_error_msg());
		return 1;
	}
	CU_set_test_complete_handler(test_done);
	CU_set_suite_init_failure_handler(suite_failed);
	if (argc > 1)
		run_matching(list ? NULL : argv[1]);
	else
		CU_run_all_tests();
	CU_cleanup_registry();
	if (list)
		return 0;
	printf("%u passed, %u failed\n", passed, failed);
	return failed == 0 && passed > 0 ? 0 : 1;
}
