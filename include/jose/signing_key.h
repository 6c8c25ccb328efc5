/* SPDX-License-Identifier: Apache-2.0 */
#ifndef USHER_JOSE_SIGNING_KEY_H
#define USHER_JOSE_SIGNING_KEY_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/crypto.h"

/* One of our Ed25519 key pairs (RFC 8037). `alg` is the name in tokens and in the published
 * JWK: "EdDSA" or "Ed25519" (RFC 9864). The secret is sealed with a key that is derived from
 * the master key and bound to tenant and kid, so a row that was moved does not open. */
struct signing_key {
	char kid[44]; /* RFC 7638 thumbprint */
	const char *alg;
	uint8_t public_key[32];
	uint8_t secret[64]; /* libsodium's form: seed, public key */
};

void signing_key_generate(const char *alg, struct signing_key *out);
/* Makes the key of a 32-byte seed, for test vectors. */
void signing_key_from_seed(const uint8_t seed[32], const char *alg, struct signing_key *out);
struct bytes signing_key_seal(struct arena *a, const struct signing_key *k,
			      const struct key *master, uint64_t tenant);
bool signing_key_open(struct arena *a, struct bytes sealed, const char *kid, const char *alg,
		      const struct key *master, uint64_t tenant, struct signing_key *out);
/* Adds the public JWK to an open JSON array: kty crv x kid use alg, never d. */
void signing_key_print_jwk(struct buf *b, const char *kid, const char *alg,
			   const uint8_t public_key[32]);

#endif
