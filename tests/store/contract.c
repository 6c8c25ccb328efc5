/* SPDX-License-Identifier: Apache-2.0 */
/* What include/store/store.h promises, as one process sees it. */
#include <signal.h>

#include "tests/store/contract.h"
#include "tests/store/stage.h"

static void
what_was_put_is_read(void)
{
	struct stage st;

	stage_start(&st);
	CU_ASSERT_EQUAL(stage_put(&st, 1, T_CLIENT, "c1", "{\"n\":1}"), OK);
	CU_ASSERT_STRING_EQUAL(stage_row(&st, 1, T_CLIENT, "c1"), "{\"n\":1}");
	CU_ASSERT_PTR_NULL(stage_row(&st, 1, T_CLIENT, "c"));
	CU_ASSERT_PTR_NULL(stage_row(&st, 1, T_CLIENT, "c12"));
	CU_ASSERT_PTR_NULL(stage_row(&st, 1, T_ACCOUNT, "c1"));
	CU_ASSERT_EQUAL(stage_put(&st, 1, T_CLIENT, "c1", "2"), OK);
	CU_ASSERT_STRING_EQUAL(stage_row(&st, 1, T_CLIENT, "c1"), "2");
	stage_end(&st);
}

static void
rows_outlive_the_process(void)
{
	struct stage st;

	stage_start(&st);
	stage_put(&st, 7, T_RPT, "r", "kept");
	stage_close(&st);
	stage_open(&st);
	CU_ASSERT_STRING_EQUAL(stage_row(&st, 7, T_RPT, "r"), "kept");
	stage_end(&st);
}

/* The tenant's number is not a prefix that a key could imitate. */
static void
tenants_do_not_see_each_other(void)
{
	static const tenant_id ids[] = { 0, 1, 256, 0x0100000000000000, UINT64_MAX };
	struct stage st;

	stage_start(&st);
	for (size_t i = 0; i < 5; i++) {
		stage_put(&st, ids[i], T_POLICY, "p", arena_printf(st.arena, "%zu", i));
		stage_put(&st, ids[i], T_POLICY, "\xff\xff\xff", "edge");
	}
	for (size_t i = 0; i < 5; i++) {
		CU_ASSERT_STRING_EQUAL(stage_row(&st, ids[i], T_POLICY, "p"),
				       arena_printf(st.arena, "%zu", i));
		CU_ASSERT_STRING_EQUAL(stage_keys(&st, ids[i], T_POLICY, "", ""), "p,\xff\xff\xff");
		CU_ASSERT_STRING_EQUAL(stage_keys(&st, ids[i], T_POLICY, "\xff", ""),
				       "\xff\xff\xff");
	}
	CU_ASSERT_STRING_EQUAL(stage_keys(&st, 2, T_POLICY, "", ""), "");
	CU_ASSERT_EQUAL(stage_take(&st, 1, T_POLICY, "p", NULL), OK);
	CU_ASSERT_PTR_NOT_NULL(stage_row(&st, 256, T_POLICY, "p"));
	stage_end(&st);
}

static void
a_scan_keeps_to_prefix_and_start(void)
{
	static const char *keys[] = { "a", "aa", "aab", "ab", "b", "ba" };
	struct stage st;

	stage_start(&st);
	for (size_t i = 0; i < 6; i++)
		stage_put(&st, 1, T_AUDIT, keys[5 - i], "x");
	CU_ASSERT_STRING_EQUAL(stage_keys(&st, 1, T_AUDIT, "", ""), "a,aa,aab,ab,b,ba");
	CU_ASSERT_STRING_EQUAL(stage_keys(&st, 1, T_AUDIT, "a", ""), "a,aa,aab,ab");
	CU_ASSERT_STRING_EQUAL(stage_keys(&st, 1, T_AUDIT, "aa", ""), "aa,aab");
	CU_ASSERT_STRING_EQUAL(stage_keys(&st, 1, T_AUDIT, "a", "aab"), "aab,ab");
	CU_ASSERT_STRING_EQUAL(stage_keys(&st, 1, T_AUDIT, "a", "aaa"), "aab,ab");
	CU_ASSERT_STRING_EQUAL(stage_keys(&st, 1, T_AUDIT, "", "b"), "b,ba");
	CU_ASSERT_STRING_EQUAL(stage_keys(&st, 1, T_AUDIT, "a", "b"), "");
	CU_ASSERT_STRING_EQUAL(stage_keys(&st, 1, T_AUDIT, "b", "a"), "b,ba");
	CU_ASSERT_STRING_EQUAL(stage_keys(&st, 1, T_AUDIT, "c", ""), "");
	stage_end(&st);
}

static enum err
stop_at_two(void *arg, struct bytes key, struct bytes row)
{
	return ++*(int *)arg == 2 ? ERR_TOO_MANY : OK;
}

static void
a_scan_ends_when_it_is_told_to(void)
{
	struct snapshot *db;
	struct stage st;
	int seen = 0;

	stage_start(&st);
	for (const char *k = "abc"; *k != '\0'; k++)
		stage_put(&st, 1, T_MISS, arena_strndup(st.arena, k, 1), "x");
	CU_ASSERT_EQUAL(store_snapshot(st.store, &db), OK);
	CU_ASSERT_EQUAL(store_scan(db, 1, T_MISS, BYTES_NONE, BYTES_NONE, stop_at_two, &seen),
			ERR_TOO_MANY);
	CU_ASSERT_EQUAL(seen, 2);
	store_release(db);
	stage_end(&st);
}

static void
a_snapshot_stays_as_it_was(void)
{
	struct snapshot *old, *new;
	struct bytes row;
	struct stage st;

	stage_start(&st);
	stage_put(&st, 1, T_RESOURCE, "r", "before");
	CU_ASSERT_EQUAL(store_snapshot(st.store, &old), OK);
	stage_put(&st, 1, T_RESOURCE, "r", "after");
	stage_put(&st, 1, T_RESOURCE, "s", "new");
	CU_ASSERT_EQUAL(store_get(old, 1, T_RESOURCE, bytes_of("r"), &row), OK);
	CU_ASSERT(bytes_equal(row, bytes_of("before")));
	CU_ASSERT_EQUAL(store_get(old, 1, T_RESOURCE, bytes_of("s"), &row), ERR_NOT_FOUND);
	CU_ASSERT_EQUAL(store_snapshot(st.store, &new), OK);
	CU_ASSERT_EQUAL(store_get(new, 1, T_RESOURCE, bytes_of("r"), &row), OK);
	CU_ASSERT(bytes_equal(row, bytes_of("after")));
	store_release(old);
	CU_ASSERT_EQUAL(store_get(new, 1, T_RESOURCE, bytes_of("s"), &row), OK);
	store_release(new);
	stage_end(&st);
}

/* Among the commits are some that make the file grow and pages free, and an upkeep. */
static void
rows_stay_where_they_are(void)
{
	char big[4096];
	struct bytes row, again;
	struct snapshot *db;
	struct stage st;

	stage_start_sized(&st, MIB, 16 * MIB);
	memset(big, 'x', sizeof(big) - 1);
	big[sizeof(big) - 1] = '\0';
	stage_put(&st, 1, T_ACCOUNT, "a", "here");
	CU_ASSERT_EQUAL(store_snapshot(st.store, &db), OK);
	CU_ASSERT_EQUAL(store_get(db, 1, T_ACCOUNT, bytes_of("a"), &row), OK);
	for (int i = 0; i < 300; i++) {
		stage_put(&st, 1, T_ACCOUNT, arena_printf(st.arena, "%d", i % 90), big);
		stage_put(&st, 1, T_ACCOUNT, "a", "there");
		if (i % 20 == 0)
			CU_ASSERT_EQUAL(store_upkeep(st.store), OK);
	}
	CU_ASSERT(bytes_equal(row, bytes_of("here")));
	CU_ASSERT_EQUAL(store_get(db, 1, T_ACCOUNT, bytes_of("a"), &again), OK);
	CU_ASSERT_PTR_EQUAL(again.data, row.data);
	store_release(db);
	CU_ASSERT_STRING_EQUAL(stage_row(&st, 1, T_ACCOUNT, "a"), "there");
	stage_end(&st);
}

static void
many_snapshots_may_be_open(void)
{
	struct snapshot *db[20];
	struct bytes row;
	struct stage st;
	char text[16];

	stage_start(&st);
	for (int round = 0; round < 2; round++) {
		for (int i = 0; i < 20; i++) {
			snprintf(text, sizeof(text), "%d", i);
			stage_put(&st, 1, T_KEY, "k", text);
			CU_ASSERT_EQUAL(store_snapshot(st.store, &db[i]), OK);
		}
		for (int i = 19; i >= 0; i--) {
			snprintf(text, sizeof(text), "%d", i);
			CU_ASSERT_EQUAL(store_get(db[i], 1, T_KEY, bytes_of("k"), &row), OK);
			CU_ASSERT(bytes_equal(row, bytes_of(text)));
			store_release(db[i]);
		}
	}
	stage_end(&st);
}

static void
a_row_is_taken_once(void)
{
	struct changes first, second, *lists[] = { &first, &second };
	struct bytes seen;
	struct snapshot *db;
	struct stage st;

	stage_start(&st);
	stage_put(&st, 1, T_TICKET, "t", "fresh");
	store_snapshot(st.store, &db);
	store_get(db, 1, T_TICKET, bytes_of("t"), &seen);
	for (int i = 0; i < 2; i++) {
		changes_start(lists[i], st.arena, 1);
		change_put(lists[i], T_RPT, BYTES(i == 0 ? "a" : "b", 1), bytes_of("rpt"));
		change_take(lists[i], T_TICKET, bytes_of("t"), seen, bytes_of("used"));
	}
	CU_ASSERT_EQUAL(store_commit(st.store, lists, 2), OK);
	CU_ASSERT_EQUAL(first.verdict, OK);
	CU_ASSERT_EQUAL(second.verdict, ERR_CHANGED);
	CU_ASSERT_STRING_EQUAL(stage_keys(&st, 1, T_RPT, "", ""), "a");
	CU_ASSERT_STRING_EQUAL(stage_row(&st, 1, T_TICKET, "t"), "used");

	lists[0] = &second;		/* and not in a later commit either */
	CU_ASSERT_EQUAL(store_commit(st.store, lists, 1), OK);
	CU_ASSERT_EQUAL(second.verdict, ERR_CHANGED);
	store_release(db);
	stage_end(&st);
}

static void
a_list_sees_what_earlier_lists_did(void)
{
	struct changes add, again, take, expect, *lists[] = { &add, &again, &take, &expect };
	struct stage st;

	stage_start(&st);
	for (int i = 0; i < 4; i++)
		changes_start(lists[i], st.arena, 1);
	change_add(&add, T_FAMILY, bytes_of("f"), bytes_of("1"));
	change_add(&again, T_FAMILY, bytes_of("f"), bytes_of("2"));
	change_take(&take, T_FAMILY, bytes_of("f"), bytes_of("1"), BYTES_NONE);
	change_expect(&expect, T_FAMILY, bytes_of("f"), BYTES_NONE);
	CU_ASSERT_EQUAL(store_commit(st.store, lists, 4), OK);
	CU_ASSERT_EQUAL(add.verdict, OK);
	CU_ASSERT_EQUAL(again.verdict, ERR_CHANGED);
	CU_ASSERT_EQUAL(take.verdict, OK);
	CU_ASSERT_EQUAL(expect.verdict, OK);
	CU_ASSERT_PTR_NULL(stage_row(&st, 1, T_FAMILY, "f"));
	stage_end(&st);
}

/* The verdict of one list with a write before, and one after, the given kind of expectation. */
static enum err
verdict_of(struct stage *st, enum change_kind kind, const char *key, const char *seen)
{
	struct bytes saw = seen != NULL ? bytes_of(seen) : BYTES_NONE;
	struct changes c;

	changes_start(&c, st->arena, 1);
	change_put(&c, T_PCT, bytes_of("w"), bytes_of("written"));
	if (kind == CHANGE_TAKE)
		change_take(&c, T_CONSENT, bytes_of(key), saw, bytes_of("row"));
	else if (kind == CHANGE_EXPECT)
		change_expect(&c, T_CONSENT, bytes_of(key), saw);
	else
		change_add(&c, T_CONSENT, bytes_of(key), bytes_of("row"));
	change_put(&c, T_PCT, bytes_of("x"), bytes_of("written"));
	return stage_commit(st, &c);
}

static void
an_expectation_that_fails_takes_all_with_it(void)
{
	static const struct {
		enum change_kind kind;
		const char      *key, *seen;
	} fail[] = {
		{ CHANGE_TAKE,   "row",  NULL },
		{ CHANGE_TAKE,   "row",  "ro" },
		{ CHANGE_TAKE,   "row",  "rox" },
		{ CHANGE_TAKE,   "row",  "row " },
		{ CHANGE_TAKE,   "none", "row" },
		{ CHANGE_EXPECT, "row",  NULL },
		{ CHANGE_EXPECT, "row",  "Row" },
		{ CHANGE_EXPECT, "none", "row" },
		{ CHANGE_ADD,    "row",  NULL },
	};
	struct stage st;

	stage_start(&st);
	stage_put(&st, 1, T_CONSENT, "row", "row");
	for (size_t i = 0; i < sizeof(fail) / sizeof(*fail); i++) {
		CU_ASSERT_EQUAL(verdict_of(&st, fail[i].kind, fail[i].key, fail[i].seen),
				ERR_CHANGED);
		CU_ASSERT_STRING_EQUAL(stage_keys(&st, 1, T_PCT, "", ""), "");
		CU_ASSERT_STRING_EQUAL(stage_keys(&st, 1, T_CONSENT, "", ""), "row");
	}
	CU_ASSERT_EQUAL(verdict_of(&st, CHANGE_EXPECT, "row", "row"), OK);
	CU_ASSERT_EQUAL(verdict_of(&st, CHANGE_EXPECT, "none", NULL), OK);
	CU_ASSERT_EQUAL(verdict_of(&st, CHANGE_TAKE, "row", "row"), OK);
	CU_ASSERT_EQUAL(verdict_of(&st, CHANGE_ADD, "none", NULL), OK);
	CU_ASSERT_STRING_EQUAL(stage_keys(&st, 1, T_PCT, "", ""), "w,x");
	stage_end(&st);
}

/* `seen` may lie in the database itself, in a snapshot that is older than the commit. */
static void
the_same_bytes_written_anew_are_the_same_row(void)
{
	struct snapshot *db;
	struct bytes seen;
	struct changes c;
	struct stage st;

	stage_start(&st);
	stage_put(&st, 1, T_CLIENT, "c", "same");
	store_snapshot(st.store, &db);
	store_get(db, 1, T_CLIENT, bytes_of("c"), &seen);
	stage_put(&st, 1, T_CLIENT, "c", "other");
	stage_put(&st, 1, T_CLIENT, "c", "same");
	changes_start(&c, st.arena, 1);
	change_take(&c, T_CLIENT, bytes_of("c"), seen, BYTES_NONE);
	CU_ASSERT_EQUAL(stage_commit(&st, &c), OK);
	CU_ASSERT_PTR_NULL(stage_row(&st, 1, T_CLIENT, "c"));
	store_release(db);
	stage_end(&st);
}

static void
dropping_what_is_not_there_is_no_error(void)
{
	struct changes c;
	struct stage st;

	stage_start(&st);
	stage_put(&st, 1, T_ISSUER, "i", "x");
	changes_start(&c, st.arena, 1);
	change_drop(&c, T_ISSUER, bytes_of("nobody"));
	change_drop(&c, T_ISSUER, bytes_of("i"));
	CU_ASSERT_EQUAL(stage_commit(&st, &c), OK);
	CU_ASSERT_STRING_EQUAL(stage_keys(&st, 1, T_ISSUER, "", ""), "");
	stage_end(&st);
}

static void
lists_without_changes_stand(void)
{
	struct changes empty, put, *lists[] = { &empty, &put, &empty };
	struct stage st;

	stage_start(&st);
	changes_start(&empty, st.arena, 1);
	changes_start(&put, st.arena, 1);
	empty.verdict = ERR_SERVER;
	CU_ASSERT_EQUAL(store_commit(st.store, lists, 1), OK);
	CU_ASSERT_EQUAL(empty.verdict, OK);
	CU_ASSERT_EQUAL(store_commit(st.store, lists, 0), OK);
	change_put(&put, T_KEY, bytes_of("k"), bytes_of("v"));
	CU_ASSERT_EQUAL(store_commit(st.store, lists, 3), OK);
	CU_ASSERT_EQUAL(empty.verdict, OK);
	CU_ASSERT_STRING_EQUAL(stage_row(&st, 1, T_KEY, "k"), "v");
	stage_end(&st);
}

/* The greatest key and row, and keys of any bytes. */
static void
keys_and_rows_are_any_bytes(void)
{
	static uint8_t key[KEY_MAX], data[ROW_MAX];
	struct snapshot *db;
	struct changes c;
	struct bytes row;
	struct stage st;

	stage_start(&st);
	for (size_t i = 0; i < ROW_MAX; i++)
		data[i] = (uint8_t)(i * 7);
	changes_start(&c, st.arena, UINT64_MAX);
	change_put(&c, T_META, BYTES(key, KEY_MAX), BYTES(data, ROW_MAX));
	change_put(&c, T_META, BYTES(key, 1), BYTES(data, 1));
	CU_ASSERT_EQUAL(stage_commit(&st, &c), OK);
	CU_ASSERT_EQUAL(store_snapshot(st.store, &db), OK);
	CU_ASSERT_EQUAL(store_get(db, UINT64_MAX, T_META, BYTES(key, KEY_MAX), &row), OK);
	CU_ASSERT(bytes_equal(row, BYTES(data, ROW_MAX)));
	CU_ASSERT_EQUAL(store_get(db, UINT64_MAX, T_META, BYTES(key, 1), &row), OK);
	CU_ASSERT(bytes_equal(row, BYTES(data, 1)));
	CU_ASSERT_EQUAL(store_get(db, UINT64_MAX, T_META, BYTES(key, 2), &row), ERR_NOT_FOUND);
	store_release(db);
	stage_end(&st);
}

static int
use_snapshot(struct stage *st, void *arg)
{
	struct bytes row;

	return store_get(arg, 1, T_META, bytes_of("x"), &row) == ERR_NOT_FOUND;
}

static int
use_store(struct stage *st, void *arg)
{
	return stage_put(st, 1, T_META, "x", "y") == OK;
}

static int
use_new_snapshot(struct stage *st, void *arg)
{
	return stage_row(st, 1, T_META, "x") == NULL;
}

static int
use_close(struct stage *st, void *arg)
{
	stage_close(st);
	return 0;
}

static void
a_store_does_not_pass_through_fork(void)
{
	struct snapshot *db;
	struct stage st;

	stage_start(&st);
	store_snapshot(st.store, &db);
	CU_ASSERT_EQUAL(stage_wait(stage_fork(&st, use_snapshot, db)), 128 + SIGABRT);
	CU_ASSERT_EQUAL(stage_wait(stage_fork(&st, use_store, NULL)), 128 + SIGABRT);
	CU_ASSERT_EQUAL(stage_wait(stage_fork(&st, use_new_snapshot, NULL)), 128 + SIGABRT);
	store_release(db);
	CU_ASSERT_EQUAL(stage_wait(stage_fork(&st, use_close, NULL)), 128 + SIGABRT);
	CU_ASSERT_EQUAL(stage_put(&st, 1, T_META, "x", "y"), OK);
	stage_end(&st);
}

static int
close_too_early(struct stage *st, void *arg)
{
	struct snapshot *db;

	stage_open(st);
	store_snapshot(st->store, &db);
	stage_close(st);
	return 0;
}

static void
a_store_is_not_closed_under_a_snapshot(void)
{
	struct stage st;

	stage_start(&st);
	CU_ASSERT_EQUAL(stage_wait(stage_fork(&st, close_too_early, NULL)), 128 + SIGABRT);
	stage_end(&st);
}

CU_TestInfo contract_tests[] = {
	{ "what was put is read", what_was_put_is_read },
	{ "rows outlive the process", rows_outlive_the_process },
	{ "tenants do not see each other's rows [T-M01]", tenants_do_not_see_each_other },
	{ "a scan keeps to its prefix and start, in the order of keys",
	  a_scan_keeps_to_prefix_and_start },
	{ "a scan ends when it is told to", a_scan_ends_when_it_is_told_to },
	{ "a snapshot stays as it was", a_snapshot_stays_as_it_was },
	{ "rows stay where they are while the same process commits", rows_stay_where_they_are },
	{ "many snapshots may be open at once", many_snapshots_may_be_open },
	{ "of two lists in one commit only one takes a row [T-U01]", a_row_is_taken_once },
	{ "a list sees what earlier lists of the commit did", a_list_sees_what_earlier_lists_did },
	{ "an expectation that fails takes its whole list with it",
	  an_expectation_that_fails_takes_all_with_it },
	{ "the same bytes written anew are the same row",
	  the_same_bytes_written_anew_are_the_same_row },
	{ "dropping what is not there is no error", dropping_what_is_not_there_is_no_error },
	{ "lists without changes stand", lists_without_changes_stand },
	{ "keys and rows are any bytes, up to their bounds", keys_and_rows_are_any_bytes },
	{ "a store does not pass through fork() [T-S08]", a_store_does_not_pass_through_fork },
	{ "a store is not closed under a snapshot", a_store_is_not_closed_under_a_snapshot },
	CU_TEST_INFO_NULL
};
