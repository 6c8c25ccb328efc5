/* SPDX-License-Identifier: Apache-2.0 */
/* Records of named fields. JSON is written at once; text is written at the end of the list or
 * record, when the widths of the columns are known. */
#include <ctype.h>
#include <string.h>
#include <time.h>

#include "admin/out_table.h"
#include "base/json.h"
#include "base/str_list.h"
#include "base/text.h"

#define GAP	    2 /* spaces between columns */
#define COLUMNS_MAX 32

struct out_field {
	const char *name, *text;
	struct out_field *next;
};

struct out_table_row {
	struct out_field *first, **last;
	struct out_table_row *next;
};

struct columns {
	const char *name[COLUMNS_MAX];
	size_t width[COLUMNS_MAX]; /* 0: no row has a value */
	size_t n;
};

/* Returns the number of UTF-8 characters: all bytes except continuation bytes. */
static size_t
out_table_width(const char *s)
{
	size_t n = 0;

	for (; *s != '\0'; s++)
		if (((unsigned char)*s & 0xc0) != 0x80)
			n++;
	return n;
}

static void
out_table_add_field(struct out_table *s, const char *name, const char *text)
{
	struct out_field *c = ARENA_NEW(s->arena, struct out_field);

	*c = (struct out_field){ name, text != NULL ? out_table_safe(s->arena, text) : NULL, NULL };
	*s->row->last = c;
	s->row->last = &c->next;
}

static const struct out_field *
out_table_field_of(const struct out_table_row *row, const char *name)
{
	for (const struct out_field *c = row->first; c != NULL; c = c->next)
		if (strcmp(c->name, name) == 0)
			return c;
	return NULL;
}

static void
out_table_widen(struct columns *columns, const struct out_field *c)
{
	size_t i = 0;

	while (i < columns->n && strcmp(columns->name[i], c->name) != 0)
		i++;
	if (i == COLUMNS_MAX)
		return;
	if (i == columns->n)
		columns->name[columns->n++] = c->name;
	if (c->text == NULL)
		return;
	if (columns->width[i] < out_table_width(c->name))
		columns->width[i] = out_table_width(c->name);
	if (columns->width[i] < out_table_width(c->text))
		columns->width[i] = out_table_width(c->text);
}

static void
out_table_put_padded(struct buf *b, const char *text, size_t to)
{
	buf_text(b, text);
	for (size_t n = out_table_width(text); n < to; n++)
		buf_char(b, ' ');
}

static void
out_table_trim_line(struct buf *b)
{
	while (b->size > 0 && b->data[b->size - 1] == ' ')
		b->size--;
	buf_char(b, '\n');
}

static void
out_table_put_header(struct buf *b, const struct columns *columns)
{
	for (size_t i = 0; i < columns->n; i++) {
		char *title = arena_strdup(b->arena, columns->name[i]);

		for (char *p = title; *p != '\0'; p++)
			*p = *p == '_' ? ' ' : (char)toupper((unsigned char)*p);
		if (columns->width[i] > 0)
			out_table_put_padded(b, title, columns->width[i] + GAP);
	}
	out_table_trim_line(b);
}

static void
out_table_put_line(struct buf *b, const struct columns *columns, const struct out_table_row *row)
{
	for (size_t i = 0; i < columns->n; i++) {
		const struct out_field *c = out_table_field_of(row, columns->name[i]);

		if (columns->width[i] > 0)
			out_table_put_padded(b, c != NULL && c->text != NULL ? c->text : "-",
					     columns->width[i] + GAP);
	}
	out_table_trim_line(b);
}

static void
out_table_put_table(struct out_table *s)
{
	struct columns columns = { .n = 0 };

	if (s->first == NULL) {
		buf_printf(&s->out, "no %s\n", s->name);
		return;
	}
	for (const struct out_table_row *r = s->first; r != NULL; r = r->next)
		for (const struct out_field *c = r->first; c != NULL; c = c->next)
			out_table_widen(&columns, c);
	out_table_put_header(&s->out, &columns);
	for (const struct out_table_row *r = s->first; r != NULL; r = r->next)
		out_table_put_line(&s->out, &columns, r);
}

static void
out_table_put_record(struct out_table *s)
{
	size_t most = 0;

	for (const struct out_field *c = s->row->first; c != NULL; c = c->next)
		if (c->text != NULL && out_table_width(c->name) > most)
			most = out_table_width(c->name);
	for (const struct out_field *c = s->row->first; c != NULL; c = c->next) {
		if (c->text == NULL)
			continue;
		out_table_put_padded(&s->out, c->name, most + GAP);
		buf_text(&s->out, c->text);
		out_table_trim_line(&s->out);
	}
}

static void
out_table_add_row(struct out_table *s)
{
	s->row = ARENA_NEW(s->arena, struct out_table_row);
	s->row->last = &s->row->first;
	*s->last = s->row;
	s->last = &s->row->next;
}

static void
out_table_clear(struct out_table *s)
{
	s->first = s->row = NULL;
	s->last = &s->first;
}

void
out_table_start(struct out_table *s, struct arena *a, enum out_table_form form)
{
	*s = (struct out_table){ .arena = a, .form = form, .out = { .arena = a } };
	out_table_clear(s);
}

void
out_table_record(struct out_table *s)
{
	s->list = false;
	if (s->form == OUT_TABLE_JSON)
		out_open(&s->out, NULL, '{');
	else
		out_table_add_row(s);
}

void
out_table_list(struct out_table *s, const char *name)
{
	s->list = true;
	s->name = name;
	if (s->form == OUT_TABLE_TEXT)
		return;
	out_open(&s->out, NULL, '{');
	out_open(&s->out, name, '[');
}

void
out_table_row(struct out_table *s)
{
	if (s->form == OUT_TABLE_JSON && s->row != NULL)
		out_close(&s->out, '}');
	out_table_add_row(s);
	if (s->form == OUT_TABLE_JSON)
		out_open(&s->out, NULL, '{');
}

void
out_table_end(struct out_table *s)
{
	if (s->form == OUT_TABLE_JSON) {
		if (s->list && s->row != NULL)
			out_close(&s->out, '}');
		if (s->list)
			out_close(&s->out, ']');
		out_close(&s->out, '}');
		buf_char(&s->out, '\n');
	} else if (s->list) {
		out_table_put_table(s);
	} else {
		out_table_put_record(s);
	}
	out_table_clear(s);
}

void
out_table_note(struct out_table *s, const char *format, ...)
{
	va_list args;

	if (s->form == OUT_TABLE_JSON)
		return;
	va_start(args, format);
	buf_text(&s->out, arena_vprintf(s->arena, format, args));
	va_end(args);
	buf_char(&s->out, '\n');
}

void
out_table_gap(struct out_table *s)
{
	if (s->form == OUT_TABLE_TEXT)
		buf_char(&s->out, '\n');
}

bool
out_table_detailed(const struct out_table *s)
{
	return s->form == OUT_TABLE_JSON || !s->list;
}

void
out_field_text(struct out_table *s, const char *name, const char *value)
{
	if (s->form == OUT_TABLE_JSON)
		out_text(&s->out, name, value);
	else
		out_table_add_field(s, name, value);
}

void
out_field_int(struct out_table *s, const char *name, int64_t value)
{
	if (s->form == OUT_TABLE_JSON)
		out_int(&s->out, name, value);
	else
		out_table_add_field(s, name, arena_printf(s->arena, "%lld", (long long)value));
}

void
out_field_bool(struct out_table *s, const char *name, bool value)
{
	if (s->form == OUT_TABLE_JSON)
		out_bool(&s->out, name, value);
	else
		out_table_add_field(s, name, value ? "yes" : NULL);
}

void
out_field_str_list(struct out_table *s, const char *name, const struct str_list *value)
{
	if (s->form == OUT_TABLE_JSON)
		out_str_list(&s->out, name, value);
	else
		out_table_add_field(s, name,
				    value->n > 0 ? str_list_join(s->arena, value, ", ") : NULL);
}

void
out_field_time(struct out_table *s, const char *name, int64_t value)
{
	if (s->form == OUT_TABLE_TEXT)
		out_table_add_field(s, name, value != 0 ? out_table_time(s->arena, value) : NULL);
	else if (value != 0)
		out_int(&s->out, name, value);
}

void
out_field_json(struct out_table *s, const char *name, const char *json, const char *text)
{
	if (s->form == OUT_TABLE_JSON)
		out_raw(&s->out, name, json);
	else
		out_table_add_field(s, name, text);
}

char *
out_table_safe(struct arena *a, const char *s)
{
	struct buf b = { .arena = a };

	buf_text(&b, "");
	while (*s != '\0') {
		size_t bad = text_unsafe(s);

		buf_char(&b, bad > 0 ? '?' : *s);
		s += bad > 0 ? bad : 1;
	}
	return b.data;
}

char *
out_table_time(struct arena *a, int64_t seconds)
{
	time_t t = (time_t)seconds;
	struct tm tm;
	char text[64];

	if (gmtime_r(&t, &tm) == NULL ||
	    strftime(text, sizeof text, "%Y-%m-%d %H:%M:%SZ", &tm) == 0)
		return arena_printf(a, "%lld", (long long)seconds);
	return arena_strdup(a, text);
}
