/* SPDX-License-Identifier: Apache-2.0 */
#ifndef USHER_STORE_EPOCH_H
#define USHER_STORE_EPOCH_H

#include <stdint.h>

#include "base/err.h"
#include "store/store.h"

/* The instance epoch, from 1. The keys of all handles depend on it. It is incremented in a
 * store that was restored from a backup, so handles that were used or revoked after the backup
 * do not become valid again (T-S12). */
enum err store_epoch(struct snapshot *db, int64_t *out);
/* Adds a change that increments the epoch; *out is the new epoch. */
enum err store_epoch_raise(struct snapshot *db, struct changes *c, int64_t *out);

#endif
