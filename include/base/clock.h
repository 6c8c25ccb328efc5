/* SPDX-License-Identifier: Apache-2.0 */
#ifndef USHER_BASE_CLOCK_H
#define USHER_BASE_CLOCK_H

#include <stdint.h>

/* Milliseconds since 1970. Within a process this clock never runs backwards and never falls below
 * its floor (T-O04): after the system's clock was set back, it runs at half speed until the
 * system's clock has caught up. Tests freeze it with clock_set(ms); clock_set(0) ends that. */
int64_t clock_ms(void);
int64_t clock_now(void); /* the same in seconds */
void clock_set(int64_t ms);
/* Sets the floor: clock_ms returns at least `ms` from now on. Returns by how many milliseconds the
 * system's clock is behind `ms`, or 0. */
int64_t clock_floor(int64_t ms);
/* Milliseconds since 1970 by the system's clock, which an administrator can set back. */
int64_t clock_wall(void);
/* CLOCK_BOOTTIME in milliseconds: it includes suspended time, and nobody can set it. */
int64_t clock_boot(void);
/* CLOCK_MONOTONIC in milliseconds, for timeouts only. */
int64_t clock_ticks(void);
/* CLOCK_MONOTONIC in microseconds, for measuring durations. */
int64_t clock_micros(void);
/* Microseconds of CPU time that this thread has used. Costs a system call. */
int64_t clock_cpu_micros(void);

#endif
