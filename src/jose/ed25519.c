/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Ed25519 (RFC 8032, 5.1; RFC 8037, 3.1) with libsodium. No other file uses its signatures. The
 * signature is pure Ed25519: the bytes are not hashed before.
 */
#include <sodium.h>

#include "src/jose/algorithm.h"

/* Rejects points of small order, for which one signature is valid for many messages, points
 * outside the main subgroup, and encodings that are not canonical (T-J05). libsodium before the
 * fix of CVE-2025-69277 accepted points of mixed order; a test checks the installed library. */
bool
ed25519_is_public_key(const uint8_t key[32])
{
	return crypto_core_ed25519_is_valid_point(key) == 1;
}

bool
ed25519_verify(const struct jwk *key, struct bytes input, struct bytes signature)
{
	if (signature.size != crypto_sign_BYTES)
		return false;
	return crypto_sign_verify_detached(signature.data, input.data, input.size, key->ed25519) ==
	       0;
}

void
ed25519_sign(const uint8_t secret[64], struct bytes input, uint8_t out[64])
{
	crypto_sign_detached(out, NULL, input.data, input.size, secret);
}

void
ed25519_pair(const uint8_t seed[32], uint8_t public_key[32], uint8_t secret[64])
{
	if (seed != NULL)
		crypto_sign_seed_keypair(public_key, secret, seed);
	else
		crypto_sign_keypair(public_key, secret);
}
