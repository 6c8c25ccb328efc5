/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Removal of expired rows by the janitor. Every read checks the expiry, so this only keeps the file
 * small. Each step is one snapshot and one commit of at most BATCH rows.
 */
#include <string.h>

#include "base/log.h"
#include "model/audit.h"
#include "model/consent.h"
#include "model/housekeeping.h"
#include "model/session.h"
#include "tenant_row.h"

#define BATCH	   256
#define PASSES_MAX 16 /* of one tenant in a round */

struct consent_times {
	const char *owner, *client;
	enum consent_state state;
	int64_t expires;
};

/* clang-format off */
static const struct field consent_fields[] = {
	FIELD(struct consent_times, "owner", owner, F_TEXT),
	FIELD(struct consent_times, "client", client, F_TEXT),
	ENUM(struct consent_times, "state", state, consent_state_names),
	FIELD(struct consent_times, "exp", expires, F_INT),
	FIELD_END
};
/* clang-format on */

/* One step: finds expired rows and collects their removal. */
struct step {
	struct arena *arena;
	struct changes changes;
	int64_t now;
	bool keys; /* a signing key is removed: workers must reload the tenant */
	bool more; /* more rows expired than one commit removes */
};

static enum err
housekeeping_check_full(struct step *s)
{
	s->more = s->changes.n >= BATCH;
	return s->more ? SCAN_STOP : OK;
}

/* Removes the row if it is unchanged at the commit: an owner may decide, or an administrator may
 * move a key's end, in between. */
static enum err
housekeeping_remove_row(struct step *s, enum table t, struct bytes key, struct bytes row)
{
	change_take(&s->changes, t, key, row, BYTES_NONE);
	return housekeeping_check_full(s);
}

static enum err
housekeeping_expire_consent(void *arg, struct bytes key, struct bytes row)
{
	struct step *s = arg;
	struct consent_times c = { 0 };

	if (!row_decode(s->arena, consent_fields, row, &c) || c.expires > s->now)
		return OK;
	if (c.state == CONSENT_OPEN && c.owner != NULL && c.client != NULL)
		consent_count_open(&s->changes, c.owner, c.client, -1, 0, 0);
	return housekeeping_remove_row(s, T_CONSENT, key, row);
}

static enum err
housekeeping_expire_key(void *arg, struct bytes key, struct bytes row)
{
	struct step *s = arg;
	struct key_row k = { 0 };

	if (!row_decode(s->arena, key_fields, row, &k) || k.until == 0 || k.until > s->now)
		return OK;
	s->keys = true;
	return housekeeping_remove_row(s, T_KEY, key, row);
}

static enum err
housekeeping_expire_session(void *arg, struct bytes key, struct bytes row)
{
	struct step *s = arg;

	if (session_index_expiry(s->arena, row) > s->now)
		return OK;
	return housekeeping_remove_row(s, T_SESSION_INDEX, key, row);
}

static const struct {
	enum table table;
	scan_fn find_expired;
} steps[] = {
	{ T_CONSENT, housekeeping_expire_consent },
	{ T_KEY, housekeeping_expire_key },
	{ T_SESSION_INDEX, housekeeping_expire_session },
};
#define STEPS (sizeof steps / sizeof steps[0])

static enum err
housekeeping_commit(struct store *store, struct snapshot *db, struct step *s)
{
	struct work w = { .arena = s->arena, .db = db, .changes = &s->changes, .now = s->now };
	struct changes *list = &s->changes;

	if (s->changes.n == 0)
		return OK;
	if (s->keys)
		TRY(tenant_change_generation(&w));
	s->changes.essential = true;
	TRY(store_commit(store, &list, 1));
	/* After a conflict the next round finds the rows again. */
	return s->changes.verdict == ERR_CHANGED ? OK : s->changes.verdict;
}

/* Step STEPS is the audit. */
static enum err
housekeeping_find_expired(struct snapshot *db, const struct tenant *t, struct step *s, size_t i)
{
	struct work w = {
		.arena = s->arena, .db = db, .changes = &s->changes, .now = s->now, .tenant = t
	};

	if (i == STEPS)
		return audit_expire(&w, BATCH, &s->more);
	return store_scan(db, t->id, steps[i].table, BYTES_NONE, BYTES_NONE, steps[i].find_expired,
			  s);
}

static enum err
housekeeping_find_and_commit(struct store *store, struct snapshot *db, const struct tenant *t,
			     struct step *s, size_t i, bool *more)
{
	enum err e = housekeeping_find_expired(db, t, s, i);

	*more = *more || s->more;
	return e == OK ? housekeeping_commit(store, db, s) : e;
}

static enum err
housekeeping_sweep_table(struct store *store, const struct tenant *t, size_t i, int64_t now,
			 bool *more)
{
	struct step s = { .arena = arena_new(), .now = now };
	struct snapshot *db;
	enum err e = store_snapshot(store, &db);

	changes_start(&s.changes, s.arena, t->id);
	if (e == OK) {
		e = housekeeping_find_and_commit(store, db, t, &s, i, more);
		store_release(db);
	}
	arena_free(s.arena);
	return e;
}

static enum err
housekeeping_sweep_tenant(struct store *store, const struct tenant *t, int64_t now, bool *more)
{
	size_t swept = 0;

	TRY(store_sweep(store, t->id, now, BATCH, &swept));
	*more = *more || swept == BATCH;
	for (size_t i = 0; i <= STEPS; i++)
		TRY(housekeeping_sweep_table(store, t, i, now, more));
	return OK;
}

/* A tenant with many rows gets several passes, so that the amount removed does not depend on the
 * number of tenants. The passes are bounded, so that it does not delay other tenants (T-O02). */
static enum err
housekeeping_sweep_turns(struct store *store, const struct tenant *t, int64_t now, bool *more)
{
	bool left = true;

	for (int pass = 0; left && pass < PASSES_MAX; pass++) {
		left = false;
		TRY(housekeeping_sweep_tenant(store, t, now, &left));
	}
	*more = *more || left;
	return OK;
}

/* Loads the tenant anew into an arena of its own: of ten thousand tenants only one is in memory. */
static enum err
housekeeping_sweep_id(struct store *store, const struct settings *settings, tenant_id id,
		      int64_t now, bool *more)
{
	struct work w = { .arena = arena_new() };
	const struct tenant *t;
	struct tenants all;
	enum err e;

	tenants_start(&all, NULL, settings);
	e = store_snapshot(store, &w.db);
	if (e == OK) {
		e = tenants_get(&all, &w, id, &t);
		store_release(w.db);
	}
	if (e == OK)
		e = housekeeping_sweep_turns(store, t, now, more);
	else if (e == ABSENT || e == ERR_SERVER)
		e = OK; /* removed in the meantime, or damaged (logged) */
	arena_free(w.arena);
	tenants_free(&all);
	return e;
}

enum err
housekeeping_round(struct store *store, const struct settings *settings, int64_t now,
		   bool (*go_on)(void *arg), void *arg, bool *more)
{
	struct arena *a = arena_new();
	struct snapshot *db;
	tenant_id *ids = NULL;
	size_t n = 0;
	enum err e;

	*more = false;
	e = store_snapshot(store, &db);
	if (e == OK) {
		e = tenants_ids(db, a, &ids, &n);
		store_release(db);
	}
	for (size_t i = 0; e == OK && i < n; i++) {
		if (i > 0 && go_on != NULL && !go_on(arg))
			break;
		e = housekeeping_sweep_id(store, settings, ids[i], now, more);
	}
	arena_free(a);
	return e == OK ? tenants_remove_rest(store, more) : e;
}
