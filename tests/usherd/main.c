/* SPDX-License-Identifier: Apache-2.0 */
#include "base/crypto.h"
#include "tests/run.h"

extern CU_SuiteInfo clock_guard_suite, janitor_suite;

int
main(int argc, char **argv)
{
	CU_SuiteInfo suites[] = { clock_guard_suite, janitor_suite, CU_SUITE_INFO_NULL };

	crypto_start();
	return run_suites(suites, argc, argv);
}
