/* SPDX-License-Identifier: Apache-2.0 */
#ifndef USHER_STORE_EPOCH_H
#define USHER_STORE_EPOCH_H

#include <stdint.h>

#include "base/err.h"
#include "store/store.h"

/* The instance epoch, from 1: every handle carries it, and a restore raises it, so what was used
 * up or revoked after the backup does not come back to life (T-S12). */
enum err store_epoch(struct snapshot *db, int64_t *out);
/* Makes it one greater, in a commit of its own. */
enum err store_epoch_raise(struct store *s, int64_t *out);

#endif
