/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The tests of the store. The contract of all engines is in contract*.c and runs for each. A new
 * engine needs five rows here and a function that selects it.
 */
#include "store/store.h"
#include "tests/run.h"
#include "tests/store/contract.h"
#include "tests/store/store_fixture.h"

/* clang-format off */
#define PROMISES(name, use, tests) { name, use, NULL, NULL, NULL, tests }
/* clang-format on */

static int
use_lmdb(void)
{
	store_fixture_engine = &store_lmdb;
	return 0;
}

int
main(int argc, char **argv)
{
	CU_SuiteInfo suites[] = {
		changes_suite,
		PROMISES("store/contract lmdb", use_lmdb, contract_tests),
		PROMISES("store/contract_commit lmdb", use_lmdb, contract_commit_tests),
		PROMISES("store/contract_races lmdb", use_lmdb, contract_races_tests),
		PROMISES("store/contract_random lmdb", use_lmdb, contract_random_tests),
		PROMISES("store/contract_count lmdb", use_lmdb, contract_count_tests),
		engine_suite,
		sweep_suite,
		epoch_suite,
		time_suite,
		lmdb_suite,
		lmdb_full_suite,
		lmdb_create_suite,
		lmdb_file_suite,
		writer_suite,
		store_dir_suite,
		namespace_suite,
		CU_SUITE_INFO_NULL
	};

	return run_suites(suites, argc, argv);
}
