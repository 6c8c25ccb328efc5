/* SPDX-License-Identifier: Apache-2.0 */
#include "store/time.h"
#include "tests/store/contract.h"
#include "tests/store/stage.h"

static int64_t
time_of(struct stage *st)
{
	struct snapshot *db;
	int64_t time = -1;

	CU_ASSERT_EQUAL(store_snapshot(st->store, &db), OK);
	CU_ASSERT_EQUAL(store_time(db, &time), OK);
	store_release(db);
	return time;
}

static void
it_only_rises(void)
{
	struct stage st;

	stage_start(&st);
	CU_ASSERT_EQUAL(time_of(&st), 0);
	CU_ASSERT_EQUAL(store_time_keep(st.store, 1000), OK);
	CU_ASSERT_EQUAL(time_of(&st), 1000);
	CU_ASSERT_EQUAL(store_time_keep(st.store, 999), OK);
	CU_ASSERT_EQUAL(time_of(&st), 1000);
	CU_ASSERT_EQUAL(store_time_keep(st.store, 1001), OK);
	stage_close(&st);
	stage_open(&st);
	CU_ASSERT_EQUAL(time_of(&st), 1001);
	stage_end(&st);
}

static void
what_is_no_time_is_a_fault(void)
{
	struct stage st;
	int64_t time;

	stage_start(&st);
	CU_ASSERT_EQUAL(store_time_now(st.store, &time), OK);
	CU_ASSERT_EQUAL(time, 0);
	stage_put(&st, 0, T_META, "time", "noon");
	CU_ASSERT_EQUAL(store_time_keep(st.store, 1000), ERR_STORE);
	CU_ASSERT_EQUAL(store_time_now(st.store, &time), ERR_STORE);
	stage_end(&st);
}

static CU_TestInfo tests[] = {
	{ "the store's time only rises [T-O04]", it_only_rises },
	{ "what is no time is a fault", what_is_no_time_is_a_fault },
	CU_TEST_INFO_NULL
};
CU_SuiteInfo time_suite = { "store/time", NULL, NULL, NULL, NULL, tests };
