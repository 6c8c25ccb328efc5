/* SPDX-License-Identifier: Apache-2.0 */
/* The one runner of all unit tests: CUnit underneath, one line a test on top. */
#include <CUnit/TestRun.h>
#include <stdio.h>

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
	printf("not ok %s: its preparation works\n", suite->pName);
}

int
run_suites(CU_SuiteInfo *suites)
{
	setvbuf(stdout, NULL, _IOLBF, 0);
	if (CU_initialize_registry() != CUE_SUCCESS || CU_register_suites(suites) != CUE_SUCCESS) {
		fprintf(stderr, "CUnit: %s\n", CU_get_error_msg());
		return 1;
	}
	CU_set_test_complete_handler(test_done);
	CU_set_suite_init_failure_handler(suite_failed);
	CU_run_all_tests();
	CU_cleanup_registry();
	printf("%u passed, %u failed\n", passed, failed);
	return failed == 0 && passed > 0 ? 0 : 1;
}
