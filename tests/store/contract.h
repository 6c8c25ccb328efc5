/* SPDX-License-Identifier: Apache-2.0 */
#ifndef USHER_TESTS_STORE_CONTRACT_H
#define USHER_TESTS_STORE_CONTRACT_H

#include <CUnit/CUnit.h>

/* The contract of include/store/store.h, tested for each engine (main.c). */
extern CU_TestInfo contract_tests[], contract_commit_tests[], contract_races_tests[],
	contract_random_tests[], contract_count_tests[];

extern CU_SuiteInfo changes_suite, sweep_suite, epoch_suite, lmdb_suite, lmdb_full_suite,
	lmdb_create_suite, lmdb_file_suite, writer_suite, store_dir_suite, engine_suite,
	namespace_suite, time_suite;

#endif
