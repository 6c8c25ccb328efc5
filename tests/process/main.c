/* SPDX-License-Identifier: Apache-2.0 */
#include "base/crypto.h"
#include "tests/run.h"

extern CU_SuiteInfo children_suite, confine_suite, conn_set_suite, handover_suite, listen_suite,
	peers_suite, task_suite, parking_suite;

int
main(int argc, char **argv)
{
	CU_SuiteInfo suites[] = { children_suite, confine_suite, conn_set_suite,
				  handover_suite, listen_suite,	 peers_suite,
				  task_suite,	  parking_suite, CU_SUITE_INFO_NULL };

	crypto_start();
	return run_suites(suites, argc, argv);
}
