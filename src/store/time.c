/* SPDX-License-Identifier: Apache-2.0 */
/* The store's time (T-O04): a row of T_META. */
#include "base/text.h"
#include "store/time.h"
#include "src/store/meta.h"

static const char name[] = "time";

enum err
store_time(struct snapshot *db, int64_t *out)
{
	enum err e = meta_number(db, name, out);

	if (e == ABSENT)
		*out = 0;
	return e == ABSENT ? OK : e;
}

enum err
store_time_now(struct store *s, int64_t *out)
{
	struct snapshot *db;
	enum err e;

	*out = 0;
	TRY(store_snapshot(s, &db));
	e = store_time(db, out);
	store_release(db);
	return e;
}

static enum err
time_keep_latest(struct store *s, struct snapshot *db, struct arena *a, int64_t now)
{
	struct changes c, *list = &c;
	struct bytes seen = BYTES_NONE;
	char digits[INT_DIGITS];
	int64_t before;

	TRY(store_time(db, &before));
	if (before >= now)
		return OK;
	if (before != 0)
		TRY(store_get(db, 0, T_META, bytes_of(name), &seen));
	changes_start(&c, a, 0);
	c.essential = true;
	change_take(&c, T_META, bytes_of(name), seen, bytes_of(text_print_int(now, digits)));
	TRY(store_commit(s, &list, 1));
	/* Two janitors exist while one replaces the other; either time will do. */
	return c.verdict == ERR_CHANGED ? OK : c.verdict;
}

enum err
store_time_keep(struct store *s, int64_t now)
{
	struct arena *a = arena_new();
	struct snapshot *db;
	enum err e = store_snapshot(s, &db);

	if (e == OK) {
		e = time_keep_latest(s, db, a, now);
		store_release(db);
	}
	arena_free(a);
	return e;
}
