/* SPDX-License-Identifier: Apache-2.0 */
#ifndef USHER_BASE_BUF_H
#define USHER_BASE_BUF_H

#include "base/arena.h"

/* A text that grows inside an arena. Start with { .arena = a }; after the first addition `data`
 * always ends with a NUL. */
struct buf {
	struct arena *arena;
	char *data;
	size_t size; /* bytes in use, without the NUL */
	size_t room;
};

void buf_add(struct buf *b, const void *data, size_t size);
/* Adds `size` bytes, which the caller fills in. */
char *buf_extend(struct buf *b, size_t size);
void buf_text(struct buf *b, const char *text);
void buf_char(struct buf *b, char c);
/* Adds the number in decimal; several times as fast as buf_printf. */
void buf_int(struct buf *b, int64_t value);
void buf_printf(struct buf *b, const char *format, ...) __attribute__((format(printf, 2, 3)));
struct bytes buf_bytes(const struct buf *b);

#endif
