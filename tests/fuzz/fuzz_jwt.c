/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Tokens (T-J02, T-P09).  The seeds are good tokens, and their keys are at hand.  Nobody who
 * fuzzes can sign, so a token that is taken was signed for us: its signing input is one of theirs.
 */
#include "base/crypto.h"
#include "base/json.h"
#include "jose/jwt.h"
#include "tests/fuzz/fuzz.h"
#include "tests/jose/made_vectors.h"
#include "tests/jose/vectors.h"

#define OKP(x, kid) "{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"x\":\"" x "\",\"kid\":\"" kid "\"},"
#define RSA(alg)                                                                                   \
	"{\"kty\":\"RSA\",\"alg\":\"" alg "\",\"n\":\"" RFC7515_N "\",\"e\":\"" RFC7515_E "\"},"
#define EC "{\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":\"" RFC7515_X "\",\"y\":\"" RFC7515_Y "\"}"

static const char set[] =
	"{\"keys\":[" OKP(WIRE_AS_X, WIRE_AS_KID) OKP(WIRE_CLIENT_X, WIRE_CLIENT_KID)
		OKP(WIRE_IDP_X, WIRE_IDP_KID) RSA("RS256") RSA("PS256") EC "]}";

static const char *const known[] = {
	WIRE_RPT_ED25519,   WIRE_RPT_EDDSA,   WIRE_RPT_PERMISSIONS, WIRE_ASSERTION,
	WIRE_ID_TOKEN,	    RFC7515_ES256,    RFC7515_RS256,	    MADE_PS256,
	MADE_PS256_SMALL,   MADE_RS256_SMALL, MADE_ES256,	    MADE_ES256_SHORT_R,
	MADE_ES256_SHORT_S, WIRE_DPOP,
};

static int
is_known(const char *token)
{
	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
		size_t signed_part = (size_t)(strrchr(known[i], '.') + 1 - known[i]);

		if (strncmp(token, known[i], signed_part) == 0)
			return 1;
	}
	return 0;
}

int
LLVMFuzzerInitialize(int *argc, char ***argv)
{
	crypto_start();
	return 0;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena *a = arena_new();
	const char *token = arena_strndup(a, (const char *)data, size);
	const char *why = NULL, *jti;
	struct jwks keys;
	struct jwt jwt;

	MUST(jwks_parse(a, json_parse(a, bytes_of(set), &why), &keys, &why) == OK);
	why = NULL;
	if (jwt_verify(a, token, &keys, &jwt, &why) == OK)
		MUST(is_known(token) && jwt.claims != NULL);
	else
		MUST(why != NULL && jwt.claims == NULL);
	jwt_peek_issuer(a, token);
	MUST(jwt_peek_exp(a, token, &jti) >= -1);
	arena_free(a);
	return 0;
}
