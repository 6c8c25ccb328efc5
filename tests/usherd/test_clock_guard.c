/* SPDX-License-Identifier: Apache-2.0 */
#include "usherd/clock_guard.h"
#include "tests/run.h"

#define NOW    ((int64_t)1700000000000)
#define SECOND ((int64_t)1000)
#define HOUR   (3600 * SECOND)
#define YEAR   (365 * 24 * HOUR)

/* A store whose time is NOW, on a machine that has run for an hour. */
static struct clock_guard
clock_guard_started(int64_t wall)
{
	struct clock_guard h;

	clock_guard_start(&h, NOW, wall, HOUR);
	return h;
}

/* `seconds` after the start. */
static bool
is_held(struct clock_guard *h, int64_t wall, int64_t seconds)
{
	return clock_guard_check(h, wall, HOUR + seconds * SECOND);
}

static void
a_clock_that_goes_right_holds_nothing(void)
{
	struct clock_guard h = clock_guard_started(NOW);

	CU_ASSERT_FALSE(h.since_start);
	for (int64_t s = 10; s < 20000; s += 10) {
		CU_ASSERT_FALSE(is_held(&h, NOW + s * SECOND, s));
		CU_ASSERT_EQUAL(h.trusted_ms, NOW + s * SECOND);
	}
	CU_ASSERT_FALSE(is_held(&h, NOW + YEAR, YEAR / SECOND)); /* asleep for a year */
}

static void
a_store_without_a_time_takes_what_the_clock_says(void)
{
	struct clock_guard h;

	clock_guard_start(&h, 0, NOW, HOUR);
	CU_ASSERT_FALSE(h.since_start);
	CU_ASSERT_FALSE(is_held(&h, NOW + SECOND, 1));
	CU_ASSERT_EQUAL(h.trusted_ms, NOW + SECOND);
}

static void
a_jump_of_more_than_an_hour_holds_until_it_is_undone(void)
{
	struct clock_guard h = clock_guard_started(NOW);

	CU_ASSERT_FALSE(is_held(&h, NOW + 10 * SECOND + HOUR, 10));
	CU_ASSERT_EQUAL(h.trusted_ms, NOW + 10 * SECOND + HOUR);
	h = clock_guard_started(NOW);
	CU_ASSERT_FALSE(is_held(&h, NOW + 10 * SECOND, 10));
	CU_ASSERT_TRUE(is_held(&h, NOW + 14 * SECOND + YEAR, 14));
	CU_ASSERT_FALSE(h.since_start);
	CU_ASSERT_TRUE(h.ahead == YEAR);
	CU_ASSERT_TRUE(is_held(&h, NOW + 18 * SECOND + YEAR, 18));
	CU_ASSERT_EQUAL(h.trusted_ms, NOW + 10 * SECOND);
	CU_ASSERT_FALSE(is_held(&h, NOW + 20 * SECOND, 20));
	CU_ASSERT_EQUAL(h.trusted_ms, NOW + 20 * SECOND);
}

static void
what_stays_for_an_hour_is_taken_for_right(void)
{
	struct clock_guard h = clock_guard_started(NOW);

	CU_ASSERT_TRUE(is_held(&h, NOW + YEAR + 10 * SECOND, 10));
	CU_ASSERT_TRUE(is_held(&h, NOW + YEAR + HOUR, 3600 + 9));
	CU_ASSERT_FALSE(is_held(&h, NOW + YEAR + HOUR + 10 * SECOND, 3600 + 10));
	CU_ASSERT_EQUAL(h.trusted_ms, NOW + YEAR + HOUR + 10 * SECOND);
}

static void
another_jump_begins_the_hour_anew(void)
{
	struct clock_guard h = clock_guard_started(NOW + 3 * HOUR);

	CU_ASSERT_TRUE(h.since_start);
	CU_ASSERT_TRUE(is_held(&h, NOW + 3 * HOUR + 3590 * SECOND, 3590));
	CU_ASSERT_TRUE(is_held(&h, NOW + YEAR, 3595));
	CU_ASSERT_FALSE(h.since_start);
	CU_ASSERT_TRUE(is_held(&h, NOW + YEAR + 10 * SECOND, 3605));
	CU_ASSERT_FALSE(is_held(&h, NOW + 4 * HOUR, 3 * 3600 + 3605));
}

/* It cannot be told from a jump. */
static void
a_long_rest_holds_for_an_hour(void)
{
	struct clock_guard h = clock_guard_started(NOW + 2 * 24 * HOUR);

	CU_ASSERT_TRUE(h.since_start);
	CU_ASSERT_EQUAL(h.trusted_ms, NOW);
	CU_ASSERT_TRUE(is_held(&h, NOW + 2 * 24 * HOUR + 3599 * SECOND, 3599));
	CU_ASSERT_FALSE(is_held(&h, NOW + 2 * 24 * HOUR + 3600 * SECOND, 3600));
}

static void
a_clock_that_was_set_back_is_waited_for(void)
{
	struct clock_guard h = clock_guard_started(NOW - YEAR);

	CU_ASSERT_FALSE(is_held(&h, NOW - YEAR + 10 * SECOND, 10));
	CU_ASSERT_EQUAL(h.trusted_ms, NOW + 5 * SECOND);
	CU_ASSERT_FALSE(is_held(&h, NOW + 20 * SECOND, 20));
	CU_ASSERT_EQUAL(h.trusted_ms, NOW + 20 * SECOND);
}

static CU_TestInfo tests[] = {
	{ "a clock that goes right holds nothing", a_clock_that_goes_right_holds_nothing },
	{ "a store without a time takes what the clock says",
	  a_store_without_a_time_takes_what_the_clock_says },
	{ "a jump of more than an hour holds until it is undone [T-O04]",
	  a_jump_of_more_than_an_hour_holds_until_it_is_undone },
	{ "what stays for an hour is taken for right [T-O04]",
	  what_stays_for_an_hour_is_taken_for_right },
	{ "another jump begins the hour anew [T-O04]", another_jump_begins_the_hour_anew },
	{ "a long rest holds for an hour [T-O04]", a_long_rest_holds_for_an_hour },
	{ "a clock that was set back is waited for [T-O04]",
	  a_clock_that_was_set_back_is_waited_for },
	CU_TEST_INFO_NULL
};
CU_SuiteInfo clock_guard_suite = { "usherd/clock_guard", NULL, NULL, NULL, NULL, tests };
