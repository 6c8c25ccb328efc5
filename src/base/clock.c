/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The two clocks.  What lies behind a request reads the time once, from its `now`; this file is
 * where that comes from.
 */
#include <time.h>

#include "base/clock.h"

/* Of the process, as the promise is: no reading is ever earlier than one before (T-O04). */
static int64_t latest;
static int64_t frozen;

static int64_t
read_micros(clockid_t which)
{
	struct timespec ts;

	/* Cannot fail with a clock that exists. */
	clock_gettime(which, &ts);
	return (int64_t)ts.tv_sec * 1000000 + ts.tv_nsec / 1000;
}

int64_t
clock_ms(void)
{
	int64_t now;

	if (frozen != 0)
		return frozen;
	now = read_micros(CLOCK_REALTIME) / 1000;
	if (now > latest)
		latest = now;
	return latest;
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
	return read_micros(CLOCK_MONOTONIC) / 1000;
}

int64_t
clock_micros(void)
{
	return read_micros(CLOCK_MONOTONIC);
}
