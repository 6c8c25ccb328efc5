/* SPDX-License-Identifier: Apache-2.0 */
#include <sys/wait.h>
#include <unistd.h>

#include "model/throttle.h"
#include "tests/model/fixture.h"
#include "tests/run.h"

#define PROCESSES 4
#define EACH	  5000

static struct fixture c;

static void
throttle_setup(void)
{
	harness_open(&c.s);
	harness_set_setting(&c.s, "misses_max", "3");
}

static void
throttle_teardown(void)
{
	harness_close(&c.s);
}

/* The failure of one more request. */
static bool
throttle_rejects(const char *client)
{
	enum err e;

	harness_begin(&c.s);
	e = throttle_count_failure(&c.s.w, client);
	CU_ASSERT(e == OK || e == ERR_TOO_MANY);
	CU_ASSERT_EQUAL(c.s.changes.n, 0);
	return e == ERR_TOO_MANY;
}

static void
so_many_a_minute_are_over_the_limit(void)
{
	for (int i = 0; i < 3; i++)
		CU_ASSERT_FALSE(throttle_rejects("viewer"));
	CU_ASSERT(throttle_rejects("viewer"));
	CU_ASSERT(throttle_rejects("viewer"));
}

static void
others_are_not_concerned(void)
{
	for (int i = 0; i < 4; i++)
		throttle_rejects("viewer");
	CU_ASSERT_FALSE(throttle_rejects("other"));
	harness_use_tenant(&c.s, "two");
	CU_ASSERT_FALSE(throttle_rejects("viewer"));
}

static void
a_minute_later_it_is_forgotten(void)
{
	for (int i = 0; i < 4; i++)
		throttle_rejects("viewer");
	harness_set_time(&c.s, HARNESS_NOW + 59);
	CU_ASSERT(throttle_rejects("viewer"));
	harness_set_time(&c.s, HARNESS_NOW + 60);
	for (int i = 0; i < 3; i++)
		CU_ASSERT_FALSE(throttle_rejects("viewer"));
	CU_ASSERT(throttle_rejects("viewer"));
}

/* Two workers read their clocks at different times; a clock may also be set back for good. */
static void
a_clock_that_is_behind_begins_no_new_minute(void)
{
	for (int i = 0; i < 4; i++)
		throttle_rejects("viewer");
	harness_set_time(&c.s, HARNESS_NOW - 1);
	CU_ASSERT(throttle_rejects("viewer"));
	harness_set_time(&c.s, HARNESS_NOW - 60);
	CU_ASSERT_FALSE(throttle_rejects("viewer"));
}

static void
a_request_that_runs_again_counts_once(void)
{
	for (int i = 0; i < 9; i++)
		CU_ASSERT_EQUAL(throttle_count_failure(&c.s.w, "viewer"), OK);
	CU_ASSERT_FALSE(throttle_rejects("viewer"));
	CU_ASSERT_FALSE(throttle_rejects("viewer"));
	CU_ASSERT(throttle_rejects("viewer"));
}

/* However many names are tried, the counters are as many as before. */
static void
names_of_nobody_share_counters(void)
{
	size_t refused = 0;

	for (int i = 0; i < 3 * 65536 + 1; i++)
		refused += throttle_rejects(arena_printf(c.s.arena, "name%d", i));
	CU_ASSERT(refused > 0);
	harness_set_time(&c.s, HARNESS_NOW + 60);
	CU_ASSERT_FALSE(throttle_rejects("name1"));
}

static void
fail_often(void)
{
	for (int i = 0; i < EACH; i++) {
		c.s.failure = (struct failure){ 0 };
		if (throttle_count_failure(&c.s.w, "viewer") != OK)
			_exit(1);
	}
	_exit(0);
}

static void
failures_of_all_processes_are_counted(void)
{
	harness_set_setting(&c.s, "misses_max",
			    arena_printf(c.s.arena, "%d", PROCESSES * EACH + 1));
	for (int i = 0; i < PROCESSES; i++)
		if (fork() == 0)
			fail_often();
	for (int i = 0; i < PROCESSES; i++) {
		int status;

		CU_ASSERT(wait(&status) > 0);
		CU_ASSERT(WIFEXITED(status) && WEXITSTATUS(status) == 0);
	}
	CU_ASSERT_FALSE(throttle_rejects("viewer"));
	CU_ASSERT(throttle_rejects("viewer"));
}

static CU_TestInfo tests[] = {
	{ "so many a minute are over the limit [G-TKT-13 O-6749-04 T-U03 T-C04]",
	  so_many_a_minute_are_over_the_limit },
	{ "others are not concerned [T-M01]", others_are_not_concerned },
	{ "a minute later it is forgotten", a_minute_later_it_is_forgotten },
	{ "a clock that is behind begins no new minute [T-O04]",
	  a_clock_that_is_behind_begins_no_new_minute },
	{ "a request that runs again counts once", a_request_that_runs_again_counts_once },
	{ "names of nobody share counters [T-O02 T-U16]", names_of_nobody_share_counters },
	{ "failures of all processes are counted, each once [G-TKT-13 O-6749-04 T-C04]",
	  failures_of_all_processes_are_counted },
	CU_TEST_INFO_NULL
};

CU_SuiteInfo throttle_suite = { "model/throttle",  NULL, NULL, throttle_setup,
				throttle_teardown, tests };
