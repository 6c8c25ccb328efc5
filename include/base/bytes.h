/* SPDX-License-Identifier: Apache-2.0 */
#ifndef USHER_BASE_BYTES_H
#define USHER_BASE_BYTES_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* Some bytes that belong to somebody else.  Text, by contrast, is `const char *`: valid UTF-8,
 * ended by NUL, without a NUL inside. */
struct bytes {
	const uint8_t *data;
	size_t         size;
};

#define BYTES(p, n) ((struct bytes){ (const uint8_t *)(p), (n) })
#define BYTES_NONE  ((struct bytes){ NULL, 0 })

static inline struct bytes
bytes_of(const char *text)
{
	return BYTES(text, strlen(text));
}

/* Not for secrets: see crypto_equal. */
static inline int
bytes_equal(struct bytes a, struct bytes b)
{
	return a.size == b.size && (a.size == 0 || memcmp(a.data, b.data, a.size) == 0);
}

#endif
