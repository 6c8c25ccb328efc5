/* SPDX-License-Identifier: Apache-2.0 */
#include "store/store.h"
#include "tests/store/contract.h"

static void
a_path_selects_lmdb(void)
{
	static const char *const paths[] = { "/var/lib/usher/store", "store", "./pg:store", "" };

	for (size_t i = 0; i < sizeof(paths) / sizeof(*paths); i++)
		CU_ASSERT_PTR_EQUAL(store_engine(paths[i]), &store_lmdb);
}

static CU_TestInfo tests[] = { { "a path selects LMDB", a_path_selects_lmdb }, CU_TEST_INFO_NULL };
CU_SuiteInfo engine_suite = { "store/engine", NULL, NULL, NULL, NULL, tests };
