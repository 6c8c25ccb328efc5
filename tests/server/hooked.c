/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>

#include "tests/server/hooked.h"

struct hooked_snapshot {
	struct snapshot  base;
	struct snapshot *inner;
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
	*snap = (struct hooked_snapshot){ { s }, inner };
	*out = &snap->base;
	return OK;
}

static void
release(struct snapshot *db)
{
	store_release(inner_of(db));
	free(db);
}

static enum err
get(struct snapshot *db, tenant_id t, enum table table, struct bytes key, struct bytes *row)
{
	return fails(hooked_of(db)) ? ERR_STORE : store_get(inner_of(db), t, table, key, row);
}

static enum err
scan(struct snapshot *db, tenant_id t, enum table table, struct bytes prefix, struct bytes from,
     scan_fn fn, void *arg)
{
	return fails(hooked_of(db)) ? ERR_STORE :
	       store_scan(inner_of(db), t, table, prefix, from, fn, arg);
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
