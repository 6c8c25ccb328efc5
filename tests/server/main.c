/* SPDX-License-Identifier: Apache-2.0 */
#include "base/crypto.h"
#include "base/log.h"
#include "tests/run.h"

extern CU_SuiteInfo crash_guard_suite, routes_suite, caller_suite, client_credentials_suite,
	resources_suite, permission_suite, policy_suite, token_request_suite, assessment_suite,
	claims_suite, pct_suite, upgrade_suite, refresh_grant_suite, introspect_suite, revoke_suite,
	audit_suite, sizes_suite, bulk_suite, serve_suite, broken_suite, faults_suite, race_suite,
	delegation_suite, withdrawn_suite, concurrent_change_suite, cors_suite, lease_suite,
	code_grant_suite, pages_suite, claims_page_suite;
extern CU_SuiteInfo pushed_request_suite, authorize_suite;
extern CU_SuiteInfo waiting_suite, signin_suite, password_links_suite;

int
main(int argc, char **argv)
{
	CU_SuiteInfo suites[] = { crash_guard_suite,
				  routes_suite,
				  caller_suite,
				  client_credentials_suite,
				  resources_suite,
				  permission_suite,
				  policy_suite,
				  token_request_suite,
				  assessment_suite,
				  claims_suite,
				  pct_suite,
				  upgrade_suite,
				  refresh_grant_suite,
				  introspect_suite,
				  revoke_suite,
				  audit_suite,
				  sizes_suite,
				  bulk_suite,
				  serve_suite,
				  broken_suite,
				  faults_suite,
				  race_suite,
				  delegation_suite,
				  withdrawn_suite,
				  concurrent_change_suite,
				  cors_suite,
				  lease_suite,
				  code_grant_suite,
				  pages_suite,
				  pushed_request_suite,
				  authorize_suite,
				  waiting_suite,
				  signin_suite,
				  password_links_suite,
				  claims_page_suite,
				  CU_SUITE_INFO_NULL };

	crypto_start();
	log_start("test", "stderr", LOG_L_ERROR); /* no access log */
	return run_suites(suites, argc, argv);
}
