/* SPDX-License-Identifier: Apache-2.0 */
#ifndef USHER_BASE_RANDOM_H
#define USHER_BASE_RANDOM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define RANDOM_SEED 32

/*
 * The random values of one request, expanded from a seed: a request that runs again draws the same
 * values in the same order.  Whoever knows the seed knows the values: wipe it with the request.
 */
struct random {
	uint8_t seed[RANDOM_SEED]; /* from the kernel, drawn at the first use */
	uint64_t drawn;		   /* values since random_rewind */
	bool seeded;
};

/* The next values are the first ones again. */
void random_rewind(struct random *r);
/* NULL: from the kernel, for what never runs again. */
void random_bytes(struct random *r, void *out, size_t size);

#endif
