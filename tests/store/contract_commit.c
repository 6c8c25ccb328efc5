/* SPDX-License-Identifier: Apache-2.0 */
/* The contract of include/store/store.h for change lists and their verdicts. */
#include "tests/store/contract.h"
#include "tests/store/store_fixture.h"

static void
of_two_lists_in_one_commit_only_one_takes_a_row(void)
{
	struct changes first, second, *lists[] = { &first, &second };
	struct bytes seen;
	struct snapshot *db;
	struct store_fixture st;

	store_fixture_setup(&st);
	store_fixture_put(&st, 1, T_TICKET, "t", "fresh");
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
	CU_ASSERT_STRING_EQUAL(store_fixture_keys(&st, 1, T_RPT, "", ""), "a");
	CU_ASSERT_STRING_EQUAL(store_fixture_row(&st, 1, T_TICKET, "t"), "used");

	lists[0] = &second; /* nor in a later commit */
	CU_ASSERT_EQUAL(store_commit(st.store, lists, 1), OK);
	CU_ASSERT_EQUAL(second.verdict, ERR_CHANGED);
	store_release(db);
	store_fixture_teardown(&st);
}

static void
a_list_sees_the_changes_of_earlier_lists_of_the_commit(void)
{
	struct changes add, again, take, expect, *lists[] = { &add, &again, &take, &expect };
	struct store_fixture st;

	store_fixture_setup(&st);
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
	CU_ASSERT_PTR_NULL(store_fixture_row(&st, 1, T_FAMILY, "f"));
	store_fixture_teardown(&st);
}

/* The verdict of a list that writes before and after an expectation of the given kind. */
static enum err
verdict_of(struct store_fixture *st, enum change_kind kind, const char *key, const char *seen)
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
	return store_fixture_commit(st, &c);
}

static void
a_failed_expectation_rejects_its_whole_list(void)
{
	static const struct {
		enum change_kind kind;
		const char *key, *seen;
	} fail[] = {
		{ CHANGE_TAKE, "row", NULL },	 { CHANGE_TAKE, "row", "ro" },
		{ CHANGE_TAKE, "row", "rox" },	 { CHANGE_TAKE, "row", "row " },
		{ CHANGE_TAKE, "none", "row" },	 { CHANGE_EXPECT, "row", NULL },
		{ CHANGE_EXPECT, "row", "Row" }, { CHANGE_EXPECT, "none", "row" },
		{ CHANGE_ADD, "row", NULL },
	};
	struct store_fixture st;

	store_fixture_setup(&st);
	store_fixture_put(&st, 1, T_CONSENT, "row", "row");
	for (size_t i = 0; i < sizeof(fail) / sizeof(*fail); i++) {
		CU_ASSERT_EQUAL(verdict_of(&st, fail[i].kind, fail[i].key, fail[i].seen),
				ERR_CHANGED);
		CU_ASSERT_STRING_EQUAL(store_fixture_keys(&st, 1, T_PCT, "", ""), "");
		CU_ASSERT_STRING_EQUAL(store_fixture_keys(&st, 1, T_CONSENT, "", ""), "row");
	}
	CU_ASSERT_EQUAL(verdict_of(&st, CHANGE_EXPECT, "row", "row"), OK);
	CU_ASSERT_EQUAL(verdict_of(&st, CHANGE_EXPECT, "none", NULL), OK);
	CU_ASSERT_EQUAL(verdict_of(&st, CHANGE_TAKE, "row", "row"), OK);
	CU_ASSERT_EQUAL(verdict_of(&st, CHANGE_ADD, "none", NULL), OK);
	CU_ASSERT_STRING_EQUAL(store_fixture_keys(&st, 1, T_PCT, "", ""), "w,x");
	store_fixture_teardown(&st);
}

/* `seen` may point into the database, to a snapshot older than the commit. */
static void
a_row_rewritten_with_the_same_bytes_counts_as_unchanged(void)
{
	struct snapshot *db;
	struct bytes seen;
	struct changes c;
	struct store_fixture st;

	store_fixture_setup(&st);
	store_fixture_put(&st, 1, T_CLIENT, "c", "same");
	store_snapshot(st.store, &db);
	store_get(db, 1, T_CLIENT, bytes_of("c"), &seen);
	store_fixture_put(&st, 1, T_CLIENT, "c", "other");
	store_fixture_put(&st, 1, T_CLIENT, "c", "same");
	changes_start(&c, st.arena, 1);
	change_take(&c, T_CLIENT, bytes_of("c"), seen, BYTES_NONE);
	CU_ASSERT_EQUAL(store_fixture_commit(&st, &c), OK);
	CU_ASSERT_PTR_NULL(store_fixture_row(&st, 1, T_CLIENT, "c"));
	store_release(db);
	store_fixture_teardown(&st);
}

static void
dropping_a_missing_row_is_not_an_error(void)
{
	struct changes c;
	struct store_fixture st;

	store_fixture_setup(&st);
	store_fixture_put(&st, 1, T_ISSUER, "i", "x");
	changes_start(&c, st.arena, 1);
	change_drop(&c, T_ISSUER, bytes_of("nobody"));
	change_drop(&c, T_ISSUER, bytes_of("i"));
	CU_ASSERT_EQUAL(store_fixture_commit(&st, &c), OK);
	CU_ASSERT_STRING_EQUAL(store_fixture_keys(&st, 1, T_ISSUER, "", ""), "");
	store_fixture_teardown(&st);
}

static void
a_list_without_changes_succeeds(void)
{
	struct changes empty, put, *lists[] = { &empty, &put, &empty };
	struct store_fixture st;

	store_fixture_setup(&st);
	changes_start(&empty, st.arena, 1);
	changes_start(&put, st.arena, 1);
	empty.verdict = ERR_SERVER;
	CU_ASSERT_EQUAL(store_commit(st.store, lists, 1), OK);
	CU_ASSERT_EQUAL(empty.verdict, OK);
	CU_ASSERT_EQUAL(store_commit(st.store, lists, 0), OK);
	change_put(&put, T_KEY, bytes_of("k"), bytes_of("v"));
	CU_ASSERT_EQUAL(store_commit(st.store, lists, 3), OK);
	CU_ASSERT_EQUAL(empty.verdict, OK);
	CU_ASSERT_STRING_EQUAL(store_fixture_row(&st, 1, T_KEY, "k"), "v");
	store_fixture_teardown(&st);
}

CU_TestInfo contract_commit_tests[] = {
	{ "of two lists in one commit only one takes a row [T-U01]",
	  of_two_lists_in_one_commit_only_one_takes_a_row },
	{ "a list sees the changes of earlier lists of the commit",
	  a_list_sees_the_changes_of_earlier_lists_of_the_commit },
	{ "a failed expectation rejects its whole list",
	  a_failed_expectation_rejects_its_whole_list },
	{ "a row rewritten with the same bytes counts as unchanged",
	  a_row_rewritten_with_the_same_bytes_counts_as_unchanged },
	{ "dropping a missing row is not an error", dropping_a_missing_row_is_not_an_error },
	{ "a list without changes succeeds", a_list_without_changes_succeeds },
	CU_TEST_INFO_NULL
};
