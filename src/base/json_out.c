/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Writes JSON. The last character shows whether a comma is needed: no value ends with an opening
 * bracket.
 */
#include "base/json.h"

#include "base/text.h"

/* Characters that need no escape (RFC 8259, 7). */
static const bool plain[256] = {
	[' '] = true,
	['!'] = true,
	['#' ... '['] = true,
	[']' ... 0xff] = true,
};

static void
json_out_add_escaped(struct buf *b, const char *value)
{
	for (;;) {
		size_t n = text_span(value, SIZE_MAX, plain);

		buf_add(b, value, n);
		value += n;
		if (*value == '\0')
			return;
		if ((unsigned char)*value < ' ')
			buf_printf(b, "\\u%04x", *value);
		else
			buf_add(b, (const char[]){ '\\', *value }, 2);
		value++;
	}
}

/* In one piece where nothing has to be escaped: names never, values rarely. */
static void
json_out_add_string(struct buf *b, const char *value)
{
	size_t n = text_span(value, SIZE_MAX, plain);
	char *at;

	if (value[n] != '\0') {
		buf_char(b, '"');
		json_out_add_escaped(b, value);
		buf_char(b, '"');
		return;
	}
	at = buf_extend(b, n + 2);
	at[0] = at[n + 1] = '"';
	memcpy(at + 1, value, n);
}

static void
json_out_begin_value(struct buf *b, const char *name)
{
	char last = b->size != 0 ? b->data[b->size - 1] : '{';

	if (last != '{' && last != '[')
		buf_char(b, ',');
	if (name != NULL) {
		json_out_add_string(b, name);
		buf_char(b, ':');
	}
}

void
out_open(struct buf *b, const char *name, char bracket)
{
	json_out_begin_value(b, name);
	buf_char(b, bracket);
}

void
out_close(struct buf *b, char bracket)
{
	buf_char(b, bracket);
}

void
out_text(struct buf *b, const char *name, const char *value)
{
	if (value == NULL)
		return;
	json_out_begin_value(b, name);
	json_out_add_string(b, value);
}

void
out_joined(struct buf *b, const char *name, const char *value, const char *rest)
{
	json_out_begin_value(b, name);
	buf_char(b, '"');
	json_out_add_escaped(b, value);
	json_out_add_escaped(b, rest);
	buf_char(b, '"');
}

void
out_int(struct buf *b, const char *name, int64_t value)
{
	json_out_begin_value(b, name);
	buf_int(b, value);
}

void
out_bool(struct buf *b, const char *name, bool value)
{
	json_out_begin_value(b, name);
	buf_text(b, value ? "true" : "false");
}

void
out_str_list(struct buf *b, const char *name, const struct str_list *value)
{
	if (value == NULL)
		return;
	out_open(b, name, '[');
	for (size_t i = 0; i < value->n; i++)
		out_text(b, NULL, value->list[i]);
	out_close(b, ']');
}

void
out_raw(struct buf *b, const char *name, const char *json)
{
	if (json == NULL)
		return;
	json_out_begin_value(b, name);
	buf_text(b, json);
}
