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
	enum err e = miss_count(&c.s.w, MISS_CLIENT, client);

	CU_ASSERT(e == OK || e == ERR_TOO_MANY);
	CU_ASSERT_EQUAL(scene_commit(&c.s), OK);
	return e == ERR_TOO_MANY;
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
	CU_ASSERT_EQUAL(miss_count(&c.s.w, MISS_CLIENT, "viewer"), ERR_TOO_MANY);
	CU_ASSERT_EQUAL(c.s.changes.writes, 0);
}

/* The row is taken as it was read, so the second of two runs again and counts as the second. */
static void
of_two_at_once_both_count(void)
{
	struct changes second, *list = &second;

	CU_ASSERT_EQUAL(miss_count(&c.s.w, MISS_CLIENT, "viewer"), OK);
	changes_start(&second, c.s.arena, c.s.w.tenant->id);
	c.s.w.changes = &second;
	CU_ASSERT_EQUAL(miss_count(&c.s.w, MISS_CLIENT, "viewer"), OK);
	CU_ASSERT_EQUAL(store_commit(c.s.store, &list, 1), OK);
	CU_ASSERT_EQUAL(second.verdict, OK);
	CU_ASSERT_EQUAL(scene_commit(&c.s), ERR_CHANGED);
}

/* However many names are tried. */
static void
names_of_nobody_share_rows(void)
{
	for (int i = 0; i < 3; i++) {
		CU_ASSERT_EQUAL(miss_count(&c.s.w, MISS_STRANGER, "nobody"), OK);
		CU_ASSERT_EQUAL(scene_commit(&c.s), OK);
	}
	CU_ASSERT_EQUAL(miss_count(&c.s.w, MISS_STRANGER, "nobody"), ERR_TOO_MANY);
	scene_begin(&c.s);
	for (int i = 0; i < 9000; i++)
		CU_ASSERT_NOT_EQUAL(miss_count(&c.s.w, MISS_STRANGER,
					       arena_printf(c.s.arena, "name%d", i)), ERR_STORE);
	scene_commit(&c.s);
	CU_ASSERT(scene_rows(&c.s, T_MISS) <= 4096);
	CU_ASSERT_FALSE(miss("nobody"));
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
	{ "of two at once both count [G-TKT-13 O-6749-04 T-C04]", of_two_at_once_both_count },
	{ "names of nobody share rows [T-O02 T-U16]", names_of_nobody_share_rows },
	CU_TEST_INFO_NULL
};

CU_SuiteInfo miss_suite = { "model/miss", NULL, NULL, start, stop, tests };
