/* SPDX-License-Identifier: Apache-2.0 */
#include "server/lease.h"
#include "tests/run.h"

static struct leases *l;

static void
lease_setup(void)
{
	l = leases_new();
}

static void
lease_teardown(void)
{
	leases_free(l);
}

static void
a_limited_number_of_processes_hold_a_lease_at_a_time(void)
{
	CU_ASSERT_TRUE(lease_acquire(l, 2, 11, 1000));
	CU_ASSERT_TRUE(lease_acquire(l, 2, 12, 1000));
	CU_ASSERT_FALSE(lease_acquire(l, 2, 13, 1000));
	lease_release(l, 11);
	CU_ASSERT_TRUE(lease_acquire(l, 2, 13, 1000));
	CU_ASSERT_FALSE(lease_acquire(l, 2, 14, 1000));
}

static void
a_lease_expires(void)
{
	CU_ASSERT_TRUE(lease_acquire(l, 1, 11, 1000));
	CU_ASSERT_FALSE(lease_acquire(l, 1, 12, 1000 + LEASE_MS - 1));
	CU_ASSERT_TRUE(lease_acquire(l, 1, 12, 1000 + LEASE_MS));
	lease_release(l, 11); /* too late: the process no longer has this lease */
	CU_ASSERT_FALSE(lease_acquire(l, 1, 13, 1000 + LEASE_MS));
}

static void
a_process_that_was_refused_gets_the_next_lease(void)
{
	CU_ASSERT_TRUE(lease_acquire(l, 1, 11, 1000));
	CU_ASSERT_FALSE(lease_acquire(l, 1, 12, 1000));
	lease_release(l, 11);
	CU_ASSERT_FALSE(lease_acquire(l, 1, 11, 1001));
	CU_ASSERT_TRUE(lease_acquire(l, 1, 12, 1001));
}

static void
a_process_that_was_refused_and_does_not_retry_blocks_no_other(void)
{
	CU_ASSERT_TRUE(lease_acquire(l, 1, 11, 1000));
	CU_ASSERT_FALSE(lease_acquire(l, 1, 12, 1000));
	lease_release(l, 11);
	CU_ASSERT_TRUE(lease_acquire(l, 1, 11, 1000 + LEASE_MS));
}

static CU_TestInfo tests[] = { { "a limited number of processes hold a lease at a time [T-O05]",
				 a_limited_number_of_processes_hold_a_lease_at_a_time },
			       { "a lease expires [T-O05]", a_lease_expires },
			       { "a process that was refused gets the next lease",
				 a_process_that_was_refused_gets_the_next_lease },
			       { "a process that was refused and does not retry blocks no other",
				 a_process_that_was_refused_and_does_not_retry_blocks_no_other },
			       CU_TEST_INFO_NULL };

CU_SuiteInfo lease_suite = { "server/lease", NULL, NULL, lease_setup, lease_teardown, tests };
