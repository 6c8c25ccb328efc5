/* SPDX-License-Identifier: Apache-2.0 */
#ifndef USHER_MODEL_THROTTLE_COUNTERS_H
#define USHER_MODEL_THROTTLE_COUNTERS_H

#include <stdatomic.h>

#include "base/crypto.h"
#include "model/throttle.h"

#define THROTTLE_COUNTERS 65536 /* half a MiB; a power of two */

/* Shared memory. There are no locks: a counter and its time are one atomic word, whose first half
 * is the time. */
struct throttle {
	struct key key; /* secret, so that nobody can choose names that share a counter */
	_Atomic uint64_t client[THROTTLE_COUNTERS]; /* throttle.c */
	_Atomic uint64_t signin[THROTTLE_COUNTERS]; /* signin_throttle.c */
};

#endif
