/* SPDX-License-Identifier: Apache-2.0 */
/* Functions that every module of the model uses: errors, reading rows, joining keys. */
#include <stdarg.h>
#include <string.h>

#include "base/buf.h"
#include "base/log.h"
#include "model/row.h"
#include "model/tenant.h"
#include "model/work.h"

enum err
work_fail(struct work *w, enum err e, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	w->refusal = (struct refusal){ e, arena_vprintf(w->arena, format, args) };
	va_end(args);
	return e;
}

enum err
work_fail_with(struct work *w, enum err e, const char *why)
{
	w->refusal = (struct refusal){ e, why };
	return e;
}

const char *
work_why(const struct work *w, enum err e)
{
	return w->refusal.code == e ? w->refusal.why : NULL;
}

enum err
row_get(struct work *w, enum table t, struct bytes key, enum err missing, struct bytes *row)
{
	enum err e;

	*row = BYTES_NONE;
	if (key.size == 0 || key.size > KEY_MAX)
		return missing;
	e = store_get(w->db, w->tenant->id, t, key, row);
	return e == ABSENT ? missing : e;
}

enum err
row_get_tracked(struct work *w, enum table t, struct bytes key, enum err missing, struct bytes *row)
{
	enum err e = row_get(w, t, key, missing, row);

	if ((e == OK || e == missing) && key.size > 0 && key.size <= KEY_MAX)
		change_expect(w->changes, t, key, *row);
	return e;
}

static struct bytes *
work_bytes_at(void *object, size_t offset)
{
	return (struct bytes *)((char *)object + offset);
}

enum err
row_read(struct work *w, const struct row_kind *kind, struct bytes key, struct bytes row,
	 void *object)
{
	memset(object, 0, kind->size);
	*work_bytes_at(object, kind->key) = key;
	*work_bytes_at(object, kind->row) = row;
	if (row_decode(w->arena, kind->fields, row, object))
		return OK;
	log_error("tenant %s: the row of %s cannot be read", w->tenant->name, kind->what);
	return ERR_STORE;
}

enum err
row_find_tracked(struct work *w, const struct row_kind *kind, struct bytes key, enum err missing,
		 void *object)
{
	struct bytes row;

	memset(object, 0, kind->size);
	*work_bytes_at(object, kind->key) = key;
	TRY(row_get_tracked(w, kind->table, key, missing, &row));
	return row_read(w, kind, key, row, object);
}

struct each {
	struct work *w;
	const struct row_kind *kind;
	each_fn fn;
	void *arg;
};

static enum err
work_each_row(void *arg, struct bytes key, struct bytes row)
{
	struct each *e = arg;
	void *object = arena_alloc(e->w->arena, e->kind->size);

	TRY(row_read(e->w, e->kind, arena_bytes(e->w->arena, key), row, object));
	return e->fn(e->arg, object);
}

enum err
row_each(struct work *w, const struct row_kind *kind, struct bytes prefix, each_fn fn, void *arg)
{
	struct each e = { w, kind, fn, arg };

	return store_scan(w->db, w->tenant->id, kind->table, prefix, BYTES_NONE, work_each_row, &e);
}

enum err
row_check_size(struct work *w, struct bytes row)
{
	return row.size <= ROW_MAX
		       ? OK
		       : work_fail(w, ERR_TOO_LARGE,
				   "the data must be at most %d bytes when stored", ROW_MAX);
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
