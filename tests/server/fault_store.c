/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>
#include <string.h>

#include "tests/server/fault_store.h"

/* A row that was read. It is freed with its snapshot, so ASan detects a later access. */
struct copy {
	struct copy *next;
	struct bytes original;
	uint8_t data[];
};

struct fault_snapshot {
	struct snapshot base;
	struct snapshot *inner;
	struct copy *copies;
};

static struct fault_store *
fault_store_of(struct snapshot *db)
{
	return (struct fault_store *)db->store;
}

static struct snapshot *
fault_store_inner(struct snapshot *db)
{
	return ((struct fault_snapshot *)db)->inner;
}

static bool
fault_store_fails(struct fault_store *h)
{
	if (h->on_read != NULL)
		h->on_read();
	return ++h->calls == h->fail_call;
}

static enum err
take_snapshot(struct store *s, struct snapshot **out)
{
	struct fault_store *h = (struct fault_store *)s;
	struct fault_snapshot *snap;
	struct snapshot *inner;

	if (h->fail_snapshot)
		return ERR_STORE;
	TRY(store_snapshot(h->inner, &inner));
	snap = calloc(1, sizeof *snap);
	if (snap == NULL)
		abort();
	*snap = (struct fault_snapshot){ { s, inner->commit }, inner, NULL };
	if (h->fail_call != 0)
		snap->base.commit = UINT64_MAX - h->unlike++;
	*out = &snap->base;
	if (++h->open > h->most)
		h->most = h->open;
	return OK;
}

static void
fault_store_release(struct snapshot *db)
{
	struct fault_snapshot *snap = (struct fault_snapshot *)db;

	while (snap->copies != NULL) {
		struct copy *c = snap->copies;

		snap->copies = c->next;
		free(c);
	}
	fault_store_of(db)->open--;
	store_release(snap->inner);
	free(snap);
}

/* Repeated reads of a row return the same address. */
static struct bytes
copy_of(struct snapshot *db, struct bytes row)
{
	struct fault_snapshot *snap = (struct fault_snapshot *)db;
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
fault_store_get(struct snapshot *db, tenant_id t, enum table table, struct bytes key,
		struct bytes *row)
{
	if (fault_store_fails(fault_store_of(db)))
		return ERR_STORE;
	TRY(store_get(fault_store_inner(db), t, table, key, row));
	*row = copy_of(db, *row);
	return OK;
}

struct scanning {
	struct snapshot *db;
	scan_fn fn;
	void *arg;
};

static enum err
scan_one(void *arg, struct bytes key, struct bytes row)
{
	struct scanning *s = arg;

	return s->fn(s->arg, key, copy_of(s->db, row));
}

static enum err
fault_store_scan(struct snapshot *db, tenant_id t, enum table table, struct bytes prefix,
		 struct bytes from, scan_fn fn, void *arg)
{
	struct scanning s = { db, fn, arg };

	return fault_store_fails(fault_store_of(db))
		       ? ERR_STORE
		       : store_scan(fault_store_inner(db), t, table, prefix, from, scan_one, &s);
}

static enum err
fault_store_commit(struct store *s, struct changes **lists, size_t n)
{
	struct fault_store *h = (struct fault_store *)s;
	enum err e;

	if (h->before_commit_calls > 0) {
		h->before_commit_calls--;
		h->before_commit();
	}
	e = store_commit(h->inner, lists, n);
	return h->fail_commit ? ERR_STORE : e;
}

static const struct store_ops ops = {
	.snapshot = take_snapshot,
	.release = fault_store_release,
	.get = fault_store_get,
	.scan = fault_store_scan,
	.commit = fault_store_commit,
};

void
fault_store_open(struct fault_store *h, struct store *inner)
{
	*h = (struct fault_store){ .base = { &ops }, .inner = inner };
}
