/* SPDX-License-Identifier: Apache-2.0 */
#ifndef USHER_SERVER_LEASE_H
#define USHER_SERVER_LEASE_H

#include <stdbool.h>
#include <stdint.h>

/*
 * A lease is the right of a worker to run expensive requests. Half of the workers may have one at
 * the same time, so the others answer the requests of other tenants without delay (T-O05). A lease
 * expires after LEASE_MS, so a worker that crashed or is stopped blocks no other worker.
 */
#define LEASE_MS   50 /* longer than a batch */
#define LEASES_MAX 64

struct leases;

/* In memory shared with all processes that are forked later. */
struct leases *leases_new(void);
void leases_free(struct leases *l);

/* Gives one of the first `n` leases to the process `pid`, which has none. `now` is clock_ticks.
 * False: all leases are in use, or this process got the last lease and another process waits for
 * one. */
bool lease_acquire(struct leases *l, unsigned n, int64_t pid, int64_t now);
void lease_release(struct leases *l, int64_t pid);

#endif
