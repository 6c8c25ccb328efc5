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

/* 0: there is none yet. */
enum err store_time(struct snapshot *db, int64_t *out);
/* The same of a store of which no snapshot is open. */
enum err store_time_now(struct store *s, int64_t *out);
/* Writes `now` unless a later time is stored, in a commit of its own. OK, ERR_FULL or ERR_STORE. */
enum err store_time_keep(struct store *s, int64_t now);

#endif
