/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The clocks.  What lies behind a request reads the time once, from its `now`; this file is
 * where that comes from.
 */
#include <time.h>

#include "base/clock.h"

/* Of the process, as the promise is: no reading is ever earlier than one before (T-O04).  It was
 * so late at `latest_boot` of clock_boot. */
static int64_t latest, latest_boot;
static int64_t frozen;

static int64_t
clock_read_micros(clockid_t which)
{
	struct timespec ts;

	/* Cannot fail with a clock that exists. */
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

/* Were time to stand still while the system's clock is behind, nothing would expire meanwhile, and
 * that may be a year. */
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
