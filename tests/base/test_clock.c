/* SPDX-License-Identifier: Apache-2.0 */
#include <stdbool.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "tests/run.h"

/* Seconds by which the system's clock was changed, and seconds that have passed on all other
 * clocks. */
static time_t moved, passed;

/* Replaces the function of the C library. */
int
clock_gettime(clockid_t which, struct timespec *ts)
{
	long failed = syscall(SYS_clock_gettime, which, ts);

	ts->tv_sec += which == CLOCK_REALTIME ? moved : passed;
	return (int)failed;
}

static void
clock_reset(void)
{
	moved = passed = 0;
	clock_set(0);
}

static void
the_clock_returns_the_systems_time(void)
{
	int64_t apart = clock_now() - (int64_t)time(NULL);

	CU_ASSERT(apart >= -1 && apart <= 1);
}

static void
a_set_clock_does_not_advance(void)
{
	clock_set(4102444800123);
	CU_ASSERT_EQUAL(clock_ms(), 4102444800123);
	CU_ASSERT_EQUAL(clock_now(), 4102444800);
	/* A time after 2038, where 32 bits overflow, and a time long ago. */
	clock_set(1000);
	CU_ASSERT_EQUAL(clock_now(), 1);
	clock_set(0);
	CU_ASSERT(clock_now() > 1700000000 && clock_now() < 4102444800);
}

static void
the_clock_never_goes_back(void)
{
	int64_t before = clock_ms(), ticks = clock_ticks(), now;

	moved = -3600;
	now = clock_ms();
	CU_ASSERT(now >= before && now < before + 5000);
	moved = 5;
	CU_ASSERT(clock_ms() >= before + 5000);
	moved = 0;
	CU_ASSERT(clock_ms() >= before + 5000);
	CU_ASSERT(clock_ticks() >= ticks && clock_ticks() < ticks + 5000);
}

/* Later than the times that earlier tests set in this process. */
static time_t
far_ahead(void)
{
	static time_t far = 1000000000;

	return far += 1000000;
}

static bool
is_about(int64_t ms, int64_t seconds)
{
	return ms > seconds * 1000 - 5000 && ms < seconds * 1000 + 5000;
}

static void
a_clock_ahead_runs_at_half_speed(void)
{
	time_t far = moved = far_ahead();
	int64_t before = clock_ms();

	moved = far - 100000;
	passed = 20000;
	CU_ASSERT(is_about(clock_ms() - before, 10000));
	passed = 40000;
	CU_ASSERT(is_about(clock_ms() - before, 20000));
	moved = far + 200000;
	passed = 300000;
	CU_ASSERT(is_about(clock_ms() - before, 200000));
}

static void
a_clock_ahead_of_the_systems_advances_however_often_it_is_read(void)
{
	time_t far = moved = far_ahead();
	int64_t before = clock_ms(), boot = clock_boot();

	moved = far - 100000;
	while (clock_boot() < boot + 50)
		clock_ms();
	CU_ASSERT(clock_ms() >= before + 20);
}

static void
the_clock_is_never_before_its_floor(void)
{
	int64_t before;

	moved = far_ahead();
	before = clock_ms();
	CU_ASSERT_EQUAL(clock_floor(before - 1000), 0);
	CU_ASSERT(is_about(clock_ms() - before, 0));
	CU_ASSERT(is_about(clock_floor(before + 600000), 600));
	CU_ASSERT(is_about(clock_ms() - before, 600));
	CU_ASSERT(is_about(clock_wall() - before, 0));
	clock_set(1000);
	CU_ASSERT_EQUAL(clock_floor(5000), 4000);
	CU_ASSERT_EQUAL(clock_ms(), 1000);
	CU_ASSERT_EQUAL(clock_wall(), 1000);
}

static CU_TestInfo tests[] = {
	{ "the clock returns the system's time", the_clock_returns_the_systems_time },
	{ "a set clock does not advance", a_set_clock_does_not_advance },
	{ "the clock never goes back [T-O04]", the_clock_never_goes_back },
	{ "after the system's clock was set back, the clock runs at half speed until both agree [T-O04]",
	  a_clock_ahead_runs_at_half_speed },
	{ "a clock ahead of the system's advances however often it is read",
	  a_clock_ahead_of_the_systems_advances_however_often_it_is_read },
	{ "the clock is never before its floor [T-O04]", the_clock_is_never_before_its_floor },
	CU_TEST_INFO_NULL
};
CU_SuiteInfo clock_suite = { "base/clock", NULL, NULL, NULL, clock_reset, tests };
