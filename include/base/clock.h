/* SPDX-License-Identifier: Apache-2.0 */
#ifndef USHER_BASE_CLOCK_H
#define USHER_BASE_CLOCK_H

#include <stdint.h>

/* Milliseconds since 1970.  Never runs back within a process, nor behind its floor, whatever the
 * system's clock does (T-O04): when that was set back, time goes at half its speed until the
 * system's clock has caught up.  Tests set it by hand: clock_set(ms) freezes it, clock_set(0) lets
 * it go. */
int64_t clock_ms(void);
int64_t clock_now(void); /* the same in seconds */
void clock_set(int64_t ms);
/* No reading shall lie before `ms`.  Returns how far the system's clock is behind it, or 0. */
int64_t clock_floor(int64_t ms);
/* What the system's clock says, wherever it was set to. */
int64_t clock_wall(void);
/* Milliseconds since the machine was started, its sleep included: nobody can set them. */
int64_t clock_boot(void);
/* Milliseconds of the monotonic clock, for time-outs only. */
int64_t clock_ticks(void);
/* The same clock in microseconds, for how long something took. */
int64_t clock_micros(void);
/* Microseconds of a processor that this thread has used: a system call. */
int64_t clock_cpu_micros(void);

#endif
