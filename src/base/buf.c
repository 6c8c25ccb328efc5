/* SPDX-License-Identifier: Apache-2.0 */
/* A growing text.  What it outgrows stays in the arena until that is wiped. */
#include <stdarg.h>

#include "base/buf.h"
#include "base/log.h"

#define FIRST_ROOM 256

static void
make_room(struct buf *b, size_t more)
{
	size_t need, room = b->room != 0 ? b->room : FIRST_ROOM;
	char *bigger;

	if (__builtin_add_overflow(b->size, more, &need) || need > SIZE_MAX / 4)
		log_die("a text of %zu and %zu bytes", b->size, more);
	if (need < b->room)
		return;
	while (room <= need)
		room *= 2;
	bigger = arena_alloc(b->arena, room);
	if (b->size != 0)
		memcpy(bigger, b->data, b->size);
	b->data = bigger;
	b->room = room;
}

void
buf_add(struct buf *b, const void *data, size_t size)
{
	make_room(b, size);
	if (size != 0)
		memcpy(b->data + b->size, data, size);
	b->size += size;
	b->data[b->size] = '\0';
}

void
buf_text(struct buf *b, const char *text)
{
	buf_add(b, text, strlen(text));
}

void
buf_char(struct buf *b, char c)
{
	buf_add(b, &c, 1);
}

void
buf_printf(struct buf *b, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	buf_text(b, arena_vprintf(b->arena, format, args));
	va_end(args);
}

struct bytes
buf_bytes(const struct buf *b)
{
	return BYTES(b->data, b->size);
}
