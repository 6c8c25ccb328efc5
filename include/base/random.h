/* SPDX-License-Identifier: Apache-2.0 */
#ifndef USHER_BASE_RANDOM_H
#define USHER_BASE_RANDOM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define RANDOM_SEED 32

/*
 * The random values of one request, expanded from a seed, so that a request that runs again draws
 * the same values in the same order. The seed reveals all values: wipe it with the request.
 */
struct random {
	uint8_t seed[RANDOM_SEED]; /* from the kernel, at the first use */
	uint64_t drawn;		   /* number of values since random_rewind */
	bool seeded;
};

/* Restarts the sequence: the next value is the first one again. */
void random_rewind(struct random *r);
/* Draws the next value, of `size` bytes. If `r` is NULL, the bytes come from the kernel and cannot
 * be repeated. */
void random_bytes(struct random *r, void *out, size_t size);

#endif
