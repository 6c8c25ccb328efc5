/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Converts rows from and to structs by tables of fields. The reader passes over the text once, in
 * place, and checks every bound, since a file may be damaged. The writer uses the out_* functions
 * of base/json, so only their escapes occur.
 */
#include <string.h>

#include "base/json.h"
#include "base/str_list.h"
#include "base/text.h"
#include "model/permission.h"
#include "model/row.h"

struct cursor {
	struct arena *arena;
	const char *at, *end;
};

static bool
row_accept(struct cursor *c, char expected)
{
	if (c->at == c->end || *c->at != expected)
		return false;
	c->at++;
	return true;
}

/* Returns the closing quote of text that contains escapes, or NULL. */
static const char *
row_closing_quote(const char *at, const char *end)
{
	while (at < end && *at != '"')
		at += *at == '\\' ? 2 : 1;
	return at < end ? at : NULL;
}

/* Moves the cursor behind the closing quote; `*raw` is the text between the quotes. Most texts have
 * no escape, and memchr is faster than a loop. */
static inline bool
row_read_quoted(struct cursor *c, struct bytes *raw, bool *escaped)
{
	const char *start = c->at + 1, *quote;

	if (!row_accept(c, '"'))
		return false;
	quote = memchr(start, '"', (size_t)(c->end - start));
	*escaped = quote != NULL && memchr(start, '\\', (size_t)(quote - start)) != NULL;
	if (*escaped)
		quote = row_closing_quote(start, c->end);
	if (quote == NULL)
		return false;
	*raw = BYTES(start, (size_t)(quote - start));
	c->at = quote + 1;
	return true;
}

/* \u00XX, the only form that our writer makes, for control characters. */
static bool
row_unescape_control(const char *from, size_t left, char *out)
{
	int high, low;

	if (left < 5 || from[1] != '0' || from[2] != '0')
		return false;
	high = text_hex(from[3]);
	low = text_hex(from[4]);
	if (high < 0 || high > 7 || low < 0)
		return false;
	*out = (char)(high << 4 | low);
	return true;
}

static bool
row_unescape_one(const char **from, const char *end, char *out)
{
	static const char names[] = "\"\\/bfnrt", values[] = "\"\\/\b\f\n\r\t";
	const char *hit;

	if (**from == 'u') {
		if (!row_unescape_control(*from, (size_t)(end - *from), out))
			return false;
		*from += 5;
		return true;
	}
	hit = strchr(names, **from);
	if (hit == NULL || *hit == '\0')
		return false;
	*out = values[hit - names];
	(*from)++;
	return true;
}

static const char *
row_unescape(struct cursor *c, struct bytes raw)
{
	const char *from = (const char *)raw.data, *end = from + raw.size;
	char *text = arena_alloc(c->arena, raw.size + 1), *to = text;

	while (from < end) {
		if (*from != '\\') {
			*to++ = *from++;
			continue;
		}
		from++;
		if (from == end || !row_unescape_one(&from, end, to++))
			return NULL;
	}
	*to = '\0';
	return text;
}

static inline bool
row_read_text(struct cursor *c, const char **out)
{
	struct bytes raw;
	bool escaped;

	if (!row_read_quoted(c, &raw, &escaped))
		return false;
	*out = escaped ? row_unescape(c, raw)
		       : arena_strndup(c->arena, (const char *)raw.data, raw.size);
	return *out != NULL;
}

static bool
row_read_int(struct cursor *c, int64_t *out)
{
	const char *start = c->at;

	while (c->at < c->end && (*c->at == '-' || (*c->at >= '0' && *c->at <= '9')))
		c->at++;
	return text_parse_int_bytes(BYTES(start, (size_t)(c->at - start)), INT64_MIN, INT64_MAX,
				    out);
}

static bool
row_read_bool(struct cursor *c, bool *out)
{
	static const struct {
		const char *text;
		size_t size;
		bool value;
	} words[] = {
		{ "true", 4, true },
		{ "false", 5, false },
	};

	for (size_t i = 0; i < 2; i++) {
		if ((size_t)(c->end - c->at) >= words[i].size &&
		    memcmp(c->at, words[i].text, words[i].size) == 0) {
			c->at += words[i].size;
			*out = words[i].value;
			return true;
		}
	}
	return false;
}

static bool
row_read_str_list(struct cursor *c, struct str_list *out)
{
	const char *item;

	if (!row_accept(c, '['))
		return false;
	if (row_accept(c, ']'))
		return true;
	do {
		if (!row_read_text(c, &item))
			return false;
		str_list_add(c->arena, out, item);
	} while (row_accept(c, ','));
	return row_accept(c, ']');
}

/* Skips one value of any kind: balanced brackets, quoted text, or a bare word. */
static bool
row_skip_value(struct cursor *c)
{
	struct bytes raw;
	bool escaped;
	int depth = 0;

	do {
		if (c->at == c->end)
			return false;
		if (*c->at == '"') {
			if (!row_read_quoted(c, &raw, &escaped))
				return false;
		} else if (*c->at == '{' || *c->at == '[') {
			depth++;
			c->at++;
		} else if (*c->at == '}' || *c->at == ']') {
			depth--;
			c->at++;
		} else if (depth == 0) {
			while (c->at < c->end && *c->at != ',' && *c->at != ']' && *c->at != '}')
				c->at++;
		} else {
			c->at++;
		}
	} while (depth > 0);
	return depth == 0;
}

static bool
row_read_json(struct cursor *c, const char **out)
{
	const char *start = c->at;

	if (!row_skip_value(c))
		return false;
	*out = arena_strndup(c->arena, start, (size_t)(c->at - start));
	return true;
}

static bool row_read_object(struct cursor *c, const struct field *fields, void *object);

/* clang-format off */
static const struct field permission_fields[] = {
	FIELD(struct permission, "r", resource, F_TEXT),
	FIELD(struct permission, "s", scopes, F_STR_LIST),
	FIELD(struct permission, "by", rule, F_TEXT),
	FIELD(struct permission, "b", basis, F_TEXT),
	FIELD(struct permission, "c", consent, F_TEXT),
	FIELD(struct permission, "n", since, F_INT),
	FIELD(struct permission, "u", until, F_INT),
	FIELD_END
};
/* clang-format on */

const struct field_list permission_list = { permission_fields, sizeof(struct permission),
					    offsetof(struct permission, next) };

static void **
row_pointer_at(void *object, size_t offset)
{
	return (void **)((char *)object + offset);
}

static bool
row_read_list(struct cursor *c, const struct field_list *list, void **out)
{
	void **last = out;

	if (!row_accept(c, '['))
		return false;
	if (row_accept(c, ']'))
		return true;
	do {
		void *one = arena_alloc(c->arena, list->size);

		if (!row_read_object(c, list->fields, one))
			return false;
		*last = one;
		last = row_pointer_at(one, list->next);
	} while (row_accept(c, ','));
	return row_accept(c, ']');
}

static bool
row_read_enum(struct cursor *c, const char *const *names, int *out)
{
	const char *name;

	if (!row_read_text(c, &name))
		return false;
	for (int i = 0; names[i] != NULL; i++) {
		if (strcmp(names[i], name) == 0) {
			*out = i;
			return true;
		}
	}
	return false;
}

static bool
row_read_field(struct cursor *c, const struct field *f, void *at)
{
	switch (f->kind) {
	case F_TEXT: return row_read_text(c, at);
	case F_INT: return row_read_int(c, at);
	case F_BOOL: return row_read_bool(c, at);
	case F_STR_LIST: return row_read_str_list(c, at);
	case F_JSON: return row_read_json(c, at);
	case F_ENUM: return row_read_enum(c, f->names, at);
	case F_LIST: return row_read_list(c, f->list, at);
	}
	return false;
}

/* Returns the field with the quoted name at the cursor, or NULL. Names have the order of the table,
 * so the search begins after the last field found. */
static const struct field *
row_field_at(const struct cursor *c, const struct field *fields, const struct field *from)
{
	size_t left = (size_t)(c->end - c->at);

	for (const struct field *f = from; f->name != NULL; f++)
		if (f->size + 1 < left && c->at[f->size + 1] == '"' &&
		    memcmp(f->name, c->at + 1, f->size) == 0)
			return f;
	return from != fields ? row_field_at(c, fields, fields) : NULL;
}

/* Sets `*f` to the field, or to NULL if the table lacks the name. */
static bool
row_read_name(struct cursor *c, const struct field *fields, const struct field *from,
	      const struct field **f)
{
	struct bytes raw;
	bool escaped;

	if (c->at == c->end || *c->at != '"')
		return false;
	*f = row_field_at(c, fields, from);
	if (*f != NULL)
		c->at += (*f)->size + 2;
	else if (!row_read_quoted(c, &raw, &escaped))
		return false;
	return row_accept(c, ':');
}

static bool
row_read_object(struct cursor *c, const struct field *fields, void *object)
{
	const struct field *f, *from = fields;

	if (!row_accept(c, '{'))
		return false;
	if (row_accept(c, '}'))
		return true;
	do {
		if (!row_read_name(c, fields, from, &f))
			return false;
		if (f == NULL && !row_skip_value(c))
			return false;
		if (f != NULL && !row_read_field(c, f, (char *)object + f->offset))
			return false;
		if (f != NULL)
			from = f + 1;
	} while (row_accept(c, ','));
	return row_accept(c, '}');
}

static bool
row_has_required(const struct field *fields, const void *object)
{
	for (const struct field *f = fields; f->name != NULL; f++)
		if (f->must && *(const char *const *)((const char *)object + f->offset) == NULL)
			return false;
	return true;
}

bool
row_decode(struct arena *a, const struct field *fields, struct bytes row, void *object)
{
	struct cursor c = { a, (const char *)row.data, (const char *)row.data + row.size };

	return row_read_object(&c, fields, object) && c.at == c.end &&
	       row_has_required(fields, object);
}

static void row_print_object(struct buf *b, const char *name, const struct field *fields,
			     const void *object);

static void
row_print_list(struct buf *b, const char *name, const struct field_list *list, const void *first)
{
	out_open(b, name, '[');
	for (const void *one = first; one != NULL;
	     one = *(const void *const *)((const char *)one + list->next))
		row_print_object(b, NULL, list->fields, one);
	out_close(b, ']');
}

static void
row_print_field(struct buf *b, const struct field *f, const void *at)
{
	const struct str_list *list = at;

	switch (f->kind) {
	case F_TEXT: out_text(b, f->name, *(const char *const *)at); break;
	case F_INT:
		if (*(const int64_t *)at != 0)
			out_int(b, f->name, *(const int64_t *)at);
		break;
	case F_BOOL:
		if (*(const bool *)at)
			out_bool(b, f->name, true);
		break;
	case F_STR_LIST:
		if (list->n > 0)
			out_str_list(b, f->name, list);
		break;
	case F_JSON: out_raw(b, f->name, *(const char *const *)at); break;
	case F_ENUM:
		if (*(const int *)at != 0)
			out_text(b, f->name, f->names[*(const int *)at]);
		break;
	case F_LIST:
		if (*(const void *const *)at != NULL)
			row_print_list(b, f->name, f->list, *(const void *const *)at);
		break;
	}
}

static void
row_print_object(struct buf *b, const char *name, const struct field *fields, const void *object)
{
	out_open(b, name, '{');
	for (const struct field *f = fields; f->name != NULL; f++)
		row_print_field(b, f, (const char *)object + f->offset);
	out_close(b, '}');
}

void
permissions_print_row(struct buf *b, const char *name, const struct permission *list)
{
	row_print_list(b, name, &permission_list, list);
}

bool
permissions_fit(struct arena *a, const struct permission *list)
{
	struct buf b = { .arena = a };

	permissions_print_row(&b, NULL, list);
	return b.size <= PERMISSIONS_SIZE_MAX;
}

struct bytes
row_encode(struct arena *a, const struct field *fields, const void *object)
{
	struct buf b = { .arena = a };

	row_print_object(&b, NULL, fields, object);
	return buf_bytes(&b);
}
