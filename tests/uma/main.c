/* SPDX-License-Identifier: Apache-2.0 */
#include "base/crypto.h"
#include "tests/run.h"

extern CU_SuiteInfo assess_suite;

int
main(int argc, char **argv)
{
	CU_SuiteInfo suites[] = { assess_suite, CU_SUITE_INFO_NULL };

	crypto_start();
	return run_suites(suites, argc, argv);
}
