/* SPDX-License-Identifier: Apache-2.0 */
#ifndef USHER_STORE_TIME_H
#define USHER_STORE_TIME_H

#include <stdint.h>

#include "base/err.h"
#include "store/store.h"

/*
 * The store's time, in seconds: the time of the janitor's last sweep. A program that opens the
 * store uses it as the floor of its clock (base/clock.h), so time does not run backwards if the
 * machine's clock was set back while no process ran (T-O04).
 */

/* Returns the store's time; 0: none was stored yet. */
enum err store_time(struct snapshot *db, int64_t *out);
/* The same for a store without an open snapshot. */
enum err store_time_now(struct store *s, int64_t *out);
/* Writes `now` in a commit of its own, unless a later time is stored. Returns OK, ERR_FULL or
 * ERR_STORE. */
enum err store_time_keep(struct store *s, int64_t now);

#endif
