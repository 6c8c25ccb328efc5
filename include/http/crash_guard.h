/* SPDX-License-Identifier: Apache-2.0 */
#ifndef USHER_HTTP_CRASH_GUARD_H
#define USHER_HTTP_CRASH_GUARD_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "http/exchange.h"

/*
 * Requests that end the process which serves them (T-X07).  What a worker runs stands in memory
 * that the master shares, as a keyed hash of the request.  When the worker dies of a signal, the
 * master notes the hash among the killers; a request that stands there twice within a minute is
 * not run again until one of the two is older than that.
 *
 *	master	s = crash_guard_new();			before the first fork
 *	worker	mark = crash_guard_fingerprint(s, &x->in);
 *		if (!crash_guard_has(s, mark, clock_ticks()))
 *			running->mark = mark; ... run it ...; running->mark = 0;
 *	master	crash_guard_add(s, running->mark, clock_ticks());	when that worker has died
 *
 * Only the one request is marked that runs at the moment, so no other of its batch is blamed.
 */
#define CRASH_GUARD_DEATHS 2
#define CRASH_GUARD_SPAN   60 /* seconds */

struct crash_guard;

/* What a process is at, for those who look when it is gone. */
struct running {
	_Atomic uint64_t fingerprint; /* of the request that runs; 0: none, or more than one */
	atomic_bool commits;	      /* and perhaps waits for the lock of the store */
};

/* In memory that is shared with all processes forked later. */
struct crash_guard *crash_guard_new(void);
void crash_guard_free(struct crash_guard *s);

/* Never 0.  Requests that a handler could tell apart have different ones. */
uint64_t crash_guard_fingerprint(const struct crash_guard *s, const struct http_in *in);
/* `now` is clock_ticks. */
bool crash_guard_has(const struct crash_guard *s, uint64_t fingerprint, int64_t now);
/* Only the master calls it.  True: this request is refused from now on. */
bool crash_guard_add(struct crash_guard *s, uint64_t fingerprint, int64_t now);

#endif
