/* SPDX-License-Identifier: Apache-2.0 */
#ifndef USHER_STORE_EPOCH_H
#define USHER_STORE_EPOCH_H

#include <stdint.h>

#include "base/err.h"
#include "store/store.h"

/* The instance epoch, from 1: the keys of all handles are made with it.  It is raised for a store
 * that was put back from a copy, so that what was used up or revoked after the copy does not come
 * back to life (T-S12). */
enum err store_epoch(struct snapshot *db, int64_t *out);
/* Leaves it one greater; `*out` is what it will be. */
enum err store_epoch_raise(struct snapshot *db, struct changes *c, int64_t *out);

#endif
