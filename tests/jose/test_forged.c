/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Tokens with a forged header, derived from valid ones. All must be rejected (T-J01 to T-J03;
 * CVE-2026-11800, CVE-2024-37568, CVE-2024-33663, CVE-2026-32597, CVE-2024-28122, CVE-2024-29371,
 * CVE-2023-51775, CVE-2023-52428).
 */
#include "base/b64.h"
#include "jose/jwt.h"
#include "tests/jose/token_fixture.h"
#include "tests/jose/keys.h"
#include "tests/jose/made_vectors.h"
#include "tests/jose/vectors.h"
#include "tests/run.h"

/* The header and claims of a valid token, with `signature` as its third part. */
static char *
with_signature(const char *header, const char *signature)
{
	return arena_printf(a, "%s.%s.%s", b64url_encode(a, bytes_of(header)),
			    b64url_encode(a, bytes_of(CLAIMS)), signature);
}

static void
the_unchanged_token_is_accepted(void)
{
	CU_ASSERT(token_accepted(token_of(a, PLAIN, CLAIMS, &ours)));
	CU_ASSERT(token_accepted(token_of(
		a,
		"{\"alg\":\"Ed25519\",\"typ\":\"JWT\",\"cty\":\"x\",\"kid\":\"" WIRE_AS_KID "\"}",
		CLAIMS, &ours)));
	CU_ASSERT(token_accepted(
		with_signature(PLAIN, token_part(token_of(a, PLAIN, CLAIMS, &ours), 2))));
	CU_ASSERT(token_accepted(jwt_sign(a, &ours, "at+jwt", bytes_of(CLAIMS))));
	CU_ASSERT(token_accepted(RFC7515_RS256) && token_accepted(RFC7515_ES256) &&
		  token_accepted(MADE_PS256));
	CU_ASSERT(token_rejected(token_of(a, PLAIN, CLAIMS, &theirs)));
}

static void
alg_none_is_rejected_in_all_spellings(void)
{
	static const char *const algs[] = {
		"\"none\"",
		"\"None\"",
		"\"NONE\"",
		"\"nOnE\"",
		"\"none \"",
		"\" none\"",
		"\"\"",
		"\"\\u006eone\"",
		"\"no\\u006e\\u0065\"",
		"\"n\\u00f6ne\"",
		"\"none\\t\"",
		"null",
		"0",
		"false",
		"true",
		"[]",
		"{}",
		"[\"none\"]",
		"[\"EdDSA\"]",
		"{\"EdDSA\":1}",
		"\"NULL\"",
		"\"null\"",
		"\"plain\"",
		"\"unsecured\"",
	};
	static const char *const signatures[] = { "", "AA", RFC8037_SIGNATURE };

	for (size_t i = 0; i < COUNT(algs); i++) {
		char *header = arena_printf(a, "{\"alg\":%s}", algs[i]);

		for (size_t s = 0; s < COUNT(signatures); s++)
			CU_ASSERT(token_rejected(with_signature(header, signatures[s])));
		CU_ASSERT(token_rejected(token_of(a, header, CLAIMS, &ours)));
		header = with_signature(header, "");
		header[strlen(header) - 1] = '\0'; /* the last dot */
		CU_ASSERT(token_rejected(header));
	}
	CU_ASSERT(token_rejected(token_of(a, "{}", CLAIMS, &ours)));
	CU_ASSERT(token_rejected(token_of(a, "{\"typ\":\"JWT\"}", CLAIMS, &ours)));
}

static void
an_hmac_with_a_public_key_as_its_secret_is_rejected(void)
{
	static const char *const tokens[] = { MADE_HMACS };

	for (size_t i = 0; i < COUNT(tokens); i++)
		CU_ASSERT(token_rejected(tokens[i]));
}

/* Each has a valid signature of ours, so only the name can be the reason of the rejection. */
static void
only_two_names_are_for_an_ed25519_key(void)
{
	static const char *const algs[] = {
		"ES256",
		"RS256",
		"PS256",
		"HS256",
		"HS512",
		"ES384",
		"ES512",
		"ES256K",
		"RS384",
		"PS512",
		"Ed448",
		"ed25519",
		"ED25519",
		"eddsa",
		"EDDSA",
		"Eddsa",
		"EdDSA ",
		" EdDSA",
		"EdDSA,none",
		"EdDSAph",
		"Ed25519ph",
		"Ed25519ctx",
		"EdDS",
		"EdDSAA",
		"RSA1_5",
		"dir",
		"A128KW",
		"ECDH-ES",
		"PBES2-HS256+A128KW",
		"Ed25519\\u0000",
	};

	for (size_t i = 0; i < COUNT(algs); i++)
		CU_ASSERT(token_rejected(
			token_of(a, arena_printf(a, "{\"alg\":\"%s\"}", algs[i]), CLAIMS, &ours)));
}

/* RFC 7515, 4: "Header Parameters that are not understood MUST be ignored". */
static void
an_unknown_header_member_is_ignored(void)
{
	static const char *const members[] = {
		"\"x5t\":\"AA\"",
		"\"x5t#S256\":\"AA\"",
		"\"x5c\":[\"AAAA\"]",
		"\"x5c\":[]",
		"\"x5u\":\"https://evil.example/cert\"",
		"\"jku\":\"https://evil.example/\"",
		"\"jwk\":" OKP_KEY(RFC8037_X),
		"\"jwk\":null",
		"\"jwks\":{\"keys\":[]}",
		"\"p2c\":1000000000",
		"\"p2s\":\"AA\"",
		"\"iv\":\"AA\"",
		"\"tag\":\"AA\"",
		"\"epk\":" OKP_KEY(RFC8037_X),
		"\"apu\":\"AA\"",
		"\"apv\":\"AA\"",
		"\"url\":\"https://evil.example\"",
		"\"nonce\":\"AA\"",
		"\"ppt\":\"shaken\"",
		"\"svt\":[]",
		"\"iss\":\"joe\"",
		"\"exp\":1",
		"\"\":\"\"",
		"\"Alg\":\"none\"",
		"\"ALG\":\"none\"",
		"\"Crit\":[\"exp\"]",
	};

	for (size_t i = 0; i < COUNT(members); i++) {
		char *after = arena_printf(a, "{\"alg\":\"EdDSA\",%s}", members[i]);
		char *before = arena_printf(a, "{%s,\"alg\":\"EdDSA\"}", members[i]);

		CU_ASSERT(token_accepted(token_of(a, after, CLAIMS, &ours)));
		CU_ASSERT(token_accepted(token_of(a, before, CLAIMS, &ours)));
		CU_ASSERT(token_rejected(token_of(a, after, CLAIMS, &theirs)));
		CU_ASSERT(token_rejected(token_of(a, before, CLAIMS, &theirs)));
	}
}

/* Each is signed by the attacker, and again by us: the member alone must be a sufficient
 * reason. */
static void
crit_b64_zip_enc_and_malformed_members_reject_the_token(void)
{
	static const char *const members[] = {
		"\"crit\":[]",
		"\"crit\":[\"exp\"]",
		"\"crit\":[\"b64\"],\"b64\":false",
		"\"crit\":\"alg\"",
		"\"crit\":null",
		"\"crit\":[\"alg\"]",
		"\"b64\":false",
		"\"b64\":true",
		"\"zip\":\"DEF\"",
		"\"enc\":\"A128GCM\"",
		"\"alg\":\"EdDSA\"",
		"\"alg\":\"none\"",
		"\"\\u0061lg\":\"none\"",
		"\"kid\\u0000\":\"x\"",
		"\"typ\":1",
		"\"typ\":null",
		"\"typ\":[\"at+jwt\"]",
		"\"cty\":{}",
		"\"kid\":\"a\",\"kid\":\"" WIRE_AS_KID "\"",
	};

	for (size_t i = 0; i < COUNT(members); i++) {
		char *after = arena_printf(a, "{\"alg\":\"EdDSA\",%s}", members[i]);
		char *before = arena_printf(a, "{%s,\"alg\":\"EdDSA\"}", members[i]);

		CU_ASSERT(token_rejected(token_of(a, after, CLAIMS, &ours)));
		CU_ASSERT(token_rejected(token_of(a, before, CLAIMS, &ours)));
		CU_ASSERT(token_rejected(token_of(a, after, CLAIMS, &theirs)));
	}
}

static void
a_key_in_the_token_is_not_used(void)
{
	struct jwks one = { .key = { key_of(a, OKP_KEY(WIRE_AS_X)) }, .n = 1 };
	const char *why = NULL;
	struct jwt jwt;
	char *x = b64url_encode(a, BYTES(theirs.public_key, 32));
	char *jwk = arena_printf(a, OKP_KEY("%s"), x);
	char *headers[] = {
		arena_printf(a, "{\"alg\":\"EdDSA\",\"jwk\":%s}", jwk),
		arena_printf(a, "{\"alg\":\"EdDSA\",\"kid\":\"%s\",\"jwk\":%s}", WIRE_AS_KID, jwk),
		arena_printf(a, "{\"alg\":\"EdDSA\",\"jwks\":{\"keys\":[%s]}}", jwk),
		arena_printf(a, "{\"alg\":\"EdDSA\",\"kid\":%s}", jwk),
	};

	CU_ASSERT_EQUAL(jwt_verify(a, WIRE_DPOP, &one, &jwt, &why), ERR_INVALID_TOKEN);
	for (size_t i = 0; i < COUNT(headers); i++)
		CU_ASSERT(token_rejected(token_of(a, headers[i], CLAIMS, &theirs)));
}

/* All have a valid signature of ours: an unknown kid must find no key, whatever it means
 * elsewhere. */
static void
a_kid_is_only_a_name(void)
{
	static const char *const kids[] = {
		"\"\"",
		"\"../../../../dev/null\"",
		"\"/etc/passwd\"",
		"\"' OR 1=1 --\"",
		"\"x' UNION SELECT 'AA\"",
		"\"|/bin/true\"",
		"\"$(true)\"",
		"\"%s%n\"",
		"\"*\"",
		"\"0\"",
		"0",
		"null",
		"true",
		"[]",
		"{}",
		"[\"" WIRE_AS_KID "\"]",
		"\"" WIRE_AS_KID " \"",
		"\" " WIRE_AS_KID "\"",
		"\"" WIRE_AS_KID "\\u0000\"",
		"\"" WIRE_AS_KID "=\"",
		"\"6zexpj9djryNnU-953QlNpjVMija8USdJ4ImE94ZF5o\"",
		"\"" WIRE_IDP_KID "\"",
		"\"rfc8037\"",
		"\"pss\"",
		"\"https://evil.example/key\"",
	};

	for (size_t i = 0; i < COUNT(kids); i++)
		CU_ASSERT(token_rejected(
			token_of(a, arena_printf(a, "{\"alg\":\"EdDSA\",\"kid\":%s}", kids[i]),
				 CLAIMS, &ours)));
	CU_ASSERT(token_rejected(
		token_of(a, "{\"alg\":\"EdDSA\",\"kid\":\"" WIRE_AS_KID "\"}", CLAIMS, &theirs)));
}

static void
a_header_that_is_not_an_object_is_rejected(void)
{
	static const char *const headers[] = {
		"null",
		"[]",
		"\"EdDSA\"",
		"{}",
		"[{\"alg\":\"EdDSA\"}]",
		"{\"alg\":\"EdDSA\"",
		"{\"alg\":\"EdDSA\"}}",
		"{\"alg\":\"EdDSA\"} x",
		"{'alg':'EdDSA'}",
		"{\"alg\":\"EdDSA\",}",
		"{alg:\"EdDSA\"}",
		"{\"alg\":\"EdDSA\"}/**/",
		"\xef\xbb\xbf{\"alg\":\"EdDSA\"}",
		"{\"alg\":\"EdDSA\",\"typ\":\"\xc0\xaf\"}",
		"{\"alg\":\"EdDSA\",\"typ\":\"\xed\xa0\x80\"}",
		"{\"alg\":\"EdDSA\",\"typ\":NaN}",
	};

	for (size_t i = 0; i < COUNT(headers); i++)
		CU_ASSERT(token_rejected(token_of(a, headers[i], CLAIMS, &ours)));
}

static void
claims_that_are_not_an_object_are_rejected(void)
{
	static const char *const claims[] = {
		"null",
		"[]",
		"\"joe\"",
		"1",
		"true",
		"Example of Ed25519 signing",
		"{",
		"{}{}",
		"{'iss':'joe'}",
		"{\"iss\":\"joe\",\"iss\":\"eve\"}",
		"{\"exp\":NaN}",
		"{\"exp\":01}",
		"{\"iss\":\"\xff\"}",
		"{\"iss\":\"joe\\u0000\"}",
		"\xef\xbb\xbf{}",
		"[[[[[[[[[[[[[[[[[[[[{}]]]]]]]]]]]]]]]]]]]]",
	};

	for (size_t i = 0; i < COUNT(claims); i++)
		CU_ASSERT(token_rejected(token_of(a, "{\"alg\":\"EdDSA\"}", claims[i], &ours)));
	CU_ASSERT(token_rejected(RFC8037_INPUT "." RFC8037_SIGNATURE));
}

static CU_TestInfo tests[] = {
	{ "the unchanged token is accepted", the_unchanged_token_is_accepted },
	{ "alg none is rejected in all spellings [T-J01 O-9068-01]",
	  alg_none_is_rejected_in_all_spellings },
	{ "an HMAC with a public key as its secret is rejected [T-J01]",
	  an_hmac_with_a_public_key_as_its_secret_is_rejected },
	{ "EdDSA and Ed25519 are the only names for an Ed25519 key [O-8037-04 T-J01]",
	  only_two_names_are_for_an_ed25519_key },
	{ "an unknown header member is ignored [O-8037-07 T-J02 T-J03]",
	  an_unknown_header_member_is_ignored },
	{ "crit, b64, zip, enc and malformed members reject the token [O-8037-07 T-J02 T-J03]",
	  crit_b64_zip_enc_and_malformed_members_reject_the_token },
	{ "a key in the token is not used [T-J02]", a_key_in_the_token_is_not_used },
	{ "a kid is only a name [O-8037-07 T-J02]", a_kid_is_only_a_name },
	{ "a header that is not an object is rejected [T-P01 T-P03]",
	  a_header_that_is_not_an_object_is_rejected },
	{ "claims that are not an object are rejected [T-P01 T-P03]",
	  claims_that_are_not_an_object_are_rejected },
	CU_TEST_INFO_NULL
};
CU_SuiteInfo forged_suite = {
	"jose/forged", token_fixture_setup, token_fixture_teardown, NULL, NULL, tests
};
