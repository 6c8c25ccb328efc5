/* SPDX-License-Identifier: Apache-2.0 */
/* Our own keys are made, sealed, opened and published (RFC 8037, 2; T-K01). */
#include "base/b64.h"
#include "base/json.h"
#include "jose/jwk.h"
#include "jose/jwt.h"
#include "tests/jose/keys.h"
#include "tests/jose/vectors.h"
#include "tests/run.h"

#define TENANT 0x0102030405060708u

static const struct key master = { { 1, 2, 3 } };
static struct arena *a;

static int
signing_key_setup(void)
{
	a = arena_new();
	return 0;
}

static int
signing_key_teardown(void)
{
	arena_free(a);
	return 0;
}

static int
signing_key_opens(struct bytes sealed, const char *kid, const struct key *with, uint64_t tenant)
{
	struct signing_key out;

	return signing_key_open(a, sealed, kid, "EdDSA", with, tenant, &out);
}

static void
a_seed_gives_the_key_of_rfc_8037(void)
{
	struct signing_key key;

	signing_key_of(a, RFC8037_D, "EdDSA", &key);
	CU_ASSERT(bytes_equal(BYTES(key.public_key, 32), b64_bytes(a, RFC8037_X)));
	CU_ASSERT_STRING_EQUAL(key.kid, RFC8037_THUMBPRINT);
	CU_ASSERT_STRING_EQUAL(key.alg, "EdDSA");
	signing_key_of(a, WIRE_AS_D, "Ed25519", &key);
	CU_ASSERT(bytes_equal(BYTES(key.public_key, 32), b64_bytes(a, WIRE_AS_X)));
	CU_ASSERT_STRING_EQUAL(key.kid, WIRE_AS_KID);
	CU_ASSERT_STRING_EQUAL(key.alg, "Ed25519");
}

static void
each_new_key_is_different_and_verifies_only_its_own_signatures(void)
{
	struct signing_key one, other;
	struct jwks keys = { .n = 1 };
	const char *why;
	struct jwt jwt;

	signing_key_generate("EdDSA", &one);
	signing_key_generate("Ed25519", &other);
	CU_ASSERT(memcmp(one.secret, other.secret, 32) != 0);
	CU_ASSERT_STRING_NOT_EQUAL(one.kid, other.kid);

	keys.key[0] = key_of(a, arena_printf(a, OKP_KEY("%s"),
					     b64url_encode(a, BYTES(one.public_key, 32))));
	keys.key[0].kid = one.kid;
	CU_ASSERT_EQUAL(
		jwt_verify(a, jwt_sign(a, &one, "at+jwt", bytes_of("{}")), &keys, &jwt, &why), OK);
	CU_ASSERT_EQUAL(jwt_verify(a, jwt_sign(a, &other, "at+jwt", bytes_of("{}")), &keys, &jwt,
				   &why),
			ERR_INVALID_TOKEN);
}

static void
a_sealed_key_opens_unchanged(void)
{
	struct signing_key key, out;
	struct bytes sealed;
	char alg[] = "Ed25519";

	signing_key_of(a, WIRE_AS_D, "EdDSA", &key);
	sealed = signing_key_seal(a, &key, &master, TENANT);
	CU_ASSERT(signing_key_open(a, sealed, key.kid, alg, &master, TENANT, &out));
	alg[0] = '?'; /* the kid of the key is a copy, not the caller's memory */
	CU_ASSERT_STRING_EQUAL(out.alg, "Ed25519");
	CU_ASSERT_STRING_EQUAL(out.kid, key.kid);
	CU_ASSERT(memcmp(out.secret, key.secret, sizeof(key.secret)) == 0);
	CU_ASSERT(memcmp(out.public_key, key.public_key, sizeof(key.public_key)) == 0);
}

static void
a_sealed_key_opens_only_with_its_master_key_tenant_and_kid(void)
{
	struct key wrong = master;
	struct signing_key key;
	struct bytes sealed;
	char kid[44];

	signing_key_of(a, WIRE_AS_D, "EdDSA", &key);
	sealed = signing_key_seal(a, &key, &master, TENANT);
	CU_ASSERT(signing_key_opens(sealed, key.kid, &master, TENANT));

	for (size_t i = 0; i < sizeof(wrong.byte); i++) {
		wrong.byte[i] ^= 0x80;
		CU_ASSERT_FALSE(signing_key_opens(sealed, key.kid, &wrong, TENANT));
		wrong.byte[i] ^= 0x80;
	}
	for (int i = 0; i < 64; i++)
		CU_ASSERT_FALSE(signing_key_opens(sealed, key.kid, &master, TENANT ^ (1ull << i)));
	for (size_t i = 0; i < sizeof(kid) - 1; i++) {
		memcpy(kid, key.kid, sizeof(kid));
		kid[i] ^= 1;
		CU_ASSERT_FALSE(signing_key_opens(sealed, kid, &master, TENANT));
	}
	CU_ASSERT_FALSE(signing_key_opens(sealed, "", &master, TENANT));
	CU_ASSERT_FALSE(signing_key_opens(sealed, WIRE_IDP_KID, &master, TENANT));
}

static void
a_changed_or_truncated_seal_does_not_open(void)
{
	struct signing_key key;
	struct bytes sealed;
	uint8_t *copy;

	signing_key_of(a, WIRE_AS_D, "EdDSA", &key);
	sealed = signing_key_seal(a, &key, &master, TENANT);
	copy = arena_copy(a, sealed.data, sealed.size);
	for (size_t i = 0; i < sealed.size; i++) {
		copy[i] ^= 1;
		CU_ASSERT_FALSE(
			signing_key_opens(BYTES(copy, sealed.size), key.kid, &master, TENANT));
		copy[i] ^= 1;
		CU_ASSERT_FALSE(signing_key_opens(BYTES(copy, i), key.kid, &master, TENANT));
	}
	CU_ASSERT(signing_key_opens(BYTES(copy, sealed.size), key.kid, &master, TENANT));
}

/* A kid that is not the key's thumbprint: the seal is valid, the key is not ours. */
static void
a_sealed_key_does_not_open_under_another_kid(void)
{
	struct signing_key key;

	signing_key_of(a, WIRE_AS_D, "EdDSA", &key);
	memcpy(key.kid, WIRE_IDP_KID, sizeof(key.kid));
	CU_ASSERT_FALSE(signing_key_opens(signing_key_seal(a, &key, &master, TENANT), WIRE_IDP_KID,
					  &master, TENANT));
}

static void
a_sealed_key_does_not_open_for_another_algorithm(void)
{
	static const char *const algs[] = { "none", "", "eddsa", "ES256", "RS256", NULL };
	struct signing_key key, out;
	struct bytes sealed;

	signing_key_of(a, WIRE_AS_D, "EdDSA", &key);
	sealed = signing_key_seal(a, &key, &master, TENANT);
	for (size_t i = 0; i < sizeof(algs) / sizeof(algs[0]); i++)
		CU_ASSERT_FALSE(
			signing_key_open(a, sealed, key.kid, algs[i], &master, TENANT, &out));
}

static void
a_sealed_key_does_not_contain_its_secret(void)
{
	struct signing_key key;
	struct bytes one, other;

	signing_key_of(a, WIRE_AS_D, "EdDSA", &key);
	one = signing_key_seal(a, &key, &master, TENANT);
	other = signing_key_seal(a, &key, &master, TENANT);
	CU_ASSERT_FALSE(bytes_equal(one, other));
	for (size_t i = 0; i + 8 <= sizeof(key.secret); i++)
		CU_ASSERT_PTR_NULL(memmem(one.data, one.size, key.secret + i, 8));
}

static void
the_published_key_can_be_parsed_and_has_no_d(void)
{
	struct buf b = { .arena = a };
	struct signing_key key;
	struct jwks keys;
	const char *why;

	signing_key_of(a, WIRE_AS_D, "Ed25519", &key);
	out_open(&b, NULL, '{');
	out_open(&b, "keys", '[');
	signing_key_print_jwk(&b, key.kid, key.alg, key.public_key);
	signing_key_print_jwk(&b, RFC8037_THUMBPRINT, "EdDSA", b64_bytes(a, RFC8037_X).data);
	out_close(&b, ']');
	out_close(&b, '}');

	CU_ASSERT_STRING_EQUAL(
		b.data, "{\"keys\":[{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"x\":\"" WIRE_AS_X "\","
			"\"kid\":\"" WIRE_AS_KID "\",\"use\":\"sig\",\"alg\":\"Ed25519\"},"
			"{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"x\":\"" RFC8037_X "\","
			"\"kid\":\"" RFC8037_THUMBPRINT "\",\"use\":\"sig\",\"alg\":\"EdDSA\"}]}");
	CU_ASSERT_EQUAL(jwks_parse(a, json_of(a, b.data), &keys, &why), OK);
	CU_ASSERT_EQUAL(keys.n, 2);
}

static CU_TestInfo tests[] = {
	{ "a seed gives the key of RFC 8037, A.1 [O-8037-01 O-8037-06]",
	  a_seed_gives_the_key_of_rfc_8037 },
	{ "each new key is different and verifies only its own signatures",
	  each_new_key_is_different_and_verifies_only_its_own_signatures },
	{ "a sealed key opens unchanged", a_sealed_key_opens_unchanged },
	{ "a sealed key opens only with its master key, tenant and kid [T-K01]",
	  a_sealed_key_opens_only_with_its_master_key_tenant_and_kid },
	{ "a changed or truncated seal does not open [T-K01]",
	  a_changed_or_truncated_seal_does_not_open },
	{ "a sealed key does not open under another kid [T-K01]",
	  a_sealed_key_does_not_open_under_another_kid },
	{ "a sealed key does not open for another algorithm [T-J01]",
	  a_sealed_key_does_not_open_for_another_algorithm },
	{ "a sealed key does not contain its secret [T-K01]",
	  a_sealed_key_does_not_contain_its_secret },
	{ "the published key can be parsed and has no d [O-8037-01 O-8037-02]",
	  the_published_key_can_be_parsed_and_has_no_d },
	CU_TEST_INFO_NULL
};
CU_SuiteInfo signing_key_suite = {
	"jose/signing_key", signing_key_setup, signing_key_teardown, NULL, NULL, tests
};
