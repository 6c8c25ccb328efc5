/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/run.h"

extern CU_SuiteInfo options_suite, out_table_suite, input_time_suite, command_suite,
	invocation_suite, client_command_suite, policy_command_suite, request_command_suite,
	audit_command_suite, status_command_suite, approval_command_suite;

int
main(int argc, char **argv)
{
	CU_SuiteInfo suites[] = { options_suite,	  out_table_suite,
				  input_time_suite,	  command_suite,
				  invocation_suite,	  client_command_suite,
				  policy_command_suite,	  request_command_suite,
				  audit_command_suite,	  status_command_suite,
				  approval_command_suite, CU_SUITE_INFO_NULL };

	return run_suites(suites, argc, argv);
}
