/* SPDX-License-Identifier: Apache-2.0 */
#include "model/miss.h"
#include "tests/model/cast.h"
#include "tests/run.h"

static struct cast c;

static void
start(void)
{
	scene_open(&c.s);
	scene_set(&c.s, "misses_max", "3");
}

static void
stop(void)
{
	scene_close(&c.s);
}

static bool
miss(const char *client)
{
	bool over = miss_count(&c.s.w, client);

	CU_ASSERT_EQUAL(scene_commit(&c.s), OK);
	return over;
}

static void
so_many_a_minute_are_over_the_limit(void)
{
	for (int i = 0; i < 3; i++)
		CU_ASSERT_FALSE(miss("viewer"));
	CU_ASSERT(miss("viewer"));
	CU_ASSERT(miss("viewer"));
}

static void
others_are_not_concerned(void)
{
	for (int i = 0; i < 4; i++)
		miss("viewer");
	CU_ASSERT_FALSE(miss("other"));
	scene_in(&c.s, "two");
	CU_ASSERT_FALSE(miss("viewer"));
}

static void
a_minute_later_it_is_forgotten(void)
{
	for (int i = 0; i < 4; i++)
		miss("viewer");
	scene_at(&c.s, SCENE_NOW + 59);
	CU_ASSERT(miss("viewer"));
	scene_at(&c.s, SCENE_NOW + 60);
	CU_ASSERT_FALSE(miss("viewer"));
}

/* So a flood of guesses costs no writes. */
static void
over_the_limit_nothing_is_written(void)
{
	for (int i = 0; i < 3; i++)
		miss("viewer");
	CU_ASSERT(miss_count(&c.s.w, "viewer"));
	CU_ASSERT_EQUAL(c.s.changes.n, 0);
}

static void
a_row_that_rotted_counts_from_nothing(void)
{
	miss("viewer");
	scene_spoil(&c.s, T_MISS, "x");
	CU_ASSERT_FALSE(miss("viewer"));
}

static CU_TestInfo tests[] = {
	{ "so many a minute are over the limit [G-TKT-13 O-6749-04 T-U03 T-C04]",
	  so_many_a_minute_are_over_the_limit },
	{ "others are not concerned [T-M01]", others_are_not_concerned },
	{ "a minute later it is forgotten", a_minute_later_it_is_forgotten },
	{ "over the limit nothing is written [T-O02]", over_the_limit_nothing_is_written },
	{ "a row that rotted counts from nothing [T-S11]", a_row_that_rotted_counts_from_nothing },
	CU_TEST_INFO_NULL
};

CU_SuiteInfo miss_suite = { "model/miss", NULL, NULL, start, stop, tests };
