/* SPDX-License-Identifier: Apache-2.0 */
#ifndef USHER_TESTS_JOSE_KEYS_H
#define USHER_TESTS_JOSE_KEYS_H

#include "jose/jwk.h"
#include "jose/signing_key.h"

/* JSON and keys from text, which must be valid (the test program ends otherwise), and tokens
 * with any header, signed by a key of ours. */
#define OKP_KEY(x)    "{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"x\":\"" x "\"}"
#define EC_KEY(x, y)  "{\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":\"" x "\",\"y\":\"" y "\"}"
#define RSA_KEY(n, e) "{\"kty\":\"RSA\",\"n\":\"" n "\",\"e\":\"" e "\"}"
#define PSS_KEY(n, e) "{\"kty\":\"RSA\",\"alg\":\"PS256\",\"n\":\"" n "\",\"e\":\"" e "\"}"

struct json_object *json_of(struct arena *a, const char *text);
struct jwk key_of(struct arena *a, const char *json);
struct bytes b64_bytes(struct arena *a, const char *text);
void signing_key_of(struct arena *a, const char *d, const char *alg, struct signing_key *out);
/* All keys of the vectors, with the kids that their tokens have. */
void all_keys(struct arena *a, struct jwks *out);
/* header.payload.signature, with any `header`. */
char *token_of(struct arena *a, const char *header, const char *payload,
	       const struct signing_key *key);

#endif
