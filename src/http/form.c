/* SPDX-License-Identifier: Apache-2.0 */
/*
 * application/x-www-form-urlencoded (WHATWG URL, 5; RFC 6749, appendix B), read strictly: every
 * escape is whole, no parameter comes twice, whatever its value (T-P07).  Multipart is not read.
 */
#include "base/text.h"
#include "http/form.h"

static enum err
refuse(const char *what, const char **why)
{
	*why = what;
	return ERR_INVALID_REQUEST;
}

/* One byte of a component; -1 where there is none. */
static int
take_byte(const char **p, const char *end)
{
	unsigned char c = (unsigned char)*(*p)++;
	int high, low;

	if (c < ' ' || c == 0x7f)
		return -1;
	if (c != '%')
		return c == '+' ? ' ' : c;
	if (end - *p < 2)
		return -1;
	high = text_hex(*(*p)++);
	low = text_hex(*(*p)++);
	return high < 0 || low < 0 ? -1 : high * 16 + low;
}

static enum err
parse_pair(struct arena *a, const char *text, size_t len, struct param *out, const char **why)
{
	const char *equals = memchr(text, '=', len);
	size_t name = equals != NULL ? (size_t)(equals - text) : len;

	out->name = form_decode(a, text, name);
	out->value = equals == NULL ? "" : form_decode(a, equals + 1, len - name - 1);
	if (out->name == NULL || out->value == NULL)
		return refuse("a parameter is not form-encoded UTF-8", why);
	if (*out->name == '\0')
		return refuse("a parameter has no name", why);
	return OK;
}

/* A name that came before keeps its first value. */
static enum err
add_param(struct arena *a, struct params *all, struct param p, const char **why)
{
	if (param_get(all, p.name) != NULL) {
		*why = arena_printf(a, "%.64s appears more than once", text_plain(a, p.name));
		return ERR_INVALID_REQUEST;
	}
	if (all->n == PARAMS_MAX)
		return refuse("there are too many parameters", why);
	all->list[all->n++] = p;
	return OK;
}

/* Only now: an empty value still counts when its name comes again. */
static void
leave_out_empty(struct params *p)
{
	size_t kept = 0;

	for (size_t i = 0; i < p->n; i++)
		if (*p->list[i].value != '\0')
			p->list[kept++] = p->list[i];
	p->n = kept;
}

static enum err
take_pair(struct arena *a, const char *text, size_t len, struct params *all, const char **why)
{
	struct param pair;

	TRY(parse_pair(a, text, len, &pair, why));
	return add_param(a, all, pair, why);
}

enum err
form_parse(struct arena *a, struct bytes text, struct params *out, const char **why)
{
	const char *p = (const char *)text.data, *end, *also;
	enum err first = OK;

	out->n = 0;
	if (text.size == 0)
		return OK;
	for (end = p + text.size; p <= end; p++) {
		const char *amp = memchr(p, '&', (size_t)(end - p));
		size_t len = (size_t)((amp != NULL ? amp : end) - p);
		enum err e = take_pair(a, p, len, out, first == OK ? why : &also);

		first = first != OK ? first : e;
		p += len;
	}
	leave_out_empty(out);
	return first;
}

const char *
param_get(const struct params *p, const char *name)
{
	for (size_t i = 0; i < p->n; i++)
		if (strcmp(p->list[i].name, name) == 0)
			return p->list[i].value;
	return NULL;
}

static char *
decode(struct arena *a, const char *text, size_t len)
{
	char *decoded = arena_array(a, len + 1, 1);
	const char *p = text, *end = text + len;
	size_t n = 0;

	while (p < end) {
		int byte = take_byte(&p, end);

		if (byte < 0)
			return NULL;
		decoded[n++] = (char)byte;
	}
	return text_is_utf8(BYTES(decoded, n)) ? decoded : NULL;
}

/* What tokens, names and most else consist of stands for itself. */
static const bool plain[256] = {
	['-'] = true, ['.'] = true, ['_'] = true, ['~'] = true, ['/'] = true, [':'] = true,
	['0' ... '9'] = true, ['A' ... 'Z'] = true, ['a' ... 'z'] = true,
};

char *
form_decode(struct arena *a, const char *text, size_t len)
{
	if (text_span(text, len, plain) == len)
		return arena_strndup(a, text, len);
	return decode(a, text, len);
}

char *
form_encode(struct arena *a, const char *text)
{
	static const char digits[] = "0123456789ABCDEF";
	char *encoded = arena_array(a, strlen(text) + 1, 3), *out = encoded;

	for (const char *p = text; *p != '\0'; p++) {
		unsigned char c = (unsigned char)*p;

		if ((c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
		    strchr("*-._", c) != NULL) {
			*out++ = *p;
		} else if (c == ' ') {
			*out++ = '+';
		} else {
			*out++ = '%';
			*out++ = digits[c >> 4];
			*out++ = digits[c & 15];
		}
	}
	return encoded;
}
