/* SPDX-License-Identifier: Apache-2.0 */
/* The contract of include/store/store.h within one process. */
#include <signal.h>

#include "tests/store/contract.h"
#include "tests/store/store_fixture.h"

static void
a_row_that_was_put_can_be_read(void)
{
	struct store_fixture st;

	store_fixture_setup(&st);
	CU_ASSERT_EQUAL(store_fixture_put(&st, 1, T_CLIENT, "c1", "{\"n\":1}"), OK);
	CU_ASSERT_STRING_EQUAL(store_fixture_row(&st, 1, T_CLIENT, "c1"), "{\"n\":1}");
	CU_ASSERT_PTR_NULL(store_fixture_row(&st, 1, T_CLIENT, "c"));
	CU_ASSERT_PTR_NULL(store_fixture_row(&st, 1, T_CLIENT, "c12"));
	CU_ASSERT_PTR_NULL(store_fixture_row(&st, 1, T_ACCOUNT, "c1"));
	CU_ASSERT_EQUAL(store_fixture_put(&st, 1, T_CLIENT, "c1", "2"), OK);
	CU_ASSERT_STRING_EQUAL(store_fixture_row(&st, 1, T_CLIENT, "c1"), "2");
	store_fixture_teardown(&st);
}

static void
rows_remain_after_the_process_exits(void)
{
	struct store_fixture st;

	store_fixture_setup(&st);
	store_fixture_put(&st, 7, T_RPT, "r", "kept");
	store_fixture_close(&st);
	store_fixture_open(&st);
	CU_ASSERT_STRING_EQUAL(store_fixture_row(&st, 7, T_RPT, "r"), "kept");
	store_fixture_teardown(&st);
}

/* No key can imitate the number of a tenant. */
static void
tenants_do_not_see_each_other(void)
{
	static const tenant_id ids[] = { 0, 1, 256, 0x0100000000000000, UINT64_MAX };
	struct store_fixture st;

	store_fixture_setup(&st);
	for (size_t i = 0; i < 5; i++) {
		store_fixture_put(&st, ids[i], T_POLICY, "p", arena_printf(st.arena, "%zu", i));
		store_fixture_put(&st, ids[i], T_POLICY, "\xff\xff\xff", "edge");
	}
	for (size_t i = 0; i < 5; i++) {
		CU_ASSERT_STRING_EQUAL(store_fixture_row(&st, ids[i], T_POLICY, "p"),
				       arena_printf(st.arena, "%zu", i));
		CU_ASSERT_STRING_EQUAL(store_fixture_keys(&st, ids[i], T_POLICY, "", ""),
				       "p,\xff\xff\xff");
		CU_ASSERT_STRING_EQUAL(store_fixture_keys(&st, ids[i], T_POLICY, "\xff", ""),
				       "\xff\xff\xff");
	}
	CU_ASSERT_STRING_EQUAL(store_fixture_keys(&st, 2, T_POLICY, "", ""), "");
	CU_ASSERT_EQUAL(store_fixture_take(&st, 1, T_POLICY, "p", NULL), OK);
	CU_ASSERT_PTR_NOT_NULL(store_fixture_row(&st, 256, T_POLICY, "p"));
	store_fixture_teardown(&st);
}

static void
a_scan_returns_the_keys_of_its_prefix_in_order(void)
{
	static const char *keys[] = { "a", "aa", "aab", "ab", "b", "ba" };
	struct store_fixture st;

	store_fixture_setup(&st);
	for (size_t i = 0; i < 6; i++)
		store_fixture_put(&st, 1, T_AUDIT, keys[5 - i], "x");
	CU_ASSERT_STRING_EQUAL(store_fixture_keys(&st, 1, T_AUDIT, "", ""), "a,aa,aab,ab,b,ba");
	CU_ASSERT_STRING_EQUAL(store_fixture_keys(&st, 1, T_AUDIT, "a", ""), "a,aa,aab,ab");
	CU_ASSERT_STRING_EQUAL(store_fixture_keys(&st, 1, T_AUDIT, "aa", ""), "aa,aab");
	CU_ASSERT_STRING_EQUAL(store_fixture_keys(&st, 1, T_AUDIT, "a", "aab"), "aab,ab");
	CU_ASSERT_STRING_EQUAL(store_fixture_keys(&st, 1, T_AUDIT, "a", "aaa"), "aab,ab");
	CU_ASSERT_STRING_EQUAL(store_fixture_keys(&st, 1, T_AUDIT, "", "b"), "b,ba");
	CU_ASSERT_STRING_EQUAL(store_fixture_keys(&st, 1, T_AUDIT, "a", "b"), "");
	CU_ASSERT_STRING_EQUAL(store_fixture_keys(&st, 1, T_AUDIT, "b", "a"), "b,ba");
	CU_ASSERT_STRING_EQUAL(store_fixture_keys(&st, 1, T_AUDIT, "c", ""), "");
	store_fixture_teardown(&st);
}

static enum err
stop_at_two(void *arg, struct bytes key, struct bytes row)
{
	return ++*(int *)arg == 2 ? SCAN_STOP : OK;
}

static enum err
fail_at_two(void *arg, struct bytes key, struct bytes row)
{
	return ++*(int *)arg == 2 ? ERR_TOO_MANY : OK;
}

static void
a_scan_ends_at_an_error(void)
{
	struct snapshot *db;
	struct store_fixture st;
	int seen = 0;

	store_fixture_setup(&st);
	for (const char *k = "abc"; *k != '\0'; k++)
		store_fixture_put(&st, 1, T_ISSUER, arena_strndup(st.arena, k, 1), "x");
	CU_ASSERT_EQUAL(store_snapshot(st.store, &db), OK);
	CU_ASSERT_EQUAL(store_scan(db, 1, T_ISSUER, BYTES_NONE, BYTES_NONE, stop_at_two, &seen),
			OK);
	CU_ASSERT_EQUAL(seen, 2);
	seen = 0;
	CU_ASSERT_EQUAL(store_scan(db, 1, T_ISSUER, BYTES_NONE, BYTES_NONE, fail_at_two, &seen),
			ERR_TOO_MANY);
	CU_ASSERT_EQUAL(seen, 2);
	store_release(db);
	store_fixture_teardown(&st);
}

static void
a_snapshot_does_not_change(void)
{
	struct snapshot *old, *new;
	struct bytes row;
	struct store_fixture st;

	store_fixture_setup(&st);
	store_fixture_put(&st, 1, T_RESOURCE, "r", "before");
	CU_ASSERT_EQUAL(store_snapshot(st.store, &old), OK);
	store_fixture_put(&st, 1, T_RESOURCE, "r", "after");
	store_fixture_put(&st, 1, T_RESOURCE, "s", "new");
	CU_ASSERT_EQUAL(store_get(old, 1, T_RESOURCE, bytes_of("r"), &row), OK);
	CU_ASSERT(bytes_equal(row, bytes_of("before")));
	CU_ASSERT_EQUAL(store_get(old, 1, T_RESOURCE, bytes_of("s"), &row), ABSENT);
	CU_ASSERT_EQUAL(store_snapshot(st.store, &new), OK);
	CU_ASSERT_EQUAL(store_get(new, 1, T_RESOURCE, bytes_of("r"), &row), OK);
	CU_ASSERT(bytes_equal(row, bytes_of("after")));
	store_release(old);
	CU_ASSERT_EQUAL(store_get(new, 1, T_RESOURCE, bytes_of("s"), &row), OK);
	store_release(new);
	store_fixture_teardown(&st);
}

static uint64_t
store_commit_shown(struct store_fixture *st)
{
	struct snapshot *db;
	uint64_t commit;

	CU_ASSERT_EQUAL_FATAL(store_snapshot(st->store, &db), OK);
	commit = db->commit;
	store_release(db);
	return commit;
}

static void
snapshots_of_the_same_state_are_recognised(void)
{
	struct store_fixture st;
	uint64_t first, second;

	store_fixture_setup(&st);
	store_fixture_put(&st, 1, T_RESOURCE, "r", "before");
	first = store_commit_shown(&st);
	CU_ASSERT_EQUAL(store_commit_shown(&st), first);
	store_fixture_put(&st, 1, T_RESOURCE, "r", "after");
	second = store_commit_shown(&st);
	CU_ASSERT_NOT_EQUAL(second, first);
	store_fixture_put(&st, 1, T_RESOURCE, "r", "before");
	CU_ASSERT_NOT_EQUAL(store_commit_shown(&st), first);
	CU_ASSERT_NOT_EQUAL(store_commit_shown(&st), second);
	store_fixture_teardown(&st);
}

/* Some of the commits grow the file or free pages, and one is an upkeep. */
static void
rows_stay_valid_while_the_same_process_commits(void)
{
	char big[4096];
	struct bytes row, again;
	struct snapshot *db;
	struct store_fixture st;

	store_fixture_setup_sized(&st, MIB, 16 * MIB);
	memset(big, 'x', sizeof(big) - 1);
	big[sizeof(big) - 1] = '\0';
	store_fixture_put(&st, 1, T_ACCOUNT, "a", "here");
	CU_ASSERT_EQUAL(store_snapshot(st.store, &db), OK);
	CU_ASSERT_EQUAL(store_get(db, 1, T_ACCOUNT, bytes_of("a"), &row), OK);
	for (int i = 0; i < 300; i++) {
		store_fixture_put(&st, 1, T_ACCOUNT, arena_printf(st.arena, "%d", i % 90), big);
		store_fixture_put(&st, 1, T_ACCOUNT, "a", "there");
		if (i % 20 == 0)
			CU_ASSERT_EQUAL(store_upkeep(st.store), OK);
	}
	CU_ASSERT(bytes_equal(row, bytes_of("here")));
	CU_ASSERT_EQUAL(store_get(db, 1, T_ACCOUNT, bytes_of("a"), &again), OK);
	CU_ASSERT_PTR_EQUAL(again.data, row.data);
	store_release(db);
	CU_ASSERT_STRING_EQUAL(store_fixture_row(&st, 1, T_ACCOUNT, "a"), "there");
	store_fixture_teardown(&st);
}

static void
many_snapshots_may_be_open_at_once(void)
{
	struct snapshot *db[20];
	struct bytes row;
	struct store_fixture st;
	char text[16];

	store_fixture_setup(&st);
	for (int round = 0; round < 2; round++) {
		for (int i = 0; i < 20; i++) {
			snprintf(text, sizeof(text), "%d", i);
			store_fixture_put(&st, 1, T_KEY, "k", text);
			CU_ASSERT_EQUAL(store_snapshot(st.store, &db[i]), OK);
		}
		for (int i = 19; i >= 0; i--) {
			snprintf(text, sizeof(text), "%d", i);
			CU_ASSERT_EQUAL(store_get(db[i], 1, T_KEY, bytes_of("k"), &row), OK);
			CU_ASSERT(bytes_equal(row, bytes_of(text)));
			store_release(db[i]);
		}
	}
	store_fixture_teardown(&st);
}

/* The longest key and row, and keys of any bytes. */
static void
keys_and_rows_are_any_bytes_up_to_their_maximum_size(void)
{
	static uint8_t key[KEY_MAX], data[ROW_MAX];
	struct snapshot *db;
	struct changes c;
	struct bytes row;
	struct store_fixture st;

	store_fixture_setup(&st);
	for (size_t i = 0; i < ROW_MAX; i++)
		data[i] = (uint8_t)(i * 7);
	changes_start(&c, st.arena, UINT64_MAX);
	change_put(&c, T_META, BYTES(key, KEY_MAX), BYTES(data, ROW_MAX));
	change_put(&c, T_META, BYTES(key, 1), BYTES(data, 1));
	CU_ASSERT_EQUAL(store_fixture_commit(&st, &c), OK);
	CU_ASSERT_EQUAL(store_snapshot(st.store, &db), OK);
	CU_ASSERT_EQUAL(store_get(db, UINT64_MAX, T_META, BYTES(key, KEY_MAX), &row), OK);
	CU_ASSERT(bytes_equal(row, BYTES(data, ROW_MAX)));
	CU_ASSERT_EQUAL(store_get(db, UINT64_MAX, T_META, BYTES(key, 1), &row), OK);
	CU_ASSERT(bytes_equal(row, BYTES(data, 1)));
	CU_ASSERT_EQUAL(store_get(db, UINT64_MAX, T_META, BYTES(key, 2), &row), ABSENT);
	store_release(db);
	store_fixture_teardown(&st);
}

static int
use_snapshot(struct store_fixture *st, void *arg)
{
	struct bytes row;

	return store_get(arg, 1, T_META, bytes_of("x"), &row) == ABSENT;
}

static int
use_store(struct store_fixture *st, void *arg)
{
	return store_fixture_put(st, 1, T_META, "x", "y") == OK;
}

static int
use_new_snapshot(struct store_fixture *st, void *arg)
{
	return store_fixture_row(st, 1, T_META, "x") == NULL;
}

static int
use_close(struct store_fixture *st, void *arg)
{
	store_fixture_close(st);
	return 0;
}

static void
a_store_cannot_be_used_after_fork(void)
{
	struct snapshot *db;
	struct store_fixture st;

	store_fixture_setup(&st);
	store_snapshot(st.store, &db);
	CU_ASSERT_EQUAL(store_fixture_wait(store_fixture_fork(&st, use_snapshot, db)),
			128 + SIGABRT);
	CU_ASSERT_EQUAL(store_fixture_wait(store_fixture_fork(&st, use_store, NULL)),
			128 + SIGABRT);
	CU_ASSERT_EQUAL(store_fixture_wait(store_fixture_fork(&st, use_new_snapshot, NULL)),
			128 + SIGABRT);
	store_release(db);
	CU_ASSERT_EQUAL(store_fixture_wait(store_fixture_fork(&st, use_close, NULL)),
			128 + SIGABRT);
	CU_ASSERT_EQUAL(store_fixture_put(&st, 1, T_META, "x", "y"), OK);
	store_fixture_teardown(&st);
}

static int
close_too_early(struct store_fixture *st, void *arg)
{
	struct snapshot *db;

	store_fixture_open(st);
	store_snapshot(st->store, &db);
	store_fixture_close(st);
	return 0;
}

static void
closing_a_store_with_an_open_snapshot_ends_the_process(void)
{
	struct store_fixture st;

	store_fixture_setup(&st);
	CU_ASSERT_EQUAL(store_fixture_wait(store_fixture_fork(&st, close_too_early, NULL)),
			128 + SIGABRT);
	store_fixture_teardown(&st);
}

static int
use_no_table(struct store_fixture *st, void *arg)
{
	struct bytes row;

	return store_get(arg, 1, TABLE_COUNT, bytes_of("x"), &row) == OK;
}

static int
use_no_key(struct store_fixture *st, void *arg)
{
	struct bytes row;

	return store_get(arg, 1, T_META, BYTES_NONE, &row) == OK;
}

/* The child opens a store of its own, so only the wrong use can end it. */
static int
with_own_store(struct store_fixture *st, void *arg)
{
	int (*misuse)(struct store_fixture *, void *) =
		*(int (**)(struct store_fixture *, void *))arg;
	struct snapshot *db;

	store_fixture_open(st);
	store_snapshot(st->store, &db);
	return misuse(st, db);
}

static void
an_invalid_table_or_key_ends_the_process(void)
{
	int (*misuses[])(struct store_fixture *, void *) = { use_no_table, use_no_key };
	struct store_fixture st;

	store_fixture_setup(&st);
	for (size_t i = 0; i < 2; i++)
		CU_ASSERT_EQUAL(store_fixture_wait(
					store_fixture_fork(&st, with_own_store, &misuses[i])),
				128 + SIGABRT);
	store_fixture_teardown(&st);
}

CU_TestInfo contract_tests[] = {
	{ "an invalid table or key ends the process", an_invalid_table_or_key_ends_the_process },
	{ "a row that was put can be read", a_row_that_was_put_can_be_read },
	{ "rows remain after the process exits", rows_remain_after_the_process_exits },
	{ "tenants do not see each other's rows [T-M01]", tenants_do_not_see_each_other },
	{ "a scan returns the keys with its prefix from its start on, in order",
	  a_scan_returns_the_keys_of_its_prefix_in_order },
	{ "a scan ends when its function returns an error", a_scan_ends_at_an_error },
	{ "a snapshot does not change", a_snapshot_does_not_change },
	{ "snapshots of the same state are recognised",
	  snapshots_of_the_same_state_are_recognised },
	{ "rows stay valid while the same process commits",
	  rows_stay_valid_while_the_same_process_commits },
	{ "many snapshots may be open at once", many_snapshots_may_be_open_at_once },
	{ "keys and rows are any bytes up to their maximum size",
	  keys_and_rows_are_any_bytes_up_to_their_maximum_size },
	{ "a store cannot be used after fork() [T-S08]", a_store_cannot_be_used_after_fork },
	{ "closing a store with an open snapshot ends the process",
	  closing_a_store_with_an_open_snapshot_ends_the_process },
	CU_TEST_INFO_NULL
};
