/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Tokens with a wrong encoding, wrong parts or a wrong signature, derived from valid ones. All
 * must be rejected (RFC 7515, 5.2 and 7.1; O-8037-09, T-P09).
 */
#include <stdio.h>

#include "base/b64.h"
#include "jose/jwt.h"
#include "tests/jose/token_fixture.h"
#include "tests/jose/keys.h"
#include "tests/jose/made_vectors.h"
#include "tests/jose/vectors.h"
#include "tests/run.h"

static void
a_signature_with_another_algorithm_hash_or_salt_is_rejected(void)
{
	static const char *const tokens[] = {
		MADE_PS256_BY_RS256,
		MADE_RS256_BY_PS256,
		MADE_RS384,
		MADE_RS512,
		MADE_RS1,
		MADE_RS256_SHA1,
		MADE_RS256_SHA512,
		MADE_PS256_SALT_0,
		MADE_PS256_SALT_20,
		MADE_PS256_SALT_222,
		MADE_PS256_MGF_SHA1,
		MADE_PS256_SHA384,
		MADE_ES256_DER,
		MADE_ES256_SHA512,
		MADE_ES256K,
	};

	for (size_t i = 0; i < COUNT(tokens); i++)
		CU_ASSERT(token_rejected(tokens[i]));
}

static void
an_rsa_signature_has_one_encoding(void)
{
	CU_ASSERT(token_accepted(MADE_RS256_SMALL));
	CU_ASSERT(token_accepted(MADE_PS256_SMALL));
	CU_ASSERT(token_rejected(MADE_RS256_PLUS_N));
	CU_ASSERT(token_rejected(MADE_PS256_PLUS_N));
}

/* RFC 8032, 8.4: S + L verifies, too, if S is not checked to be below L. */
static void
an_ed25519_signature_has_one_spelling(void)
{
	static const uint8_t order[32] = {
		0xed, 0xd3, 0xf5, 0x5c, 0x1a, 0x63, 0x12, 0x58,	       0xd6,
		0x9c, 0xf7, 0xa2, 0xde, 0xf9, 0xde, 0x14, [31] = 0x10,
	};
	char *good = token_of(a, PLAIN, CLAIMS, &ours);
	uint8_t *s = arena_copy(a, b64_bytes(a, token_part(good, 2)).data, 64);
	unsigned carry = 0;

	for (int i = 0; i < 32; i++) {
		carry += s[32 + i] + order[i];
		s[32 + i] = (uint8_t)carry;
		carry >>= 8;
	}
	CU_ASSERT(token_rejected(token_join(token_part(good, 0), token_part(good, 1),
					    b64url_encode(a, BYTES(s, 64)))));
}

/* One byte more at either end (zero, which does not change the number), or one fewer. */
static void
a_signature_has_its_exact_size_also_without_an_additional_zero(void)
{
	static const char *const good[] = {
		WIRE_RPT_EDDSA, RFC7515_ES256, MADE_ES256_SHORT_R, RFC7515_RS256, MADE_PS256,
	};

	for (size_t i = 0; i < COUNT(good); i++) {
		struct bytes s = b64_bytes(a, token_part(good[i], 2));
		uint8_t *wide = arena_alloc(a, s.size + 2);
		const struct bytes spelled[] = {
			BYTES(wide + 1, s.size + 1),   BYTES(wide, s.size + 1),
			BYTES(wide, s.size + 2),       BYTES(s.data, s.size - 1),
			BYTES(s.data + 1, s.size - 1),
		};

		memcpy(wide + 1, s.data, s.size);
		for (size_t n = 0; n < COUNT(spelled); n++)
			CU_ASSERT(token_rejected(token_join(token_part(good[i], 0),
							    token_part(good[i], 1),
							    b64url_encode(a, spelled[n]))));
	}
}

/* r or s is zero, the order of the group, or all ones; S of Ed25519 is zero or above the order. */
static void
numbers_out_of_range_are_rejected(void)
{
	static const char *const ends[] = { RFC7515_ES256, MADE_ES256, MADE_PS256, RFC7515_RS256 };
	static const int fills[] = { 0x00, 0x01, 0xff };
	uint8_t raw[256];

	for (size_t i = 0; i < COUNT(ends); i++)
		for (size_t f = 0; f < COUNT(fills); f++) {
			size_t size = strlen(token_part(ends[i], 2)) * 3 / 4;

			memset(raw, fills[f], size);
			CU_ASSERT(token_rejected(token_join(token_part(ends[i], 0),
							    token_part(ends[i], 1),
							    b64url_encode(a, BYTES(raw, size)))));
		}
	for (size_t f = 0; f < COUNT(fills); f++) {
		memset(raw, fills[f], 64);
		CU_ASSERT(token_rejected(token_join(token_part(WIRE_RPT_EDDSA, 0),
						    token_part(WIRE_RPT_EDDSA, 1),
						    b64url_encode(a, BYTES(raw, 64)))));
	}
}

/* Parts of valid tokens in new combinations. */
static void
combined_parts_of_valid_tokens_are_rejected(void)
{
	static const char *const good[] = {
		WIRE_RPT_ED25519, WIRE_RPT_EDDSA, WIRE_RPT_PERMISSIONS, WIRE_ASSERTION,
		WIRE_ID_TOKEN,	  RFC7515_ES256,  RFC7515_RS256,	MADE_PS256,
	};
	const char *h, *p, *s;

	for (size_t i = 0; i < COUNT(good); i++) {
		CU_ASSERT(token_accepted(good[i]));
		h = token_part(good[i], 0);
		p = token_part(good[i], 1);
		s = token_part(good[i], 2);
		for (size_t j = 0; j < COUNT(good); j++) {
			if (strcmp(p, token_part(good[j], 1)) != 0)
				CU_ASSERT(token_rejected(token_join(h, token_part(good[j], 1), s)));
			if (i != j)
				CU_ASSERT(token_rejected(token_join(h, p, token_part(good[j], 2))));
			if (strcmp(h, token_part(good[j], 0)) != 0)
				CU_ASSERT(token_rejected(token_join(token_part(good[j], 0), p, s)));
		}
		CU_ASSERT(token_rejected(token_join(p, h, s)));
	}
}

static void
any_other_number_of_parts_is_rejected_such_as_a_jwe(void)
{
	const char *h = token_part(WIRE_RPT_EDDSA, 0), *p = token_part(WIRE_RPT_EDDSA, 1);
	const char *s = token_part(WIRE_RPT_EDDSA, 2);
	char *dots = arena_alloc(a, JWT_SIZE_MAX + 1);

	CU_ASSERT(token_rejected(""));
	CU_ASSERT(token_rejected("."));
	CU_ASSERT(token_rejected(".."));
	CU_ASSERT(token_rejected("..."));
	CU_ASSERT(token_rejected("...."));
	CU_ASSERT(token_rejected(h));
	CU_ASSERT(token_rejected(arena_printf(a, "%s.%s", h, p)));
	CU_ASSERT(token_rejected(arena_printf(a, "%s.%s.", h, p)));
	CU_ASSERT(token_rejected(arena_printf(a, "%s..%s", h, s))); /* detached (RFC 7515, F) */
	CU_ASSERT(token_rejected(arena_printf(a, ".%s.%s", p, s)));
	CU_ASSERT(token_rejected(arena_printf(a, ".%s.%s.%s", h, p, s)));
	CU_ASSERT(token_rejected(arena_printf(a, "%s.%s.%s.", h, p, s)));
	CU_ASSERT(token_rejected(arena_printf(a, "%s.%s.%s.%s", h, p, s, s)));
	CU_ASSERT(token_rejected(arena_printf(a, "%s.%s.%s.%s", h, p, p, s)));
	CU_ASSERT(
		token_rejected(arena_printf(a, "%s.AA.AA.%s.%s", h, p, s))); /* the form of a JWE */
	CU_ASSERT(token_rejected(arena_printf(a,
					      "{\"protected\":\"%s\",\"payload\":\"%s\","
					      "\"signature\":\"%s\"}",
					      h, p, s)));
	memset(dots, '.', JWT_SIZE_MAX);
	CU_ASSERT(token_rejected(dots));
}

/* A character that a lenient decoder would skip, at each position of the token. */
static void
padding_white_space_and_other_inserted_characters_are_rejected(void)
{
	static const char *const extra[] = {
		" ", "\n", "\r\n", "\t", "=", "==", ".", "+", "/", "%", "\"", "\xc2\xa0", "\x7f",
	};
	const char *good = WIRE_RPT_EDDSA;

	for (size_t e = 0; e < COUNT(extra); e++)
		for (size_t i = 0; i <= strlen(good); i++)
			CU_ASSERT_FALSE(token_accepted(
				arena_printf(a, "%.*s%s%s", (int)i, good, extra[e], good + i)));
}

/* Each other character at the end of each part, which includes the spare bits of base64url. */
static void
spare_bits_are_rejected(void)
{
	static const char alphabet[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_+/=";
	static const char *const good[] = {
		WIRE_RPT_ED25519, WIRE_RPT_EDDSA, WIRE_ID_TOKEN,
		RFC7515_RS256,	  RFC7515_ES256,  MADE_PS256,
	};

	for (size_t i = 0; i < COUNT(good); i++) {
		for (int p = 0; p < 3; p++) {
			char *token = arena_strdup(a, good[i]);
			char *c = token;

			for (int n = p; n >= 0; n--)
				c += strcspn(c, ".") + 1;
			c -= 2; /* the last character of part p */
			for (const char *x = alphabet; *x != '\0'; x++) {
				char was = *c;

				if (*x == was)
					continue;
				*c = *x;
				CU_ASSERT_FALSE(token_accepted(token));
				*c = was;
			}
		}
	}
}

static void
a_truncated_or_changed_token_is_rejected(void)
{
	static const char *const good[] = { WIRE_RPT_EDDSA, RFC7515_ES256 };

	for (size_t i = 0; i < COUNT(good); i++) {
		char *token = arena_strdup(a, good[i]);

		for (size_t n = strlen(token); n-- > 0;) {
			token[n] ^= 1;
			CU_ASSERT_FALSE(token_accepted(token));
			token[n] ^= 1;
			CU_ASSERT_FALSE(token_accepted(token + n + 1));
		}
		for (size_t n = strlen(token); n-- > 0;) {
			token[n] = '\0';
			CU_ASSERT_FALSE(token_accepted(token));
		}
	}
}

static void
a_token_that_exceeds_all_limits_is_rejected(void)
{
	char *giant = arena_alloc(a, 1000001);
	char *header = arena_printf(a, "{\"alg\":\"EdDSA\",\"typ\":\"%04000d\"}", 0);

	memset(giant, 'A', 1000000);
	CU_ASSERT(token_rejected(giant));
	memcpy(giant, WIRE_RPT_EDDSA, strlen(WIRE_RPT_EDDSA));
	CU_ASSERT(token_rejected(giant));
	giant[400] = '.';
	CU_ASSERT(token_rejected(giant));
	CU_ASSERT(token_rejected(token_of(a, header, "{}", &ours)));
	CU_ASSERT(token_rejected(token_of(a, "{\"alg\":\"EdDSA\"}",
					  arena_printf(a, "{\"a\":\"%025000d\"}", 0), &ours)));
}

static void
more_than_a_hundred_and_twenty_tokens_were_tested(void)
{
	printf("# %u forged tokens\n", token_fixture_count());
	CU_ASSERT(token_fixture_count() >= 120);
}

static CU_TestInfo tests[] = {
	{ "a signature with another algorithm, hash or salt is rejected [T-J01]",
	  a_signature_with_another_algorithm_hash_or_salt_is_rejected },
	{ "an RSA signature has one encoding [O-8037-09 T-P09]",
	  an_rsa_signature_has_one_encoding },
	{ "an Ed25519 signature has one spelling [O-8037-09 T-P09]",
	  an_ed25519_signature_has_one_spelling },
	{ "a signature has its exact size, also without an additional zero [O-8037-03 O-8037-09 T-P09]",
	  a_signature_has_its_exact_size_also_without_an_additional_zero },
	{ "numbers out of range are rejected [T-J05]", numbers_out_of_range_are_rejected },
	{ "combined parts of valid tokens are rejected [O-8037-03]",
	  combined_parts_of_valid_tokens_are_rejected },
	{ "any other number of parts is rejected, such as a JWE [O-8037-09 T-J03]",
	  any_other_number_of_parts_is_rejected_such_as_a_jwe },
	{ "padding, white space and other inserted characters are rejected [O-8037-09 T-P09]",
	  padding_white_space_and_other_inserted_characters_are_rejected },
	{ "spare bits are rejected [O-8037-09 T-P09]", spare_bits_are_rejected },
	{ "a truncated or changed token is rejected [O-8037-03 O-8037-09]",
	  a_truncated_or_changed_token_is_rejected },
	{ "a token that exceeds all limits is rejected [T-J03]",
	  a_token_that_exceeds_all_limits_is_rejected },
	{ "more than a hundred and twenty tokens were tested [T-J01 T-J02 T-J03]",
	  more_than_a_hundred_and_twenty_tokens_were_tested },
	CU_TEST_INFO_NULL
};
CU_SuiteInfo mangled_suite = {
	"jose/mangled", token_fixture_setup, token_fixture_teardown, NULL, NULL, tests
};
