/* SPDX-License-Identifier: Apache-2.0 */
#ifndef USHER_BASE_BYTES_H
#define USHER_BASE_BYTES_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* A reference to bytes in memory that another object owns. Text, by contrast, is `const char *`:
 * valid UTF-8 that ends with a NUL. */
struct bytes {
	const uint8_t *data;
	size_t size;
};

#define BYTES(p, n) ((struct bytes){ (const uint8_t *)(p), (n) })
#define BYTES_NONE  ((struct bytes){ NULL, 0 })

static inline struct bytes
bytes_of(const char *text)
{
	return BYTES(text, strlen(text));
}

/* Writes a number as `n` bytes, big-endian: keys sort in the order of their numbers. */
static inline void
bytes_put(uint8_t *out, size_t n, uint64_t number)
{
	for (size_t i = n; i-- > 0; number >>= 8)
		out[i] = (uint8_t)number;
}

static inline uint64_t
bytes_get(const uint8_t *in, size_t n)
{
	uint64_t number = 0;

	for (size_t i = 0; i < n; i++)
		number = number << 8 | in[i];
	return number;
}

/* Size of a time (seconds since 1970) in the keys of rows that expire. */
#define BYTES_TIME 5

static inline void
bytes_put_time(uint8_t out[BYTES_TIME], int64_t seconds)
{
	bytes_put(out, BYTES_TIME, (uint64_t)seconds);
}

static inline int64_t
bytes_get_time(const uint8_t in[BYTES_TIME])
{
	return (int64_t)bytes_get(in, BYTES_TIME);
}

/* Not in constant time. For secrets use crypto_equal. */
static inline int
bytes_equal(struct bytes a, struct bytes b)
{
	return a.size == b.size && (a.size == 0 || memcmp(a.data, b.data, a.size) == 0);
}

#endif
