/* SPDX-License-Identifier: Apache-2.0 */
#ifndef USHER_MODEL_BATCH_CACHE_H
#define USHER_MODEL_BATCH_CACHE_H

#include "model/work.h"

/*
 * Objects made of rows, shared by the requests of one batch: a policy that 64 requests ask for is
 * parsed once.  A batch keeps all its snapshots open until it ends, so the address of a row in the
 * store identifies its content.
 *
 *	static void *
 *	make_policy(void *arg, struct arena *a, struct bytes row) ...
 *
 *	policy = batch_cache_get(w, make_policy, w, share.row);
 */
struct batch_cache;

struct batch_cache *batch_cache_new(void);
void batch_cache_free(struct batch_cache *c);
/* Forgets all objects, before the batch's snapshots are released. */
void batch_cache_reset(struct batch_cache *c);
/* Memory that lasts until then. */
struct arena *batch_cache_arena(struct batch_cache *c);

/* Makes an object of `row`; all its memory is `a`.  NULL: the row cannot be read. */
typedef void *(*batch_cache_make)(void *arg, struct arena *a, struct bytes row);

/* The object that `make` makes of `row`, which must lie in the store as get or scan returned it.
 * `make` runs once for each row of a batch; it runs again when it returned NULL, when the cache is
 * full, and when the work has none (usherctl): then the object is this request's own.  Others may
 * use the object at a later time: it must not be changed. */
const void *batch_cache_get(struct work *w, batch_cache_make make, void *arg, struct bytes row);

#endif
