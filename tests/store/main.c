/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The tests of the store.  What every engine must keep stands in contract*.c and is run for each; a
 * new engine is three rows here and a function that chooses it.
 */
#include "store/store.h"
#include "tests/run.h"
#include "tests/store/contract.h"
#include "tests/store/stage.h"

static int
use_lmdb(void)
{
	stage_engine = &store_lmdb;
	return 0;
}

int
main(void)
{
	CU_SuiteInfo suites[] = {
		changes_suite,
		{ "store/contract lmdb", use_lmdb, NULL, NULL, NULL, contract_tests },
		{ "store/contract_races lmdb", use_lmdb, NULL, NULL, NULL, contract_races_tests },
		{ "store/contract_random lmdb", use_lmdb, NULL, NULL, NULL, contract_random_tests },
		sweep_suite,
		epoch_suite,
		lmdb_suite,
		lmdb_full_suite,
		lmdb_create_suite,
		place_suite,
		CU_SUITE_INFO_NULL
	};

	return run_suites(suites);
}
