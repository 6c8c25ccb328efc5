/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the janitor removes.  Expiry is checked at every read, so nothing depends on it; it
 * only keeps the file small.  Each step is a commit of at most BATCH rows.
 */
#include <string.h>

#include "base/log.h"
#include "model/housekeeping.h"
#include "tenant_row.h"

#define BATCH 256
#define DAY   86400

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
	int64_t        keep;	/* audit: first millisecond that is kept */
	bool           keys;	/* a signing key went: workers must notice */
};

static enum err
drop(struct step *s, enum table t, struct bytes key)
{
	change_drop(&s->changes, t, key);
	return s->changes.n < BATCH ? OK : ERR_FULL;	/* enough for one commit */
}

static enum err
old_consent(void *arg, struct bytes key, struct bytes row)
{
	struct step *s = arg;
	struct consent_times c = { 0 };

	if (!row_decode(s->arena, consent_fields, row, &c) || c.expires > s->now)
		return OK;
	return drop(s, T_CONSENT, key);
}

static enum err
old_key(void *arg, struct bytes key, struct bytes row)
{
	struct step *s = arg;
	struct key_row k = { 0 };

	if (!row_decode(s->arena, key_fields, row, &k) || k.until == 0 || k.until > s->now)
		return OK;
	s->keys = true;
	return drop(s, T_KEY, key);
}

static enum err
old_audit(void *arg, struct bytes key, struct bytes row)
{
	struct step *s = arg;
	int64_t ms = 0;

	for (size_t i = 0; i < 8 && i < key.size; i++)
		ms = ms << 8 | key.data[i];
	return ms < s->keep ? drop(s, T_AUDIT, key) : ERR_NOT_FOUND;	/* the rest is younger */
}

static const struct {
	enum table table;
	scan_fn    old;
} steps[] = {
	{ T_CONSENT, old_consent },
	{ T_KEY,     old_key },
	{ T_AUDIT,   old_audit },
};

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
	return store_commit(store, &list, 1);
}

static enum err
sweep_table(struct store *store, struct snapshot *db, const struct tenant *t, size_t i, int64_t now,
	    bool *more)
{
	struct step s = { .arena = arena_new(), .now = now };
	enum err e;

	s.keep = t->set.audit_keep > 0 ? (now - t->set.audit_keep * DAY) * 1000 : 0;
	changes_start(&s.changes, s.arena, t->id);
	e = store_scan(db, t->id, steps[i].table, BYTES_NONE, BYTES_NONE, steps[i].old, &s);
	*more = *more || e == ERR_FULL;
	if (e == OK || e == ERR_FULL || e == ERR_NOT_FOUND)
		e = commit(store, db, &s);
	arena_free(s.arena);
	return e;
}

static enum err
sweep_tenant(struct store *store, struct snapshot *db, const struct tenant *t, int64_t now,
	     bool *more)
{
	size_t swept = 0;

	TRY(store_sweep(store, t->id, now, BATCH, &swept));
	*more = *more || swept == BATCH;
	for (size_t i = 0; i < sizeof steps / sizeof steps[0]; i++)
		TRY(sweep_table(store, db, t, i, now, more));
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
	for (size_t i = 0; e == OK && i < all.n; i++)
		e = sweep_tenant(store, db, &all.list[i], now, more);
	tenants_free(&all);
	store_release(db);
	return e;
}
