/* SPDX-License-Identifier: Apache-2.0 */
#ifndef USHER_JOSE_JWT_H
#define USHER_JOSE_JWT_H

#include <json-c/json.h>

#include "base/arena.h"
#include "base/err.h"
#include "jose/jwk.h"
#include "jose/signing_key.h"

#define JWT_SIZE_MAX   32768 /* characters: an ID Token of Entra names up to 200 groups */
#define JWT_HEADER_MAX 1024  /* bytes, decoded */

struct jwt {
	const char *typ; /* NULL if absent */
	const char *kid;
	struct json_object *claims; /* freed with the arena */
};

/*
 * Verifies a compact JWS (RFC 7515) with the keys of its issuer and parses its claims. The
 * header's alg, typ, kid and cty are read. crit, b64, zip and enc reject the token, because each
 * of them requests another kind of verification or parsing. Other members are ignored (RFC 7515,
 * 4), so a key or address in the token (jwk, jku, x5u, x5c) is never used (T-J02). A kid selects
 * among the keys; without one, each key of the right algorithm is tried. The claims must be one
 * JSON object; nothing else about them is checked here. Returns OK, or ERR_INVALID_TOKEN with *why
 * set (a sentence without content of the token).
 */
enum err jwt_verify(struct arena *a, const char *token, const struct jwks *keys, struct jwt *out,
		    const char **why);
/* Returns the unverified `iss`, with which the keys are found; NULL if the token cannot be
 * parsed. */
const char *jwt_peek_issuer(struct arena *a, const char *token);
/* Returns the unverified `exp` of a token that may be ours (the key of its row begins with it);
 * -1 if there is none. It is found only in JSON without white space, as rpt.c writes it. `*jti`
 * is the `jti` that directly follows an `exp` in first place, or NULL. */
int64_t jwt_peek_exp(struct arena *a, const char *token, const char **jti);

#define JWT_SIGNATURE 86 /* characters of an Ed25519 signature in base64url */

/* Makes "header.claims." with the header {"typ","alg","kid"} and space for the signature.
 * jwt_complete adds the signature, which is always Ed25519. `claims` is JSON text. */
char *jwt_prepare(struct arena *a, const struct signing_key *key, const char *typ,
		  struct bytes claims);
void jwt_complete(const struct signing_key *key, char *token);
/* Calls both. */
char *jwt_sign(struct arena *a, const struct signing_key *key, const char *typ,
	       struct bytes claims);

#endif
