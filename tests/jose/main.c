/* SPDX-License-Identifier: Apache-2.0 */
/* The tests of jose: keys, valid tokens, then invalid ones. */
#include "base/crypto.h"
#include "tests/run.h"

extern CU_SuiteInfo jwk_suite, jwks_suite, signing_key_suite, jwt_suite, forged_suite,
	mangled_suite;

int
main(int argc, char **argv)
{
	CU_SuiteInfo suites[] = { jwk_suite,	jwks_suite,    signing_key_suite, jwt_suite,
				  forged_suite, mangled_suite, CU_SUITE_INFO_NULL };

	crypto_start();
	return run_suites(suites, argc, argv);
}
