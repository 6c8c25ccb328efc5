/* SPDX-License-Identifier: Apache-2.0 */
#ifndef USHER_MODEL_BATCH_CACHE_H
#define USHER_MODEL_BATCH_CACHE_H

#include "model/work.h"

/*
 * Objects parsed from rows, shared by the requests of one batch: a policy that 64 requests need is
 * parsed once. A batch keeps all its snapshots open until it ends, so the address of a row in the
 * store identifies its content.
 *
 *	static void *
 *	make_policy(void *arg, struct arena *a, struct bytes row) ...
 *
 *	policy = batch_cache_get(w, make_policy, w, stored_policy.row);
 */
struct batch_cache;

struct batch_cache *batch_cache_new(void);
void batch_cache_free(struct batch_cache *c);
/* Drops all objects; call it before the batch's snapshots are released. */
void batch_cache_reset(struct batch_cache *c);
/* Returns an arena that is valid until the next batch_cache_reset. */
struct arena *batch_cache_arena(struct batch_cache *c);

/* Makes an object from `row`, with all its memory from `a`. NULL: the row cannot be read. */
typedef void *(*batch_cache_make)(void *arg, struct arena *a, struct bytes row);

/* Returns the object that `make` makes from `row`, which must be the memory that the store
 * returned. `make` runs once for each row of a batch. It runs again if it returned NULL, if the
 * cache is full, and if the work has no cache (usherctl); then the object belongs to this request
 * only. Other requests use the object later: it must not be changed. */
const void *batch_cache_get(struct work *w, batch_cache_make make, void *arg, struct bytes row);

#endif
