/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the janitor removes.  Expiry is checked at every read, so nothing depends on it; it
 * only keeps the file small.  Each step is a snapshot and a commit of at most BATCH rows.
 */
#include <string.h>

#include "base/log.h"
#include "model/audit.h"
#include "model/housekeeping.h"
#include "tenant_row.h"

#define BATCH 256

struct consent_times {
	int64_t expires;
};

static const struct field consent_fields[] = {
	FIELD(struct consent_times, "exp", expires, F_INT),
	FIELD_END
};

/* One step: finds rows that are over and leaves their removal. */
struct step {
	struct arena  *arena;
	struct changes changes;
	int64_t        now;
	bool           keys;	/* a signing key went: workers must notice */
	bool           more;	/* than one commit removes */
};

static enum err
enough(struct step *s)
{
	s->more = s->changes.n == BATCH;
	return s->more ? SCAN_STOP : OK;
}

/* Only as it was judged: an answer may be given, or a key's end be moved, before our commit. */
static enum err
take(struct step *s, enum table t, struct bytes key, struct bytes row)
{
	change_take(&s->changes, t, key, row, BYTES_NONE);
	return enough(s);
}

static enum err
old_consent(void *arg, struct bytes key, struct bytes row)
{
	struct step *s = arg;
	struct consent_times c = { 0 };

	if (!row_decode(s->arena, consent_fields, row, &c) || c.expires > s->now)
		return OK;
	return take(s, T_CONSENT, key, row);
}

static enum err
old_key(void *arg, struct bytes key, struct bytes row)
{
	struct step *s = arg;
	struct key_row k = { 0 };

	if (!row_decode(s->arena, key_fields, row, &k) || k.until == 0 || k.until > s->now)
		return OK;
	s->keys = true;
	return take(s, T_KEY, key, row);
}

static const struct {
	enum table table;
	scan_fn    old;
} steps[] = {
	{ T_CONSENT, old_consent },
	{ T_KEY,     old_key },
};
#define STEPS (sizeof steps / sizeof steps[0])

static enum err
commit(struct store *store, struct snapshot *db, struct step *s)
{
	struct work w = { .arena = s->arena, .db = db, .changes = &s->changes, .now = s->now };
	struct changes *list = &s->changes;

	if (s->changes.n == 0)
		return OK;
	if (s->keys)
		TRY(generation_change(&w));
	s->changes.essential = true;
	TRY(store_commit(store, &list, 1));
	/* What somebody changed meanwhile is judged again in the next round. */
	return s->changes.verdict == ERR_CHANGED ? OK : s->changes.verdict;
}

/* Step number STEPS is the audit. */
static enum err
find_old(struct snapshot *db, const struct tenant *t, struct step *s, size_t i)
{
	struct work w = { .arena = s->arena, .db = db, .changes = &s->changes, .now = s->now,
			  .tenant = t };

	if (i == STEPS)
		return audit_expire(&w, BATCH, &s->more);
	return store_scan(db, t->id, steps[i].table, BYTES_NONE, BYTES_NONE, steps[i].old, s);
}

static enum err
find_and_commit(struct store *store, struct snapshot *db, const struct tenant *t, struct step *s,
		size_t i, bool *more)
{
	enum err e = find_old(db, t, s, i);

	*more = *more || s->more;
	return e == OK ? commit(store, db, s) : e;
}

static enum err
sweep_table(struct store *store, const struct tenant *t, size_t i, int64_t now, bool *more)
{
	struct step s = { .arena = arena_new(), .now = now };
	struct snapshot *db;
	enum err e = store_snapshot(store, &db);

	changes_start(&s.changes, s.arena, t->id);
	if (e == OK) {
		e = find_and_commit(store, db, t, &s, i, more);
		store_release(db);
	}
	arena_free(s.arena);
	return e;
}

static enum err
sweep_tenant(struct store *store, const struct tenant *t, int64_t now, bool *more)
{
	size_t swept = 0;

	TRY(store_sweep(store, t->id, now, BATCH, &swept));
	*more = *more || swept == BATCH;
	for (size_t i = 0; i <= STEPS; i++)
		TRY(sweep_table(store, t, i, now, more));
	return OK;
}

enum err
housekeeping_round(struct store *store, const struct settings *settings, int64_t now, bool *more)
{
	struct tenants all;
	struct snapshot *db;
	enum err e;

	*more = false;
	TRY(store_snapshot(store, &db));
	e = tenants_load(db, NULL, settings, &all);
	store_release(db);
	for (size_t i = 0; e == OK && i < all.n; i++)
		e = sweep_tenant(store, &all.list[i], now, more);
	tenants_free(&all);
	return e;
}
