/* SPDX-License-Identifier: Apache-2.0 */
/* Records of named cells: JSON is written as they come, text once the widths are known. */
#include <ctype.h>
#include <string.h>
#include <time.h>

#include "admin/sheet.h"
#include "base/json.h"

#define GAP         2	/* blanks between columns */
#define COLUMNS_MAX 32

struct cell {
	const char  *name, *text;
	struct cell *next;
};

struct sheet_row {
	struct cell      *first, **last;
	struct sheet_row *next;
};

struct columns {
	const char *name[COLUMNS_MAX];
	size_t      width[COLUMNS_MAX];	/* 0: no row has anything there */
	size_t      n;
};

/* Characters, as far as alignment is concerned: bytes that do not continue one. */
static size_t
sheet_width(const char *s)
{
	size_t n = 0;

	for (; *s != '\0'; s++)
		if (((unsigned char)*s & 0xc0) != 0x80)
			n++;
	return n;
}

static void
sheet_add_cell(struct sheet *s, const char *name, const char *text)
{
	struct cell *c = ARENA_NEW(s->arena, struct cell);

	*c = (struct cell){ name, text != NULL ? sheet_safe(s->arena, text) : NULL, NULL };
	*s->row->last = c;
	s->row->last = &c->next;
}

static const struct cell *
sheet_cell_of(const struct sheet_row *row, const char *name)
{
	for (const struct cell *c = row->first; c != NULL; c = c->next)
		if (strcmp(c->name, name) == 0)
			return c;
	return NULL;
}

static void
sheet_widen(struct columns *columns, const struct cell *c)
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
	if (columns->width[i] < sheet_width(c->name))
		columns->width[i] = sheet_width(c->name);
	if (columns->width[i] < sheet_width(c->text))
		columns->width[i] = sheet_width(c->text);
}

static void
sheet_put_padded(struct buf *b, const char *text, size_t to)
{
	buf_text(b, text);
	for (size_t n = sheet_width(text); n < to; n++)
		buf_char(b, ' ');
}

static void
sheet_trim_line(struct buf *b)
{
	while (b->size > 0 && b->data[b->size - 1] == ' ')
		b->size--;
	buf_char(b, '\n');
}

static void
sheet_put_header(struct buf *b, const struct columns *columns)
{
	for (size_t i = 0; i < columns->n; i++) {
		char *title = arena_strdup(b->arena, columns->name[i]);

		for (char *p = title; *p != '\0'; p++)
			*p = *p == '_' ? ' ' : (char)toupper((unsigned char)*p);
		if (columns->width[i] > 0)
			sheet_put_padded(b, title, columns->width[i] + GAP);
	}
	sheet_trim_line(b);
}

static void
sheet_put_line(struct buf *b, const struct columns *columns, const struct sheet_row *row)
{
	for (size_t i = 0; i < columns->n; i++) {
		const struct cell *c = sheet_cell_of(row, columns->name[i]);

		if (columns->width[i] > 0)
			sheet_put_padded(b, c != NULL && c->text != NULL ? c->text : "-",
					 columns->width[i] + GAP);
	}
	sheet_trim_line(b);
}

static void
sheet_put_table(struct sheet *s)
{
	struct columns columns = { .n = 0 };

	if (s->first == NULL) {
		buf_printf(&s->out, "no %s\n", s->name);
		return;
	}
	for (const struct sheet_row *r = s->first; r != NULL; r = r->next)
		for (const struct cell *c = r->first; c != NULL; c = c->next)
			sheet_widen(&columns, c);
	sheet_put_header(&s->out, &columns);
	for (const struct sheet_row *r = s->first; r != NULL; r = r->next)
		sheet_put_line(&s->out, &columns, r);
}

static void
sheet_put_record(struct sheet *s)
{
	size_t most = 0;

	for (const struct cell *c = s->row->first; c != NULL; c = c->next)
		if (c->text != NULL && sheet_width(c->name) > most)
			most = sheet_width(c->name);
	for (const struct cell *c = s->row->first; c != NULL; c = c->next) {
		if (c->text == NULL)
			continue;
		sheet_put_padded(&s->out, c->name, most + GAP);
		buf_text(&s->out, c->text);
		sheet_trim_line(&s->out);
	}
}

static void
sheet_add_row(struct sheet *s)
{
	s->row = ARENA_NEW(s->arena, struct sheet_row);
	s->row->last = &s->row->first;
	*s->last = s->row;
	s->last = &s->row->next;
}

static void
sheet_clear(struct sheet *s)
{
	s->first = s->row = NULL;
	s->last = &s->first;
}

void
sheet_start(struct sheet *s, struct arena *a, enum sheet_form form)
{
	*s = (struct sheet){ .arena = a, .form = form, .out = { .arena = a } };
	sheet_clear(s);
}

void
sheet_record(struct sheet *s)
{
	s->list = false;
	if (s->form == SHEET_JSON)
		out_open(&s->out, NULL, '{');
	else
		sheet_add_row(s);
}

void
sheet_list(struct sheet *s, const char *name)
{
	s->list = true;
	s->name = name;
	if (s->form == SHEET_TEXT)
		return;
	out_open(&s->out, NULL, '{');
	out_open(&s->out, name, '[');
}

void
sheet_row(struct sheet *s)
{
	if (s->form == SHEET_JSON && s->row != NULL)
		out_close(&s->out, '}');
	sheet_add_row(s);
	if (s->form == SHEET_JSON)
		out_open(&s->out, NULL, '{');
}

void
sheet_end(struct sheet *s)
{
	if (s->form == SHEET_JSON) {
		if (s->list && s->row != NULL)
			out_close(&s->out, '}');
		if (s->list)
			out_close(&s->out, ']');
		out_close(&s->out, '}');
		buf_char(&s->out, '\n');
	} else if (s->list) {
		sheet_put_table(s);
	} else {
		sheet_put_record(s);
	}
	sheet_clear(s);
}

void
sheet_note(struct sheet *s, const char *format, ...)
{
	va_list args;

	if (s->form == SHEET_JSON)
		return;
	va_start(args, format);
	buf_text(&s->out, arena_vprintf(s->arena, format, args));
	va_end(args);
	buf_char(&s->out, '\n');
}

void
sheet_gap(struct sheet *s)
{
	if (s->form == SHEET_TEXT)
		buf_char(&s->out, '\n');
}

bool
sheet_detailed(const struct sheet *s)
{
	return s->form == SHEET_JSON || !s->list;
}

void
cell_text(struct sheet *s, const char *name, const char *value)
{
	if (s->form == SHEET_JSON)
		out_text(&s->out, name, value);
	else
		sheet_add_cell(s, name, value);
}

void
cell_int(struct sheet *s, const char *name, int64_t value)
{
	if (s->form == SHEET_JSON)
		out_int(&s->out, name, value);
	else
		sheet_add_cell(s, name, arena_printf(s->arena, "%lld", (long long)value));
}

void
cell_bool(struct sheet *s, const char *name, bool value)
{
	if (s->form == SHEET_JSON)
		out_bool(&s->out, name, value);
	else
		sheet_add_cell(s, name, value ? "yes" : NULL);
}

void
cell_strs(struct sheet *s, const char *name, const struct strs *value)
{
	if (s->form == SHEET_JSON)
		out_strs(&s->out, name, value);
	else
		sheet_add_cell(s, name, value->n > 0 ? strs_join(s->arena, value, ", ") : NULL);
}

void
cell_time(struct sheet *s, const char *name, int64_t value)
{
	if (s->form == SHEET_TEXT)
		sheet_add_cell(s, name, value != 0 ? sheet_time(s->arena, value) : NULL);
	else if (value != 0)
		out_int(&s->out, name, value);
}

void
cell_json(struct sheet *s, const char *name, const char *json, const char *text)
{
	if (s->form == SHEET_JSON)
		out_raw(&s->out, name, json);
	else
		sheet_add_cell(s, name, text);
}

/* The length of the character at `p` when a terminal must not see it: C0, DEL, C1, and what turns
 * the direction of writing (U+200E, U+200F, U+202A to U+202E, U+2066 to U+2069, U+061C). */
static size_t
sheet_unsafe(const unsigned char *p)
{
	if (*p < 0x20 || *p == 0x7f)
		return 1;
	if (p[0] == 0xc2 && p[1] >= 0x80 && p[1] <= 0x9f)
		return 2;
	if (p[0] == 0xd8 && p[1] == 0x9c)
		return 2;
	if (p[0] == 0xe2 && p[1] == 0x80 &&
	    (p[2] == 0x8e || p[2] == 0x8f || (p[2] >= 0xaa && p[2] <= 0xae)))
		return 3;
	if (p[0] == 0xe2 && p[1] == 0x81 && p[2] >= 0xa6 && p[2] <= 0xa9)
		return 3;
	return 0;
}

char *
sheet_safe(struct arena *a, const char *s)
{
	struct buf b = { .arena = a };

	buf_text(&b, "");
	while (*s != '\0') {
		size_t bad = sheet_unsafe((const unsigned char *)s);

		buf_char(&b, bad > 0 ? '?' : *s);
		s += bad > 0 ? bad : 1;
	}
	return b.data;
}

char *
sheet_time(struct arena *a, int64_t seconds)
{
	time_t t = (time_t)seconds;
	struct tm tm;
	char text[64];

	if (gmtime_r(&t, &tm) == NULL ||
	    strftime(text, sizeof text, "%Y-%m-%d %H:%M:%SZ", &tm) == 0)
		return arena_printf(a, "%lld", (long long)seconds);
	return arena_strdup(a, text);
}
