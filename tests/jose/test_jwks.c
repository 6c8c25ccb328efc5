/* SPDX-License-Identifier: Apache-2.0 */
/* Key sets of other servers (RFC 7517, 5): members that are skipped, and members for which the
 * set is rejected. */
#include "base/json.h"
#include "jose/jwk.h"
#include "tests/jose/keys.h"
#include "tests/jose/vectors.h"
#include "tests/run.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
/* A key with an additional member in front. */
#define OKP(more, x) "{" more "\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"x\":\"" x "\"}"
#define ZERO	     "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"

static struct arena *a;

static int
jwks_setup(void)
{
	a = arena_new();
	return 0;
}

static int
jwks_teardown(void)
{
	arena_free(a);
	return 0;
}

static enum err
jwks_parse_set(const char *keys, struct jwks *out)
{
	const char *why = NULL;
	const char *json = arena_printf(a, "{\"keys\":[%s]}", keys);
	enum err e = jwks_parse(a, json_of(a, json), out, &why);

	CU_ASSERT((e == OK || why != NULL) && (e == OK || e == ERR_INVALID_REQUEST));
	return e;
}

static void
unknown_members_and_keys_of_a_set_are_skipped(void)
{
	struct jwks keys;

	CU_ASSERT_EQUAL(
		jwks_parse_set("{\"kty\":\"oct\",\"k\":\"c2VjcmV0\"},"
			       "{\"kty\":\"EC\",\"crv\":\"P-521\",\"x\":\"AA\",\"y\":\"AA\"},"
			       "{\"kty\":\"new\",\"new\":{}}, 7, null, {\"kty\":\"RSA\"},"
			       "{\"kty\":\"RSA\",\"n\":\"_w\",\"e\":\"AQAB\"}," OKP(
				       "\"use\":\"enc\",",
				       WIRE_IDP_X) "," OKP("\"kid\":\"a\",\"new\":[1],",
							   WIRE_AS_X) "," EC_KEY(RFC7515_X,
										 RFC7515_Y),
			       &keys),
		OK);
	CU_ASSERT_EQUAL(keys.n, 2);
	CU_ASSERT_STRING_EQUAL(keys.key[0].kid, "a");
	CU_ASSERT(bytes_equal(BYTES(keys.key[0].ed25519, 32), b64_bytes(a, WIRE_AS_X)));
	CU_ASSERT_EQUAL(keys.key[1].alg, ALG_ES256);
}

static void
a_set_with_a_private_key_or_an_invalid_point_is_rejected(void)
{
	static const char *const bad[] = {
		OKP("\"d\":\"" WIRE_AS_D "\",", WIRE_AS_X),
		OKP_KEY(ZERO),
		EC_KEY(RFC7515_Y, RFC7515_X),
		RSA_KEY(RFC7515_N, "AQ"),
	};
	struct jwks keys;

	for (size_t i = 0; i < COUNT(bad); i++)
		CU_ASSERT_EQUAL(jwks_parse_set(arena_printf(a, OKP_KEY(WIRE_AS_X) ",%s", bad[i]),
					       &keys),
				ERR_INVALID_REQUEST);
}

static void
a_set_needs_a_key_that_can_be_used(void)
{
	static const char *const sets[] = {
		"[]",
		"{}",
		"{\"keys\":{}}",
		"{\"keys\":null}",
		"{\"keys\":[]}",
		"{\"Keys\":[" OKP_KEY(WIRE_AS_X) "]}",
		OKP_KEY(WIRE_AS_X),
		"{\"keys\":[{\"kty\":\"oct\",\"k\":\"c2VjcmV0\"}]}",
	};
	struct jwks keys;

	for (size_t i = 0; i < COUNT(sets); i++) {
		const char *why = NULL;

		CU_ASSERT_EQUAL(jwks_parse(a, json_of(a, sets[i]), &keys, &why),
				ERR_INVALID_REQUEST);
		CU_ASSERT_PTR_NOT_NULL(why);
	}
}

static void
a_set_has_at_most_16_keys(void)
{
	const char *text = OKP_KEY(WIRE_AS_X);
	struct jwks keys;

	for (int i = 1; i < JWKS_MAX; i++)
		text = arena_printf(a, "%s,%s", text, OKP_KEY(WIRE_IDP_X));
	CU_ASSERT_EQUAL(jwks_parse_set(text, &keys), OK);
	CU_ASSERT_EQUAL(keys.n, JWKS_MAX);
	CU_ASSERT_EQUAL(jwks_parse_set(arena_printf(a, "%s,{\"kty\":\"oct\"}", text), &keys), OK);
	CU_ASSERT_EQUAL(jwks_parse_set(arena_printf(a, "%s,%s", text, OKP_KEY(WIRE_IDP_X)), &keys),
			ERR_INVALID_REQUEST);
}

static void
a_set_with_a_repeated_name_is_rejected(void)
{
	const char *why = NULL;

	CU_ASSERT_PTR_NULL(json_parse(a, bytes_of("{\"keys\":[],\"keys\":[]}"), &why));
	CU_ASSERT_PTR_NULL(json_parse(a,
				      bytes_of("{\"keys\":[{\"kty\":\"OKP\",\"x\":\"" WIRE_AS_X
					       "\",\"x\":\"" WIRE_IDP_X "\"}]}"),
				      &why));
}

static CU_TestInfo tests[] = {
	{ "unknown members and keys of a set are skipped [O-8037-05]",
	  unknown_members_and_keys_of_a_set_are_skipped },
	{ "a set with a private key or an invalid point is rejected [O-8037-02 T-J05]",
	  a_set_with_a_private_key_or_an_invalid_point_is_rejected },
	{ "a set needs a key that can be used [O-8037-05]", a_set_needs_a_key_that_can_be_used },
	{ "a set has at most 16 keys [T-J03]", a_set_has_at_most_16_keys },
	{ "a set with a repeated name is rejected [O-8037-05 T-P01]",
	  a_set_with_a_repeated_name_is_rejected },
	CU_TEST_INFO_NULL
};
CU_SuiteInfo jwks_suite = { "jose/jwks", jwks_setup, jwks_teardown, NULL, NULL, tests };
