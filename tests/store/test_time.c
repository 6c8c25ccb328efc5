/* SPDX-License-Identifier: Apache-2.0 */
#include "store/time.h"
#include "tests/store/contract.h"
#include "tests/store/store_fixture.h"

static int64_t
time_of(struct store_fixture *st)
{
	struct snapshot *db;
	int64_t time = -1;

	CU_ASSERT_EQUAL(store_snapshot(st->store, &db), OK);
	CU_ASSERT_EQUAL(store_time(db, &time), OK);
	store_release(db);
	return time;
}

static void
the_stores_time_never_goes_back(void)
{
	struct store_fixture st;

	store_fixture_setup(&st);
	CU_ASSERT_EQUAL(time_of(&st), 0);
	CU_ASSERT_EQUAL(store_time_keep(st.store, 1000), OK);
	CU_ASSERT_EQUAL(time_of(&st), 1000);
	CU_ASSERT_EQUAL(store_time_keep(st.store, 999), OK);
	CU_ASSERT_EQUAL(time_of(&st), 1000);
	CU_ASSERT_EQUAL(store_time_keep(st.store, 1001), OK);
	store_fixture_close(&st);
	store_fixture_open(&st);
	CU_ASSERT_EQUAL(time_of(&st), 1001);
	store_fixture_teardown(&st);
}

static void
a_corrupt_time_is_a_fault(void)
{
	struct store_fixture st;
	int64_t time;

	store_fixture_setup(&st);
	CU_ASSERT_EQUAL(store_time_now(st.store, &time), OK);
	CU_ASSERT_EQUAL(time, 0);
	store_fixture_put(&st, 0, T_META, "time", "noon");
	CU_ASSERT_EQUAL(store_time_keep(st.store, 1000), ERR_STORE);
	CU_ASSERT_EQUAL(store_time_now(st.store, &time), ERR_STORE);
	store_fixture_teardown(&st);
}

static CU_TestInfo tests[] = { { "the store's time never goes back [T-O04]",
				 the_stores_time_never_goes_back },
			       { "a corrupt time is a fault", a_corrupt_time_is_a_fault },
			       CU_TEST_INFO_NULL };
CU_SuiteInfo time_suite = { "store/time", NULL, NULL, NULL, NULL, tests };
