/* SPDX-License-Identifier: Apache-2.0 */
#ifndef USHER_HTTP_SUSPECTS_H
#define USHER_HTTP_SUSPECTS_H

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
 *	master	s = suspects_new();			before the first fork
 *	worker	mark = suspects_mark(s, &x->in);
 *		if (!suspects_has(s, mark, clock_ticks()))
 *			running->mark = mark; ... run it ...; running->mark = 0;
 *	master	suspects_add(s, running->mark, clock_ticks());	when that worker has died
 *
 * Only the one request is marked that runs at the moment, so no other of its batch is blamed.
 */
#define SUSPECTS_DEATHS 2
#define SUSPECTS_SPAN   60	/* seconds */

struct suspects;

/* What a process is at, for those who look when it is gone. */
struct running {
	_Atomic uint64_t mark;		/* of the request that runs; 0: none, or more than one */
	atomic_bool      commits;	/* and perhaps waits for the lock of the store */
};

/* In memory that is shared with all processes forked later. */
struct suspects *suspects_new(void);
void suspects_free(struct suspects *s);

/* Never 0.  Requests that a handler could tell apart have different ones. */
uint64_t suspects_mark(const struct suspects *s, const struct http_in *in);
/* `now` is clock_ticks. */
bool suspects_has(const struct suspects *s, uint64_t mark, int64_t now);
/* Only the master calls it.  True: this request is refused from now on. */
bool suspects_add(struct suspects *s, uint64_t mark, int64_t now);

#endif
