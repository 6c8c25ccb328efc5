/* SPDX-License-Identifier: Apache-2.0 */
/* Keys of other servers: accepted, skipped, and rejected ones. */
#include <stdio.h>

#include "base/b64.h"
#include "base/json.h"
#include "jose/jwk.h"
#include "tests/jose/keys.h"
#include "tests/jose/made_vectors.h"
#include "tests/jose/vectors.h"
#include "tests/run.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
/* Keys with an additional member in front, or of another curve. */
#define OKP(more, crv, x) "{" more "\"kty\":\"OKP\",\"crv\":\"" crv "\",\"x\":\"" x "\"}"
#define EC(crv)                                                                                    \
	"{\"kty\":\"EC\",\"crv\":\"" crv "\",\"x\":\"" RFC7515_X "\",\"y\":\"" RFC7515_Y "\"}"

static struct arena *a;

static int
jwk_setup(void)
{
	a = arena_new();
	return 0;
}

static int
jwk_teardown(void)
{
	arena_free(a);
	return 0;
}

/* Checks that the key is rejected with a reason. */
static int
jwk_rejects(const char *json)
{
	const char *why = NULL;
	struct jwk key;

	if (jwk_parse(a, json_of(a, json), &key, &why) == ERR_INVALID_REQUEST && why != NULL)
		return 1;
	fprintf(stderr, "taken: %s\n", json);
	return 0;
}

/* An RSA key with `bits` bits. Only the size is checked, so any odd number will do. */
static const char *
rsa_of(unsigned bits, const char *e)
{
	size_t size = (bits + 7) / 8;
	uint8_t *n = arena_alloc(a, size);

	memset(n, 0xff, size);
	if (bits % 8 != 0)
		n[0] = (uint8_t)(0xff >> (8 - bits % 8));
	return arena_printf(a, RSA_KEY("%s", "%s"), b64url_encode(a, BYTES(n, size)), e);
}

static void
an_ed25519_key_is_read(void)
{
	struct jwk key = key_of(a, OKP_KEY(RFC8037_X));

	CU_ASSERT_EQUAL(key.alg, ALG_EDDSA);
	CU_ASSERT_PTR_NULL(key.kid);
	CU_ASSERT(bytes_equal(BYTES(key.ed25519, 32), b64_bytes(a, RFC8037_X)));
}

static void
the_thumbprint_is_that_of_rfc_8037(void)
{
	CU_ASSERT_STRING_EQUAL(jwk_thumbprint(a, b64_bytes(a, RFC8037_X).data), RFC8037_THUMBPRINT);
	CU_ASSERT_STRING_EQUAL(jwk_thumbprint(a, b64_bytes(a, WIRE_AS_X).data), WIRE_AS_KID);
	CU_ASSERT_STRING_EQUAL(jwk_thumbprint(a, b64_bytes(a, WIRE_CLIENT_X).data),
			       WIRE_CLIENT_KID);
	CU_ASSERT_STRING_EQUAL(jwk_thumbprint(a, b64_bytes(a, WIRE_IDP_X).data), WIRE_IDP_KID);
}

static void
a_key_has_one_algorithm(void)
{
	static const struct {
		const char *json;
		enum alg alg;
	} keys[] = {
		{ OKP_KEY(WIRE_AS_X), ALG_EDDSA },
		{ OKP("\"alg\":\"EdDSA\",", "Ed25519", WIRE_AS_X), ALG_EDDSA },
		{ OKP("\"alg\":\"Ed25519\",", "Ed25519", WIRE_AS_X), ALG_EDDSA },
		{ EC_KEY(RFC7515_X, RFC7515_Y), ALG_ES256 },
		{ RSA_KEY(RFC7515_N, RFC7515_E), ALG_RS256 },
		{ PSS_KEY(RFC7515_N, RFC7515_E), ALG_PS256 },
	};

	for (size_t i = 0; i < COUNT(keys); i++)
		CU_ASSERT_EQUAL(key_of(a, keys[i].json).alg, keys[i].alg);
}

static void
a_key_with_the_alg_of_another_type_is_rejected(void)
{
	static const char *const algs[] = {
		"\"ES256\"",   "\"RS256\"", "\"PS256\"",   "\"HS256\"", "\"none\"",
		"\"\"",	       "\"eddsa\"", "\"Ed448\"",   "\"ES384\"", "\"RSA-OAEP\"",
		"\"ECDH-ES\"", "null",	    "[\"EdDSA\"]", "1",
	};
	static const char *const rsa_algs[] = { "EdDSA", "Ed25519", "ES256", "RS384", "RSA-OAEP" };

	for (size_t i = 0; i < COUNT(algs); i++)
		CU_ASSERT(jwk_rejects(
			arena_printf(a, "{\"alg\":%s,%s", algs[i], &OKP_KEY(RFC8037_X)[1])));
	for (size_t i = 0; i < COUNT(rsa_algs); i++)
		CU_ASSERT(jwk_rejects(arena_printf(a, "{\"alg\":\"%s\",%s", rsa_algs[i],
						   &RSA_KEY(RFC7515_N, RFC7515_E)[1])));
	CU_ASSERT(jwk_rejects(
		arena_printf(a, "{\"alg\":\"EdDSA\",%s", &EC_KEY(RFC7515_X, RFC7515_Y)[1])));
}

static void
ed25519_points_of_small_order_are_rejected_in_all_encodings(void)
{
	static const char *const points[] = { MADE_ED25519_SMALL };

	for (size_t i = 0; i < COUNT(points); i++)
		CU_ASSERT(jwk_rejects(arena_printf(a, OKP_KEY("%s"), points[i])));
}

static void
ed25519_points_outside_the_main_subgroup_are_rejected(void)
{
	static const char *const points[] = { MADE_ED25519_MIXED };

	for (size_t i = 0; i < COUNT(points); i++)
		CU_ASSERT(jwk_rejects(arena_printf(a, OKP_KEY("%s"), points[i])));
}

static void
ed25519_keys_that_are_not_canonical_or_not_points_are_rejected(void)
{
	static const char *const points[] = { MADE_ED25519_WIDE, MADE_ED25519_OFF };

	for (size_t i = 0; i < COUNT(points); i++)
		CU_ASSERT(jwk_rejects(arena_printf(a, OKP_KEY("%s"), points[i])));
}

#define ZERO "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
#define ONES "__________________________________________8"

static void
points_that_are_not_on_the_curve_p_256_are_rejected(void)
{
	static const char *const keys[] = {
		EC_KEY(RFC7515_X, RFC7515_X),
		EC_KEY(RFC7515_Y, RFC7515_X),
		EC_KEY(RFC7515_X, "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a4"), /* y + 1 */
		EC_KEY(RFC7515_X, "y_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"),
		EC_KEY("f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEY", RFC7515_Y),
		EC_KEY(ZERO, ZERO),
		EC_KEY(ZERO, RFC7515_Y),
		EC_KEY(RFC7515_X, ZERO),
		EC_KEY(ONES, ONES),
		EC_KEY(MADE_P256_SMALL_X_PLUS_P, MADE_P256_SMALL_X_Y),
	};

	for (size_t i = 0; i < COUNT(keys); i++)
		CU_ASSERT(jwk_rejects(keys[i]));
	CU_ASSERT_EQUAL(key_of(a, EC_KEY(MADE_P256_SMALL_X, MADE_P256_SMALL_X_Y)).alg, ALG_ES256);
}

static void
coordinates_have_the_curves_size(void)
{
	static const char *const keys[] = {
		OKP_KEY(""),
		OKP_KEY("AA"),
		OKP_KEY("11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHUQ"),
		OKP_KEY(RFC8037_X "AA"),
		OKP_KEY(RFC8037_X "="),
		OKP_KEY(" " RFC8037_X),
		OKP_KEY("11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo"),
		OKP_KEY("11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURp"), /* a spare bit */
		EC_KEY("", ""),
		EC_KEY(RFC7515_X, ""),
		EC_KEY(RFC7515_X, "AA"),
		EC_KEY(RFC7515_X, RFC7515_Y "AA"),
		EC_KEY("AH_NziZ2xF1Bg8vub9tL", RFC7515_Y),
		RSA_KEY("", ""),
		RSA_KEY(RFC7515_N, ""),
		RSA_KEY("", RFC7515_E),
		RSA_KEY(RFC7515_N "=", RFC7515_E),
		RSA_KEY(RFC7515_N, "AQ="),
	};

	for (size_t i = 0; i < COUNT(keys); i++)
		CU_ASSERT(jwk_rejects(keys[i]));
}

/* One byte fewer, one more; a zero in front does not change the number. */
static void
coordinates_are_not_truncated_or_padded_not_even_by_a_zero(void)
{
	static const char *const good[] = { RFC8037_X, RFC7515_X, RFC7515_Y };

	for (size_t i = 0; i < COUNT(good); i++) {
		struct bytes b = b64_bytes(a, good[i]);
		uint8_t wide[34] = { 0 };
		const char *spelled[] = {
			b64url_encode(a, BYTES(b.data, 31)),
			b64url_encode(a, BYTES(b.data + 1, 31)),
			b64url_encode(a, BYTES(memcpy(wide, b.data, 32), 33)),
			NULL,
		};

		memcpy(wide + 1, b.data, 32);
		wide[0] = 0;
		spelled[3] = b64url_encode(a, BYTES(wide, 33));
		for (size_t n = 0; n < COUNT(spelled); n++) {
			CU_ASSERT(jwk_rejects(arena_printf(a, OKP_KEY("%s"), spelled[n])));
			CU_ASSERT(
				jwk_rejects(arena_printf(a, EC_KEY("%s", RFC7515_Y), spelled[n])));
			CU_ASSERT(
				jwk_rejects(arena_printf(a, EC_KEY(RFC7515_X, "%s"), spelled[n])));
		}
	}
}

static void
a_key_with_private_members_is_rejected(void)
{
	static const char *const members[] = { "d", "p", "q", "dp", "dq", "qi", "oth", "k" };
	static const char *const keys[] = {
		OKP_KEY(RFC8037_X),
		EC_KEY(RFC7515_X, RFC7515_Y),
		RSA_KEY(RFC7515_N, RFC7515_E),
	};
	static const char *const values[] = { "\"AA\"", "null", "[]" };

	for (size_t i = 0; i < COUNT(members) * COUNT(keys) * COUNT(values); i++)
		CU_ASSERT(jwk_rejects(arena_printf(a, "{\"%s\":%s,%s", members[i % COUNT(members)],
						   values[i / COUNT(members) % COUNT(values)],
						   &keys[i / COUNT(members) / COUNT(values)][1])));
}

static void
an_rsa_key_has_2048_to_8192_bits(void)
{
	static const unsigned token_accepted[] = { 2048, 2049, 3072, 4096, 8191, 8192 };
	static const unsigned not_taken[] = { 1, 512, 1024, 2040, 2047, 8193, 8200, 16384 };

	for (size_t i = 0; i < COUNT(token_accepted); i++)
		CU_ASSERT_EQUAL(key_of(a, rsa_of(token_accepted[i], "AQAB")).alg, ALG_RS256);
	for (size_t i = 0; i < COUNT(not_taken); i++)
		CU_ASSERT(jwk_rejects(rsa_of(not_taken[i], "AQAB")));
}

static void
an_rsa_exponent_is_odd_and_at_least_3(void)
{
	/* 3, 17, 65537, 2^32 - 1 */
	static const char *const token_accepted[] = { "Aw", "EQ", "AQAB", "_____w" };
	/* 0, 1, 2, 4, 65536, 2^32 + 1, 3 and 65537 with zeros in front */
	static const char *const not_taken[] = {
		"AA", "AQ", "Ag", "BA", "AQAA", "AQAAAAE", "AAM", "AAEAAQ",
	};

	for (size_t i = 0; i < COUNT(token_accepted); i++)
		CU_ASSERT_EQUAL(key_of(a, rsa_of(2048, token_accepted[i])).alg, ALG_RS256);
	for (size_t i = 0; i < COUNT(not_taken); i++)
		CU_ASSERT(jwk_rejects(rsa_of(2048, not_taken[i])));
}

/* An even modulus is not a product of two large primes, and arithmetic modulo an even number
 * may fail. */
static void
an_rsa_modulus_is_odd_and_without_leading_zeros(void)
{
	uint8_t n[257] = { 0 };

	memset(n + 1, 0xff, 256);
	CU_ASSERT(jwk_rejects(
		arena_printf(a, RSA_KEY("%s", "AQAB"), b64url_encode(a, BYTES(n, 257)))));
	n[256] = 0xfe;
	CU_ASSERT(jwk_rejects(
		arena_printf(a, RSA_KEY("%s", "AQAB"), b64url_encode(a, BYTES(n + 1, 256)))));
}

static void
json_that_is_not_a_key_is_rejected(void)
{
	static const char *const texts[] = {
		"[]",
		"\"key\"",
		"1",
		"{}",
		"{\"kty\":\"OKP\"}",
		"{\"kty\":1}",
		"{\"kty\":\"okp\",\"crv\":\"Ed25519\",\"x\":\"" RFC8037_X "\"}",
		"{\"kty\":\"EC\",\"crv\":\"Ed25519\",\"x\":\"" RFC8037_X "\"}",
		OKP("", "ed25519", RFC8037_X),
		OKP("", "Ed448", RFC8037_X),
		OKP("", "X25519", RFC8037_X),
		OKP("", "P-256", RFC8037_X),
		EC("P-384"),
		EC("secp256k1"),
		EC("p-256"),
		EC("Ed25519"),
		EC(""),
		"{\"kty\":\"OKP\",\"crv\":[\"Ed25519\"],\"x\":\"" RFC8037_X "\"}",
		"{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"x\":1}",
		"{\"kty\":\"OKP\",\"crv\":\"Ed25519\"}",
		"{\"kty\":\"oct\",\"k\":\"c2VjcmV0\"}",
		OKP("\"kid\":1,", "Ed25519", RFC8037_X),
		OKP("\"kid\":null,", "Ed25519", RFC8037_X),
	};

	for (size_t i = 0; i < COUNT(texts); i++)
		CU_ASSERT(jwk_rejects(texts[i]));
}

static void
a_key_for_another_use_is_rejected(void)
{
	static const char *const not_taken[] = {
		"\"use\":\"enc\"",
		"\"use\":\"\"",
		"\"use\":1",
		"\"use\":\"SIG\"",
		"\"key_ops\":[]",
		"\"key_ops\":[\"sign\"]",
		"\"key_ops\":\"verify\"",
		"\"key_ops\":[1]",
		"\"use\":\"enc\",\"key_ops\":[\"verify\"]",
	};
	static const char *const token_accepted[] = {
		"\"use\":\"sig\"",
		"\"key_ops\":[\"verify\"]",
		"\"key_ops\":[\"sign\",\"verify\"]",
		"\"use\":\"sig\",\"key_ops\":[\"verify\"],\"x5t\":\"AA\",\"ext\":true",
	};

	for (size_t i = 0; i < COUNT(not_taken); i++)
		CU_ASSERT(jwk_rejects(
			arena_printf(a, "{%s,%s", not_taken[i], &OKP_KEY(RFC8037_X)[1])));
	for (size_t i = 0; i < COUNT(token_accepted); i++)
		CU_ASSERT_EQUAL(key_of(a, arena_printf(a, "{%s,%s", token_accepted[i],
						       &OKP_KEY(RFC8037_X)[1]))
					.alg,
				ALG_EDDSA);
}

static CU_TestInfo tests[] = {
	{ "an Ed25519 key is read: OKP, 32 bytes, no padding [O-8037-01]", an_ed25519_key_is_read },
	{ "the thumbprint is that of RFC 8037, A.3 [O-8037-06]",
	  the_thumbprint_is_that_of_rfc_8037 },
	{ "a key has one algorithm: its alg, or that of its type [T-J01]",
	  a_key_has_one_algorithm },
	{ "a key with the alg of another type is rejected [T-J01]",
	  a_key_with_the_alg_of_another_type_is_rejected },
	{ "Ed25519 points of small order are rejected in all encodings [T-J05]",
	  ed25519_points_of_small_order_are_rejected_in_all_encodings },
	{ "Ed25519 points outside the main subgroup are rejected [T-J05]",
	  ed25519_points_outside_the_main_subgroup_are_rejected },
	{ "Ed25519 keys that are not canonical, or not points, are rejected [T-J05]",
	  ed25519_keys_that_are_not_canonical_or_not_points_are_rejected },
	{ "points that are not on the curve P-256 are rejected [T-J05]",
	  points_that_are_not_on_the_curve_p_256_are_rejected },
	{ "coordinates have the curve's size, in canonical base64url [O-8037-01 T-P09]",
	  coordinates_have_the_curves_size },
	{ "coordinates are not truncated or padded, not even by a zero [O-8037-01 T-P09]",
	  coordinates_are_not_truncated_or_padded_not_even_by_a_zero },
	{ "a key with private members is rejected [O-8037-02 T-J05]",
	  a_key_with_private_members_is_rejected },
	{ "an RSA key has 2048 to 8192 bits [T-J05]", an_rsa_key_has_2048_to_8192_bits },
	{ "an RSA exponent is odd, at least 3 and short [T-J05]",
	  an_rsa_exponent_is_odd_and_at_least_3 },
	{ "an RSA modulus is odd and without leading zeros [T-J05]",
	  an_rsa_modulus_is_odd_and_without_leading_zeros },
	{ "JSON that is not a key is rejected [O-8037-05]", json_that_is_not_a_key_is_rejected },
	{ "a key for another use is rejected [O-8037-05]", a_key_for_another_use_is_rejected },
	CU_TEST_INFO_NULL
};
CU_SuiteInfo jwk_suite = { "jose/jwk", jwk_setup, jwk_teardown, NULL, NULL, tests };
