/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Memory of one request: a chain of blocks, each allocated from front to back. Tokens and secrets
 * pass through it, so allocated memory is wiped before it is used again (T-F09). The unallocated
 * part of a block is always zero.
 */
#include <stdalign.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/log.h"
#include "base/asan.h"

/* Under AddressSanitizer unallocated memory is poisoned, and so is a gap after each piece. */
#if HAS_ASAN
#include <sanitizer/asan_interface.h>
#define GAP 16
#else
#define ASAN_POISON_MEMORY_REGION(p, n)	  ((void)(p), (void)(n))
#define ASAN_UNPOISON_MEMORY_REGION(p, n) ((void)(p), (void)(n))
#define GAP				  0
#endif

/* Most requests fit into the first block; a worker keeps one, and no more, between requests. */
#define BLOCK_SIZE 8192
#define ALIGN	   alignof(max_align_t)

struct block {
	struct block *next; /* the block that was created before this one */
	size_t room, used;
	alignas(max_align_t) uint8_t data[];
};

struct deferred {
	struct deferred *next;
	void (*fn)(void *);
	void *arg;
};

struct arena {
	struct block *top;
	struct deferred *deferred;
	size_t used;
};

static struct block *
arena_block_new(size_t room, struct block *next)
{
	struct block *b = calloc(1, sizeof(*b) + room);

	if (b == NULL)
		log_die("out of memory: %zu bytes for a block of an arena", room);
	b->next = next;
	b->room = room;
	ASAN_POISON_MEMORY_REGION(b->data, room);
	return b;
}

static void
arena_block_wipe(struct block *b)
{
	ASAN_UNPOISON_MEMORY_REGION(b->data, b->room);
	explicit_bzero(b->data, b->used);
	b->used = 0;
}

/* `size` plus the gap, rounded up so that the next piece is aligned, too. */
static size_t
arena_rounded(size_t size)
{
	size_t sum;

	if (__builtin_add_overflow(size, GAP + ALIGN - 1, &sum))
		log_die("a piece of %zu bytes is too large for an arena", size);
	return sum - sum % ALIGN;
}

/* Takes one function at a time from the list, because it may defer others or allocate memory. */
static void
arena_run_deferred(struct arena *a)
{
	while (a->deferred != NULL) {
		struct deferred *d = a->deferred;

		a->deferred = d->next;
		d->fn(d->arg);
	}
}

struct arena *
arena_new(void)
{
	struct arena *a = calloc(1, sizeof(*a));

	if (a == NULL)
		log_die("out of memory for an arena");
	a->top = arena_block_new(BLOCK_SIZE, NULL);
	return a;
}

void
arena_reset(struct arena *a)
{
	arena_run_deferred(a);
	while (a->top->next != NULL) {
		struct block *next = a->top->next;

		arena_block_wipe(a->top);
		free(a->top);
		a->top = next;
	}
	arena_block_wipe(a->top);
	ASAN_POISON_MEMORY_REGION(a->top->data, a->top->room);
	a->used = 0;
}

void
arena_free(struct arena *a)
{
	if (a == NULL)
		return;
	arena_reset(a);
	free(a->top);
	free(a);
}

void *
arena_alloc(struct arena *a, size_t size)
{
	size_t need = arena_rounded(size != 0 ? size : 1);
	struct block *b = a->top;
	void *piece;

	if (need > b->room - b->used)
		b = a->top = arena_block_new(need > BLOCK_SIZE ? need : BLOCK_SIZE, b);
	piece = b->data + b->used;
	b->used += need;
	a->used += need;
	ASAN_UNPOISON_MEMORY_REGION(piece, size);
	return piece;
}

/* Grows in place, if `piece` was the last one allocated and its block has enough room. */
static bool
arena_grow_in_place(struct arena *a, const void *piece, size_t size, size_t wanted)
{
	size_t had = arena_rounded(size != 0 ? size : 1), need = arena_rounded(wanted);
	struct block *b = a->top;

	if ((const uint8_t *)piece + had != b->data + b->used || need - had > b->room - b->used)
		return false;
	b->used += need - had;
	a->used += need - had;
	ASAN_UNPOISON_MEMORY_REGION(piece, wanted);
	return true;
}

void *
arena_grow(struct arena *a, void *piece, size_t size, size_t wanted)
{
	void *copy;

	if (wanted <= size || (piece != NULL && arena_grow_in_place(a, piece, size, wanted)))
		return piece;
	copy = arena_alloc(a, wanted);
	if (piece != NULL)
		memcpy(copy, piece, size);
	return copy;
}

void *
arena_array(struct arena *a, size_t n, size_t size)
{
	size_t product;

	if (__builtin_mul_overflow(n, size, &product))
		log_die("an array of %zu times %zu bytes is too large for an arena", n, size);
	return arena_alloc(a, product);
}

void *
arena_copy(struct arena *a, const void *data, size_t size)
{
	void *copy = arena_alloc(a, size);

	if (size != 0)
		memcpy(copy, data, size);
	return copy;
}

char *
arena_strdup(struct arena *a, const char *s)
{
	return s != NULL ? arena_copy(a, s, strlen(s) + 1) : NULL;
}

char *
arena_strndup(struct arena *a, const char *s, size_t len)
{
	char *copy;

	if (len == SIZE_MAX)
		log_die("a text of %zu bytes is too long", len);
	copy = arena_alloc(a, len + 1);
	if (len != 0)
		memcpy(copy, s, len);
	return copy;
}

char *
arena_vprintf(struct arena *a, const char *format, va_list args)
{
	va_list again;
	char *text;
	int len;

	va_copy(again, args);
	len = vsnprintf(NULL, 0, format, again);
	va_end(again);
	if (len < 0)
		log_die("a text cannot be formatted: %s", format);
	text = arena_alloc(a, (size_t)len + 1);
	vsnprintf(text, (size_t)len + 1, format, args);
	return text;
}

char *
arena_printf(struct arena *a, const char *format, ...)
{
	va_list args;
	char *text;

	va_start(args, format);
	text = arena_vprintf(a, format, args);
	va_end(args);
	return text;
}

struct bytes
arena_bytes(struct arena *a, struct bytes b)
{
	return BYTES(arena_copy(a, b.data, b.size), b.size);
}

void
arena_defer(struct arena *a, void (*fn)(void *), void *arg)
{
	struct deferred *d = ARENA_NEW(a, struct deferred);

	d->fn = fn;
	d->arg = arg;
	d->next = a->deferred;
	a->deferred = d;
}

bool
arena_owns(const struct arena *a, const void *piece)
{
	const uint8_t *at = piece;

	for (const struct block *b = a->top; b != NULL; b = b->next)
		if (at >= b->data && at < b->data + b->used)
			return true;
	return false;
}

size_t
arena_used(const struct arena *a)
{
	return a->used;
}
