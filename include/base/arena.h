/* SPDX-License-Identifier: Apache-2.0 */
#ifndef USHER_BASE_ARENA_H
#define USHER_BASE_ARENA_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/bytes.h"

/*
 * The memory of one request, given back all at once.
 *
 *	struct arena *a = arena_new();
 *	char *name = arena_printf(a, "photo %d", 7);
 *	arena_reset(a);			// `name` is gone, and wiped
 *	arena_free(a);
 *
 * Nothing here returns NULL: sizes are bounded where input enters, so running out of memory
 * is a broken invariant and ends the process.
 */
struct arena;

struct arena *arena_new(void);
/* Runs what was deferred (latest first), wipes all memory, keeps the first block. */
void arena_reset(struct arena *a);
void arena_free(struct arena *a);

/* Zeroed memory, aligned for any type. */
void *arena_alloc(struct arena *a, size_t size);
/* `n` elements of `size` bytes; an overflow of the product ends the process. */
void *arena_array(struct arena *a, size_t n, size_t size);
/* `piece`, of `size` bytes, made `wanted` bytes long, the rest zeroed: where it lies when nothing
 * was handed out since, else in a copy.  A piece of NULL is new. */
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

/* Calls fn(arg) when the arena is reset or freed: ties other people's objects to it. */
void arena_defer(struct arena *a, void (*fn)(void *), void *arg);

/* Does the memory at `piece` belong to the arena? */
bool arena_owns(const struct arena *a, const void *piece);
/* Bytes handed out since the last reset, for limits and tests. */
size_t arena_used(const struct arena *a);

#define ARENA_NEW(a, type) ((type *)arena_alloc((a), sizeof(type)))

#endif
