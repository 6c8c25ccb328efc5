/* SPDX-License-Identifier: Apache-2.0 */
/* Starting and replacing is tested with real processes by test_boundary.py; here what is pure. */
#include "process/children.h"
#include "tests/run.h"

static void
restarts_back_off(void)
{
	static const int64_t want[] = { 0, 100, 200, 400, 800, 1600, 3200, 6400, 10000, 10000 };

	for (unsigned i = 0; i < sizeof(want) / sizeof(want[0]); i++)
		CU_ASSERT_EQUAL(children_backoff(i), want[i]);
	CU_ASSERT_EQUAL(children_backoff(UINT32_MAX), 10000);
}

static CU_TestInfo tests[] = {
	{ "restarts of one that keeps failing back off, up to ten seconds [T-X07]",
	  restarts_back_off },
	CU_TEST_INFO_NULL
};
CU_SuiteInfo children_suite = { "process/children", NULL, NULL, NULL, NULL, tests };
