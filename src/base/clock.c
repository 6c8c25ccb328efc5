/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The clocks. The code that runs a request does not read them: the request has a `now`, which was
 * read here once.
 */
#include <time.h>

#include "base/clock.h"

/* The latest result of clock_ms, and clock_boot at that moment. They are global, because no result
 * in this process may be earlier than an older one (T-O04). */
static int64_t latest, latest_boot;
static int64_t frozen; /* the time set by clock_set, or 0 */

static int64_t
clock_read_micros(clockid_t which)
{
	struct timespec ts;

	/* Cannot fail: all these clocks exist. */
	clock_gettime(which, &ts);
	return (int64_t)ts.tv_sec * 1000000 + ts.tv_nsec / 1000;
}

int64_t
clock_wall(void)
{
	return frozen != 0 ? frozen : clock_read_micros(CLOCK_REALTIME) / 1000;
}

int64_t
clock_boot(void)
{
	return clock_read_micros(CLOCK_BOOTTIME) / 1000;
}

/* While the system's clock is behind, this clock must go on: otherwise nothing would expire until
 * it has caught up, which may take a year. */
int64_t
clock_ms(void)
{
	int64_t wall = clock_wall(), boot = clock_boot();
	int64_t slow = latest + (boot - latest_boot) / 2, now = wall > slow ? wall : slow;

	if (frozen != 0)
		return frozen;
	if (now > latest) {
		latest = now;
		latest_boot = boot;
	}
	return latest;
}

int64_t
clock_floor(int64_t ms)
{
	int64_t behind = ms - clock_wall();

	if (ms > clock_ms() && frozen == 0) {
		latest = ms;
		latest_boot = clock_boot();
	}
	return behind > 0 ? behind : 0;
}

int64_t
clock_now(void)
{
	return clock_ms() / 1000;
}

void
clock_set(int64_t ms)
{
	frozen = ms;
}

int64_t
clock_ticks(void)
{
	return clock_read_micros(CLOCK_MONOTONIC) / 1000;
}

int64_t
clock_micros(void)
{
	return clock_read_micros(CLOCK_MONOTONIC);
}

int64_t
clock_cpu_micros(void)
{
	return clock_read_micros(CLOCK_THREAD_CPUTIME_ID);
}
