/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "base/err.h"
#include "tests/run.h"

static enum err
err_fail(void)
{
	return ERR_EXISTS;
}

static enum err
err_try_both(int *reached)
{
	TRY(OK);
	*reached = 1;
	TRY(err_fail());
	*reached = 2;
	return OK;
}

static void
an_error_has_its_status_and_code(void)
{
	CU_ASSERT_EQUAL(err_status(OK), 200);
	CU_ASSERT_EQUAL(err_status(ERR_INVALID_CLIENT), 401);
	CU_ASSERT_STRING_EQUAL(err_wire(ERR_INVALID_GRANT), "invalid_grant");
	CU_ASSERT_STRING_EQUAL(err_wire(ERR_NO_TOKEN), "");
	CU_ASSERT_STRING_EQUAL(err_wire(ERR_METHOD), "unsupported_method_type");
	CU_ASSERT_STRING_EQUAL(err_name(ERR_CHANGED), "ERR_CHANGED");
}

static void
a_fault_of_the_server_has_the_code_server_error(void)
{
	for (enum err e = OK; e <= ERR_WAIT; e++) {
		int ours = err_status(e) >= 500 && e != ERR_QUOTA && e != ERR_UNAVAILABLE;

		CU_ASSERT_EQUAL(ours, strcmp(err_wire(e), "server_error") == 0);
	}
}

static void
try_returns_at_the_first_error(void)
{
	int reached = 0;

	CU_ASSERT_EQUAL(err_try_both(&reached), ERR_EXISTS);
	CU_ASSERT_EQUAL(reached, 1);
}

static CU_TestInfo tests[] = { { "an error has its status and code [G-ERR-01]",
				 an_error_has_its_status_and_code },
			       { "a fault of the server has the code server_error",
				 a_fault_of_the_server_has_the_code_server_error },
			       { "TRY returns at the first error", try_returns_at_the_first_error },
			       CU_TEST_INFO_NULL };
CU_SuiteInfo err_suite = { "base/err", NULL, NULL, NULL, NULL, tests };
