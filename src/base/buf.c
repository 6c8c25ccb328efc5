/* SPDX-License-Identifier: Apache-2.0 */
/* A growing text. When it is copied to a larger piece, the old one remains in the arena. */
#include <stdarg.h>
#include <stdio.h>

#include "base/buf.h"
#include "base/log.h"
#include "base/text.h"

#define FIRST_ROOM 128
#define USUAL_ROOM 64 /* most formatted texts are shorter */

static void
buf_grow(struct buf *b, size_t more)
{
	size_t need, room = b->room != 0 ? b->room : FIRST_ROOM;

	if (__builtin_add_overflow(b->size, more, &need) || need > SIZE_MAX / 4)
		log_die("a text of %zu plus %zu bytes is too long", b->size, more);
	while (room <= need)
		room *= 2;
	b->data = arena_grow(b->arena, b->data, b->room, room);
	b->room = room;
}

/* Makes room for `more` bytes and the NUL. Only the test is inlined, because most pieces of JSON
 * have one or two bytes. */
static inline void
buf_make_room(struct buf *b, size_t more)
{
	if (more >= b->room - b->size)
		buf_grow(b, more);
}

char *
buf_extend(struct buf *b, size_t size)
{
	char *at;

	buf_make_room(b, size);
	at = b->data + b->size;
	b->size += size;
	b->data[b->size] = '\0';
	return at;
}

void
buf_add(struct buf *b, const void *data, size_t size)
{
	char *at = buf_extend(b, size);

	if (size != 0)
		memcpy(at, data, size);
}

void
buf_text(struct buf *b, const char *text)
{
	buf_add(b, text, strlen(text));
}

void
buf_char(struct buf *b, char c)
{
	buf_make_room(b, 1);
	b->data[b->size++] = c;
	b->data[b->size] = '\0';
}

void
buf_int(struct buf *b, int64_t value)
{
	char digits[INT_DIGITS];
	const char *text = text_print_int(value, digits);

	buf_add(b, text, (size_t)(digits + INT_DIGITS - 1 - text));
}

void
buf_printf(struct buf *b, const char *format, ...)
{
	va_list args;
	int size;

	buf_make_room(b, USUAL_ROOM);
	va_start(args, format);
	size = vsnprintf(b->data + b->size, b->room - b->size, format, args);
	va_end(args);
	if (size < 0)
		log_die("a text cannot be formatted: %s", format);
	if ((size_t)size >= b->room - b->size) {
		buf_make_room(b, (size_t)size);
		va_start(args, format);
		vsnprintf(b->data + b->size, b->room - b->size, format, args);
		va_end(args);
	}
	b->size += (size_t)size;
}

struct bytes
buf_bytes(const struct buf *b)
{
	return BYTES(b->data, b->size);
}
