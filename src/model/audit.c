/* SPDX-License-Identifier: Apache-2.0 */
/* The audit table: appended to in the order of time, read by usherctl. */
#include <string.h>

#include "base/crypto.h"
#include "base/json.h"
#include "model/audit.h"
#include "model/row.h"
#include "model/tenant.h"

#define AUDIT_KEY_SIZE 16	/* 8 bytes of milliseconds, 2 that count, 6 random */

static const char *const event_names[] = {
#define X(id, name) name,
	AUDIT_EVENTS(X)
#undef X
};

const char *
audit_event_name(enum audit_event e)
{
	return event_names[e];
}

static const char *
actor_text(const struct actor *a)
{
	switch (a->kind) {
	case ACTOR_CLIENT:
	case ACTOR_OWNER:
		return a->id;
	case ACTOR_ADMINISTRATOR:
		return "admin";
	default:
		return "server";
	}
}

static void
print_permissions(struct buf *b, const struct permission *list)
{
	if (list == NULL)
		return;
	out_open(b, "permissions", '[');
	for (const struct permission *p = list; p != NULL; p = p->next) {
		out_open(b, NULL, '{');
		out_text(b, "resource", p->resource);
		out_strs(b, "scopes", &p->scopes);
		out_text(b, "rule", p->rule);
		out_text(b, "consent", p->consent);
		out_close(b, '}');
	}
	out_close(b, ']');
}

void
audit_add(struct work *w, const struct audit *e)
{
	uint8_t key[AUDIT_KEY_SIZE];
	struct buf b = { .arena = w->arena };

	bytes_put(key, 8, (uint64_t)w->now_ms);
	bytes_put(key + 8, 2, w->changes->n);	/* rows of one commit keep their order */
	random_bytes(w->random, key + 10, sizeof key - 10);
	out_open(&b, NULL, '{');
	out_text(&b, "event", audit_event_name(e->event));
	out_text(&b, "actor", actor_text(&w->actor));
	out_text(&b, "owner", e->owner);
	out_text(&b, "rs", e->rs);
	out_text(&b, "client", e->client);
	out_text(&b, "party", e->party);
	out_text(&b, "object", e->object);
	print_permissions(&b, e->permissions);
	out_text(&b, "rule", e->rule);
	out_text(&b, "why", e->why);
	out_close(&b, '}');
	change_put(w->changes, T_AUDIT, BYTES(key, sizeof key), buf_bytes(&b));
}

struct reader {
	audit_fn fn;
	void    *arg;
};

static enum err
read_one(void *arg, struct bytes key, struct bytes row)
{
	struct reader *r = arg;

	if (key.size != AUDIT_KEY_SIZE)
		return OK;
	return r->fn(r->arg, (int64_t)bytes_get(key.data, 8), row);
}

enum err
audit_each(struct work *w, int64_t since, audit_fn fn, void *arg)
{
	struct reader r = { fn, arg };
	uint8_t from[8];

	bytes_put(from, 8, (uint64_t)since * 1000);
	return store_scan(w->db, w->tenant->id, T_AUDIT, BYTES_NONE, BYTES(from, sizeof from),
			  read_one, &r);
}
