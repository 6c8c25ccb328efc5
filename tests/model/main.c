/* SPDX-License-Identifier: Apache-2.0 */
#include "base/crypto.h"
#include "tests/run.h"

extern CU_SuiteInfo row_suite, handle_suite, tenant_suite, tenant_keys_suite, claim_token_suite,
	party_suite, resource_parse_suite, resource_suite, stored_policy_suite, account_suite,
	client_suite, issuer_suite, ticket_suite, refresh_suite, pct_suite, access_suite,
	throttle_suite, signin_throttle_suite, audit_suite, consent_suite, revalidate_suite,
	history_suite, rpt_suite, housekeeping_suite, policy_names_suite, batch_cache_suite;
extern CU_SuiteInfo code_suite, reset_suite, session_suite;
extern CU_SuiteInfo password_suite;

int
main(int argc, char **argv)
{
	CU_SuiteInfo suites[] = {
		row_suite,	   handle_suite,	session_suite,	       tenant_suite,
		tenant_keys_suite, claim_token_suite,	party_suite,	       resource_parse_suite,
		resource_suite,	   stored_policy_suite, account_suite,	       client_suite,
		issuer_suite,	   ticket_suite,	refresh_suite,	       pct_suite,
		access_suite,	   throttle_suite,	signin_throttle_suite, reset_suite,
		audit_suite,	   consent_suite,	revalidate_suite,      history_suite,
		rpt_suite,	   housekeeping_suite,	policy_names_suite,    batch_cache_suite,
		code_suite,	   password_suite,	CU_SUITE_INFO_NULL
	};

	crypto_start();
	return run_suites(suites, argc, argv);
}
