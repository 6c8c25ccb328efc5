/* SPDX-License-Identifier: Apache-2.0 */
#ifndef USHER_USHERD_CLOCK_GUARD_H
#define USHER_USHERD_CLOCK_GUARD_H

#include <stdbool.h>
#include <stdint.h>

/*
 * May the janitor remove what has expired?  Not by a clock that jumped ahead (T-O04): used claim
 * tokens would count again once it is right, and tokens, keys and the audit would be gone.
 *
 * It should be as late as the store's time, and what has passed since by a clock that nobody can
 * set.  When the system's clock is more than CLOCK_GUARD_JUMP ahead of that, removing is held
 * until it is right, or has been so for CLOCK_GUARD_FOR: then it is taken for the right one.
 * After a start, a long rest looks like a jump, and is treated like one: nothing but space depends
 * on removing.
 *
 *	clock_guard_start(&h, store_time * 1000, clock_wall(), clock_boot());
 *	held = clock_guard_check(&h, clock_wall(), clock_boot());	// now and then
 *	if (!held)
 *		… remove by h.time …
 *
 * All in milliseconds.
 */
#define CLOCK_GUARD_JUMP 3600000
#define CLOCK_GUARD_FOR	 3600000

struct clock_guard {
	int64_t time;	  /* how late it is, as far as that is trusted; it only rises */
	int64_t at;	  /* clock_boot then */
	int64_t ahead;	  /* how far the system's clock is ahead of it; while removing is held */
	int64_t since;	  /* clock_boot when that was seen; -1: it is not held */
	bool since_start; /* it was so from the start on */
};

/* `known`: the store's time; 0: it has none. */
void clock_guard_start(struct clock_guard *h, int64_t known, int64_t wall, int64_t boot);
bool clock_guard_check(struct clock_guard *h, int64_t wall, int64_t boot);

#endif
