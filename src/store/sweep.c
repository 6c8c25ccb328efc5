/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Removes expired rows. Keys of tables with expiry start with the time, so expired rows are
 * first in each table, and no index is needed. Every read checks the expiry itself and does not
 * depend on the sweep.
 */
#include "store/store.h"

struct sweep {
	struct changes changes;
	enum table table;
	int64_t now;
	size_t limit;
};

/* A scan ends at the first row that has not expired, or at the limit. */
static enum err
sweep_row(void *arg, struct bytes key, struct bytes row)
{
	struct sweep *sw = arg;

	if (sw->changes.n == sw->limit || key.size < BYTES_TIME ||
	    bytes_get_time(key.data) >= sw->now)
		return SCAN_STOP;
	change_drop(&sw->changes, sw->table, key);
	return OK;
}

static enum err
sweep_collect(struct store *s, tenant_id t, struct sweep *sw)
{
	struct snapshot *db;
	enum err e = OK;

	TRY(store_snapshot(s, &db));
	for (int i = 0; i < TABLE_COUNT && e == OK; i++) {
		sw->table = (enum table)i;
		if (table_expires(sw->table))
			e = store_scan(db, t, sw->table, BYTES_NONE, BYTES_NONE, sweep_row, sw);
	}
	store_release(db);
	return e;
}

enum err
store_sweep(struct store *s, tenant_id t, int64_t now, size_t limit, size_t *swept)
{
	struct sweep sw = { .now = now, .limit = limit };
	struct changes *list = &sw.changes;
	struct arena *a = arena_new();
	enum err e;

	changes_start(&sw.changes, a, t);
	sw.changes.essential = true; /* frees space in a full database (T-S05) */
	e = sweep_collect(s, t, &sw);
	if (e == OK)
		e = store_commit(s, &list, 1);
	if (e == OK)
		e = sw.changes.verdict;
	*swept = e == OK ? sw.changes.n : 0;
	arena_free(a);
	return e;
}
