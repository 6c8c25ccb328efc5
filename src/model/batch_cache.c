/* SPDX-License-Identifier: Apache-2.0 */
/* A hash table of objects by the address of their row: see the header. */
#include "model/batch_cache.h"

#include <stdint.h>
#include <stdlib.h>

#include "base/log.h"

#define SLOTS	   256	      /* a power of two */
#define MEMORY_MAX (4u << 20) /* bytes; above this no object is added */

struct entry {
	batch_cache_make make;
	struct bytes row;
	const void *object;
	struct entry *next;
};

struct batch_cache {
	struct arena *arena;
	size_t n;
	struct entry *slot[SLOTS];
};

struct batch_cache *
batch_cache_new(void)
{
	struct batch_cache *c = calloc(1, sizeof *c);

	if (c == NULL)
		log_die("out of memory for the cache of a batch");
	c->arena = arena_new();
	return c;
}

void
batch_cache_free(struct batch_cache *c)
{
	arena_free(c->arena);
	free(c);
}

void
batch_cache_reset(struct batch_cache *c)
{
	if (c->n > 0)
		memset(c->slot, 0, sizeof c->slot);
	c->n = 0;
	arena_reset(c->arena);
}

struct arena *
batch_cache_arena(struct batch_cache *c)
{
	return c->arena;
}

/* Rows of one page differ in the lower bits of their addresses, pages in the higher bits. */
static struct entry **
batch_cache_slot(struct batch_cache *c, struct bytes row)
{
	uintptr_t at = (uintptr_t)row.data;

	return &c->slot[(at ^ at >> 8 ^ at >> 16) % SLOTS];
}

const void *
batch_cache_get(struct work *w, batch_cache_make make, void *arg, struct bytes row)
{
	struct batch_cache *c = w->cache;
	struct entry **slot, *e;

	if (c == NULL)
		return make(arg, w->arena, row);
	slot = batch_cache_slot(c, row);
	for (e = *slot; e != NULL; e = e->next)
		if (e->make == make && e->row.data == row.data && e->row.size == row.size)
			return e->object;
	if (arena_used(c->arena) >= MEMORY_MAX)
		return make(arg, w->arena, row);
	e = ARENA_NEW(c->arena, struct entry);
	*e = (struct entry){ make, row, make(arg, c->arena, row), *slot };
	if (e->object != NULL) {
		*slot = e;
		c->n++;
	}
	return e->object;
}
