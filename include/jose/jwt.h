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
	const char *typ; /* NULL when absent */
	const char *kid;
	struct json_object *claims; /* lives as long as the arena */
};

/*
 * Verifies a compact JWS (RFC 7515) by the keys of its issuer and reads its claims. The header's
 * alg, typ, kid and cty are read.  crit, b64, zip and enc reject the token, since each of them asks
 * for another way of verifying or reading it. Other members are ignored (RFC 7515, 4), so a key or
 * an address that comes with the token (jwk, jku, x5u, x5c) is never used (T-J02). A kid selects
 * among the keys; without one each key whose algorithm fits is tried. Of the claims, only that
 * they are one JSON object is checked here.
 *
 * ERR_INVALID_TOKEN with *why set (a sentence without content of the token), or OK.
 */
enum err jwt_verify(struct arena *a, const char *token, const struct jwks *keys, struct jwt *out,
		    const char **why);
/* The unverified `iss`, to find the keys by; NULL when the token is not readable. */
const char *jwt_peek_issuer(struct arena *a, const char *token);
/* The unverified `exp` of a token we may have made (its row's key begins with it); -1 if
 * unreadable. Found only in JSON without white space, as rpt.c writes it. `*jti` is the `jti`
 * that directly follows an `exp` which is the first member; NULL where there is none. */
int64_t jwt_peek_exp(struct arena *a, const char *token, const char **jti);

#define JWT_SIGNATURE 86 /* characters of an Ed25519 signature in base64url */

/* "header.claims." with the header {"typ","alg","kid"} and room for the signature, which
 * jwt_complete fills in: Ed25519, the only signature we make. `claims` is JSON text. */
char *jwt_prepare(struct arena *a, const struct signing_key *key, const char *typ,
		  struct bytes claims);
void jwt_complete(const struct signing_key *key, char *token);
/* Both. */
char *jwt_sign(struct arena *a, const struct signing_key *key, const char *typ,
	       struct bytes claims);

#endif
