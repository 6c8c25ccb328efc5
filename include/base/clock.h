/* SPDX-License-Identifier: Apache-2.0 */
#ifndef USHER_BASE_CLOCK_H
#define USHER_BASE_CLOCK_H

#include <stdint.h>

/* Milliseconds since 1970.  Never runs back within a process, whatever the system's clock does
 * (T-O04).  Tests set it by hand: clock_set(ms) freezes it, clock_set(0) lets it go. */
int64_t clock_ms(void);
int64_t clock_now(void);	/* the same in seconds */
void clock_set(int64_t ms);
/* Milliseconds of the monotonic clock, for time-outs only. */
int64_t clock_ticks(void);
/* The same clock in microseconds, for how long something took. */
int64_t clock_micros(void);

#endif
