/* SPDX-License-Identifier: Apache-2.0 */
#include "base/crypto.h"
#include "tests/run.h"

extern CU_SuiteInfo authorization_suite, connection_suite, exchange_suite, fcgi_suite, form_suite,
	gate_suite;

int
main(int argc, char **argv)
{
	CU_SuiteInfo suites[] = { exchange_suite, form_suite,	    authorization_suite, gate_suite,
				  fcgi_suite,	  connection_suite, CU_SUITE_INFO_NULL };

	crypto_start();
	return run_suites(suites, argc, argv);
}
