/* SPDX-License-Identifier: Apache-2.0 */
#include "server/lease.h"

#include <stdatomic.h>

#include "base/shared_memory.h"

#define WANTED_MS 3  /* a refused worker retries within this time */
#define PID_BITS  22 /* Linux has no larger process ids */

/* Each word contains a process and a time, so that both change together; 0: none. */
struct leases {
	_Atomic uint64_t wanted;	    /* the process that was refused last, and when */
	_Atomic int64_t last;		    /* the process that got the last lease */
	_Atomic uint64_t lease[LEASES_MAX]; /* the holder, and when the lease expires */
};

struct leases *
leases_new(void)
{
	return shared_memory_new(sizeof(struct leases), "the leases of expensive requests");
}

void
leases_free(struct leases *l)
{
	shared_memory_free(l, sizeof *l);
}

static uint64_t
lease_pack(int64_t pid, int64_t ms)
{
	return (uint64_t)ms << PID_BITS | (uint64_t)pid;
}

static int64_t
lease_pid(uint64_t packed)
{
	return packed & ((1u << PID_BITS) - 1);
}

static int64_t
lease_ms(uint64_t packed)
{
	return (int64_t)(packed >> PID_BITS);
}

/* Does another process wait for a lease, and had this one the last? Without this check a worker
 * with a queue of expensive requests would acquire again each lease that it releases. */
static bool
lease_is_wanted(struct leases *l, int64_t pid, int64_t now)
{
	uint64_t wanted = atomic_load(&l->wanted);

	return wanted != 0 && lease_pid(wanted) != pid && now - lease_ms(wanted) < WANTED_MS &&
	       atomic_load(&l->last) == pid;
}

bool
lease_acquire(struct leases *l, unsigned n, int64_t pid, int64_t now)
{
	if (lease_is_wanted(l, pid, now))
		return false;
	for (unsigned i = 0; i < n && i < LEASES_MAX; i++) {
		uint64_t old = atomic_load(&l->lease[i]);

		if (lease_ms(old) <= now &&
		    atomic_compare_exchange_strong(&l->lease[i], &old,
						   lease_pack(pid, now + LEASE_MS))) {
			atomic_store(&l->last, pid);
			return true;
		}
	}
	atomic_store(&l->wanted, lease_pack(pid, now));
	return false;
}

void
lease_release(struct leases *l, int64_t pid)
{
	for (unsigned i = 0; i < LEASES_MAX; i++) {
		uint64_t old = atomic_load(&l->lease[i]);

		if (lease_pid(old) == pid)
			atomic_compare_exchange_strong(&l->lease[i], &old, 0);
	}
}
