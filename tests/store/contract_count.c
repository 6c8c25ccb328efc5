/* SPDX-License-Identifier: Apache-2.0 */
/* The contract of include/store/changes.h for counters. */
#include "tests/store/contract.h"
#include "tests/store/store_fixture.h"

#define RACERS 6
#define LIMIT  40

static enum err
count_apply(struct store_fixture *st, const char *key, int64_t delta, int64_t max)
{
	struct changes c;

	changes_start(&c, st->arena, 1);
	change_put(&c, T_PCT, bytes_of("w"), bytes_of("written"));
	change_count(&c, T_COUNT, bytes_of(key), delta, max);
	change_put(&c, T_PCT, bytes_of("x"), bytes_of("written"));
	return store_fixture_commit(st, &c);
}

static int64_t
count_value(struct store_fixture *st, tenant_id t, const char *key)
{
	struct snapshot *db;
	int64_t n = -1;

	CU_ASSERT_EQUAL_FATAL(store_snapshot(st->store, &db), OK);
	CU_ASSERT_EQUAL(store_count(db, t, T_COUNT, bytes_of(key), &n), OK);
	store_release(db);
	return n;
}

static void
a_counter_goes_up_and_down_and_its_row_is_removed_at_zero(void)
{
	struct store_fixture st;

	store_fixture_setup(&st);
	CU_ASSERT_EQUAL(count_value(&st, 1, "k"), 0);
	CU_ASSERT_EQUAL(count_apply(&st, "k", 9, 100), OK);
	CU_ASSERT_EQUAL(count_apply(&st, "k", 1, 100), OK);
	CU_ASSERT_EQUAL(count_value(&st, 1, "k"), 10);
	CU_ASSERT_STRING_EQUAL(store_fixture_row(&st, 1, T_COUNT, "k"), "10");
	CU_ASSERT_EQUAL(count_value(&st, 2, "k"), 0);
	CU_ASSERT_EQUAL(count_value(&st, 1, "kk"), 0);
	CU_ASSERT_EQUAL(count_apply(&st, "k", -3, 0), OK);
	CU_ASSERT_EQUAL(count_value(&st, 1, "k"), 7);
	CU_ASSERT_EQUAL(count_apply(&st, "k", -7, 0), OK);
	CU_ASSERT_PTR_NULL(store_fixture_row(&st, 1, T_COUNT, "k"));
	store_fixture_teardown(&st);
}

static void
a_counter_is_never_negative(void)
{
	struct store_fixture st;

	store_fixture_setup(&st);
	CU_ASSERT_EQUAL(count_apply(&st, "k", -5, 0), OK);
	CU_ASSERT_PTR_NULL(store_fixture_row(&st, 1, T_COUNT, "k"));
	CU_ASSERT_EQUAL(count_apply(&st, "k", 2, 9), OK);
	CU_ASSERT_EQUAL(count_apply(&st, "k", INT64_MIN, 0), OK);
	CU_ASSERT_PTR_NULL(store_fixture_row(&st, 1, T_COUNT, "k"));
	CU_ASSERT_EQUAL(count_apply(&st, "k", 1, 9), OK);
	CU_ASSERT_EQUAL(count_value(&st, 1, "k"), 1);
	store_fixture_teardown(&st);
}

static void
a_list_that_exceeds_the_limit_writes_nothing(void)
{
	struct store_fixture st;

	store_fixture_setup(&st);
	CU_ASSERT_EQUAL(count_apply(&st, "k", 4, 3), ERR_CHANGED);
	CU_ASSERT_EQUAL(count_value(&st, 1, "k"), 0);
	CU_ASSERT_STRING_EQUAL(store_fixture_keys(&st, 1, T_PCT, "", ""), "");
	CU_ASSERT_EQUAL(count_apply(&st, "k", 3, 3), OK);
	CU_ASSERT_STRING_EQUAL(store_fixture_keys(&st, 1, T_PCT, "", ""), "w,x");
	CU_ASSERT_EQUAL(count_apply(&st, "k", 1, 3), ERR_CHANGED);
	CU_ASSERT_EQUAL(count_apply(&st, "k", INT64_MAX, INT64_MAX), OK);
	CU_ASSERT_EQUAL(count_value(&st, 1, "k"), INT64_MAX);
	store_fixture_teardown(&st);
}

static void
a_counter_above_a_lowered_limit_can_go_down(void)
{
	struct store_fixture st;

	store_fixture_setup(&st);
	CU_ASSERT_EQUAL(count_apply(&st, "k", 10, 10), OK);
	CU_ASSERT_EQUAL(count_apply(&st, "k", -1, 2), OK);
	CU_ASSERT_EQUAL(count_value(&st, 1, "k"), 9);
	CU_ASSERT_EQUAL(count_apply(&st, "k", 1, 2), ERR_CHANGED);
	store_fixture_teardown(&st);
}

static void
the_limit_applies_to_the_sum_of_the_lists_of_one_commit(void)
{
	struct changes list[4], *lists[4];
	struct store_fixture st;

	store_fixture_setup(&st);
	CU_ASSERT_EQUAL(count_apply(&st, "k", 1, 3), OK);
	for (int i = 0; i < 4; i++) {
		lists[i] = &list[i];
		changes_start(&list[i], st.arena, 1);
		change_add(&list[i], T_CONSENT, BYTES(&"abcd"[i], 1), bytes_of("asked"));
		change_count(&list[i], T_COUNT, bytes_of("k"), 1, 3);
	}
	CU_ASSERT_EQUAL(store_commit(st.store, lists, 4), OK);
	CU_ASSERT_EQUAL(list[0].verdict, OK);
	CU_ASSERT_EQUAL(list[1].verdict, OK);
	CU_ASSERT_EQUAL(list[2].verdict, ERR_CHANGED);
	CU_ASSERT_EQUAL(list[3].verdict, ERR_CHANGED);
	CU_ASSERT_EQUAL(count_value(&st, 1, "k"), 3);
	CU_ASSERT_STRING_EQUAL(store_fixture_keys(&st, 1, T_CONSENT, "", ""), "a,b");
	store_fixture_teardown(&st);
}

/* The commit reads the count; the snapshot of the list does not matter. */
static void
counts_of_other_commits_are_no_conflict(void)
{
	struct changes c;
	struct store_fixture st;

	store_fixture_setup(&st);
	changes_start(&c, st.arena, 1);
	change_count(&c, T_COUNT, bytes_of("k"), 1, 3);
	CU_ASSERT_EQUAL(count_apply(&st, "k", 2, 3), OK);
	CU_ASSERT_EQUAL(store_fixture_commit(&st, &c), OK);
	CU_ASSERT_EQUAL(count_value(&st, 1, "k"), 3);
	CU_ASSERT_EQUAL(store_fixture_commit(&st, &c), ERR_CHANGED);
	store_fixture_teardown(&st);
}

static void
a_corrupt_counter_rejects_increments_not_decrements(void)
{
	static const char *const rows[] = {
		"x", "0", "-1", "007", "1 ", "9223372036854775808", "11111111111111111111"
	};
	struct snapshot *db;
	struct store_fixture st;
	int64_t n;

	store_fixture_setup(&st);
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		store_fixture_put(&st, 1, T_COUNT, "k", rows[i]);
		CU_ASSERT_EQUAL(count_apply(&st, "k", 1, INT64_MAX), ERR_STORE);
		CU_ASSERT_STRING_EQUAL(store_fixture_keys(&st, 1, T_PCT, "", ""), "");
		store_snapshot(st.store, &db);
		CU_ASSERT_EQUAL(store_count(db, 1, T_COUNT, bytes_of("k"), &n), ERR_STORE);
		store_release(db);
	}
	CU_ASSERT_EQUAL(count_apply(&st, "k", -1, 0), OK);
	CU_ASSERT_STRING_EQUAL(store_fixture_keys(&st, 1, T_PCT, "", ""), "w,x");
	store_fixture_teardown(&st);
}

/* Counts until the limit is reached. The exit code is the number of successful commits. */
static int
count_to_the_limit(struct store_fixture *st, void *arg)
{
	int n = 0;
	enum err e;

	store_fixture_open(st);
	while ((e = count_apply(st, "k", 1, LIMIT)) == OK)
		n++;
	return e == ERR_CHANGED ? n : 255;
}

static void
concurrent_processes_do_not_exceed_the_limit(void)
{
	pid_t pid[RACERS];
	struct store_fixture st;
	int sum = 0;

	store_fixture_setup(&st);
	store_fixture_close(&st);
	for (int i = 0; i < RACERS; i++)
		pid[i] = store_fixture_fork(&st, count_to_the_limit, NULL);
	for (int i = 0; i < RACERS; i++)
		sum += store_fixture_wait(pid[i]);
	CU_ASSERT_EQUAL(sum, LIMIT);
	store_fixture_open(&st);
	CU_ASSERT_EQUAL(count_value(&st, 1, "k"), LIMIT);
	store_fixture_teardown(&st);
}

CU_TestInfo contract_count_tests[] = {
	{ "a counter goes up and down, and its row is removed at zero",
	  a_counter_goes_up_and_down_and_its_row_is_removed_at_zero },
	{ "a counter is never negative", a_counter_is_never_negative },
	{ "a list that exceeds the limit writes nothing",
	  a_list_that_exceeds_the_limit_writes_nothing },
	{ "a counter above a lowered limit can go down",
	  a_counter_above_a_lowered_limit_can_go_down },
	{ "the limit applies to the sum of the lists of one commit",
	  the_limit_applies_to_the_sum_of_the_lists_of_one_commit },
	{ "counts of other commits are no conflict", counts_of_other_commits_are_no_conflict },
	{ "a corrupt counter rejects increments, not decrements",
	  a_corrupt_counter_rejects_increments_not_decrements },
	{ "concurrent processes do not exceed the limit",
	  concurrent_processes_do_not_exceed_the_limit },
	CU_TEST_INFO_NULL
};
