/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Sessions. The keys of their rows begin with the time at which they end, so the janitor removes
 * them. The index has a row for each, which lists the sessions of an account: the row is the key of
 * the session in base64url.
 */
#include "model/session.h"

#include "base/b64.h"
#include "base/id.h"
#include "base/text.h"
#include "model/audit.h"
#include "model/handle.h"
#include "model/row.h"
#include "model/tenant.h"

/* clang-format off */
static const struct field fields[] = {
	MUST(struct session, "id", id, F_TEXT),
	MUST(struct session, "account", account_id, F_TEXT),
	FIELD(struct session, "auth", signed_in, F_INT),
	FIELD(struct session, "created", created, F_INT),
	FIELD(struct session, "exp", ends, F_INT),
	FIELD(struct session, "acr", acr, F_TEXT),
	FIELD(struct session, "amr", amr, F_TEXT),
	FIELD(struct session, "device", device, F_TEXT),
	FIELD(struct session, "address", address, F_TEXT),
	FIELD(struct session, "iss", issuer, F_TEXT),
	FIELD(struct session, "sub", subject, F_TEXT),
	FIELD(struct session, "epoch", epoch, F_INT),
	FIELD_END
};
/* clang-format on */

static const struct row_kind kind = ROW_KIND(session, T_SESSION, "a session", fields);

static struct bytes
session_index_key(struct work *w, const char *account, const char *id)
{
	return key_join(w->arena, account, id, NULL);
}

int64_t
session_index_expiry(struct arena *a, struct bytes row)
{
	struct bytes key;

	if (!b64url_decode(a, arena_strndup(a, (const char *)row.data, row.size), &key) ||
	    key.size != HANDLE_KEY_SIZE)
		return 0;
	return bytes_get_time(key.data);
}

static void
session_remove(struct work *w, const struct session *s)
{
	w->changes->essential = true;
	change_drop(w->changes, T_SESSION, s->key);
	change_drop(w->changes, T_SESSION_INDEX, session_index_key(w, s->account_id, s->id));
	audit_add(w, &(struct audit){ .event = AUDIT_SESSION_ENDED,
				      .owner = s->account_id,
				      .object = s->id });
}

/* A scan of the sessions of one account. */
struct scan {
	struct work *w;
	each_fn fn;
	void *arg;
};

/* A row of the index whose session was swept is no error: the janitor removes it, too. */
static enum err
session_read_indexed(void *arg, struct bytes key, struct bytes row)
{
	struct scan *s = arg;
	struct work *w = s->w;
	struct session *found = ARENA_NEW(w->arena, struct session);
	struct bytes session_key;
	enum err e;

	if (!b64url_decode(w->arena, arena_strndup(w->arena, (const char *)row.data, row.size),
			   &session_key))
		return OK;
	e = row_get(w, T_SESSION, session_key, ABSENT, &row);
	if (e != OK)
		return e == ABSENT ? OK : e;
	TRY(row_read(w, &kind, session_key, row, found));
	return found->ends > w->now ? s->fn(s->arg, found) : OK;
}

enum err
session_each(struct work *w, const char *account, each_fn fn, void *arg)
{
	struct scan s = { w, fn, arg };

	return store_scan(w->db, w->tenant->id, T_SESSION_INDEX, session_index_key(w, account, ""),
			  BYTES_NONE, session_read_indexed, &s);
}

/* What to end of an account's sessions. */
struct ending {
	struct work *w;
	const char *only, *except; /* ids; NULL: all, none */
	size_t n;		   /* how many have ended */
	size_t max;
};

enum err
session_check(struct work *w, const char *account, const char *id, enum err missing)
{
	struct session s;
	struct bytes row, key;

	TRY(row_get_tracked(w, T_SESSION_INDEX, session_index_key(w, account, id), missing, &row));
	if (!b64url_decode(w->arena, arena_strndup(w->arena, (const char *)row.data, row.size),
			   &key))
		return missing;
	TRY(row_find_tracked(w, &kind, key, missing, &s));
	return s.ends > w->now ? OK : missing;
}

static enum err
session_end_one(void *arg, const void *object)
{
	struct ending *e = arg;
	const struct session *s = object;

	if ((e->only != NULL && !text_equal(s->id, e->only)) || text_equal(s->id, e->except))
		return OK;
	if (e->n >= e->max)
		return SCAN_STOP;
	session_remove(e->w, s);
	e->n++;
	return OK;
}

static enum err
session_end_some(struct work *w, const char *account, struct ending *e)
{
	enum err result = session_each(w, account, session_end_one, e);

	return result == SCAN_STOP ? OK : result;
}

enum err
session_end(struct work *w, const char *account, const char *id)
{
	struct ending e = { .w = w, .only = id, .max = SIZE_MAX };

	TRY(session_end_some(w, account, &e));
	return e.n > 0 ? OK : ERR_NOT_FOUND;
}

enum err
session_end_all(struct work *w, const char *account, const char *except)
{
	struct ending e = { .w = w, .except = except, .max = SIZE_MAX };

	return session_end_some(w, account, &e);
}

static enum err
session_count_one(void *arg, const void *object)
{
	++*(size_t *)arg;
	return OK;
}

/* Ends the oldest sessions, so that one more is within SESSIONS_MAX. */
static enum err
session_make_room(struct work *w, const char *account, const struct session *old)
{
	struct ending e = { .w = w, .except = old != NULL ? old->id : NULL };
	size_t n = 0;

	TRY(session_each(w, account, session_count_one, &n));
	n -= old != NULL && text_equal(old->account_id, account) && n > 0;
	if (n < SESSIONS_MAX)
		return OK;
	e.max = n - SESSIONS_MAX + 1;
	return session_end_some(w, account, &e);
}

enum err
session_start(struct work *w, struct session *s, const struct session *old)
{
	char id[ID_SIZE];

	TRY(account_find(w, s->account_id, ERR_NOT_FOUND, &s->account));
	if (s->account.disabled)
		return ERR_NOT_FOUND;
	TRY(account_link_own(w, s->account_id));
	TRY(session_make_room(w, s->account_id, old));
	if (old != NULL)
		session_remove(w, old);
	id_new(w->random, w->now_ms, id);
	s->id = arena_strdup(w->arena, id);
	s->created = w->now;
	s->signed_in = s->signed_in != 0 ? s->signed_in : w->now;
	s->ends = w->now + w->tenant->set.session_life;
	s->epoch = s->account.epoch;
	s->used = w->now;
	handle_new(w, HANDLE_SESSION, s->ends, &s->handle, &s->key);
	change_add(w->changes, T_SESSION, s->key, row_encode(w->arena, fields, s));
	change_add(w->changes, T_SESSION_INDEX, session_index_key(w, s->account_id, s->id),
		   bytes_of(b64url_encode(w->arena, s->key)));
	audit_add(w, &(struct audit){ .event = AUDIT_SESSION_STARTED,
				      .owner = s->account_id,
				      .object = s->id,
				      .why = s->amr });
	w->changes->essential = true;
	return OK;
}

enum err
session_find(struct work *w, const char *handle, enum err missing, struct session *out)
{
	struct bytes key;

	if (!handle_row_key(w, HANDLE_SESSION, handle, &key))
		return missing;
	TRY(row_find_tracked(w, &kind, key, missing, out));
	if (out->ends <= w->now)
		return missing;
	TRY(account_find(w, out->account_id, missing, &out->account));
	if (out->account.disabled || out->account.epoch != out->epoch)
		return missing;
	out->handle = handle;
	return OK;
}
