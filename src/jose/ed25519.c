/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Ed25519 (RFC 8032, 5.1; RFC 8037, 3.1) by libsodium: the only place that meets its signatures.
 * Pure Ed25519 over the bytes given; nothing is hashed before.
 */
#include <sodium.h>

#include "src/jose/algorithm.h"

/* Refuses the points of small order, under which one signature fits many messages, those outside
 * the main subgroup and those not spelled canonically (T-J05).  libsodium before the fix of
 * CVE-2025-69277 took points of mixed order; a test holds the library against that. */
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
