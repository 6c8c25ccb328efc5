/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/store/contract.h"
#include "tests/store/store_fixture.h"

/* 2^32 + 1000: a time beyond 32 bits, so that all five bytes count. */
#define T0 ((1ll << 32) + 1000)

/* A row of `table` that expires at `time`. */
static void
sweep_put_row(struct store_fixture *st, tenant_id t, enum table table, int64_t time, uint8_t tail)
{
	uint8_t key[6] = { (uint8_t)(time >> 32), (uint8_t)(time >> 24), (uint8_t)(time >> 16),
			   (uint8_t)(time >> 8),  (uint8_t)time,	 tail };
	struct changes c;

	changes_start(&c, st->arena, t);
	change_put(&c, table, BYTES(key, sizeof(key)), bytes_of("row"));
	CU_ASSERT_EQUAL(store_fixture_commit(st, &c), OK);
}

static enum err
sweep_count_row(void *arg, struct bytes key, struct bytes row)
{
	++*(int *)arg;
	return OK;
}

static int
sweep_count_rows(struct store_fixture *st, tenant_id t, enum table table)
{
	struct snapshot *db;
	int n = 0;

	CU_ASSERT_EQUAL(store_snapshot(st->store, &db), OK);
	CU_ASSERT_EQUAL(store_scan(db, t, table, BYTES_NONE, BYTES_NONE, sweep_count_row, &n), OK);
	store_release(db);
	return n;
}

static size_t
sweep_store(struct store_fixture *st, tenant_id t, int64_t now, size_t limit)
{
	size_t swept = 999;

	CU_ASSERT_EQUAL(store_sweep(st->store, t, now, limit, &swept), OK);
	return swept;
}

static void
only_expired_rows_are_removed(void)
{
	struct store_fixture st;

	store_fixture_setup(&st);
	sweep_put_row(&st, 1, T_TICKET, T0 - 1, 0);
	sweep_put_row(&st, 1, T_TICKET, T0, 0);
	sweep_put_row(&st, 1, T_TICKET, T0 + 1, 0);
	sweep_put_row(&st, 1, T_TICKET, 5, 0);
	CU_ASSERT_EQUAL(sweep_store(&st, 1, T0, 100), 2);
	CU_ASSERT_EQUAL(sweep_count_rows(&st, 1, T_TICKET), 2);
	CU_ASSERT_EQUAL(sweep_store(&st, 1, T0, 100), 0);
	CU_ASSERT_EQUAL(sweep_store(&st, 1, T0 + 2, 100), 2);
	CU_ASSERT_EQUAL(sweep_count_rows(&st, 1, T_TICKET), 0);
	store_fixture_teardown(&st);
}

static void
exactly_the_tables_whose_rows_expire_are_swept(void)
{
	struct store_fixture st;
	int expiring = 0;

	store_fixture_setup(&st);
	for (int t = 0; t < TABLE_COUNT; t++) {
		sweep_put_row(&st, 1, (enum table)t, 10, 0);
		sweep_put_row(&st, 1, (enum table)t, 10, 1);
		sweep_put_row(&st, 1, (enum table)t, T0, 0);
		expiring += table_expires((enum table)t);
	}
	CU_ASSERT_EQUAL(sweep_store(&st, 1, 11, 1000), 2 * (size_t)expiring);
	for (int t = 0; t < TABLE_COUNT; t++)
		if (t != T_COUNT) /* rows of other tables count, too */
			CU_ASSERT_EQUAL(sweep_count_rows(&st, 1, (enum table)t),
					table_expires((enum table)t) ? 1 : 3);
	CU_ASSERT(sweep_count_rows(&st, 1, T_COUNT) >= 3);
	store_fixture_teardown(&st);
}

static void
a_limited_sweep_continues_until_all_expired_rows_are_removed(void)
{
	struct store_fixture st;

	store_fixture_setup(&st);
	for (int i = 0; i < 25; i++) {
		sweep_put_row(&st, 1, T_RPT, 100 + i, 0);
		sweep_put_row(&st, 1, T_SEEN, 100 + i, 0);
	}
	CU_ASSERT_EQUAL(sweep_store(&st, 1, 1000, 0), 0);
	CU_ASSERT_EQUAL(sweep_store(&st, 1, 1000, 20), 20);
	CU_ASSERT_EQUAL(sweep_count_rows(&st, 1, T_RPT) + sweep_count_rows(&st, 1, T_SEEN), 30);
	CU_ASSERT_EQUAL(sweep_store(&st, 1, 1000, 20), 20);
	CU_ASSERT_EQUAL(sweep_store(&st, 1, 1000, 20), 10);
	CU_ASSERT_EQUAL(sweep_count_rows(&st, 1, T_RPT) + sweep_count_rows(&st, 1, T_SEEN), 0);
	store_fixture_teardown(&st);
}

static void
rows_of_other_tenants_are_not_removed(void)
{
	struct store_fixture st;

	store_fixture_setup(&st);
	sweep_put_row(&st, 1, T_PCT, 10, 0);
	sweep_put_row(&st, 2, T_PCT, 10, 0);
	CU_ASSERT_EQUAL(sweep_store(&st, 1, 1000, 100), 1);
	CU_ASSERT_EQUAL(sweep_count_rows(&st, 1, T_PCT), 0);
	CU_ASSERT_EQUAL(sweep_count_rows(&st, 2, T_PCT), 1);
	CU_ASSERT_EQUAL(sweep_store(&st, 3, 1000, 100), 0);
	store_fixture_teardown(&st);
}

static CU_TestInfo tests[] = { { "only expired rows are removed", only_expired_rows_are_removed },
			       { "exactly the tables whose rows expire are swept",
				 exactly_the_tables_whose_rows_expire_are_swept },
			       { "a limited sweep continues until all expired rows are removed",
				 a_limited_sweep_continues_until_all_expired_rows_are_removed },
			       { "rows of other tenants are not removed [T-M01]",
				 rows_of_other_tenants_are_not_removed },
			       CU_TEST_INFO_NULL };
CU_SuiteInfo sweep_suite = { "store/sweep", NULL, NULL, NULL, NULL, tests };
