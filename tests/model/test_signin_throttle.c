/* SPDX-License-Identifier: Apache-2.0 */
#include <sys/wait.h>
#include <unistd.h>

#include "model/signin_throttle.h"
#include "tests/model/fixture.h"
#include "tests/run.h"

#define DAY	  86400
#define PROCESSES 4

static struct fixture c;
static struct account alice, bob;
static int64_t wait_left; /* of the latest attempt */

static void
signin_throttle_setup(void)
{
	fixture_open(&c);
	alice = (struct account){ .id = c.alice };
	bob = (struct account){ .id = c.bob };
}

static void
signin_throttle_teardown(void)
{
	fixture_close(&c);
}

static struct signin_attempt
attempt_at(const struct account *account, const char *address)
{
	return (struct signin_attempt){ .name = "name", .account = account, .address = address };
}

/* One more request; true: the password may be tested. */
static bool
attempt_is_tested(struct signin_attempt a)
{
	enum err e;

	harness_begin(&c.s);
	e = signin_throttle_begin(&c.s.w, &a, &wait_left);
	CU_ASSERT((e == OK) == (wait_left == 0));
	CU_ASSERT_EQUAL(c.s.changes.n, 0);
	return e == OK;
}

/* Attempts from a different network each time, so that only the account's counter matters. */
static bool
attempt_from_anywhere(const struct account *account)
{
	static unsigned n;

	n++;
	return attempt_is_tested(
		attempt_at(account, arena_printf(c.s.arena, "10.%u.%u.1", n >> 8 & 255, n & 255)));
}

static void
fail_times(const struct account *account, int n)
{
	for (int i = 0; i < n; i++)
		CU_ASSERT(attempt_from_anywhere(account));
}

static void
advance_time(int64_t seconds)
{
	harness_set_time(&c.s, c.s.w.now + seconds);
}

static void
each_wait_after_three_failures_is_twice_the_last(void)
{
	static const int64_t waits[] = { 2, 4, 8, 16, 32, 64, 128, 256, 512, 1000, 1000 };

	fail_times(&alice, 3);
	for (size_t i = 0; i < sizeof waits / sizeof waits[0]; i++) {
		CU_ASSERT_FALSE(attempt_from_anywhere(&alice));
		CU_ASSERT_EQUAL(wait_left, waits[i]);
		advance_time(waits[i] - 1);
		CU_ASSERT_FALSE(attempt_from_anywhere(&alice));
		CU_ASSERT_EQUAL(wait_left, 1);
		advance_time(1);
		CU_ASSERT(attempt_from_anywhere(&alice));
	}
}

/* T-L01 allows 100 tests; 100,000 guesses, one in each second and then as fast as possible. */
static void
at_most_98_passwords_of_an_account_are_tested_in_a_day(void)
{
	int n = 0;

	for (int second = 0; second < DAY; second++) {
		n += attempt_from_anywhere(&alice);
		advance_time(1);
	}
	CU_ASSERT(n <= 98);
	CU_ASSERT(n >= 90);
	for (int i = 0; i < 100000 - DAY; i++)
		n += attempt_from_anywhere(&alice);
	CU_ASSERT(n <= 99);
}

static void
attempts_at_the_same_moment_are_not_all_tested(void)
{
	int tests = 0;

	for (int i = 0; i < 100; i++)
		tests += attempt_from_anywhere(&alice);
	CU_ASSERT_EQUAL(tests, 3);
}

static void
an_unknown_name_waits_like_an_account(void)
{
	fail_times(NULL, 3);
	CU_ASSERT_FALSE(attempt_from_anywhere(NULL));
	CU_ASSERT_EQUAL(wait_left, 2);
}

static void
other_accounts_and_tenants_are_not_delayed(void)
{
	fail_times(&alice, 3);
	CU_ASSERT_FALSE(attempt_from_anywhere(&alice));
	CU_ASSERT(attempt_from_anywhere(&bob));
	harness_use_tenant(&c.s, "two");
	CU_ASSERT(attempt_from_anywhere(&alice));
}

static void
a_success_clears_the_count(void)
{
	struct signin_attempt a = attempt_at(&alice, "192.0.2.1");

	fail_times(&alice, 2);
	CU_ASSERT(attempt_is_tested(a));
	signin_throttle_succeed(&c.s.w, &a);
	signin_throttle_succeed(&c.s.w, &a);
	fail_times(&alice, 3);
	CU_ASSERT_FALSE(attempt_from_anywhere(&alice));
}

/* Otherwise an attacker would reset the count of their network with an account of their own. */
static void
a_success_does_not_clear_the_count_of_the_network(void)
{
	struct signin_attempt a = attempt_at(&alice, "192.0.2.1");

	for (int i = 0; i < 29; i++) {
		a.account = NULL;
		a.name = arena_printf(c.s.arena, "name%d", i);
		CU_ASSERT(attempt_is_tested(a));
	}
	a.account = &alice;
	for (int i = 0; i < 5; i++) {
		CU_ASSERT(attempt_is_tested(a));
		signin_throttle_succeed(&c.s.w, &a);
	}
	a.account = NULL;
	a.name = "other";
	CU_ASSERT(attempt_is_tested(a));
	CU_ASSERT_FALSE(attempt_is_tested(attempt_at(&bob, "192.0.2.255")));
	CU_ASSERT_FALSE(attempt_is_tested(attempt_at(&bob, "::ffff:192.0.2.7")));
	CU_ASSERT(attempt_is_tested(attempt_at(&bob, "192.0.3.1")));
}

static void
addresses_of_one_48_bit_network_share_a_counter(void)
{
	for (int i = 0; i < 30; i++) {
		struct signin_attempt a =
			attempt_at(NULL, arena_printf(c.s.arena, "2001:db8:5:%x::%x", i, i));

		a.name = a.address;
		CU_ASSERT(attempt_is_tested(a));
	}
	CU_ASSERT_FALSE(attempt_is_tested(attempt_at(&bob, "2001:db8:5::1")));
	CU_ASSERT(attempt_is_tested(attempt_at(&bob, "2001:db8:6::1")));
}

static void
guesses_of_a_whole_tenant_wait_at_most_16_seconds(void)
{
	int64_t longest = 0;
	int n = 0, early = 0;

	for (int i = 0; i < 4000; i++) {
		struct signin_attempt a =
			attempt_at(NULL, arena_printf(c.s.arena, "10.%d.%d.1", i >> 8, i & 255));

		a.name = a.address;
		n += attempt_is_tested(a);
		early += n < 999 && wait_left > 0;
		longest = wait_left > longest ? wait_left : longest;
		advance_time(i > 1000 ? wait_left : 0);
	}
	/* Names and networks share counters by chance, since the key is random. */
	CU_ASSERT(early < 20);
	CU_ASSERT_EQUAL(longest, 16);
}

static void
guesses_of_strangers_do_not_delay_a_known_device(void)
{
	struct signin_attempt known = attempt_at(&alice, "10.0.0.1");

	known.device = "device";
	for (int i = 0; i < 100; i++)
		attempt_is_tested(attempt_at(&alice, "10.0.0.1"));
	CU_ASSERT_FALSE(attempt_is_tested(attempt_at(&alice, "10.0.0.1")));
	for (int i = 0; i < 3; i++)
		CU_ASSERT(attempt_is_tested(known));
	CU_ASSERT_FALSE(attempt_is_tested(known));
	CU_ASSERT_EQUAL(wait_left, 2);
	advance_time(2);
	CU_ASSERT(attempt_is_tested(known));
	signin_throttle_succeed(&c.s.w, &known);
	CU_ASSERT(attempt_is_tested(known));
}

static void
an_hour_forgives_one_failure(void)
{
	fail_times(&alice, 3);
	advance_time(3601);
	CU_ASSERT_FALSE(attempt_from_anywhere(&alice) && attempt_from_anywhere(&alice));
	advance_time(3 * 3600 + 2);
	fail_times(&alice, 3);
	CU_ASSERT_FALSE(attempt_from_anywhere(&alice));
}

static void
an_attempt_whose_password_is_not_tested_does_not_count(void)
{
	struct signin_attempt a = attempt_at(&alice, "10.0.0.1");

	fail_times(&alice, 2);
	for (int i = 0; i < 50; i++) {
		CU_ASSERT(attempt_is_tested(a));
		signin_throttle_cancel(&c.s.w, &a);
		signin_throttle_cancel(&c.s.w, &a);
	}
	CU_ASSERT(attempt_is_tested(a));
	CU_ASSERT_FALSE(attempt_is_tested(a));
	signin_throttle_cancel(&c.s.w, &a);
	CU_ASSERT_FALSE(attempt_is_tested(a));
}

static void
a_request_that_runs_again_counts_once(void)
{
	struct signin_attempt a = attempt_at(&alice, "10.0.0.1");
	int64_t seconds;

	for (int i = 0; i < 9; i++)
		CU_ASSERT_EQUAL(signin_throttle_begin(&c.s.w, &a, &seconds), OK);
	fail_times(&alice, 2);
	CU_ASSERT_FALSE(attempt_from_anywhere(&alice));
}

static void
a_clock_that_is_set_back_ends_waits(void)
{
	fail_times(&alice, 3);
	harness_set_time(&c.s, HARNESS_NOW - 1);
	CU_ASSERT_FALSE(attempt_from_anywhere(&alice));
	harness_set_time(&c.s, HARNESS_NOW - 5000);
	CU_ASSERT(attempt_from_anywhere(&alice));
}

static void
all_processes_share_the_counters(void)
{
	struct signin_attempt a = attempt_at(&alice, "10.0.0.1");
	int sum = 0;

	for (int i = 0; i < PROCESSES; i++) {
		if (fork() == 0) {
			int n = 0;

			for (int k = 0; k < 50; k++) {
				c.s.failure = (struct failure){ 0 };
				n += signin_throttle_begin(&c.s.w, &a, &wait_left) == OK;
			}
			_exit(n);
		}
	}
	for (int i = 0; i < PROCESSES; i++) {
		int status;

		CU_ASSERT(wait(&status) > 0);
		CU_ASSERT(WIFEXITED(status));
		sum += WEXITSTATUS(status);
	}
	CU_ASSERT_EQUAL(sum, 3);
}

static CU_TestInfo tests[] = {
	{ "each wait after three failures is twice the last [T-L01]",
	  each_wait_after_three_failures_is_twice_the_last },
	{ "at most 98 passwords of an account are tested in a day [T-L01]",
	  at_most_98_passwords_of_an_account_are_tested_in_a_day },
	{ "attempts at the same moment are not all tested [T-L01]",
	  attempts_at_the_same_moment_are_not_all_tested },
	{ "an unknown name waits like an account [T-L02]", an_unknown_name_waits_like_an_account },
	{ "other accounts and tenants are not delayed [T-M01]",
	  other_accounts_and_tenants_are_not_delayed },
	{ "a success clears the count", a_success_clears_the_count },
	{ "a success does not clear the count of the network [T-L01]",
	  a_success_does_not_clear_the_count_of_the_network },
	{ "addresses of one 48-bit network share a counter",
	  addresses_of_one_48_bit_network_share_a_counter },
	{ "guesses of a whole tenant wait at most 16 seconds [T-L01]",
	  guesses_of_a_whole_tenant_wait_at_most_16_seconds },
	{ "guesses of strangers do not delay a known device [T-L01]",
	  guesses_of_strangers_do_not_delay_a_known_device },
	{ "an hour forgives one failure", an_hour_forgives_one_failure },
	{ "an attempt whose password is not tested does not count",
	  an_attempt_whose_password_is_not_tested_does_not_count },
	{ "a request that runs again counts once", a_request_that_runs_again_counts_once },
	{ "a clock that is set back ends waits [T-O04]", a_clock_that_is_set_back_ends_waits },
	{ "all processes share the counters [T-L01]", all_processes_share_the_counters },
	CU_TEST_INFO_NULL
};

CU_SuiteInfo signin_throttle_suite = { "model/signin_throttle",	 NULL, NULL, signin_throttle_setup,
				       signin_throttle_teardown, tests };
