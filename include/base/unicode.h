/* SPDX-License-Identifier: Apache-2.0 */
#ifndef USHER_BASE_UNICODE_H
#define USHER_BASE_UNICODE_H

#include <stdbool.h>

#include "base/arena.h"

/*
 * Normalises texts that Unicode can encode in several ways. Normalised texts can be compared byte
 * by byte.
 */

/* Applies the OpaqueString profile of RFC 8265, 4.2: NFC, every blank becomes U+0020, case is
 * preserved. For ASCII, *out is `text`. False if the profile rejects the text. */
bool unicode_normalise(struct arena *a, const char *text, const char **out);

/* Writes the domain as lower-case A-labels (RFC 5890) with a NUL to `out`. False if it is not a
 * host name: labels of letters, digits and inner hyphens, 1 to 63 bytes each, 253 bytes in all. */
#define DOMAIN_SIZE 254
bool unicode_domain(const char *domain, char out[DOMAIN_SIZE]);

#endif
