/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The audit table: rows are appended in order of time and read by usherctl. A key begins with the
 * event's class and time, so expired rows are at the front of each class. Readers merge the classes
 * by time.
 */
#include <string.h>

#include "base/crypto.h"
#include "base/json.h"
#include "base/log.h"
#include "base/text.h"
#include "model/audit.h"
#include "model/row.h"
#include "model/tenant.h"

/* Keys: class, milliseconds, position in the commit, random bytes. */
#define KEY_TIME   1
#define KEY_PLACE  (KEY_TIME + 6)
#define KEY_RANDOM (KEY_PLACE + 2)
#define KEY_SIZE   (KEY_RANDOM + 6)

/* Keys of counters in T_COUNT: the prefix, the hour, a hash. */
#define COUNT_PREFIX BYTES("audit\0", 6)
#define COUNT_HOUR   6
#define COUNT_HASH   (COUNT_HOUR + 4)
#define COUNT_SIZE   (COUNT_HASH + 16)

#define HOUR 3600
#define DAY  86400

enum fold { EACH, FOLD };

static const struct event {
	const char *name;
	enum audit_class class;
	enum fold fold;
} events[AUDIT_EVENT_COUNT] = {
#define X(id, name, class_, fold) { name, class_, fold },
	AUDIT_EVENTS(X)
#undef X
};

const char *
audit_event_name(enum audit_event e)
{
	return events[e].name;
}

bool
audit_event_find(const char *name, enum audit_event *out)
{
	for (*out = 0; *out < AUDIT_EVENT_COUNT; (*out)++)
		if (strcmp(events[*out].name, name) == 0)
			return true;
	return false;
}

int64_t
audit_days(const struct tenant_settings *set, enum audit_class audit_class)
{
	switch (audit_class) {
	case AUDIT_DECISIONS: return set->audit_keep_decisions;
	case AUDIT_REQUESTS: return set->audit_keep_requests;
	case AUDIT_CHANGES: break;
	}
	return set->audit_keep_changes;
}

/* --- the row ----------------------------------------------------------------------------- */

struct audit_row {
	const char *event, *actor;
	enum actor_kind kind;
	const char *owner, *rs, *client, *party, *object;
	struct permission *permissions;
	const char *rule, *why;
};

/* clang-format off */
static const struct field permission_fields[] = {
	FIELD(struct permission, "r", resource, F_TEXT),
	FIELD(struct permission, "s", scopes, F_STR_LIST),
	FIELD(struct permission, "by", rule, F_TEXT),
	FIELD(struct permission, "c", consent, F_TEXT),
	FIELD_END
};
/* clang-format on */

static const struct field_list permissions = { permission_fields, sizeof(struct permission),
					       offsetof(struct permission, next) };

static const char *const actor_kinds[] = { "server", "client", "owner", "admin", NULL };

/* clang-format off */
static const struct field fields[] = {
	MUST(struct audit_row, "e", event, F_TEXT),
	ENUM(struct audit_row, "k", kind, actor_kinds),
	FIELD(struct audit_row, "a", actor, F_TEXT),
	FIELD(struct audit_row, "o", owner, F_TEXT),
	FIELD(struct audit_row, "rs", rs, F_TEXT),
	FIELD(struct audit_row, "cl", client, F_TEXT),
	FIELD(struct audit_row, "pa", party, F_TEXT),
	FIELD(struct audit_row, "ob", object, F_TEXT),
	LIST(struct audit_row, "p", permissions, &permissions),
	FIELD(struct audit_row, "by", rule, F_TEXT),
	FIELD(struct audit_row, "w", why, F_TEXT),
	FIELD_END
};
/* clang-format on */

/* The actor of most events is the client, resource server or owner that the row names anyway; then
 * the row does not repeat it. */
static const char *
audit_expected_actor(const struct audit_row *r)
{
	switch (r->kind) {
	case ACTOR_CLIENT: return r->client != NULL ? r->client : r->rs;
	case ACTOR_OWNER: return r->owner;
	case ACTOR_SERVER:
	case ACTOR_ADMINISTRATOR: break;
	}
	return NULL;
}

static struct bytes
audit_encode(struct work *w, const struct audit *e)
{
	struct audit_row r = {
		.event = events[e->event].name,
		.kind = w->actor.kind,
		.owner = e->owner,
		.rs = e->rs,
		.client = e->client,
		.party = e->party,
		.object = e->object,
		.permissions = (struct permission *)e->permissions,
		.rule = e->rule,
		.why = e->why,
	};

	if (!text_equal(w->actor.id, audit_expected_actor(&r)))
		r.actor = w->actor.id;
	return row_encode(w->arena, fields, &r);
}

static bool
audit_decode(struct arena *a, struct bytes row, struct audit_entry *out)
{
	struct audit_row r = { 0 };

	if (!row_decode(a, fields, row, &r))
		return false;
	audit_event_find(r.event, &out->what.event);
	out->event = r.event;
	out->actor = (struct actor){ r.kind, r.actor != NULL ? r.actor : audit_expected_actor(&r) };
	out->what.owner = r.owner;
	out->what.rs = r.rs;
	out->what.client = r.client;
	out->what.party = r.party;
	out->what.object = r.object;
	out->what.permissions = r.permissions;
	out->what.rule = r.rule;
	out->what.why = r.why;
	return true;
}

/* --- writing ----------------------------------------------------------------------------- */

static void
audit_put(struct work *w, enum audit_class audit_class, struct bytes row)
{
	uint8_t key[KEY_SIZE] = { (uint8_t)audit_class };

	bytes_put(key + KEY_TIME, KEY_PLACE - KEY_TIME, (uint64_t)w->now_ms);
	bytes_put(key + KEY_PLACE, KEY_RANDOM - KEY_PLACE, w->changes->n);
	random_bytes(w->random, key + KEY_RANDOM, KEY_SIZE - KEY_RANDOM);
	change_put(w->changes, T_AUDIT, BYTES(key, sizeof key), row);
}

/* The key of the counter of events equal to `content` in the hour of `at_ms`. */
static struct bytes
audit_count_key(struct work *w, struct arena *a, int64_t at_ms, struct bytes content)
{
	uint8_t *key = arena_alloc(a, COUNT_SIZE), hash[CRYPTO_HASH];

	memcpy(key, COUNT_PREFIX.data, COUNT_HOUR);
	bytes_put(key + COUNT_HOUR, COUNT_HASH - COUNT_HOUR, (uint64_t)(at_ms / 1000 / HOUR));
	crypto_keyed_hash(&w->tenant->pairwise_key, content, hash);
	memcpy(key + COUNT_HASH, hash, COUNT_SIZE - COUNT_HASH);
	return BYTES(key, COUNT_SIZE);
}

/* Adds one to the counter at `key` and sets `*before` to the count before. Of two commits that both
 * begin a count, the second conflicts and its handler runs again. */
static enum err
audit_count_one(struct work *w, struct bytes key, int64_t *before)
{
	TRY(store_count(w->db, w->tenant->id, T_COUNT, key, before));
	if (*before == 0)
		change_expect(w->changes, T_COUNT, key, BYTES_NONE);
	change_count(w->changes, T_COUNT, key, 1, INT64_MAX);
	return OK;
}

/* A new tenant has no settings yet, so changes are always written. */
static bool
audit_is_written(const struct work *w, enum audit_event e)
{
	return events[e].class == AUDIT_CHANGES || audit_days(&w->tenant->set, events[e].class) > 0;
}

void
audit_add(struct work *w, const struct audit *e)
{
	if (audit_is_written(w, e->event))
		audit_put(w, events[e->event].class, audit_encode(w, e));
}

enum err
audit_fold(struct work *w, const struct audit *e)
{
	struct audit overflow = {
		.event = e->event,
		.why = "more events of this kind in one hour than are recorded separately",
	};
	struct bytes row, rows;
	int64_t n, before;

	if (events[e->event].fold == EACH)
		audit_add(w, e);
	if (events[e->event].fold == EACH || !audit_is_written(w, e->event))
		return OK;
	rows = audit_count_key(w, w->arena, w->now_ms,
			       key_join(w->arena, events[e->event].name,
					w->actor.id != NULL ? w->actor.id : "", NULL));
	TRY(store_count(w->db, w->tenant->id, T_COUNT, rows, &n));
	row = audit_encode(w, n < AUDIT_FOLD_MAX ? e : &overflow);
	TRY(audit_count_one(w, audit_count_key(w, w->arena, w->now_ms, row), &before));
	if (before > 0)
		return OK;
	change_count(w->changes, T_COUNT, rows, 1, INT64_MAX);
	audit_put(w, events[e->event].class, row);
	return OK;
}

/* --- reading ----------------------------------------------------------------------------- */

#define CHUNK 64

/* Reads the rows of one class in chunks. Rows stay valid until the snapshot is released. */
struct stream {
	uint8_t next[KEY_SIZE + 1]; /* the key at which the next chunk begins */
	size_t next_size;
	struct {
		uint8_t key[KEY_SIZE];
		struct bytes row;
	} item[CHUNK];
	size_t n, at;
};

static enum err
audit_stream_add(void *arg, struct bytes key, struct bytes row)
{
	struct stream *s = arg;

	if (key.size != KEY_SIZE)
		return OK;
	memcpy(s->item[s->n].key, key.data, KEY_SIZE);
	s->item[s->n++].row = row;
	return s->n < CHUNK ? OK : SCAN_STOP;
}

static enum err
audit_stream_fill(struct work *w, struct stream *s)
{
	struct bytes prefix = BYTES(s->next, 1), from = BYTES(s->next, s->next_size);

	s->n = s->at = 0;
	TRY(store_scan(w->db, w->tenant->id, T_AUDIT, prefix, from, audit_stream_add, s));
	if (s->n > 0) {
		/* The smallest key after the last one. */
		memcpy(s->next, s->item[s->n - 1].key, KEY_SIZE);
		s->next[KEY_SIZE] = 0;
		s->next_size = KEY_SIZE + 1;
	}
	return OK;
}

static enum err
audit_stream_start(struct work *w, struct stream *s, enum audit_class audit_class, int64_t since)
{
	const int64_t last = ((int64_t)1 << 48) - 1;

	s->next[0] = (uint8_t)audit_class;
	bytes_put(s->next + KEY_TIME, KEY_PLACE - KEY_TIME,
		  (uint64_t)(since < last / 1000 ? since * 1000 : last));
	s->next_size = KEY_PLACE;
	return audit_stream_fill(w, s);
}

/* Returns the stream whose next row is the oldest, or NULL if all are at their end. */
static struct stream *
audit_streams_oldest(struct stream s[AUDIT_CLASSES])
{
	struct stream *oldest = NULL;

	for (size_t i = 0; i < AUDIT_CLASSES; i++)
		if (s[i].at < s[i].n &&
		    (oldest == NULL ||
		     memcmp(s[i].item[s[i].at].key + KEY_TIME,
			    oldest->item[oldest->at].key + KEY_TIME, KEY_SIZE - KEY_TIME) < 0))
			oldest = &s[i];
	return oldest;
}

static enum err
audit_pass_entry(struct work *w, struct arena *a, const struct stream *s, audit_fn fn, void *arg)
{
	struct bytes row = s->item[s->at].row;
	struct audit_entry e = {
		.at_ms = (int64_t)bytes_get(s->item[s->at].key + KEY_TIME, KEY_PLACE - KEY_TIME),
		.count = 1,
	};

	arena_reset(a);
	if (!audit_decode(a, row, &e)) {
		log_error("tenant %s: a row of the audit cannot be read", w->tenant->name);
		return ERR_STORE;
	}
	if (e.what.event < AUDIT_EVENT_COUNT && events[e.what.event].fold == FOLD)
		TRY(store_count(w->db, w->tenant->id, T_COUNT, audit_count_key(w, a, e.at_ms, row),
				&e.count));
	if (e.count == 0)
		e.count = 1;
	return fn(arg, &e);
}

enum err
audit_each(struct work *w, int64_t since, audit_fn fn, void *arg)
{
	struct stream *s = arena_alloc(w->arena, AUDIT_CLASSES * sizeof *s), *oldest;
	struct arena *a = arena_new();
	enum err e = OK;

	for (size_t i = 0; e == OK && i < AUDIT_CLASSES; i++)
		e = audit_stream_start(w, &s[i], AUDIT_CHANGES + (enum audit_class)i, since);
	while (e == OK && (oldest = audit_streams_oldest(s)) != NULL) {
		e = audit_pass_entry(w, a, oldest, fn, arg);
		if (e == OK && ++oldest->at == oldest->n)
			e = audit_stream_fill(w, oldest);
	}
	arena_free(a);
	return e == SCAN_STOP ? OK : e;
}

static void
audit_print_permissions(struct buf *b, const struct permission *list)
{
	if (list == NULL)
		return;
	out_open(b, "permissions", '[');
	for (const struct permission *p = list; p != NULL; p = p->next) {
		out_open(b, NULL, '{');
		out_text(b, "resource", p->resource);
		out_str_list(b, "scopes", &p->scopes);
		out_text(b, "rule", p->rule);
		out_text(b, "consent", p->consent);
		out_close(b, '}');
	}
	out_close(b, ']');
}

void
audit_print(struct buf *b, const struct audit_entry *e, const char *time)
{
	out_open(b, NULL, '{');
	out_text(b, "time", time);
	out_text(b, "event", e->event);
	out_text(b, "actor", e->actor.id != NULL ? e->actor.id : actor_kinds[e->actor.kind]);
	out_text(b, "actor_type", actor_kinds[e->actor.kind]);
	if (e->count != 1)
		out_int(b, "count", e->count);
	out_text(b, "owner", e->what.owner);
	out_text(b, "rs", e->what.rs);
	out_text(b, "client", e->what.client);
	out_text(b, "party", e->what.party);
	out_text(b, "object", e->what.object);
	audit_print_permissions(b, e->what.permissions);
	out_text(b, "rule", e->what.rule);
	out_text(b, "why", e->what.why);
	out_close(b, '}');
}

/* --- the janitor ------------------------------------------------------------------------- */

struct expiry_scan {
	struct changes *changes;
	enum table table;
	size_t limit;
	size_t time_at, time_size; /* position of the time in the key */
	uint64_t keep;		   /* the first time that is kept */
	bool *more;
};

static enum err
audit_expire_row(void *arg, struct bytes key, struct bytes row)
{
	struct expiry_scan *x = arg;

	if (key.size < x->time_at + x->time_size)
		return OK;
	if (bytes_get(key.data + x->time_at, x->time_size) >= x->keep)
		return SCAN_STOP;
	if (x->changes->n >= x->limit) {
		*x->more = true;
		return SCAN_STOP;
	}
	change_drop(x->changes, x->table, key);
	return OK;
}

/* Returns the first second that is kept if events are kept for `days`. */
static uint64_t
audit_first_kept(int64_t now, int64_t days)
{
	return now > days * DAY ? (uint64_t)(now - days * DAY) : 0;
}

enum err
audit_expire(struct work *w, size_t limit, bool *more)
{
	struct expiry_scan x = {
		w->changes, T_AUDIT, limit, KEY_TIME, KEY_PLACE - KEY_TIME, 0, more
	};
	int64_t days, counted = 0;

	for (int audit_class = AUDIT_CHANGES; audit_class < AUDIT_CHANGES + AUDIT_CLASSES;
	     audit_class++) {
		uint8_t prefix = (uint8_t)audit_class;

		days = audit_days(&w->tenant->set, (enum audit_class)audit_class);
		counted = days > counted ? days : counted;
		x.keep = audit_first_kept(w->now, days) * 1000;
		TRY(store_scan(w->db, w->tenant->id, T_AUDIT, BYTES(&prefix, 1), BYTES_NONE,
			       audit_expire_row, &x));
	}
	/* A counter is kept as long as any row that may need it. */
	x = (struct expiry_scan){ w->changes,
				  T_COUNT,
				  limit,
				  COUNT_HOUR,
				  COUNT_HASH - COUNT_HOUR,
				  audit_first_kept(w->now, counted) / HOUR,
				  more };
	return store_scan(w->db, w->tenant->id, T_COUNT, COUNT_PREFIX, BYTES_NONE, audit_expire_row,
			  &x);
}
