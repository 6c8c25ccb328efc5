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
 * Handles: unguessable tokens of clients (UMA Grant, 5.5; RFC 6749, 10.10). The text is a type
 * prefix and, in base64url, 5 bytes of expiry, 2 bytes of milliseconds and 30 random bytes. The
 * store has only a row key: expiry, milliseconds, and 240 bits of the keyed BLAKE2b-256 of the
 * whole text. The hash key depends on tenant, kind and epoch. So the lookup is the comparison, one
 * kind never passes as another (T-C05), and a restore, which raises the epoch, invalidates all
 * handles (T-S12). The expiry in the text is not trusted; the row's expiry decides.
 *
 * Keys sort by creation time, so one commit dirties few pages (32 tickets: 39 pages at 1 s
 * resolution, 5 at 1 ms).
 */
enum handle_kind {
	HANDLE_TICKET,
	HANDLE_PAT,
	HANDLE_ACCESS,
	HANDLE_REFRESH,
	HANDLE_PCT,
	HANDLE_CODE,
	HANDLE_PUSHED_REQUEST,
	HANDLE_SESSION,
	HANDLE_RESET,
	HANDLE_CLAIMS_FLOW,
	HANDLE_KINDS
};

#define HANDLE_KEY_SIZE 37

/* Makes a handle that expires at `expires` (seconds): its text and the key of its row. */
void handle_new(struct work *w, enum handle_kind kind, int64_t expires, const char **text,
		struct bytes *key);
/* Sets the key of the row that `text`, in its exact spelling, would have. Returns false if the
 * kind, length or time of `text` is impossible for such a handle. */
bool handle_row_key(struct work *w, enum handle_kind kind, const char *text, struct bytes *key);
/* Returns the kind whose prefix `text` has, or HANDLE_KINDS. */
enum handle_kind handle_kind_of(const char *text);
enum table handle_table(enum handle_kind kind);
/* Returns the key of an RPT's row, made the same way from its signing input ("header.claims"), with
 * the millisecond of its jti. */
struct bytes handle_rpt_key(struct work *w, const char *input, int64_t expires, const char *jti);

#endif
