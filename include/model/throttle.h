/* SPDX-License-Identifier: Apache-2.0 */
#ifndef USHER_MODEL_THROTTLE_H
#define USHER_MODEL_THROTTLE_H

#include "model/work.h"

/*
 * Failed attempts of clients within a minute: wrong secrets, unknown tickets (T-U03, T-C04).  Only
 * failures are counted, and only failures are refused, so nobody can lock a client out by guessing.
 * The counters are in memory that all workers share; a failure writes nothing to the store (T-O02).
 *
 * Names that no client has are counted like the others, or the limit would tell which clients exist
 * (T-U16).  Names share counters by chance: a failure may be refused a little too early, a correct
 * secret never.
 */
struct throttle;

/* Shared with all processes forked later. */
struct throttle *throttle_new(void);
void throttle_free(struct throttle *t);

/* Counts a failed attempt in the name of a client, once for each request, however often it runs.
 * OK, or ERR_TOO_MANY over the tenant's misses_max: answer that instead. */
enum err throttle_count_failure(struct work *w, const char *client);

#endif
