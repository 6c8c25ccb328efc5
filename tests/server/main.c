/* SPDX-License-Identifier: Apache-2.0 */
#include "base/crypto.h"
#include "tests/run.h"

extern CU_SuiteInfo assessment_suite, token_request_suite, claims_suite, upgrade_suite,
	refresh_grant_suite, introspect_suite, revoke_suite;

int
main(void)
{
	CU_SuiteInfo suites[] = {
		assessment_suite, token_request_suite, claims_suite, upgrade_suite,
		refresh_grant_suite, introspect_suite, revoke_suite, CU_SUITE_INFO_NULL
	};

	crypto_start();
	return run_suites(suites);
}
