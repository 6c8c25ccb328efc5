/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Removal of a tenant. One commit removes the tenant itself, which is unknown from then on. Its
 * rows are removed in batches, so that nobody waits long for the write lock. The first commit also
 * writes a marker, a row of T_META, that stays until the last row is removed: if usherctl ends
 * before that, the janitor continues.
 */
#include "tenant_row.h"

#define BATCH 500
#define MARKS 16 /* markers handled in one call */

static const char mark[] = "removed";
#define MARK_SIZE (sizeof mark - 1)

struct batch {
	struct changes changes;
	enum table table;
};

static struct bytes
tenant_removal_key(struct arena *a, tenant_id id)
{
	uint8_t *key = arena_alloc(a, MARK_SIZE + 8);

	memcpy(key, mark, MARK_SIZE);
	bytes_put(key + MARK_SIZE, 8, id);
	return BYTES(key, MARK_SIZE + 8);
}

static enum err
tenant_removal_drop(void *arg, struct bytes key, struct bytes row)
{
	struct batch *b = arg;

	if (b->changes.n == BATCH)
		return SCAN_STOP;
	change_drop(&b->changes, b->table, key);
	return OK;
}

/* Removes one batch of rows from all tables. Sets `*more` if the batch was full. */
static enum err
tenant_removal_run(struct store *store, tenant_id id, bool *more)
{
	struct arena *a = arena_new();
	struct batch b;
	struct changes *list = &b.changes;
	struct snapshot *db;
	enum err e = store_snapshot(store, &db);

	changes_start(&b.changes, a, id);
	b.changes.essential = true;
	if (e == OK) {
		for (int t = 0; t < TABLE_COUNT && e == OK; t++) {
			b.table = (enum table)t;
			e = store_scan(db, id, b.table, BYTES_NONE, BYTES_NONE, tenant_removal_drop,
				       &b);
		}
		*more = b.changes.n == BATCH;
		if (!*more) {
			b.changes.tenant = INSTANCE;
			change_drop(&b.changes, T_META, tenant_removal_key(a, id));
		}
		if (e == OK)
			e = store_commit(store, &list, 1);
		if (e == OK)
			e = b.changes.verdict;
		store_release(db);
	}
	arena_free(a);
	return e;
}

/* First removes the rows by which requests find the tenant, and the generation that they expect. */
enum err
tenant_remove(struct work *w, struct store *store, const struct tenant *t)
{
	struct changes *c = w->changes;
	bool more = true;

	c->tenant = t->id;
	TRY(tenant_change_generation(w));
	c->tenant = INSTANCE;
	change_drop(c, T_TENANT, tenant_row_key(w->arena, t->id));
	change_drop(c, T_TENANT_INDEX, tenant_name_key(w->arena, t->name));
	change_drop(c, T_TENANT_INDEX, tenant_address_key(w->arena, t->host, &t->path, t->path.n));
	change_count(c, T_COUNT, TENANT_COUNT, -1, 0);
	change_put(c, T_META, tenant_removal_key(w->arena, t->id), bytes_of("1"));
	c->tenant = t->id;
	c->essential = true;
	TRY(store_commit(store, &w->changes, 1));
	TRY(c->verdict);
	while (more)
		TRY(tenant_removal_run(store, t->id, &more));
	return OK;
}

struct marks {
	tenant_id id[MARKS];
	size_t n;
};

static enum err
tenant_removal_collect(void *arg, struct bytes key, struct bytes row)
{
	struct marks *m = arg;

	if (m->n == MARKS)
		return SCAN_STOP;
	if (key.size == MARK_SIZE + 8)
		m->id[m->n++] = bytes_get(key.data + MARK_SIZE, 8);
	return OK;
}

enum err
tenants_remove_rest(struct store *store, bool *more)
{
	struct marks m = { .n = 0 };
	struct snapshot *db;
	enum err e;

	TRY(store_snapshot(store, &db));
	e = store_scan(db, INSTANCE, T_META, bytes_of(mark), BYTES_NONE, tenant_removal_collect,
		       &m);
	store_release(db);
	for (size_t i = 0; i < m.n && e == OK; i++) {
		bool left = false;

		e = tenant_removal_run(store, m.id[i], &left);
		*more = *more || left;
	}
	*more = *more || m.n == MARKS;
	return e;
}
