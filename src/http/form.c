/* SPDX-License-Identifier: Apache-2.0 */
/*
 * application/x-www-form-urlencoded (WHATWG URL, 5; RFC 6749, appendix B), read strictly: every
 * escape is whole, no parameter comes twice, whatever its value, unless the caller allows it
 * (T-P07). Multipart is not read.
 */
#include "base/text.h"
#include "http/form.h"

#define FIRST_ROOM 8 /* parameters; most requests have fewer */

static enum err
form_fail(const char *what, const char **why)
{
	*why = what;
	return ERR_INVALID_REQUEST;
}

/* Decodes one byte of a component. Returns -1 if it is malformed. */
static int
form_take_byte(const char **p, const char *end)
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
form_parse_pair(struct arena *a, const char *text, size_t len, struct param *out, const char **why)
{
	const char *equals = memchr(text, '=', len);
	size_t name = equals != NULL ? (size_t)(equals - text) : len;

	out->name = form_decode(a, text, name);
	out->value = equals == NULL ? "" : form_decode(a, equals + 1, len - name - 1);
	if (out->name == NULL || out->value == NULL)
		return form_fail("a parameter is not form-encoded UTF-8", why);
	if (*out->name == '\0')
		return form_fail("a parameter has no name", why);
	return OK;
}

/* FNV-1a. Comparing hashes first keeps the cost low for many long names with the same beginning. */
static uint32_t
form_param_hash(const char *name)
{
	uint32_t hash = 2166136261u;

	for (; *name != '\0'; name++)
		hash = (hash ^ (unsigned char)*name) * 16777619u;
	return hash;
}

static const struct param *
form_param_find(const struct params *p, const char *name, size_t from)
{
	uint32_t hash = form_param_hash(name);

	for (size_t i = from; i < p->n; i++)
		if (p->list[i].hash == hash && strcmp(p->list[i].name, name) == 0)
			return &p->list[i];
	return NULL;
}

static bool
form_param_is_repeatable(const char *const *repeatable, const char *name)
{
	for (; repeatable != NULL && *repeatable != NULL; repeatable++)
		if (strcmp(*repeatable, name) == 0)
			return true;
	return false;
}

static void
form_add_param(struct arena *a, struct params *all, struct param pair)
{
	if (all->n == all->room) {
		all->room = all->room == 0 ? FIRST_ROOM : 2 * all->room;
		all->list = arena_grow(a, all->list, all->n * sizeof pair, all->room * sizeof pair);
	}
	all->list[all->n++] = pair;
}

static enum err
form_take_pair(struct arena *a, struct bytes text, const char *const *repeatable,
	       struct params *all, const char **why)
{
	struct param pair;

	TRY(form_parse_pair(a, (const char *)text.data, text.size, &pair, why));
	if (!form_param_is_repeatable(repeatable, pair.name) &&
	    form_param_find(all, pair.name, 0) != NULL) {
		*why = arena_printf(a, "%.64s appears more than once", text_plain(a, pair.name));
		return ERR_INVALID_REQUEST;
	}
	pair.hash = form_param_hash(pair.name);
	form_add_param(a, all, pair);
	return OK;
}

/* Removes the next non-empty sequence between ampersands from *rest. Returns false at the end. */
static bool
form_next(struct bytes *rest, struct bytes *sequence)
{
	const uint8_t *p = rest->data, *end = rest->data + rest->size, *amp;

	while (p < end && *p == '&')
		p++;
	if (p == end)
		return false;
	amp = memchr(p, '&', (size_t)(end - p));
	*sequence = BYTES(p, (size_t)((amp != NULL ? amp : end) - p));
	*rest = BYTES(p + sequence->size, (size_t)(end - p) - sequence->size);
	return true;
}

enum err
form_parse(struct arena *a, struct bytes text, const char *const *repeatable, struct params *out,
	   const char **why)
{
	struct bytes sequence;
	enum err first = OK, e;
	const char *also;

	*out = (struct params){ .n = 0 };
	for (size_t n = 0; text.size > 0 && form_next(&text, &sequence); n++) {
		if (n == PARAMS_MAX)
			return first != OK ? first
					   : form_fail("there are more than 64 parameters", why);
		e = form_take_pair(a, sequence, repeatable, out, first == OK ? why : &also);
		first = first != OK ? first : e;
	}
	return first;
}

const char *
param_sent(const struct params *p, const char *name)
{
	const struct param *found = form_param_find(p, name, 0);

	return found != NULL ? found->value : NULL;
}

const char *
param_get(const struct params *p, const char *name)
{
	const char *value = param_sent(p, name);

	return value != NULL && *value != '\0' ? value : NULL;
}

const char *
param_next(const struct params *p, const char *name, size_t *at)
{
	const struct param *found = form_param_find(p, name, *at);

	if (found == NULL)
		return NULL;
	*at = (size_t)(found - p->list) + 1;
	return found->value;
}

size_t
form_value_size(struct bytes text, const char *name)
{
	size_t n = strlen(name);
	struct bytes sequence;

	while (text.size > 0 && form_next(&text, &sequence))
		if (sequence.size > n && memcmp(sequence.data, name, n) == 0 &&
		    sequence.data[n] == '=')
			return sequence.size - n - 1;
	return 0;
}

static char *
form_decode_one(struct arena *a, const char *text, size_t len)
{
	char *decoded = arena_array(a, len + 1, 1);
	const char *p = text, *end = text + len;
	size_t n = 0;

	while (p < end) {
		int byte = form_take_byte(&p, end);

		if (byte < 0)
			return NULL;
		decoded[n++] = (char)byte;
	}
	return text_is_utf8(BYTES(decoded, n)) ? decoded : NULL;
}

/* Characters that need no escape. */
static const bool plain[256] = {
	['-'] = true,	      ['.'] = true,	    ['_'] = true,
	['~'] = true,	      ['/'] = true,	    [':'] = true,
	['0' ... '9'] = true, ['A' ... 'Z'] = true, ['a' ... 'z'] = true,
};

char *
form_decode(struct arena *a, const char *text, size_t len)
{
	if (text_span(text, len, plain) == len)
		return arena_strndup(a, text, len);
	return form_decode_one(a, text, len);
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
