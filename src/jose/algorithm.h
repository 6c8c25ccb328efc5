/* SPDX-License-Identifier: Apache-2.0 */
#ifndef USHER_SRC_JOSE_ALGORITHM_H
#define USHER_SRC_JOSE_ALGORITHM_H

#include <stdbool.h>

#include "jose/jwk.h"

/*
 * The signatures we verify. A row of the table is a value of `alg`; the key it is
 * verified with must have been read as a key of that same algorithm, so a token cannot choose how
 * its signature is looked at (RFC 8725, 3.1; T-J01). To add one: an enumerator, a row, a
 * function.
 */
struct algorithm {
	const char *name;
	enum alg alg;
	const char *kty; /* what its keys call themselves */
	bool (*verify)(const struct jwk *key, struct bytes input, struct bytes signature);
};

/* The row of that name; NULL: not one of ours. Names are compared by case (RFC 7515, 4.1.1). */
const struct algorithm *algorithm_find(const char *name);

/* Ed25519, in ed25519.c. */
bool ed25519_is_public_key(const uint8_t key[32]);
bool ed25519_verify(const struct jwk *key, struct bytes input, struct bytes signature);
void ed25519_sign(const uint8_t secret[64], struct bytes input, uint8_t out[64]);
/* With a seed the pair is that seed's, without a new one is made. */
void ed25519_pair(const uint8_t seed[32], uint8_t public_key[32], uint8_t secret[64]);

/* ECDSA and RSA, verifying only (T-J06), in gnutls.c. */
bool p256_is_public_key(const struct jwk *key);
bool es256_verify(const struct jwk *key, struct bytes input, struct bytes signature);
bool rs256_verify(const struct jwk *key, struct bytes input, struct bytes signature);
bool ps256_verify(const struct jwk *key, struct bytes input, struct bytes signature);

#endif
