/* SPDX-License-Identifier: Apache-2.0 */
/* Each value is a separate ChaCha20 key stream (RFC 8439): the seed is the key, the number of the
 * value is the nonce. So values do not overlap, whatever their sizes. */
#include "base/random.h"

#include <sodium.h>

#include "base/bytes.h"
#include "base/crypto.h"

#define NONCE crypto_stream_chacha20_ietf_NONCEBYTES

_Static_assert(RANDOM_SEED == crypto_stream_chacha20_ietf_KEYBYTES, "a seed is a ChaCha20 key");

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
