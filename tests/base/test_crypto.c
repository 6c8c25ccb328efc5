/* SPDX-License-Identifier: Apache-2.0 */
#include <sodium.h>

#include "base/crypto.h"
#include "tests/run.h"

static struct arena *a;
static struct key key;

static void
crypto_setup(void)
{
	a = arena_new();
	for (size_t i = 0; i < CRYPTO_KEY; i++)
		key.byte[i] = (uint8_t)i;
}

static void
crypto_teardown(void)
{
	arena_free(a);
}

static const char *
crypto_from_hex(const uint8_t *data, size_t size)
{
	char *text = arena_alloc(a, 2 * size + 1);

	return sodium_bin2hex(text, 2 * size + 1, data, size);
}

static const char *
crypto_derived_hex(const char *purpose, struct bytes context)
{
	struct key out;

	crypto_derive(&key, purpose, context, &out);
	return crypto_from_hex(out.byte, CRYPTO_KEY);
}

/* Expected: Python's hashlib.blake2b(b"abc", key=bytes(range(32)), digest_size=32); FIPS 180-4. */
static void
hashes_match_the_examples_of_the_standards(void)
{
	uint8_t hash[32];

	crypto_keyed_hash(&key, bytes_of("abc"), hash);
	CU_ASSERT_STRING_EQUAL(crypto_from_hex(hash, 32),
			       "d63a32d3e44738d7907f964316c241adaba0abfeabc32349677578a15a203f7f");
	crypto_sha256(bytes_of("abc"), hash);
	CU_ASSERT_STRING_EQUAL(crypto_from_hex(hash, 32),
			       "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

/* Expected: the same function with each part after its length in 8 bytes, least significant
 * byte first. */
static void
a_key_is_derived_as_the_header_describes(void)
{
	CU_ASSERT_STRING_EQUAL(crypto_derived_hex("ticket", BYTES("\1\2\3", 3)),
			       "b9928cf46cec2e7c400c472629aa1b783fe7d716a7ef325bc469b365cf9b20a9");
}

static void
each_purpose_and_context_has_its_key(void)
{
	const char *all[] = {
		crypto_derived_hex("ticket", bytes_of("t1")),
		crypto_derived_hex("ticket", bytes_of("t2")),
		crypto_derived_hex("token", bytes_of("t1")),
		crypto_derived_hex("tickett", bytes_of("1")),
		crypto_derived_hex("ticket", BYTES_NONE),
		crypto_derived_hex("", bytes_of("ticket")),
		crypto_derived_hex("", BYTES_NONE),
		crypto_from_hex(key.byte, CRYPTO_KEY),
	};

	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++)
		for (size_t k = 0; k < i; k++)
			CU_ASSERT_STRING_NOT_EQUAL(all[i], all[k]);
	CU_ASSERT_STRING_EQUAL(crypto_derived_hex("ticket", bytes_of("t1")), all[0]);
}

static void
a_sealed_text_opens_only_with_its_key_and_additional_data(void)
{
	struct bytes plain = bytes_of("the signing key"), opened;
	struct bytes sealed = crypto_seal(a, NULL, &key, plain, bytes_of("tenant 1"));
	struct bytes again = crypto_seal(a, NULL, &key, plain, bytes_of("tenant 1"));
	struct key other = key;

	CU_ASSERT_EQUAL(sealed.size, 24 + plain.size + 16);
	CU_ASSERT_FALSE(bytes_equal(sealed, again));
	CU_ASSERT(crypto_open(a, &key, sealed, bytes_of("tenant 1"), &opened));
	CU_ASSERT(bytes_equal(opened, plain));
	CU_ASSERT_FALSE(crypto_open(a, &key, sealed, bytes_of("tenant 2"), &opened));
	CU_ASSERT_FALSE(crypto_open(a, &key, sealed, BYTES_NONE, &opened));
	other.byte[31] ^= 1;
	CU_ASSERT_FALSE(crypto_open(a, &other, sealed, bytes_of("tenant 1"), &opened));
}

static void
an_altered_or_truncated_text_does_not_open(void)
{
	struct bytes sealed = crypto_seal(a, NULL, &key, bytes_of("seat 7"), BYTES_NONE), opened;
	uint8_t *copy = arena_copy(a, sealed.data, sealed.size);

	for (size_t bit = 0; bit < 8 * sealed.size; bit++) {
		struct bytes altered = BYTES(copy, sealed.size);

		copy[bit / 8] ^= (uint8_t)(1 << bit % 8);
		CU_ASSERT_FALSE(crypto_open(a, &key, altered, BYTES_NONE, &opened));
		copy[bit / 8] ^= (uint8_t)(1 << bit % 8);
	}
	for (size_t size = 0; size < sealed.size; size++)
		CU_ASSERT_FALSE(crypto_open(a, &key, BYTES(copy, size), BYTES_NONE, &opened));
	CU_ASSERT(crypto_open(a, &key, BYTES(copy, sealed.size), BYTES_NONE, &opened));
}

static void
an_empty_text_can_be_sealed(void)
{
	struct bytes opened, sealed = crypto_seal(a, NULL, &key, BYTES_NONE, BYTES_NONE);

	CU_ASSERT(crypto_open(a, &key, sealed, BYTES_NONE, &opened));
	CU_ASSERT_EQUAL(opened.size, 0);
}

static void
only_the_same_password_is_accepted(void)
{
	const struct crypto_cost cost = { 8192, 1 }, more = { 16384, 1 };
	char *hash = crypto_password_hash(a, &cost, "correct horse");

	CU_ASSERT_EQUAL(strncmp(hash, "$argon2id$", 10), 0);
	CU_ASSERT(crypto_password_verify(hash, "correct horse"));
	CU_ASSERT_FALSE(crypto_password_verify(hash, "correct horsf"));
	CU_ASSERT_FALSE(crypto_password_verify(hash, ""));
	CU_ASSERT_FALSE(crypto_password_verify("", ""));
	CU_ASSERT_FALSE(crypto_password_verify("correct horse", "correct horse"));
	CU_ASSERT_FALSE(crypto_password_is_outdated(hash, &cost));
	CU_ASSERT(crypto_password_is_outdated(hash, &more));
}

static void
equal_texts_have_equal_size_and_bytes(void)
{
	CU_ASSERT(crypto_equal(bytes_of("abc"), bytes_of("abc")));
	CU_ASSERT(crypto_equal(BYTES_NONE, bytes_of("")));
	CU_ASSERT_FALSE(crypto_equal(bytes_of("abc"), bytes_of("abd")));
	CU_ASSERT_FALSE(crypto_equal(bytes_of("abc"), bytes_of("ab")));
	CU_ASSERT_FALSE(crypto_equal(bytes_of("ab"), bytes_of("abc")));
}

static void
wiped_memory_is_zero(void)
{
	char secret[] = "secret";

	crypto_wipe(secret, sizeof(secret));
	CU_ASSERT(bytes_equal(BYTES(secret, sizeof(secret)), BYTES("\0\0\0\0\0\0", 7)));
}

static CU_TestInfo tests[] = {
	{ "hashes match the examples of the standards",
	  hashes_match_the_examples_of_the_standards },
	{ "a key is derived as the header describes", a_key_is_derived_as_the_header_describes },
	{ "each purpose and context has its own key [T-C05 T-M01]",
	  each_purpose_and_context_has_its_key },
	{ "a sealed text opens only with its key and additional data [T-K01]",
	  a_sealed_text_opens_only_with_its_key_and_additional_data },
	{ "an altered or truncated text does not open [T-K01]",
	  an_altered_or_truncated_text_does_not_open },
	{ "an empty text can be sealed", an_empty_text_can_be_sealed },
	{ "only the same password is accepted", only_the_same_password_is_accepted },
	{ "equal texts have equal size and bytes [T-J08]", equal_texts_have_equal_size_and_bytes },
	{ "wiped memory is zero", wiped_memory_is_zero },
	CU_TEST_INFO_NULL
};
CU_SuiteInfo crypto_suite = { "base/crypto", NULL, NULL, crypto_setup, crypto_teardown, tests };
