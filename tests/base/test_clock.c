/* SPDX-License-Identifier: Apache-2.0 */
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "tests/run.h"

/* Seconds by which somebody has set the system's clock. */
static time_t moved;

/* In the place of the C library's. */
int
clock_gettime(clockid_t which, struct timespec *ts)
{
	long failed = syscall(SYS_clock_gettime, which, ts);

	if (which == CLOCK_REALTIME)
		ts->tv_sec += moved;
	return (int)failed;
}

static void
let_go(void)
{
	moved = 0;
	clock_set(0);
}

static void
it_says_the_systems_time(void)
{
	int64_t apart = clock_now() - (int64_t)time(NULL);

	CU_ASSERT(apart >= -1 && apart <= 1);
}

static void
it_stands_where_it_is_set(void)
{
	clock_set(4102444800123);
	CU_ASSERT_EQUAL(clock_ms(), 4102444800123);
	CU_ASSERT_EQUAL(clock_now(), 4102444800);
	/* Beyond 2038, where 32 bits end; and far back. */
	clock_set(1000);
	CU_ASSERT_EQUAL(clock_now(), 1);
	clock_set(0);
	CU_ASSERT(clock_now() > 1700000000 && clock_now() < 4102444800);
}

static void
it_never_runs_back(void)
{
	int64_t before = clock_ms(), ticks = clock_ticks();

	moved = -3600;
	CU_ASSERT_EQUAL(clock_ms(), before);
	CU_ASSERT_EQUAL(clock_now(), before / 1000);
	moved = 5;
	CU_ASSERT(clock_ms() >= before + 5000);
	moved = 0;
	CU_ASSERT(clock_ms() >= before + 5000);
	CU_ASSERT(clock_ticks() >= ticks && clock_ticks() < ticks + 5000);
}

static CU_TestInfo tests[] = {
	{ "the clock says the system's time", it_says_the_systems_time },
	{ "the clock stands where it is set", it_stands_where_it_is_set },
	{ "the clock never runs back [T-O04]", it_never_runs_back },
	CU_TEST_INFO_NULL
};
CU_SuiteInfo clock_suite = { "base/clock", NULL, NULL, NULL, let_go, tests };
