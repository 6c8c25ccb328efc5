/* SPDX-License-Identifier: Apache-2.0 */
/* The instance epoch (T-S12): a row of T_META. */
#include "base/arena.h"
#include "store/epoch.h"
#include "src/store/meta.h"

#define TRIES 100

/* The new number in `*out` when the commit stands. */
static enum err
raise_once(struct store *s, struct snapshot *db, struct arena *a, int64_t *out)
{
	struct bytes key = bytes_of("epoch"), seen;
	struct changes c, *list = &c;

	TRY(store_epoch(db, out));
	TRY(store_get(db, 0, T_META, key, &seen));
	if (*out == INT64_MAX)
		return ERR_STORE;
	(*out)++;
	changes_start(&c, a, 0);
	c.essential = true;
	change_take(&c, T_META, key, seen, bytes_of(arena_printf(a, "%lld", (long long)*out)));
	TRY(store_commit(s, &list, 1));
	return c.verdict;
}

enum err
store_epoch(struct snapshot *db, int64_t *out)
{
	enum err e = meta_number(db, "epoch", out);

	return e == ERR_NOT_FOUND ? ERR_STORE : e;
}

enum err
store_epoch_raise(struct store *s, int64_t *out)
{
	struct arena *a = arena_new();
	enum err e = ERR_CHANGED;

	for (int i = 0; i < TRIES && e == ERR_CHANGED; i++) {
		struct snapshot *db;

		e = store_snapshot(s, &db);
		if (e != OK)
			break;
		e = raise_once(s, db, a, out);
		store_release(db);
	}
	arena_free(a);
	return e;
}
