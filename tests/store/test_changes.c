/* SPDX-License-Identifier: Apache-2.0 */
#include <signal.h>

#include "tests/store/contract.h"
#include "tests/store/store_fixture.h"

static void
changes_keep_their_order_and_kind(void)
{
	static const enum change_kind kinds[] = { CHANGE_PUT,	 CHANGE_DROP, CHANGE_TAKE,
						  CHANGE_EXPECT, CHANGE_ADD,  CHANGE_COUNT };
	struct bytes k = bytes_of("key"), r = bytes_of("row"), s = bytes_of("seen");
	struct arena *a = arena_new();
	struct changes c;
	size_t i = 0;

	changes_start(&c, a, 9);
	change_put(&c, T_META, k, r);
	change_drop(&c, T_META, k);
	change_take(&c, T_META, k, s, r);
	change_expect(&c, T_META, k, s);
	change_add(&c, T_META, k, r);
	change_count(&c, T_META, k, 1, 2);
	CU_ASSERT_EQUAL(c.n, 6);
	CU_ASSERT_EQUAL(c.writes, 5);
	for (struct change *ch = c.first; ch != NULL; ch = ch->next, i++) {
		CU_ASSERT_EQUAL(ch->kind, kinds[i]);
		CU_ASSERT_EQUAL(ch->tenant, 9);
		CU_ASSERT(bytes_equal(ch->key, k));
		CU_ASSERT(bytes_equal(ch->row, i == 1 || i == 3 || i == 5 ? BYTES_NONE : r));
		CU_ASSERT(bytes_equal(ch->seen, i == 2 || i == 3 ? s : BYTES_NONE));
	}
	CU_ASSERT_EQUAL(i, 6);
	arena_free(a);
}

static void
keys_and_new_rows_are_copied_the_rows_that_were_read_are_not(void)
{
	char key[] = "key", row[] = "row", seen[] = "seen";
	struct arena *a = arena_new();
	struct changes c;

	changes_start(&c, a, 1);
	change_take(&c, T_META, bytes_of(key), bytes_of(seen), bytes_of(row));
	key[0] = row[0] = 'x';
	CU_ASSERT(bytes_equal(c.first->key, bytes_of("key")));
	CU_ASSERT(bytes_equal(c.first->row, bytes_of("row")));
	CU_ASSERT_PTR_EQUAL(c.first->seen.data, seen);
	arena_free(a);
}

static void
counts_of_one_key_in_one_list_are_one_change(void)
{
	struct bytes k = bytes_of("key");
	struct arena *a = arena_new();
	struct changes c;

	changes_start(&c, a, 1);
	change_count(&c, T_COUNT, k, 3, 10);
	change_count(&c, T_COUNT, k, 2, 7);
	change_count(&c, T_COUNT, k, -1, 0);
	CU_ASSERT_EQUAL(c.n, 1);
	CU_ASSERT_EQUAL(c.first->delta, 4);
	CU_ASSERT_EQUAL(c.first->max, 7);
	change_count(&c, T_COUNT, bytes_of("other"), 1, 1);
	change_count(&c, T_META, k, 1, 1);
	c.tenant = 2;
	change_count(&c, T_COUNT, k, 1, 1);
	CU_ASSERT_EQUAL(c.n, 4);
	CU_ASSERT_EQUAL(c.first->delta, 4);
	changes_start(&c, a, 1);
	change_count(&c, T_COUNT, k, 1, 1);
	CU_ASSERT_EQUAL(c.first->delta, 1);
	arena_free(a);
}

/* Returns the number by which the list increments the sharing number of `owner`. */
static int64_t
changes_raised_by(const struct changes *c, struct arena *a, const char *owner)
{
	struct bytes key = changes_sharing_key(a, bytes_of(owner));

	for (const struct change *ch = c->first; ch != NULL; ch = ch->next)
		if (ch->kind == CHANGE_COUNT && ch->table == T_COUNT && bytes_equal(ch->key, key))
			return ch->delta;
	return 0;
}

static void
a_withdrawal_increments_the_sharing_number(void)
{
	static const enum table shared[] = { T_RESOURCE, T_POLICY, T_CONSENT };
	struct bytes alice = BYTES("alice\0photoz\0one", 16), row = bytes_of("row");
	struct arena *a = arena_new();
	struct changes c;

	for (size_t i = 0; i < 3; i++) {
		enum table t = shared[i];

		changes_start(&c, a, 1);
		change_add(&c, t, alice, row);
		change_take(&c, t, alice, BYTES_NONE, row);
		change_expect(&c, t, alice, row);
		CU_ASSERT_EQUAL(changes_raised_by(&c, a, "alice"), 0);
		change_take(&c, t, alice, row, row);
		CU_ASSERT_EQUAL(changes_raised_by(&c, a, "alice"), 1);
		change_take(&c, t, alice, row, BYTES_NONE);
		change_drop(&c, t, BYTES("bob\0photoz\0one", 14));
		CU_ASSERT_EQUAL(changes_raised_by(&c, a, "alice"), 1);
		CU_ASSERT_EQUAL(changes_raised_by(&c, a, "bob"), 1);
		changes_start(&c, a, 1);
		change_put(&c, t, alice, row);
		CU_ASSERT_EQUAL(changes_raised_by(&c, a, "alice"), 1);
		changes_start(&c, a, 1);
		change_drop(&c, t, alice);
		CU_ASSERT_EQUAL(changes_raised_by(&c, a, "alice"), 1);
		changes_start(&c, a, 1);
		change_take(&c, t, alice, row, BYTES_NONE);
		CU_ASSERT_EQUAL(changes_raised_by(&c, a, "alice"), 1);
	}
	changes_start(&c, a, 1);
	change_drop(&c, T_ACCOUNT, alice);
	CU_ASSERT_EQUAL(changes_raised_by(&c, a, "alice"), 0);
	arena_free(a);
}

static void
changes_start_empties_the_list(void)
{
	struct arena *a = arena_new();
	struct changes c;

	changes_start(&c, a, 1);
	change_drop(&c, T_META, bytes_of("k"));
	c.essential = true;
	c.verdict = ERR_CHANGED;
	changes_start(&c, a, 2);
	CU_ASSERT_PTR_NULL(c.first);
	CU_ASSERT_EQUAL(c.n, 0);
	CU_ASSERT_EQUAL(c.tenant, 2);
	CU_ASSERT_FALSE(c.essential);
	CU_ASSERT_EQUAL(c.verdict, OK);
	arena_free(a);
}

struct wrong {
	enum change_kind kind;
	int table;
	size_t key, row;
};

static int
make_wrong(struct store_fixture *st, void *arg)
{
	static uint8_t data[ROW_MAX + 1];
	const struct wrong *w = arg;
	struct bytes key = BYTES(data, w->key), row = BYTES(data, w->row);
	enum table t = (enum table)w->table;
	struct changes c;

	changes_start(&c, arena_new(), 1);
	if (w->kind == CHANGE_PUT)
		change_put(&c, t, key, row);
	else if (w->kind == CHANGE_DROP)
		change_drop(&c, t, key);
	else if (w->kind == CHANGE_TAKE)
		change_take(&c, t, key, BYTES_NONE, row);
	else if (w->kind == CHANGE_EXPECT)
		change_expect(&c, t, key, BYTES_NONE);
	else
		change_add(&c, t, key, row);
	return 0;
}

static void
a_change_that_cannot_be_stored_ends_the_process(void)
{
	static struct wrong wrong[] = {
		{ CHANGE_PUT, T_META, 1, 0 },
		{ CHANGE_ADD, T_META, 1, 0 },
		{ CHANGE_PUT, T_META, 1, ROW_MAX + 1 },
		{ CHANGE_ADD, T_META, 1, ROW_MAX + 1 },
		{ CHANGE_TAKE, T_META, 1, ROW_MAX + 1 },
		{ CHANGE_PUT, T_META, 0, 1 },
		{ CHANGE_DROP, T_META, 0, 0 },
		{ CHANGE_EXPECT, T_META, 0, 0 },
		{ CHANGE_TAKE, T_META, KEY_MAX + 1, 1 },
		{ CHANGE_DROP, T_META, KEY_MAX + 1, 0 },
		{ CHANGE_DROP, TABLE_COUNT, 1, 0 },
	};
	struct wrong right = { CHANGE_PUT, T_AUDIT, KEY_MAX, ROW_MAX };

	for (size_t i = 0; i < sizeof(wrong) / sizeof(*wrong); i++)
		CU_ASSERT_EQUAL(store_fixture_wait(store_fixture_fork(NULL, make_wrong, &wrong[i])),
				128 + SIGABRT);
	CU_ASSERT_EQUAL(store_fixture_wait(store_fixture_fork(NULL, make_wrong, &right)), 0);
}

static int
write_read_only(struct store_fixture *unused, void *none)
{
	struct changes c;

	changes_start(&c, arena_new(), 1);
	c.read_only = true;
	change_drop(&c, T_META, bytes_of("key"));
	return 0;
}

static void
a_list_that_is_read_only_stays_empty(void)
{
	struct arena *a = arena_new();
	struct changes c;

	changes_start(&c, a, 1);
	c.read_only = true;
	change_expect(&c, T_META, bytes_of("key"), bytes_of("seen"));
	CU_ASSERT_EQUAL(c.n, 0);
	CU_ASSERT_PTR_NULL(c.first);
	CU_ASSERT_EQUAL(store_fixture_wait(store_fixture_fork(NULL, write_read_only, NULL)),
			128 + SIGABRT);
	arena_free(a);
}

static void
tables_have_names_and_a_time_if_their_rows_expire(void)
{
	CU_ASSERT_STRING_EQUAL(table_name(T_META), "meta");
	CU_ASSERT_STRING_EQUAL(table_name(T_AUDIT), "audit");
	CU_ASSERT_TRUE(table_expires(T_TICKET));
	CU_ASSERT_TRUE(table_expires(T_SEEN));
	CU_ASSERT_FALSE(table_expires(T_AUDIT));
	CU_ASSERT_FALSE(table_expires(T_CLIENT));
}

static CU_TestInfo tests[] = {
	{ "changes keep their order and kind", changes_keep_their_order_and_kind },
	{ "keys and new rows are copied, the rows that were read are not",
	  keys_and_new_rows_are_copied_the_rows_that_were_read_are_not },
	{ "counts of one key in one list are one change",
	  counts_of_one_key_in_one_list_are_one_change },
	{ "removing or replacing a shared row increments the owner's number, adding one does not [T-U15]",
	  a_withdrawal_increments_the_sharing_number },
	{ "changes_start empties the list", changes_start_empties_the_list },
	{ "a list that is read-only stays empty", a_list_that_is_read_only_stays_empty },
	{ "a change that cannot be stored ends the process",
	  a_change_that_cannot_be_stored_ends_the_process },
	{ "tables have names, and a time if their rows expire",
	  tables_have_names_and_a_time_if_their_rows_expire },
	CU_TEST_INFO_NULL
};
CU_SuiteInfo changes_suite = { "store/changes", NULL, NULL, NULL, NULL, tests };
