/* SPDX-License-Identifier: Apache-2.0 */
#ifndef USHER_SRC_JOSE_ALGORITHM_H
#define USHER_SRC_JOSE_ALGORITHM_H

#include <stdbool.h>

#include "jose/jwk.h"

/*
 * The signature algorithms that are accepted, one row of the table for each value of `alg`. The key
 * must have been parsed as a key of the same algorithm, so a token cannot choose how its signature
 * is verified (RFC 8725, 3.1; T-J01). A new algorithm needs an enumerator, a row, and a function.
 */
struct algorithm {
	const char *name;
	enum alg alg;
	const char *kty; /* the member kty of its keys */
	bool (*verify)(const struct jwk *key, struct bytes input, struct bytes signature);
};

/* Returns the row of that name, or NULL. The comparison is case-sensitive (RFC 7515, 4.1.1). */
const struct algorithm *algorithm_find(const char *name);

/* Ed25519, in ed25519.c. */
bool ed25519_is_public_key(const uint8_t key[32]);
bool ed25519_verify(const struct jwk *key, struct bytes input, struct bytes signature);
void ed25519_sign(const uint8_t secret[64], struct bytes input, uint8_t out[64]);
/* Makes the key pair of the seed, or a new one if `seed` is NULL. */
void ed25519_pair(const uint8_t seed[32], uint8_t public_key[32], uint8_t secret[64]);

/* Verification by ECDSA and RSA (T-J06), in pubkey.c. */
bool p256_is_public_key(const struct jwk *key);
bool es256_verify(const struct jwk *key, struct bytes input, struct bytes signature);
bool rs256_verify(const struct jwk *key, struct bytes input, struct bytes signature);
bool ps256_verify(const struct jwk *key, struct bytes input, struct bytes signature);

#endif
