/* SPDX-License-Identifier: Apache-2.0 */
#include "base/crypto.h"
#include "tests/run.h"

extern CU_SuiteInfo arena_suite, b64_suite, buf_suite, clock_suite, config_suite, crypto_suite,
	descriptors_suite, err_suite, directory_suite, id_suite, jobs_suite, json_suite,
	json_out_suite, json_scan_suite, log_suite, log_output_suite, master_key_suite, path_suite,
	random_suite, pid_suite, settings_suite, shared_memory_suite, str_list_suite, text_suite,
	unicode_suite, uri_suite;

int
main(int argc, char **argv)
{
	CU_SuiteInfo suites[] = { err_suite,	    arena_suite,	 buf_suite,
				  text_suite,	    str_list_suite,	 json_scan_suite,
				  json_suite,	    json_out_suite,	 b64_suite,
				  crypto_suite,	    descriptors_suite,	 directory_suite,
				  master_key_suite, random_suite,	 jobs_suite,
				  id_suite,	    clock_suite,	 pid_suite,
				  log_suite,	    log_output_suite,	 settings_suite,
				  config_suite,	    unicode_suite,	 uri_suite,
				  path_suite,	    shared_memory_suite, CU_SUITE_INFO_NULL };

	crypto_start();
	return run_suites(suites, argc, argv);
}
