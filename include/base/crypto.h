/* SPDX-License-Identifier: Apache-2.0 */
#ifndef USHER_BASE_CRYPTO_H
#define USHER_BASE_CRYPTO_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/random.h"

/*
 * What libsodium does for us below JOSE: randomness, keyed hashes, derived keys, sealing.
 * Call crypto_start once in every process before anything else here.
 */
#define CRYPTO_KEY  32 /* bytes of any symmetric key */
#define CRYPTO_HASH 32 /* bytes of a keyed hash (BLAKE2b-256) */

struct key {
	uint8_t byte[CRYPTO_KEY];
};

void crypto_start(void);
/* From the kernel, safe across fork (T-J07). */
void crypto_random(void *out, size_t size);
/* Keyed BLAKE2b-256 of `data`.  (libsodium has a crypto_hash of its own.) */
void crypto_keyed_hash(const struct key *key, struct bytes data, uint8_t out[CRYPTO_HASH]);
/* SipHash of `data` under the first half of the key: to tell things apart quickly, no proof. */
uint64_t crypto_short_hash(const struct key *key, struct bytes data);
/* Plain SHA-256, for what RFCs prescribe (thumbprints). */
void crypto_sha256(struct bytes data, uint8_t out[32]);
/* A key of its own for `purpose` (text) and `context` (bytes: tenant, type, epoch): keyed BLAKE2b
 * over length-prefixed parts, so no two pairs give the same input. */
void crypto_derive(const struct key *from, const char *purpose, struct bytes context,
		   struct key *out);
/* Constant time for equal sizes. */
bool crypto_equal(struct bytes a, struct bytes b);
void crypto_wipe(void *data, size_t size);
/* XChaCha20-Poly1305 with `bound` as additional data: 24 bytes nonce, from `r`, then the sealed
 * text. */
struct bytes crypto_seal(struct arena *a, struct random *r, const struct key *key,
			 struct bytes plain, struct bytes bound);
/* False: another key, other additional data, or altered. */
bool crypto_open(struct arena *a, const struct key *key, struct bytes sealed, struct bytes bound,
		 struct bytes *plain);
/* Argon2id for what a human chose (libsodium's own text form). */
char *crypto_password_hash(struct arena *a, const char *password);
bool crypto_password_verify(const char *hash, const char *password);

/* Reads the 32-byte master key from `path`: 64 hexadecimal digits and a newline, in a file
 * that nobody but its owner (and group, reading) may touch, ourselves or root; opened without
 * following links, in a directory in which nobody else can replace it.  ERR_SERVER with
 * *why set otherwise. */
enum err master_key_read(struct arena *a, const char *path, struct key *out, const char **why);
/* Makes such a file with mode 0600; ERR_EXISTS when there is one. */
enum err master_key_create(struct arena *a, const char *path, const char **why);

#endif
