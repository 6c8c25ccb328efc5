/* SPDX-License-Identifier: Apache-2.0 */
/* What every module of the model begins with: refusing, reading a row, joining a key. */
#include <stdarg.h>

#include "base/buf.h"
#include "base/log.h"
#include "model/tenant.h"
#include "model/work.h"

enum err
fail(struct work *w, enum err e, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	w->why = arena_vprintf(w->arena, format, args);
	va_end(args);
	return e;
}

enum err
row_get(struct work *w, enum table t, struct bytes key, enum err missing, struct bytes *row)
{
	enum err e;

	*row = BYTES_NONE;
	if (key.size == 0 || key.size > KEY_MAX)
		return missing;
	e = store_get(w->db, w->tenant->id, t, key, row);
	return e == ERR_NOT_FOUND ? missing : e;
}

enum err
row_fits(struct work *w, struct bytes row)
{
	return row.size <= ROW_MAX ? OK : fail(w, ERR_TOO_LARGE, "that is more than can be kept");
}

struct bytes
key_join(struct arena *a, const char *first, ...)
{
	struct buf b = { .arena = a };
	const char *part;
	va_list args;

	buf_text(&b, first);
	va_start(args, first);
	while ((part = va_arg(args, const char *)) != NULL) {
		buf_char(&b, '\0');
		buf_text(&b, part);
	}
	va_end(args);
	return buf_bytes(&b);
}
