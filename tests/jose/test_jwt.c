/* SPDX-License-Identifier: Apache-2.0 */
/* Valid tokens, and the choice of their keys; invalid tokens are in test_forged.c. */
#include "base/b64.h"
#include "base/json.h"
#include "jose/jwt.h"
#include "src/jose/algorithm.h"
#include "tests/jose/keys.h"
#include "tests/jose/made_vectors.h"
#include "tests/jose/vectors.h"
#include "tests/run.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static struct arena *a;

static int
jwt_setup(void)
{
	a = arena_new();
	return 0;
}

static int
jwt_teardown(void)
{
	arena_free(a);
	return 0;
}

/* The algorithm and kid of each token, and the key that signed it. */
static const struct {
	const char *token, *kid;
	size_t key;
} tokens[] = {
	{ WIRE_RPT_ED25519, WIRE_AS_KID, 0 },
	{ WIRE_RPT_EDDSA, WIRE_AS_KID, 0 },
	{ WIRE_RPT_PERMISSIONS, WIRE_AS_KID, 0 },
	{ WIRE_ASSERTION, WIRE_CLIENT_KID, 1 },
	{ WIRE_ID_TOKEN, WIRE_IDP_KID, 2 },
	{ RFC7515_ES256, NULL, 3 },
	{ MADE_ES256, NULL, 3 },
	{ MADE_ES256_SHORT_R, NULL, 3 },
	{ MADE_ES256_SHORT_S, NULL, 3 },
	{ RFC7515_RS256, NULL, 4 },
	{ MADE_RS256_SMALL, NULL, 4 },
	{ MADE_PS256, NULL, 5 },
	{ MADE_PS256_SMALL, NULL, 5 },
};

static const char *const keys[] = {
	OKP_KEY(WIRE_AS_X),
	OKP_KEY(WIRE_CLIENT_X),
	OKP_KEY(WIRE_IDP_X),
	EC_KEY(RFC7515_X, RFC7515_Y),
	RSA_KEY(RFC7515_N, RFC7515_E),
	PSS_KEY(RFC7515_N, RFC7515_E),
	OKP_KEY(RFC8037_X),
	EC_KEY(MADE_P256_SMALL_X, MADE_P256_SMALL_X_Y),
};

/* Each key gets the kid of the token, so only key and signature decide. */
static void
each_token_is_accepted_with_its_key_and_with_no_other(void)
{
	for (size_t t = 0; t < COUNT(tokens); t++) {
		for (size_t k = 0; k < COUNT(keys); k++) {
			struct jwks set = { .n = 1 };
			const char *why = NULL;
			struct jwt jwt;

			set.key[0] = key_of(a, keys[k]);
			set.key[0].kid = tokens[t].kid;
			CU_ASSERT_EQUAL(jwt_verify(a, tokens[t].token, &set, &jwt, &why),
					k == tokens[t].key ? OK : ERR_INVALID_TOKEN);
			CU_ASSERT_EQUAL(why == NULL, k == tokens[t].key);
		}
	}
}

static void
the_signature_is_that_of_rfc_8037(void)
{
	struct bytes given = b64_bytes(a, RFC8037_SIGNATURE), input = bytes_of(RFC8037_INPUT);
	struct jwk key = key_of(a, OKP_KEY(RFC8037_X));
	struct signing_key own;
	uint8_t signature[64];

	signing_key_of(a, RFC8037_D, "EdDSA", &own);
	ed25519_sign(own.secret, input, signature);
	CU_ASSERT(bytes_equal(BYTES(signature, 64), given));
	CU_ASSERT(ed25519_verify(&key, input, given));
	CU_ASSERT_FALSE(ed25519_verify(&key, BYTES(input.data, input.size - 1), given));
	CU_ASSERT_FALSE(ed25519_verify(&key, input, BYTES(given.data, 63)));
}

static void
our_signatures_match_the_examples_with_typ_at_jwt(void)
{
	struct signing_key key;

	signing_key_of(a, WIRE_AS_D, "Ed25519", &key);
	CU_ASSERT_STRING_EQUAL(jwt_sign(a, &key, "at+jwt", bytes_of(WIRE_RPT_CLAIMS)),
			       WIRE_RPT_ED25519);
	CU_ASSERT_STRING_EQUAL(jwt_sign(a, &key, "at+jwt", bytes_of(WIRE_RPT_PERMISSIONS_CLAIMS)),
			       WIRE_RPT_PERMISSIONS);
	signing_key_of(a, WIRE_AS_D, "EdDSA", &key);
	CU_ASSERT_STRING_EQUAL(jwt_sign(a, &key, "at+jwt", bytes_of(WIRE_RPT_CLAIMS)),
			       WIRE_RPT_EDDSA);
}

static void
typ_kid_and_claims_of_a_verified_token_are_returned(void)
{
	struct jwks set;
	const char *why, *text;
	struct jwt jwt;
	int64_t exp;

	all_keys(a, &set);
	CU_ASSERT_EQUAL_FATAL(jwt_verify(a, WIRE_RPT_EDDSA, &set, &jwt, &why), OK);
	CU_ASSERT_STRING_EQUAL(jwt.typ, "at+jwt");
	CU_ASSERT_STRING_EQUAL(jwt.kid, WIRE_AS_KID);
	CU_ASSERT_EQUAL(json_text(jwt.claims, "iss", &text), JSON_FOUND);
	CU_ASSERT_STRING_EQUAL(text, "https://as.example.com");
	CU_ASSERT_EQUAL(json_int(jwt.claims, "exp", 0, INT64_MAX, &exp), JSON_FOUND);
	CU_ASSERT_EQUAL(exp, 1800000600);

	CU_ASSERT_EQUAL_FATAL(jwt_verify(a, RFC7515_RS256, &set, &jwt, &why), OK);
	CU_ASSERT_PTR_NULL(jwt.typ);
	CU_ASSERT_PTR_NULL(jwt.kid);
	CU_ASSERT_EQUAL(json_text(jwt.claims, "iss", &text), JSON_FOUND);
	CU_ASSERT_STRING_EQUAL(text, "joe");
}

static void
nothing_of_a_rejected_token_is_returned(void)
{
	struct jwks set = { .n = 0 };
	const char *why;
	struct jwt jwt;

	memset(&jwt, 0xff, sizeof(jwt));
	CU_ASSERT_EQUAL(jwt_verify(a, WIRE_RPT_EDDSA, &set, &jwt, &why), ERR_INVALID_TOKEN);
	CU_ASSERT_PTR_NULL(jwt.typ);
	CU_ASSERT_PTR_NULL(jwt.kid);
	CU_ASSERT_PTR_NULL(jwt.claims);
}

/* During a change of keys there are two; the kid selects one, also if both are equal. */
static void
the_kid_selects_the_key(void)
{
	struct jwks set = { .n = 2 };
	const char *why;
	struct jwt jwt;

	set.key[0] = key_of(a, OKP_KEY(WIRE_IDP_X));
	set.key[1] = key_of(a, OKP_KEY(WIRE_AS_X));
	set.key[0].kid = WIRE_IDP_KID;
	set.key[1].kid = WIRE_AS_KID;
	CU_ASSERT_EQUAL(jwt_verify(a, WIRE_RPT_EDDSA, &set, &jwt, &why), OK);
	CU_ASSERT_EQUAL(jwt_verify(a, WIRE_ID_TOKEN, &set, &jwt, &why), OK);

	set.key[1].kid = "another";
	CU_ASSERT_EQUAL(jwt_verify(a, WIRE_RPT_EDDSA, &set, &jwt, &why), ERR_INVALID_TOKEN);
	set.key[1].kid = NULL;
	CU_ASSERT_EQUAL(jwt_verify(a, WIRE_RPT_EDDSA, &set, &jwt, &why), ERR_INVALID_TOKEN);
	set.key[0].kid = WIRE_AS_KID;
	CU_ASSERT_EQUAL(jwt_verify(a, WIRE_RPT_EDDSA, &set, &jwt, &why), ERR_INVALID_TOKEN);
}

static void
without_a_kid_each_key_of_the_algorithm_is_tried(void)
{
	struct signing_key key;
	struct jwks set;
	const char *why;
	struct jwt jwt;

	all_keys(a, &set);
	signing_key_of(a, WIRE_AS_D, "EdDSA", &key);
	CU_ASSERT_EQUAL(jwt_verify(a, token_of(a, "{\"alg\":\"EdDSA\"}", "{}", &key), &set, &jwt,
				   &why),
			OK);
	CU_ASSERT_EQUAL(jwt_verify(a, token_of(a, "{\"alg\":\"Ed25519\"}", "{}", &key), &set, &jwt,
				   &why),
			OK);
	CU_ASSERT_EQUAL(jwt_verify(a, MADE_PS256, &set, &jwt, &why), OK);
}

/* The maximum size, and one byte more. */
static void
a_token_has_at_most_32768_bytes(void)
{
	struct signing_key key;
	struct jwks set;
	const char *why;
	struct jwt jwt;
	size_t size = 0;

	all_keys(a, &set);
	signing_key_of(a, WIRE_AS_D, "EdDSA", &key);
	for (int pad = 24440; pad < 24500; pad++) {
		char *claims = arena_printf(a, "{\"pad\":\"%0*d\"}", pad, 0);
		char *token = token_of(a, "{\"alg\":\"EdDSA\"}", claims, &key);

		if (size < JWT_SIZE_MAX && strlen(token) >= JWT_SIZE_MAX)
			CU_ASSERT_EQUAL(strlen(token), JWT_SIZE_MAX);
		size = strlen(token);
		CU_ASSERT_EQUAL(jwt_verify(a, token, &set, &jwt, &why),
				size <= JWT_SIZE_MAX ? OK : ERR_INVALID_TOKEN);
	}
	CU_ASSERT_EQUAL(JWT_SIZE_MAX, 32768);
	CU_ASSERT(size > JWT_SIZE_MAX);
	CU_ASSERT_PTR_NOT_NULL(strstr(why, "32768"));
}

static void
a_header_has_at_most_1024_bytes(void)
{
	struct signing_key key;
	struct jwks set;
	const char *why;
	struct jwt jwt;

	all_keys(a, &set);
	signing_key_of(a, WIRE_AS_D, "EdDSA", &key);
	for (int pad = 980; pad < 1010; pad++) {
		char *header = arena_printf(a, "{\"alg\":\"EdDSA\",\"typ\":\"%0*d\"}", pad, 0);

		CU_ASSERT_EQUAL(jwt_verify(a, token_of(a, header, "{}", &key), &set, &jwt, &why),
				strlen(header) <= JWT_HEADER_MAX ? OK : ERR_INVALID_TOKEN);
	}
	CU_ASSERT_EQUAL(JWT_HEADER_MAX, 1024);
	CU_ASSERT_PTR_NOT_NULL(strstr(why, "1024"));
}

static void
the_issuer_is_read_before_the_key_is_known(void)
{
	CU_ASSERT_STRING_EQUAL(jwt_peek_issuer(a, WIRE_ID_TOKEN), "https://idp.example.net");
	CU_ASSERT_STRING_EQUAL(jwt_peek_issuer(a, RFC7515_ES256), "joe");
	CU_ASSERT_PTR_NULL(jwt_peek_issuer(a, ""));
	CU_ASSERT_PTR_NULL(jwt_peek_issuer(a, "a.b.c"));
	CU_ASSERT_PTR_NULL(jwt_peek_issuer(a, "pat_abc"));
	CU_ASSERT_PTR_NULL(jwt_peek_issuer(a, WIRE_ID_TOKEN ".x"));
	CU_ASSERT_PTR_NULL(jwt_peek_issuer(a, "e30.e30.e30"));		/* {} */
	CU_ASSERT_PTR_NULL(jwt_peek_issuer(a, "e30.eyJpc3MiOjF9.e30")); /* {"iss":1} */
	CU_ASSERT_PTR_NULL(jwt_peek_issuer(a, "e30.WyJpc3MiXQ.e30"));	/* ["iss"] */
}

static int64_t
peek_exp(const char *token)
{
	const char *jti;

	return jwt_peek_exp(a, token, &jti);
}

static const char *
peek_jti(const char *token)
{
	const char *jti = "left";

	jwt_peek_exp(a, token, &jti);
	return jti;
}

static int64_t
exp_of(const char *claims)
{
	const char *jti;

	return jwt_peek_exp(a, arena_printf(a, "e30.%s.e30", b64url_encode(a, bytes_of(claims))),
			    &jti);
}

static void
the_exp_of_our_tokens_is_found(void)
{
	CU_ASSERT_EQUAL(peek_exp(WIRE_RPT_ED25519), 1800000600);
	CU_ASSERT_EQUAL(peek_exp(WIRE_RPT_PERMISSIONS), 1800000600);
	CU_ASSERT_EQUAL(exp_of("{\"exp\":1}"), 1);
	CU_ASSERT_EQUAL(exp_of("{\"exp\":999999999999999}"), 999999999999999);
	CU_ASSERT_EQUAL(exp_of("{\"a\":\"}]\\\"{\\\\\",\"exp\":7,\"b\":1}"), 7);
	CU_ASSERT_EQUAL(exp_of("{\"p\":[{\"exp\":5},{\"q\":{\"exp\":6}}],\"exp\":7}"), 7);
	CU_ASSERT_EQUAL(exp_of("{\"sub\":\"exp\",\"x\":\"\\\"exp\\\":3,\",\"exp\":7}"), 7);
	CU_ASSERT_EQUAL(exp_of("{\"expo\":5,\"xexp\":6,\"exp\":7}"), 7);
}

static void
no_exp_is_found_in_a_token_without_one_or_in_other_text(void)
{
	static const char *const claims[] = {
		"{}",
		"",
		"[]",
		"{\"exp\":}",
		"{\"exp\":-1}",
		"{\"exp\":\"1\"}",
		"{\"exp\":1.5}",
		"{\"exp\":1e9}",
		"{\"exp\":null}",
		"{\"exp\":1",
		"{\"exp\":",
		"{\"exp\"",
		"{\"exp",
		"{\"exp\":1000000000000000}",
		"{\"exp\":99999999999999999999999999}",
		"\"exp\":1,",
		"{\"a\":{\"exp\":1}}",
		"[{\"exp\":1}]",
		"{\"a\":\"\\",
		"{\"a\":\"\\\"",
		"\\",
		"\"",
	};
	static const char *const odd[] = {
		"",
		".",
		"..",
		"...",
		"a",
		"e30.e30",
		"e30..e30",
		"tk_abc",
		"e30.e30=.e30",
		"e30.eyJleHAiOjF9.e30.e30",
		"e30.eyJleHAiOjF9",
		"e30.eyJleHAiOjF9.",
		".eyJleHAiOjF9.e30",
		"e30.eyJleHAiOjF9\n.e30",
	};
	char *giant = arena_alloc(a, 100001);

	for (size_t i = 0; i < COUNT(claims); i++)
		CU_ASSERT_EQUAL(exp_of(claims[i]), -1);
	for (size_t i = 0; i < COUNT(odd); i++)
		CU_ASSERT_EQUAL(peek_exp(odd[i]), -1);
	memset(giant, 'A', 100000);
	memcpy(giant, "e30.eyJleHAiOjF9.", 17);
	CU_ASSERT_EQUAL(peek_exp(giant), -1);
	giant[JWT_SIZE_MAX] = '\0';
	CU_ASSERT_EQUAL(peek_exp(giant), 1);
}

static const char *
jti_of(const char *claims)
{
	const char *jti = "left";

	jwt_peek_exp(a, arena_printf(a, "e30.%s.e30", b64url_encode(a, bytes_of(claims))), &jti);
	return jti;
}

static void
the_jti_is_found_only_directly_after_an_exp_at_the_start(void)
{
#define REST ",\"iss\":\"https://as.example.com/with/a/long/path\"}"
	CU_ASSERT_STRING_EQUAL(jti_of("{\"exp\":1800000600,\"jti\":\"01hn2v8k3c\"" REST),
			       "01hn2v8k3c");
	CU_ASSERT_STRING_EQUAL(jti_of("{\"exp\":1,\"jti\":\"\"" REST), "");
	CU_ASSERT_PTR_NULL(jti_of("{\"exp\":1,\"jti\":\"a\"}"));
	CU_ASSERT_PTR_NULL(jti_of("{\"exp\":1,\"jti\":7" REST));
	CU_ASSERT_PTR_NULL(jti_of("{\"exp\":1,\"xjti\":\"a\"" REST));
	CU_ASSERT_PTR_NULL(jti_of("{\"exp\":1" REST));
	CU_ASSERT_PTR_NULL(jti_of("{\"exp\":1,\"jti\":\"an id that goes on beyond what is looked at"
				  " of a token\"" REST));
	CU_ASSERT_PTR_NULL(peek_jti(""));
	CU_ASSERT_PTR_NULL(peek_jti("a.b.c"));
	CU_ASSERT_PTR_NULL(peek_jti("pat_abc"));
#undef REST
}

static CU_TestInfo tests[] = {
	{ "each token is accepted with its key and with no other [T-J01 O-8037-03 O-8037-04]",
	  each_token_is_accepted_with_its_key_and_with_no_other },
	{ "the signature is that of RFC 8037, A.4 and A.5 [O-8037-03]",
	  the_signature_is_that_of_rfc_8037 },
	{ "our signatures match the examples, with typ at+jwt [O-8037-03 O-8037-04 O-9068-01]",
	  our_signatures_match_the_examples_with_typ_at_jwt },
	{ "typ, kid and claims of a verified token are returned [O-9068-01]",
	  typ_kid_and_claims_of_a_verified_token_are_returned },
	{ "nothing of a rejected token is returned", nothing_of_a_rejected_token_is_returned },
	{ "the kid selects the key [O-8037-07 O-8037-08 T-J02]", the_kid_selects_the_key },
	{ "without a kid each key of the algorithm is tried [O-8037-04 O-8037-07]",
	  without_a_kid_each_key_of_the_algorithm_is_tried },
	{ "a token has at most 32768 bytes [T-J03]", a_token_has_at_most_32768_bytes },
	{ "a header has at most 1024 bytes [T-J03]", a_header_has_at_most_1024_bytes },
	{ "the issuer is read before the key is known",
	  the_issuer_is_read_before_the_key_is_known },
	{ "the exp of our tokens is found", the_exp_of_our_tokens_is_found },
	{ "no exp is found in a token without one, or in other text",
	  no_exp_is_found_in_a_token_without_one_or_in_other_text },
	{ "the jti is found only directly after an exp at the start",
	  the_jti_is_found_only_directly_after_an_exp_at_the_start },
	CU_TEST_INFO_NULL
};
CU_SuiteInfo jwt_suite = { "jose/jwt", jwt_setup, jwt_teardown, NULL, NULL, tests };
