/* SPDX-License-Identifier: Apache-2.0 */
#ifndef USHER_MODEL_HANDLE_H
#define USHER_MODEL_HANDLE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/bytes.h"
#include "base/err.h"
#include "store/tables.h"

struct work;

/*
 * Handles: what clients hold and must not be guessed (UMA Grant, 5.5; RFC 6749, 10.10).  Text: a
 * type prefix and, in base64url, 5 bytes of expiry, 2 of the millisecond, 30 random bytes.  Stored
 * only as the key of a row: expiry and millisecond, then 240 bits of the keyed BLAKE2b-256 of the
 * whole text, under a key of tenant, type and epoch.  So the look-up is the comparison, one kind
 * never passes as another (T-C05), and a restore, which raises the epoch, makes all of them
 * unknown (T-S12).  The expiry inside is not believed; the row's is.
 *
 * Rows born together lie together.  By the second alone a commit of 32 tickets wrote 39 pages, as
 * a busy second fills hundreds of them; by the millisecond it writes 5.
 */
enum handle_kind {
	HANDLE_TICKET,
	HANDLE_PAT,
	HANDLE_ACCESS,
	HANDLE_REFRESH,
	HANDLE_PCT,
	HANDLE_KINDS
};

#define HANDLE_KEY_SIZE 37

/* A new handle that expires at `expires` (seconds): its text and its row's key. */
void handle_new(struct work *w, enum handle_kind kind, int64_t expires, const char **text,
		struct bytes *key);
/* The key of the row `text` would have, by its exact spelling; false when its kind, its length or
 * its time cannot be those of such a handle. */
bool handle_row_key(struct work *w, enum handle_kind kind, const char *text, struct bytes *key);
/* The kind whose prefix `text` has, or HANDLE_KINDS. */
enum handle_kind handle_kind_of(const char *text);
enum table handle_table(enum handle_kind kind);
/* The key of a signed token's row, made likewise of its signing input ("header.claims"); its
 * millisecond is that of its jti. */
struct bytes handle_rpt_key(struct work *w, const char *input, int64_t expires, const char *jti);

#endif
