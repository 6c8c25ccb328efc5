/* SPDX-License-Identifier: Apache-2.0 */
#ifndef USHER_MODEL_THROTTLE_H
#define USHER_MODEL_THROTTLE_H

#include "model/work.h"

/*
 * Counts failed attempts of clients within a minute: wrong secrets and unknown tickets (T-U03,
 * T-C04). Only failures are counted and rejected, so nobody can lock a client out by guessing. The
 * counters are in memory that all workers share; a failure writes nothing to the store (T-O02).
 *
 * Unknown client ids are counted like others; otherwise the limit would reveal which clients exist
 * (T-U16). Ids can share a counter by chance: a failure may be rejected a little too early, a
 * correct secret never.
 */
struct throttle;

/* Returns counters that are shared with all processes forked later. */
struct throttle *throttle_new(void);
void throttle_free(struct throttle *t);

/* Counts a failed attempt of a client, once for each request, however often the request runs.
 * Returns OK, or ERR_TOO_MANY above the tenant's misses_max; the caller answers with that. */
enum err throttle_count_failure(struct work *w, const char *client);

/* Counts a pushed authorization request (RFC 9126) of the client, in the same way. ERR_TOO_MANY
 * above the tenant's pushed_max: each one writes a row, and public clients need no secret. */
enum err throttle_count_push(struct work *w, const char *client);

#endif
