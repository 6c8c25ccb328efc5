/* SPDX-License-Identifier: Apache-2.0 */
#ifndef USHER_HTTP_CRASH_GUARD_H
#define USHER_HTTP_CRASH_GUARD_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "http/exchange.h"

/*
 * Rejects requests that crash workers (T-X07). A worker stores the fingerprint of the request that
 * it runs, a keyed hash, in memory shared with the master. When the worker dies by a signal, the
 * master adds the fingerprint to the crash guard. A request during which CRASH_GUARD_DEATHS workers
 * died within CRASH_GUARD_SPAN seconds is rejected until one of the deaths is older.
 *
 *	master	s = crash_guard_new();			before the first fork
 *	worker	fp = crash_guard_fingerprint(s, &x->in);
 *		if (!crash_guard_has(s, fp, clock_ticks()))
 *			running->fingerprint = fp; ... run it ...; running->fingerprint = 0;
 *	master	crash_guard_add(s, running->fingerprint, clock_ticks());	after the death
 *
 * Only the request that runs at the moment is blamed, not the others of its batch.
 */
#define CRASH_GUARD_DEATHS 2
#define CRASH_GUARD_SPAN   60 /* seconds */

struct crash_guard;

/* The state of a process, which the master reads after its death. */
struct running {
	_Atomic uint64_t fingerprint; /* of the running request; 0: none, or several */
	atomic_bool commits;	      /* the process commits, or waits for the lock of the store */
};

/* In memory shared with all processes that are forked later. */
struct crash_guard *crash_guard_new(void);
void crash_guard_free(struct crash_guard *s);

/* Returns the fingerprint, never 0. Requests that differ for a handler have different
 * fingerprints. */
uint64_t crash_guard_fingerprint(const struct crash_guard *s, const struct http_in *in);
/* Returns whether the request must be rejected. `now` is clock_ticks. */
bool crash_guard_has(const struct crash_guard *s, uint64_t fingerprint, int64_t now);
/* Called by the master only. Returns whether the request is rejected from now on. */
bool crash_guard_add(struct crash_guard *s, uint64_t fingerprint, int64_t now);

#endif
