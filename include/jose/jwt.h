/* SPDX-License-Identifier: Apache-2.0 */
#ifndef USHER_JOSE_JWT_H
#define USHER_JOSE_JWT_H

#include <json-c/json.h>

#include "base/arena.h"
#include "base/err.h"
#include "jose/jwk.h"
#include "jose/signing_key.h"

#define JWT_SIZE_MAX   8192
#define JWT_HEADER_MAX 1024

struct jwt {
	const char         *typ;	/* NULL when absent */
	const char         *kid;
	struct json_object *claims;	/* lives as long as the arena */
};

/*
 * Verifies a compact JWS (RFC 7515) by the keys of its issuer and reads its claims.  The header
 * may hold alg, typ, kid and cty; anything else, above all jwk, jku, x5u, x5c and crit, refuses
 * the token (T-J02), as do JWE, zip and `none`.  A kid selects among the keys; without one each key
 * whose algorithm fits is tried.  Nothing about the claims is checked here but that they are one
 * JSON object.
 *
 * ERR_INVALID_TOKEN with *why set (a sentence that tells nothing of the token's content), or OK.
 */
enum err jwt_verify(struct arena *a, const char *token, const struct jwks *keys, struct jwt *out,
		    const char **why);
/* The unverified `iss`, to find the keys by; NULL when the token is not readable. */
const char *jwt_peek_issuer(struct arena *a, const char *token);
/* The unverified `exp` of a token we may have made (its row's key begins with it); -1 if
 * unreadable.  Found only in JSON as jwt_sign's callers write it, without white space.  `*jti`
 * is what stands right behind an `exp` in front, NULL where that is none. */
int64_t jwt_peek_exp(struct arena *a, const char *token, const char **jti);

/* Signs `claims` (JSON text) by Ed25519: header {"typ","alg","kid"}.  The only signature we
 * make. */
char *jwt_sign(struct arena *a, const struct signing_key *key, const char *typ,
	       struct bytes claims);

#endif
