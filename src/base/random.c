/* SPDX-License-Identifier: Apache-2.0 */
/* Each value has a key of its own, derived from the seed and the value's number, so no value is a
 * part of another one, whatever their sizes. */
#include "base/random.h"

#include <sodium.h>

#include "base/crypto.h"

_Static_assert(RANDOM_SEED == CRYPTO_KEY, "a seed is a key");
_Static_assert(CRYPTO_KEY == randombytes_SEEDBYTES, "a key is libsodium's seed");

void
random_rewind(struct random *r)
{
	r->drawn = 0;
}

void
random_bytes(struct random *r, void *out, size_t size)
{
	struct key seed, key;

	if (r == NULL) {
		crypto_random(out, size);
		return;
	}
	if (!r->seeded)
		crypto_random(r->seed, sizeof r->seed);
	r->seeded = true;
	memcpy(seed.byte, r->seed, sizeof seed.byte);
	crypto_derive(&seed, "request", BYTES(&r->drawn, sizeof r->drawn), &key);
	r->drawn++;
	randombytes_buf_deterministic(out, size, key.byte);
	crypto_wipe(&seed, sizeof seed);
	crypto_wipe(&key, sizeof key);
}
