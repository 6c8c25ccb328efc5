/* SPDX-License-Identifier: Apache-2.0 */
/* Each value is a ChaCha20 key stream (RFC 8439) of its own: the seed is the key, the value's
 * number the nonce.  So no value is a part of another one, whatever their sizes. */
#include "base/random.h"

#include <sodium.h>

#include "base/bytes.h"
#include "base/crypto.h"

#define NONCE crypto_stream_chacha20_ietf_NONCEBYTES

_Static_assert(RANDOM_SEED == crypto_stream_chacha20_ietf_KEYBYTES, "a seed is a key");

void
random_rewind(struct random *r)
{
	r->drawn = 0;
}

void
random_bytes(struct random *r, void *out, size_t size)
{
	uint8_t nonce[NONCE] = { 0 };

	if (r == NULL) {
		crypto_random(out, size);
		return;
	}
	if (!r->seeded)
		crypto_random(r->seed, sizeof r->seed);
	r->seeded = true;
	bytes_put(nonce, sizeof nonce, r->drawn++);
	crypto_stream_chacha20_ietf(out, size, nonce, r->seed);
}
