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

/* Records a failure of one more request; returns whether the throttle rejects it. */
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
failures_above_the_limit_of_a_minute_are_rejected(void)
{
	for (int i = 0; i < 3; i++)
		CU_ASSERT_FALSE(throttle_rejects("viewer"));
	CU_ASSERT(throttle_rejects("viewer"));
	CU_ASSERT(throttle_rejects("viewer"));
}

static void
other_clients_and_tenants_are_not_affected(void)
{
	for (int i = 0; i < 4; i++)
		throttle_rejects("viewer");
	CU_ASSERT_FALSE(throttle_rejects("other"));
	harness_use_tenant(&c.s, "two");
	CU_ASSERT_FALSE(throttle_rejects("viewer"));
}

static void
the_counter_is_reset_after_a_minute(void)
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

/* The clocks of two workers may differ; a clock may also be set back permanently. */
static void
a_clock_that_is_behind_does_not_reset_the_counter(void)
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

/* The number of counters does not depend on the number of names that are tried. */
static void
unknown_clients_share_counters(void)
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
failures_of_all_processes_are_counted_once_each(void)
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
	{ "failures above the limit of a minute are rejected [G-TKT-13 O-6749-04 T-U03 T-C04]",
	  failures_above_the_limit_of_a_minute_are_rejected },
	{ "other clients and tenants are not affected [T-M01]",
	  other_clients_and_tenants_are_not_affected },
	{ "the counter is reset after a minute", the_counter_is_reset_after_a_minute },
	{ "a clock that is behind does not reset the counter [T-O04]",
	  a_clock_that_is_behind_does_not_reset_the_counter },
	{ "a request that runs again counts once", a_request_that_runs_again_counts_once },
	{ "unknown clients share counters [T-O02 T-U16]", unknown_clients_share_counters },
	{ "failures of all processes are counted once each [G-TKT-13 O-6749-04 T-C04]",
	  failures_of_all_processes_are_counted_once_each },
	CU_TEST_INFO_NULL
};

CU_SuiteInfo throttle_suite = { "model/throttle",  NULL, NULL, throttle_setup,
				throttle_teardown, tests };
