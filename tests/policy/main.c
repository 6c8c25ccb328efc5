/* SPDX-License-Identifier: Apache-2.0 */
/* The suites of the room policy. */
#include "tests/run.h"

extern CU_SuiteInfo policy_parse_suite, policy_print_suite, policy_decide_suite, condition_suite,
	when_claim_suite, describe_suite, laws_suite, corpus_suite;

int
main(int argc, char **argv)
{
	CU_SuiteInfo suites[] = { policy_parse_suite, policy_print_suite, policy_decide_suite,
				  condition_suite,    when_claim_suite,	  describe_suite,
				  laws_suite,	      corpus_suite,	  CU_SUITE_INFO_NULL };

	return run_suites(suites, argc, argv);
}
