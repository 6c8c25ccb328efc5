/* SPDX-License-Identifier: Apache-2.0 */
/* A small interface to libsodium. Signatures are in jose/. */
#include <sodium.h>

#include "base/crypto.h"
#include "base/log.h"

#define NONCE crypto_aead_xchacha20poly1305_ietf_NPUBBYTES
#define TAG   crypto_aead_xchacha20poly1305_ietf_ABYTES

_Static_assert(CRYPTO_KEY == crypto_aead_xchacha20poly1305_ietf_KEYBYTES, "size of AEAD keys");
_Static_assert(CRYPTO_KEY <= crypto_generichash_KEYBYTES_MAX, "size of BLAKE2b keys");
_Static_assert(CRYPTO_KEY >= crypto_shorthash_KEYBYTES, "size of SipHash keys");
_Static_assert(crypto_shorthash_BYTES == sizeof(uint64_t), "size of a SipHash");

/* Adds one part to the input of a derivation, after its length, so that the boundary between parts
 * is unambiguous. */
static void
crypto_hash_part(crypto_generichash_state *state, struct bytes part)
{
	uint8_t length[8];

	for (size_t i = 0; i < sizeof(length); i++)
		length[i] = (uint8_t)((uint64_t)part.size >> (8 * i));
	crypto_generichash_update(state, length, sizeof(length));
	crypto_generichash_update(state, part.data, part.size);
}

void
crypto_start(void)
{
	if (sodium_init() < 0)
		log_die("libsodium cannot be initialised");
}

void
crypto_random(void *out, size_t size)
{
	randombytes_buf(out, size);
}

void
crypto_keyed_hash(const struct key *key, struct bytes data, uint8_t out[CRYPTO_HASH])
{
	crypto_generichash(out, CRYPTO_HASH, data.data, data.size, key->byte, CRYPTO_KEY);
}

uint64_t
crypto_short_hash(const struct key *key, struct bytes data)
{
	uint64_t hash;

	crypto_shorthash((uint8_t *)&hash, data.data, data.size, key->byte);
	return hash;
}

void
crypto_sha256(struct bytes data, uint8_t out[32])
{
	crypto_hash_sha256(out, data.data, data.size);
}

void
crypto_derive(const struct key *from, const char *purpose, struct bytes context, struct key *out)
{
	crypto_generichash_state state;

	crypto_generichash_init(&state, from->byte, CRYPTO_KEY, CRYPTO_KEY);
	crypto_hash_part(&state, bytes_of(purpose));
	crypto_hash_part(&state, context);
	crypto_generichash_final(&state, out->byte, CRYPTO_KEY);
	crypto_wipe(&state, sizeof(state));
}

bool
crypto_equal(struct bytes a, struct bytes b)
{
	return a.size == b.size && (a.size == 0 || sodium_memcmp(a.data, b.data, a.size) == 0);
}

void
crypto_wipe(void *data, size_t size)
{
	sodium_memzero(data, size);
}

struct bytes
crypto_seal(struct arena *a, struct random *r, const struct key *key, struct bytes plain,
	    struct bytes bound)
{
	uint8_t *sealed;

	if (plain.size > SIZE_MAX / 2)
		log_die("%zu bytes are too many to encrypt", plain.size);
	sealed = arena_alloc(a, NONCE + plain.size + TAG);
	random_bytes(r, sealed, NONCE);
	crypto_aead_xchacha20poly1305_ietf_encrypt(sealed + NONCE, NULL, plain.data, plain.size,
						   bound.data, bound.size, NULL, sealed, key->byte);
	return BYTES(sealed, NONCE + plain.size + TAG);
}

bool
crypto_open(struct arena *a, const struct key *key, struct bytes sealed, struct bytes bound,
	    struct bytes *plain)
{
	uint8_t *text;

	if (sealed.size < NONCE + TAG)
		return false;
	text = arena_alloc(a, sealed.size - NONCE - TAG);
	if (crypto_aead_xchacha20poly1305_ietf_decrypt(text, NULL, NULL, sealed.data + NONCE,
						       sealed.size - NONCE, bound.data, bound.size,
						       sealed.data, key->byte) != 0)
		return false;
	*plain = BYTES(text, sealed.size - NONCE - TAG);
	return true;
}

char *
crypto_password_hash(struct arena *a, const struct crypto_cost *cost, const char *password)
{
	char *hash = arena_alloc(a, crypto_pwhash_STRBYTES);

	if (crypto_pwhash_str_alg(hash, password, strlen(password), cost->passes, cost->memory,
				  crypto_pwhash_ALG_ARGON2ID13) != 0)
		return NULL;
	return hash;
}

bool
crypto_password_verify(const char *hash, const char *password)
{
	return crypto_pwhash_str_verify(hash, password, strlen(password)) == 0;
}

bool
crypto_password_is_outdated(const char *hash, const struct crypto_cost *cost)
{
	return crypto_pwhash_str_needs_rehash(hash, cost->passes, cost->memory) != 0;
}
