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
so_many_have_one_at_a_time(void)
{
	CU_ASSERT_TRUE(lease_acquire(l, 2, 11, 1000));
	CU_ASSERT_TRUE(lease_acquire(l, 2, 12, 1000));
	CU_ASSERT_FALSE(lease_acquire(l, 2, 13, 1000));
	lease_release(l, 11);
	CU_ASSERT_TRUE(lease_acquire(l, 2, 13, 1000));
	CU_ASSERT_FALSE(lease_acquire(l, 2, 14, 1000));
}

static void
a_lease_ends_by_itself(void)
{
	CU_ASSERT_TRUE(lease_acquire(l, 1, 11, 1000));
	CU_ASSERT_FALSE(lease_acquire(l, 1, 12, 1000 + LEASE_MS - 1));
	CU_ASSERT_TRUE(lease_acquire(l, 1, 12, 1000 + LEASE_MS));
	lease_release(l, 11); /* late, and no longer its own */
	CU_ASSERT_FALSE(lease_acquire(l, 1, 13, 1000 + LEASE_MS));
}

static void
a_refused_process_has_the_next(void)
{
	CU_ASSERT_TRUE(lease_acquire(l, 1, 11, 1000));
	CU_ASSERT_FALSE(lease_acquire(l, 1, 12, 1000));
	lease_release(l, 11);
	CU_ASSERT_FALSE(lease_acquire(l, 1, 11, 1001));
	CU_ASSERT_TRUE(lease_acquire(l, 1, 12, 1001));
}

static void
a_refused_process_that_does_not_come_again_blocks_nobody(void)
{
	CU_ASSERT_TRUE(lease_acquire(l, 1, 11, 1000));
	CU_ASSERT_FALSE(lease_acquire(l, 1, 12, 1000));
	lease_release(l, 11);
	CU_ASSERT_TRUE(lease_acquire(l, 1, 11, 1000 + LEASE_MS));
}

static CU_TestInfo tests[] = { { "so many processes have one at a time [T-O05]",
				 so_many_have_one_at_a_time },
			       { "a lease ends by itself [T-O05]", a_lease_ends_by_itself },
			       { "a refused process has the next", a_refused_process_has_the_next },
			       { "a refused process that does not come again blocks nobody",
				 a_refused_process_that_does_not_come_again_blocks_nobody },
			       CU_TEST_INFO_NULL };

CU_SuiteInfo lease_suite = { "server/lease", NULL, NULL, lease_setup, lease_teardown, tests };
