/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Random changes, compared with a map in memory (T-S09): all verdicts, rows and scans, and
 * snapshots of earlier times. STORE_OPS is the number of changes, STORE_SEED the seed.
 */
#include <stdio.h>
#include <stdlib.h>

#include "tests/store/contract.h"
#include "tests/store/store_fixture.h"

#define TENANTS 2
#define KEYS	60
#define LISTS	8
#define LONGEST 9000 /* larger than a page, so rows are also outside the tree */

static const enum table tables[] = { T_POLICY, T_RPT, T_AUDIT };
#define TABLES (sizeof(tables) / sizeof(*tables))

/* A row is its size and the byte it consists of; size 0: no row. */
struct out_field {
	uint16_t size;
	uint8_t byte;
};

struct map {
	struct out_field out_field[TABLES][TENANTS][KEYS];
};

struct random_test {
	struct store_fixture st;
	struct arena *arena;
	unsigned seed;
	struct map now, then;
	struct snapshot *old; /* a snapshot of the state `then` */
	enum err expected[LISTS];
	struct changes list[LISTS];
};

static unsigned
random_contract_chance(struct random_test *t, unsigned n)
{
	return (unsigned)rand_r(&t->seed) % n;
}

/* Keys have different lengths, and some are prefixes of others. */
static struct bytes
key_of(struct arena *a, size_t i)
{
	return bytes_of(arena_printf(a, "%c%c%.*s", (char)('a' + i / 8), (char)('a' + i % 8 / 2),
				     (int)(i % 2 * 30), "wwwwwwwwwwwwwwwwwwwwwwwwwwwwww"));
}

static struct bytes
row_of(struct arena *a, struct out_field c)
{
	uint8_t *data = arena_alloc(a, c.size);

	memset(data, c.byte, c.size);
	return c.size != 0 ? BYTES(data, c.size) : BYTES_NONE;
}

static struct out_field
cell_new(struct random_test *t)
{
	unsigned most = random_contract_chance(t, 20) == 0 ? LONGEST : 300;

	return (struct out_field){ (uint16_t)(1 + random_contract_chance(t, most)),
				   (uint8_t)random_contract_chance(t, 256) };
}

/* The row that the handler has read: usually the current one. */
static struct out_field
cell_seen(struct random_test *t, const struct out_field *truth)
{
	struct out_field seen = *truth;

	if (random_contract_chance(t, 4) != 0)
		return seen;
	if (random_contract_chance(t, 2) == 0)
		return (struct out_field){ 0 };
	seen.byte ^= 1;
	return seen.size != 0 ? seen : cell_new(t);
}

static int
cell_equal(struct out_field a, struct out_field b)
{
	return a.size == b.size && (a.size == 0 || a.byte == b.byte);
}

/* Adds one change to list `i` and applies it to `after`; expectations refer to `before`. */
static void
random_change(struct random_test *t, int i, const struct map *before, struct map *after)
{
	unsigned table = random_contract_chance(t, TABLES),
		 tenant = random_contract_chance(t, TENANTS), k = random_contract_chance(t, KEYS);
	const struct out_field *truth = &before->out_field[table][tenant][k];
	struct out_field *target = &after->out_field[table][tenant][k];
	struct out_field new = cell_new(t), seen = cell_seen(t, truth);
	enum change_kind kind = (enum change_kind)random_contract_chance(t, 5);
	struct bytes key = key_of(t->arena, k), row = row_of(t->arena, new);
	struct changes *c = &t->list[i];
	int holds = kind == CHANGE_ADD ? truth->size == 0 : cell_equal(*truth, seen);

	c->tenant = tenant;
	if (kind == CHANGE_DROP || (kind == CHANGE_TAKE && random_contract_chance(t, 2) == 0))
		new = (struct out_field){ 0 };
	if (kind == CHANGE_PUT)
		change_put(c, tables[table], key, row);
	else if (kind == CHANGE_DROP)
		change_drop(c, tables[table], key);
	else if (kind == CHANGE_TAKE)
		change_take(c, tables[table], key, row_of(t->arena, seen), row_of(t->arena, new));
	else if (kind == CHANGE_EXPECT)
		change_expect(c, tables[table], key, row_of(t->arena, seen));
	else
		change_add(c, tables[table], key, row);
	if (kind >= CHANGE_TAKE && !holds)
		t->expected[i] = ERR_CHANGED;
	if (kind != CHANGE_EXPECT)
		*target = new;
}

static int
random_list(struct random_test *t, int i)
{
	struct map before = t->now, after = t->now;
	int n = 1 + (int)random_contract_chance(t, 5);

	changes_start(&t->list[i], t->arena, 0);
	t->expected[i] = OK;
	for (int k = 0; k < n; k++)
		random_change(t, i, &before, &after);
	if (t->expected[i] == OK)
		t->now = after;
	return n;
}

static int
random_commit(struct random_test *t)
{
	int n = 1 + (int)random_contract_chance(t, LISTS), ops = 0;
	struct changes *lists[LISTS];

	for (int i = 0; i < n; i++) {
		lists[i] = &t->list[i];
		ops += random_list(t, i);
	}
	CU_ASSERT_EQUAL(store_commit(t->st.store, lists, (size_t)n), OK);
	for (int i = 0; i < n; i++)
		CU_ASSERT_EQUAL(lists[i]->verdict, t->expected[i]);
	arena_reset(t->arena);
	return ops;
}

static void
check_rows(struct random_test *t, struct snapshot *db, const struct map *map)
{
	for (size_t i = 0; i < TABLES * TENANTS * KEYS; i++) {
		size_t table = i / KEYS / TENANTS, tenant = i / KEYS % TENANTS, k = i % KEYS;
		struct out_field out_field = map->out_field[table][tenant][k];
		struct bytes row = BYTES_NONE;
		enum err e = store_get(db, tenant, tables[table], key_of(t->arena, k), &row);

		CU_ASSERT_EQUAL(e, out_field.size != 0 ? OK : ABSENT);
		CU_ASSERT(bytes_equal(row, row_of(t->arena, out_field)));
	}
}

struct walk {
	struct random_test *t;
	const struct out_field *cells;
	size_t next; /* the next possible key */
	struct bytes prefix, from;
};

static int
is_before(struct bytes a, struct bytes b)
{
	int order = memcmp(a.data, b.data, a.size < b.size ? a.size : b.size);

	return order < 0 || (order == 0 && a.size < b.size);
}

/* The next key of the map that the scan must return; KEYS if there is none. */
static size_t
walk_skip(struct walk *w)
{
	for (; w->next < KEYS; w->next++) {
		struct bytes key = key_of(w->t->arena, w->next);

		if (w->cells[w->next].size != 0 && key.size >= w->prefix.size &&
		    memcmp(key.data, w->prefix.data, w->prefix.size) == 0 &&
		    !is_before(key, w->from))
			break;
	}
	return w->next;
}

static enum err
walk_row(void *arg, struct bytes key, struct bytes row)
{
	struct walk *w = arg;

	if (walk_skip(w) == KEYS || !bytes_equal(key, key_of(w->t->arena, w->next)))
		return ERR_SERVER;
	return bytes_equal(row, row_of(w->t->arena, w->cells[w->next++])) ? OK : ERR_SERVER;
}

static void
check_scan(struct random_test *t, struct snapshot *db, const struct map *map)
{
	unsigned table = random_contract_chance(t, TABLES),
		 tenant = random_contract_chance(t, TENANTS);
	struct bytes key = key_of(t->arena, random_contract_chance(t, KEYS));
	struct walk w = { .t = t, .cells = map->out_field[table][tenant] };

	w.prefix = BYTES(key.data, random_contract_chance(t, 3));
	w.from = random_contract_chance(t, 2) == 0 ? key : BYTES(key.data, w.prefix.size);
	CU_ASSERT_EQUAL(store_scan(db, tenant, tables[table], w.prefix, w.from, walk_row, &w), OK);
	CU_ASSERT_EQUAL(walk_skip(&w), KEYS);
}

static void
random_contract_check(struct random_test *t)
{
	struct snapshot *db;

	CU_ASSERT_EQUAL(store_snapshot(t->st.store, &db), OK);
	check_rows(t, db, &t->now);
	for (int i = 0; i < 5; i++)
		check_scan(t, db, &t->now);
	if (t->old != NULL) {
		check_rows(t, t->old, &t->then);
		check_scan(t, t->old, &t->then);
		store_release(t->old);
	}
	t->old = db;
	t->then = t->now;
	arena_reset(t->arena);
}

static long
random_contract_setting(const char *name, long preset)
{
	const char *text = getenv(name);

	return text != NULL ? atol(text) : preset;
}

static void
random_changes_agree_with_a_map(void)
{
	long ops = random_contract_setting("STORE_OPS", 100000), commits = 0;
	static struct random_test t;

	t = (struct random_test){ .seed = (unsigned)random_contract_setting("STORE_SEED", 4711) };
	printf("# random changes: STORE_SEED=%u STORE_OPS=%ld\n", t.seed, ops);
	t.arena = arena_new();
	store_fixture_setup_sized(&t.st, 32 * MIB, 32 * MIB);
	for (; ops > 0; commits++) {
		ops -= random_commit(&t);
		if (commits % 50 == 0)
			random_contract_check(&t);
		if (commits % 1000 == 999) {
			store_release(t.old);
			t.old = NULL;
			store_fixture_close(&t.st);
			store_fixture_open(&t.st);
		}
	}
	random_contract_check(&t);
	store_release(t.old);
	store_fixture_teardown(&t.st);
	arena_free(t.arena);
}

CU_TestInfo contract_random_tests[] = { { "random changes agree with a map in memory [T-S09]",
					  random_changes_agree_with_a_map },
					CU_TEST_INFO_NULL };
