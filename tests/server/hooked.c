/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>
#include <string.h>

#include "tests/server/hooked.h"

/* A row as it was read.  It is freed with its snapshot, so that the sanitizer tells who reads it
 * later. */
struct copy {
	struct copy *next;
	struct bytes original;
	uint8_t      data[];
};

struct hooked_snapshot {
	struct snapshot  base;
	struct snapshot *inner;
	struct copy     *copies;
};

static struct hooked *
hooked_of(struct snapshot *db)
{
	return (struct hooked *)db->store;
}

static struct snapshot *
inner_of(struct snapshot *db)
{
	return ((struct hooked_snapshot *)db)->inner;
}

static bool
fails(struct hooked *h)
{
	if (h->on_read != NULL)
		h->on_read();
	return ++h->calls == h->fail_call;
}

static enum err
take_snapshot(struct store *s, struct snapshot **out)
{
	struct hooked *h = (struct hooked *)s;
	struct hooked_snapshot *snap;
	struct snapshot *inner;

	if (h->fail_snapshot)
		return ERR_STORE;
	TRY(store_snapshot(h->inner, &inner));
	snap = calloc(1, sizeof *snap);
	if (snap == NULL)
		abort();
	*snap = (struct hooked_snapshot){ { s }, inner, NULL };
	*out = &snap->base;
	if (++h->open > h->most)
		h->most = h->open;
	return OK;
}

static void
release(struct snapshot *db)
{
	struct hooked_snapshot *snap = (struct hooked_snapshot *)db;

	while (snap->copies != NULL) {
		struct copy *c = snap->copies;

		snap->copies = c->next;
		free(c);
	}
	hooked_of(db)->open--;
	store_release(snap->inner);
	free(snap);
}

/* The same row is always at the same address. */
static struct bytes
copy_of(struct snapshot *db, struct bytes row)
{
	struct hooked_snapshot *snap = (struct hooked_snapshot *)db;
	struct copy *c;

	for (c = snap->copies; c != NULL; c = c->next)
		if (c->original.data == row.data && c->original.size == row.size)
			return BYTES(c->data, row.size);
	c = malloc(sizeof *c + row.size);
	if (c == NULL)
		abort();
	c->next = snap->copies;
	c->original = row;
	memcpy(c->data, row.data, row.size);
	snap->copies = c;
	return BYTES(c->data, row.size);
}

static enum err
get(struct snapshot *db, tenant_id t, enum table table, struct bytes key, struct bytes *row)
{
	if (fails(hooked_of(db)))
		return ERR_STORE;
	TRY(store_get(inner_of(db), t, table, key, row));
	*row = copy_of(db, *row);
	return OK;
}

struct scanning {
	struct snapshot *db;
	scan_fn          fn;
	void            *arg;
};

static enum err
scan_one(void *arg, struct bytes key, struct bytes row)
{
	struct scanning *s = arg;

	return s->fn(s->arg, key, copy_of(s->db, row));
}

static enum err
scan(struct snapshot *db, tenant_id t, enum table table, struct bytes prefix, struct bytes from,
     scan_fn fn, void *arg)
{
	struct scanning s = { db, fn, arg };

	return fails(hooked_of(db)) ? ERR_STORE :
	       store_scan(inner_of(db), t, table, prefix, from, scan_one, &s);
}

static enum err
commit(struct store *s, struct changes **lists, size_t n)
{
	struct hooked *h = (struct hooked *)s;
	enum err e;

	if (h->wakes > 0) {
		h->wakes--;
		h->before_commit();
	}
	e = store_commit(h->inner, lists, n);
	return h->fail_commit ? ERR_STORE : e;
}

static const struct store_ops ops = {
	.snapshot = take_snapshot, .release = release, .get = get, .scan = scan, .commit = commit,
};

void
hooked_open(struct hooked *h, struct store *inner)
{
	*h = (struct hooked){ .base = { &ops }, .inner = inner };
}
