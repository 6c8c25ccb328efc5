/* SPDX-License-Identifier: Apache-2.0 */
#include "base/clock.h"
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

/* In a child: what it does to its clock stays. */
static int
clock_is_ahead(struct stage *st, void *arg)
{
	int64_t before = clock_now();

	stage_open(st);
	return clock_now() < before + 86400 || clock_wall() / 1000 > before + 3600;
}

static void
who_opens_the_store_is_not_behind_it(void)
{
	struct stage st;

	stage_start(&st);
	CU_ASSERT_EQUAL(store_time_keep(st.store, clock_now() + 86401), OK);
	stage_close(&st);
	CU_ASSERT_EQUAL(stage_wait(stage_fork(&st, clock_is_ahead, NULL)), 0);
	clock_set(1000);	/* so that our own clock does not follow */
	stage_open(&st);
	stage_end(&st);
	clock_set(0);
}

static void
what_is_no_time_is_a_fault(void)
{
	struct store_config config;
	const char *why = NULL;
	struct store *s;
	struct stage st;

	stage_start(&st);
	config = (struct store_config){ st.path, st.size, st.max, false };
	stage_put(&st, 0, T_META, "time", "noon");
	CU_ASSERT_EQUAL(store_time_keep(st.store, 1000), ERR_STORE);
	stage_close(&st);
	CU_ASSERT_EQUAL(store_open(stage_engine, &config, &s, &why), ERR_STORE);
	CU_ASSERT_STRING_EQUAL(why, "the database's time cannot be read");
	stage_end(&st);
}

static CU_TestInfo tests[] = {
	{ "the store's time only rises [T-O04]", it_only_rises },
	{ "who opens the store is not behind its time [T-O04]",
	  who_opens_the_store_is_not_behind_it },
	{ "what is no time is a fault", what_is_no_time_is_a_fault },
	CU_TEST_INFO_NULL
};
CU_SuiteInfo time_suite = { "store/time", NULL, NULL, NULL, NULL, tests };
