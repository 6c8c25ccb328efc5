/* SPDX-License-Identifier: Apache-2.0 */
#ifndef USHER_BASE_ARENA_H
#define USHER_BASE_ARENA_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/bytes.h"

/*
 * The memory of one request, freed at once.
 *
 *	struct arena *a = arena_new();
 *	char *name = arena_printf(a, "photo %d", 7);
 *	arena_reset(a);			// `name` is gone, and wiped
 *	arena_free(a);
 *
 * No function returns NULL for lack of memory: input is bounded in size when it is read, so
 * running out of memory is a broken invariant and ends the process.
 */
struct arena;

struct arena *arena_new(void);
/* Calls the deferred functions (latest first), wipes all memory, keeps the first block. */
void arena_reset(struct arena *a);
/* Resets the arena and frees it. NULL is allowed. */
void arena_free(struct arena *a);

/* Zeroed memory, aligned for any type. */
void *arena_alloc(struct arena *a, size_t size);
/* `n` zeroed elements of `size` bytes; an overflow of the product ends the process. */
void *arena_array(struct arena *a, size_t n, size_t size);
/* Enlarges `piece` from `size` to `wanted` bytes and zeroes the new bytes. If nothing was allocated
 * after the piece, it grows in place; otherwise the result is a copy. A piece of NULL is new. */
void *arena_grow(struct arena *a, void *piece, size_t size, size_t wanted);
void *arena_copy(struct arena *a, const void *data, size_t size);
/* A copy of `s`; NULL stays NULL. */
char *arena_strdup(struct arena *a, const char *s);
/* The `len` bytes at `s` as a string. */
char *arena_strndup(struct arena *a, const char *s, size_t len);
char *arena_printf(struct arena *a, const char *format, ...) __attribute__((format(printf, 2, 3)));
char *arena_vprintf(struct arena *a, const char *format, va_list args)
	__attribute__((format(printf, 2, 0)));
struct bytes arena_bytes(struct arena *a, struct bytes b);

/* Calls fn(arg) when the arena is reset or freed, for example to free an object of a library. */
void arena_defer(struct arena *a, void (*fn)(void *), void *arg);

/* True if `piece` points to memory that the arena allocated since the last reset. */
bool arena_owns(const struct arena *a, const void *piece);
/* Bytes allocated since the last reset, for limits and tests. */
size_t arena_used(const struct arena *a);

#define ARENA_NEW(a, type) ((type *)arena_alloc((a), sizeof(type)))

#endif
