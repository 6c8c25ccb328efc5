/* SPDX-License-Identifier: Apache-2.0 */
#ifndef USHER_BASE_ID_H
#define USHER_BASE_ID_H

#include <stdbool.h>
#include <stdint.h>

#include "base/random.h"

/* Identifiers of this server: 48 bits of time in milliseconds and 80 random bits, as 26 characters
 * of [0-9a-hjkmnp-tv-z]. They sort by time, so rows created together are adjacent in the store. */
#define ID_LEN	26
#define ID_SIZE (ID_LEN + 1)

/* Writes a new identifier with a NUL. The random bits come from `r` (base/random.h). */
void id_new(struct random *r, int64_t now_ms, char out[ID_SIZE]);
/* True if `s` has the form of an identifier; false for NULL. */
bool id_is(const char *s);

#endif
