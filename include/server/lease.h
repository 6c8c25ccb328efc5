/* SPDX-License-Identifier: Apache-2.0 */
#ifndef USHER_SERVER_LEASE_H
#define USHER_SERVER_LEASE_H

#include <stdbool.h>
#include <stdint.h>

/*
 * The right to run expensive requests.  Half of the workers may have it at the same time, so the
 * others answer the requests of other tenants without delay (T-O05).  A lease ends by itself after
 * LEASE_MS: a worker that crashed or stopped blocks nobody.
 */
#define LEASE_MS   50 /* more than a batch takes */
#define LEASES_MAX 64

struct leases;

/* Shared with all processes forked later. */
struct leases *leases_new(void);
void leases_free(struct leases *l);

/* One of the first `n` leases for the process `pid`, which has none, at `now` (clock_ticks).
 * False: all are taken, or another process was refused after this one had its last lease. */
bool lease_acquire(struct leases *l, unsigned n, int64_t pid, int64_t now);
void lease_release(struct leases *l, int64_t pid);

#endif
