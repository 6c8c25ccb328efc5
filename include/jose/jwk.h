/* SPDX-License-Identifier: Apache-2.0 */
#ifndef USHER_JOSE_JWK_H
#define USHER_JOSE_JWK_H

#include <json-c/json.h>

#include "base/arena.h"
#include "base/err.h"

/*
 * Public keys of other servers (RFC 7517). A key has one algorithm, and a token's header must name
 * exactly this algorithm (T-J01). Accepted: OKP Ed25519 (EdDSA, Ed25519), EC P-256 (ES256), RSA of
 * 2,048 to 8,192 bits (RS256 or PS256; RS256 if the key has no alg). Rejected: private members,
 * points of small order, points off the curve; one such key rejects the whole set. Unknown members
 * of a set are skipped, and keys that are unknown, incomplete, out of range or for another use
 * (RFC 7517, 5).
 */
enum alg { ALG_NONE, ALG_EDDSA, ALG_ES256, ALG_RS256, ALG_PS256 };

struct jwk {
	enum alg alg;
	const char *kid;     /* NULL if the key has none */
	uint8_t ed25519[32]; /* ALG_EDDSA */
	struct bytes x, y;   /* ALG_ES256, 32 bytes each */
	struct bytes n, e;   /* RSA */
};

#define JWKS_MAX 16
struct jwks {
	struct jwk key[JWKS_MAX];
	size_t n;
};

/* Parses one key. Returns ERR_INVALID_REQUEST with *why set if the key is malformed, weak or
 * private. */
enum err jwk_parse(struct arena *a, struct json_object *o, struct jwk *out, const char **why);
/* Parses a set. Returns ERR_INVALID_REQUEST with *why set if it has no usable key, or an
 * insecure one. */
enum err jwks_parse(struct arena *a, struct json_object *o, struct jwks *out, const char **why);
/* Returns the RFC 7638 thumbprint of an Ed25519 key. */
char *jwk_thumbprint(struct arena *a, const uint8_t public_key[32]);

#endif
