/* SPDX-License-Identifier: Apache-2.0 */
#ifndef USHER_USHERD_CLOCK_GUARD_H
#define USHER_USHERD_CLOCK_GUARD_H

#include <stdbool.h>
#include <stdint.h>

/*
 * Stops the removal of expired rows while the system clock may be wrong (T-O04). If the janitor
 * removed rows while the clock is ahead, used claim tokens would be valid again when the clock is
 * corrected, and tokens, keys and the audit would be lost.
 *
 * Expected time = time of the store + CLOCK_BOOTTIME elapsed since. If the system clock is more
 * than CLOCK_GUARD_JUMP ahead of the expected time, removal stops. It continues when the clock is
 * right again, or after CLOCK_GUARD_HOLD; then the clock is trusted. If usherd did not run for a
 * long time, its start looks like a jump and is treated as one: removal only frees space, so it can
 * wait.
 *
 *	clock_guard_start(&g, store_time * 1000, clock_wall(), clock_boot());
 *	paused = clock_guard_check(&g, clock_wall(), clock_boot());	// at intervals
 *	if (!paused)
 *		… remove rows that have expired at g.trusted_ms …
 *
 * All times are in milliseconds.
 */
#define CLOCK_GUARD_JUMP 3600000
#define CLOCK_GUARD_HOLD 3600000

struct clock_guard {
	int64_t trusted_ms; /* the last trusted time since 1970; it never decreases */
	int64_t trusted_at; /* clock_boot at that time */
	int64_t ahead;	    /* system clock minus expected time, while removal stops */
	int64_t held_since; /* clock_boot when the jump was detected; -1: removal does not stop */
	bool since_start;   /* the clock has been ahead since the start */
};

/* `store_ms` is the time of the store, or 0 if it has none. */
void clock_guard_start(struct clock_guard *g, int64_t store_ms, int64_t wall, int64_t boot);
/* Returns true if removal must stop. Otherwise `trusted_ms` is the time to use. */
bool clock_guard_check(struct clock_guard *g, int64_t wall, int64_t boot);

#endif
