/* SPDX-License-Identifier: Apache-2.0 */
/* Keys and tokens from text; see keys.h. */
#include "tests/jose/keys.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/b64.h"
#include "base/json.h"
#include "src/jose/algorithm.h"
#include "tests/jose/vectors.h"

static void
keys_decode_fail(const char *what, const char *text)
{
	fprintf(stderr, "the test itself is wrong: %s: %s\n", what, text);
	abort();
}

struct json_object *
json_of(struct arena *a, const char *text)
{
	const char *why = "";
	struct json_object *o = json_parse(a, bytes_of(text), &why);

	if (o == NULL)
		keys_decode_fail(why, text);
	return o;
}

struct jwk
key_of(struct arena *a, const char *json)
{
	const char *why = "";
	struct jwk key;

	if (jwk_parse(a, json_of(a, json), &key, &why) != OK)
		keys_decode_fail(why, json);
	return key;
}

struct bytes
b64_bytes(struct arena *a, const char *text)
{
	struct bytes b;

	if (!b64url_decode(a, text, &b))
		keys_decode_fail("not base64url", text);
	return b;
}

void
signing_key_of(struct arena *a, const char *d, const char *alg, struct signing_key *out)
{
	signing_key_from_seed(b64_bytes(a, d).data, alg, out);
}

void
all_keys(struct arena *a, struct jwks *out)
{
	static const struct {
		const char *json, *kid;
	} keys[] = {
		{ OKP_KEY(RFC8037_X), "rfc8037" },
		{ OKP_KEY(WIRE_AS_X), WIRE_AS_KID },
		{ OKP_KEY(WIRE_CLIENT_X), WIRE_CLIENT_KID },
		{ OKP_KEY(WIRE_IDP_X), WIRE_IDP_KID },
		{ EC_KEY(RFC7515_X, RFC7515_Y), NULL },
		{ RSA_KEY(RFC7515_N, RFC7515_E), NULL },
		{ PSS_KEY(RFC7515_N, RFC7515_E), "pss" },
	};

	out->n = 0;
	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
		out->key[out->n] = key_of(a, keys[i].json);
		out->key[out->n++].kid = keys[i].kid;
	}
}

char *
token_of(struct arena *a, const char *header, const char *payload, const struct signing_key *key)
{
	char *input = arena_printf(a, "%s.%s", b64url_encode(a, bytes_of(header)),
				   b64url_encode(a, bytes_of(payload)));
	uint8_t signature[64];

	ed25519_sign(key->secret, bytes_of(input), signature);
	return arena_printf(a, "%s.%s", input, b64url_encode(a, BYTES(signature, 64)));
}
