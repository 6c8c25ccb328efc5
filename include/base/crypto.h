/* SPDX-License-Identifier: Apache-2.0 */
#ifndef USHER_BASE_CRYPTO_H
#define USHER_BASE_CRYPTO_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/random.h"

/*
 * Cryptography by libsodium: random bytes, keyed hashes, key derivation, authenticated encryption,
 * password hashes. Signatures are in jose/. Each process calls crypto_start before all others.
 */
#define CRYPTO_KEY  32 /* bytes of any symmetric key */
#define CRYPTO_HASH 32 /* bytes of a keyed hash (BLAKE2b-256) */

struct key {
	uint8_t byte[CRYPTO_KEY];
};

void crypto_start(void);
/* Random bytes from the kernel, safe after fork(2) (T-J07). */
void crypto_random(void *out, size_t size);
/* Keyed BLAKE2b-256 of `data`.  (libsodium has a crypto_hash of its own.) */
void crypto_keyed_hash(const struct key *key, struct bytes data, uint8_t out[CRYPTO_HASH]);
/* SipHash of `data` with the first half of the key, for hash tables. It proves nothing. */
uint64_t crypto_short_hash(const struct key *key, struct bytes data);
/* SHA-256 without a key, where an RFC requires it (thumbprints). */
void crypto_sha256(struct bytes data, uint8_t out[32]);
/* Derives the key for `purpose` (text) and `context` (bytes: tenant, type, epoch): keyed BLAKE2b
 * over length-prefixed parts, so different pairs never give the same input. */
void crypto_derive(const struct key *from, const char *purpose, struct bytes context,
		   struct key *out);
/* Constant time for equal sizes. */
bool crypto_equal(struct bytes a, struct bytes b);
void crypto_wipe(void *data, size_t size);
/* Encrypts with XChaCha20-Poly1305 and `bound` as additional data. The result in `a` is a nonce of
 * 24 bytes, drawn from `r`, and the ciphertext with its tag. */
struct bytes crypto_seal(struct arena *a, struct random *r, const struct key *key,
			 struct bytes plain, struct bytes bound);
/* Decrypts a result of crypto_seal into `a`. False if the key or the additional data is another
 * one, or if `sealed` was altered. */
bool crypto_open(struct arena *a, const struct key *key, struct bytes sealed, struct bytes bound,
		 struct bytes *plain);

/* Argon2id, for secrets that a person chose, in libsodium's text form, which contains its cost. */
struct crypto_cost {
	size_t memory; /* bytes; at least 8192 */
	unsigned passes;
};
/* Returns NULL if there is no memory for it. */
char *crypto_password_hash(struct arena *a, const struct crypto_cost *cost, const char *password);
/* Also returns false if there is no memory, or if `hash` is not such a hash. */
bool crypto_password_verify(const char *hash, const char *password);
/* Returns true if the hash was made at another cost. */
bool crypto_password_is_outdated(const char *hash, const struct crypto_cost *cost);

/* Reads the 32-byte master key from the file at `path`: 64 hexadecimal digits and a newline.
 * The file must be no link, belong to root or to the user of this process, and have a mode within
 * 0640; its directory must pass directory_fault. Otherwise ERR_SERVER, with the reason in *why. */
enum err master_key_read(struct arena *a, const char *path, struct key *out, const char **why);
/* Creates such a file with a new key and mode 0600. ERR_EXISTS if `path` exists already;
 * ERR_SERVER for other errors; both with the reason in *why. */
enum err master_key_create(struct arena *a, const char *path, const char **why);

#endif
