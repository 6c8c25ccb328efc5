/* SPDX-License-Identifier: Apache-2.0 */
#include "store/epoch.h"
#include "tests/store/contract.h"
#include "tests/store/store_fixture.h"

static enum err
read_epoch(struct store_fixture *st, int64_t *out)
{
	struct snapshot *db;
	enum err e;

	CU_ASSERT_EQUAL(store_snapshot(st->store, &db), OK);
	e = store_epoch(db, out);
	store_release(db);
	return e;
}

static enum err
raise_once(struct store_fixture *st, int64_t *out)
{
	struct snapshot *db;
	struct changes c;
	enum err e;

	CU_ASSERT_EQUAL(store_snapshot(st->store, &db), OK);
	changes_start(&c, st->arena, 7);
	e = store_epoch_raise(db, &c, out);
	if (e == OK)
		e = store_fixture_commit(st, &c);
	CU_ASSERT_EQUAL(c.tenant, 7);
	store_release(db);
	return e;
}

static void
the_epoch_begins_at_one_and_never_goes_down(void)
{
	struct store_fixture st;
	int64_t epoch = 0;

	store_fixture_setup(&st);
	CU_ASSERT_EQUAL(read_epoch(&st, &epoch), OK);
	CU_ASSERT_EQUAL(epoch, 1);
	for (int64_t i = 2; i < 12; i++) {
		CU_ASSERT_EQUAL(raise_once(&st, &epoch), OK);
		CU_ASSERT_EQUAL(epoch, i);
	}
	store_fixture_close(&st);
	store_fixture_open(&st);
	CU_ASSERT_EQUAL(read_epoch(&st, &epoch), OK);
	CU_ASSERT_EQUAL(epoch, 11);
	store_fixture_teardown(&st);
}

static int
raise_ten(struct store_fixture *st, void *arg)
{
	int64_t epoch;
	enum err e = OK;

	store_fixture_open(st);
	for (int i = 0; i < 10 && e == OK; i++)
		do
			e = raise_once(st, &epoch);
		while (e == ERR_CHANGED);
	return e != OK;
}

static void
each_increment_by_any_process_counts(void)
{
	struct store_fixture st;
	int64_t epoch;
	pid_t pid[4];

	store_fixture_setup(&st);
	for (int i = 0; i < 4; i++)
		pid[i] = store_fixture_fork(&st, raise_ten, NULL);
	for (int i = 0; i < 4; i++)
		CU_ASSERT_EQUAL(store_fixture_wait(pid[i]), 0);
	CU_ASSERT_EQUAL(read_epoch(&st, &epoch), OK);
	CU_ASSERT_EQUAL(epoch, 41);
	store_fixture_teardown(&st);
}

static void
a_corrupt_epoch_is_a_fault(void)
{
	static const char *bad[] = { "",
				     "0",
				     "-1",
				     "x",
				     "1x",
				     "01",
				     " 1",
				     "9223372036854775808",
				     "123456789012345678901234567890" };
	struct store_fixture st;
	int64_t epoch;

	store_fixture_setup(&st);
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		store_fixture_take(&st, 0, T_META, "epoch", bad[i]);
		CU_ASSERT_EQUAL(read_epoch(&st, &epoch), ERR_STORE);
		CU_ASSERT_EQUAL(raise_once(&st, &epoch), ERR_STORE);
	}
	store_fixture_put(&st, 0, T_META, "epoch", "9223372036854775807");
	CU_ASSERT_EQUAL(read_epoch(&st, &epoch), OK);
	CU_ASSERT_EQUAL(raise_once(&st, &epoch), ERR_STORE);
	store_fixture_teardown(&st);
}

static CU_TestInfo tests[] = { { "the epoch begins at one and never goes down [T-S12]",
				 the_epoch_begins_at_one_and_never_goes_down },
			       { "each increment by any process counts [T-S12]",
				 each_increment_by_any_process_counts },
			       { "a corrupt epoch is a fault", a_corrupt_epoch_is_a_fault },
			       CU_TEST_INFO_NULL };
CU_SuiteInfo epoch_suite = { "store/epoch", NULL, NULL, NULL, NULL, tests };
