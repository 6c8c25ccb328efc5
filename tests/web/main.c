/* SPDX-License-Identifier: Apache-2.0 */
#include "base/crypto.h"
#include "tests/run.h"

extern CU_SuiteInfo request_suite, reply_suite, caller_suite, etag_suite, cookie_suite,
	form_check_suite, page_suite;

int
main(int argc, char **argv)
{
	CU_SuiteInfo suites[] = {
		request_suite, reply_suite,	 caller_suite, etag_suite,
		cookie_suite,  form_check_suite, page_suite,   CU_SUITE_INFO_NULL
	};

	crypto_start();
	return run_suites(suites, argc, argv);
}
