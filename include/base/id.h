/* SPDX-License-Identifier: Apache-2.0 */
#ifndef USHER_BASE_ID_H
#define USHER_BASE_ID_H

#include <stdbool.h>
#include <stdint.h>

#include "base/random.h"

/* Identifiers that we choose: 48 bits of milliseconds, 80 random bits, in 26 characters of
 * [0-9a-hjkmnp-tv-z] whose order is the order of time.  Rows born together lie together. */
#define ID_LEN	26
#define ID_SIZE (ID_LEN + 1)

/* The random bits come from `r` (base/random.h). */
void id_new(struct random *r, int64_t now_ms, char out[ID_SIZE]);
bool id_is(const char *s);

#endif
