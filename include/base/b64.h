/* SPDX-License-Identifier: Apache-2.0 */
#ifndef USHER_BASE_B64_H
#define USHER_BASE_B64_H

#include <stdbool.h>

#include "base/arena.h"

/* base64url without padding (RFC 7515, 2). */
char *b64url_encode(struct arena *a, struct bytes b);
/* The same, with a NUL, into the caller's memory `out`. */
void b64url_write(struct bytes b, char *out);
/* Accepts only the canonical encoding: no padding, no white space, no spare bits (T-P09). */
bool b64url_decode(struct arena *a, const char *text, struct bytes *out);
/* The same, several times as fast but not in constant time: for text that contains no secret. */
bool b64url_decode_public(struct arena *a, const char *text, struct bytes *out);
/* Standard alphabet with required padding, as in Basic credentials (RFC 7617). */
bool b64_decode(struct arena *a, const char *text, struct bytes *out);
char *b64_encode(struct arena *a, struct bytes b);

#endif
