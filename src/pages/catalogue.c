/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A .mo file is a header of seven 32-bit numbers and two tables of as many (length, offset) pairs:
 * the originals, sorted by strcmp, and the translations. Each string is followed by a NUL, which
 * its length does not count. An original with plural is "one NUL many", its translation all forms,
 * each ended by NUL. An original with a context is "context EOT original" (GNU gettext manual, "The
 * Format of GNU MO Files").
 */
#include "pages/catalogue.h"

#include <stdio.h>
#include <string.h>

#include "base/text.h"

#define MO_MAGIC   0x950412deu
#define MO_HEADER  28
#define MO_STRINGS 100000
#define FORMS_MAX  3
#define ID_MAX	   1024

struct catalogue {
	const uint8_t *data;
	uint32_t n, originals, translations;
	size_t (*form)(int64_t n);
};

static size_t
catalogue_form_one(int64_t n)
{
	return 0;
}

static size_t
catalogue_form_not_one(int64_t n)
{
	return n != 1;
}

static size_t
catalogue_form_above_one(int64_t n)
{
	return n > 1;
}

static size_t
catalogue_form_polish(int64_t n)
{
	int64_t ten = n % 10, hundred = n % 100;

	if (n == 1)
		return 0;
	return ten >= 2 && ten <= 4 && (hundred < 12 || hundred > 14) ? 1 : 2;
}

/* The plural rules as translators' tools write them; others need a row here and a function. */
/* clang-format off */
static const struct rule {
	const char *text;
	size_t    (*form)(int64_t n);
} rules[] = {
	{ "nplurals=1; plural=0;", catalogue_form_one },
	{ "nplurals=2; plural=(n != 1);", catalogue_form_not_one },
	{ "nplurals=2; plural=n != 1;", catalogue_form_not_one },
	{ "nplurals=2; plural=(n > 1);", catalogue_form_above_one },
	{ "nplurals=2; plural=n > 1;", catalogue_form_above_one },
	{ "nplurals=3; plural=(n==1 ? 0 : n%10>=2 && n%10<=4 && (n%100<12 || n%100>14) ? 1 : 2);",
	  catalogue_form_polish },
};
/* clang-format on */

static uint32_t
catalogue_number(const uint8_t *p)
{
	return (uint32_t)p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 | (uint32_t)p[3] << 24;
}

static const char *
catalogue_string(const struct catalogue *c, uint32_t table, uint32_t i, uint32_t *size)
{
	const uint8_t *row = c->data + table + (size_t)i * 8;

	*size = catalogue_number(row);
	return (const char *)c->data + catalogue_number(row + 4);
}

/* Is each text of a string, which a NUL ends, UTF-8? */
static bool
catalogue_is_utf8(const uint8_t *string, uint32_t size)
{
	for (uint32_t at = 0; at <= size;) {
		size_t length = strlen((const char *)string + at);

		if (!text_is_utf8(BYTES(string + at, length)))
			return false;
		at += (uint32_t)length + 1;
	}
	return true;
}

/* Is each string of the table inside the file, followed by a NUL, and UTF-8? */
static bool
catalogue_check_table(struct bytes mo, uint32_t table, uint32_t n)
{
	if (table > mo.size || (mo.size - table) / 8 < n)
		return false;
	for (uint32_t i = 0; i < n; i++) {
		const uint8_t *row = mo.data + table + (size_t)i * 8;
		uint32_t size = catalogue_number(row), at = catalogue_number(row + 4);

		if (at >= mo.size || size >= mo.size - at || mo.data[at + size] != 0 ||
		    !catalogue_is_utf8(mo.data + at, size))
			return false;
	}
	return true;
}

/* The binary search of catalogue_find needs them sorted. */
static bool
catalogue_is_sorted(const struct catalogue *c)
{
	uint32_t size;

	for (uint32_t i = 1; i < c->n; i++) {
		if (strcmp(catalogue_string(c, c->originals, i - 1, &size),
			   catalogue_string(c, c->originals, i, &size)) >= 0)
			return false;
	}
	return true;
}

/* The translation of `id`, all of its forms; NULL: there is none. */
static const char *
catalogue_find(const struct catalogue *c, const char *id, uint32_t *size)
{
	uint32_t low = 0, high = c->n, unused;

	while (low < high) {
		uint32_t middle = low + (high - low) / 2;
		int order = strcmp(id, catalogue_string(c, c->originals, middle, &unused));

		if (order == 0)
			return catalogue_string(c, c->translations, middle, size);
		if (order < 0)
			high = middle;
		else
			low = middle + 1;
	}
	return NULL;
}

/* The original "" has the file's own header, lines of "Name: value". */
static bool
catalogue_read_rule(struct catalogue *c)
{
	static const char name[] = "Plural-Forms: ";
	uint32_t size;
	const char *header = catalogue_find(c, "", &size);
	const char *line = header == NULL ? NULL : strstr(header, name);

	if (line == NULL)
		return false;
	line += sizeof name - 1;
	for (size_t i = 0; i < sizeof rules / sizeof rules[0]; i++) {
		size_t length = strlen(rules[i].text);

		if (strncmp(line, rules[i].text, length) == 0 &&
		    (line[length] == '\n' || line[length] == '\0')) {
			c->form = rules[i].form;
			return true;
		}
	}
	return false;
}

struct catalogue *
catalogue_read(struct arena *a, struct bytes mo, const char **why)
{
	struct catalogue *c = ARENA_NEW(a, struct catalogue);

	*why = "this is not a catalogue of messages (.mo, little-endian)";
	if (mo.size < MO_HEADER || catalogue_number(mo.data) != MO_MAGIC ||
	    catalogue_number(mo.data + 4) != 0)
		return NULL;
	c->data = mo.data;
	c->n = catalogue_number(mo.data + 8);
	c->originals = catalogue_number(mo.data + 12);
	c->translations = catalogue_number(mo.data + 16);
	*why = "the catalogue of messages is damaged";
	if (c->n > MO_STRINGS || !catalogue_check_table(mo, c->originals, c->n) ||
	    !catalogue_check_table(mo, c->translations, c->n) || !catalogue_is_sorted(c))
		return NULL;
	*why = "the catalogue of messages has no plural rule that this program knows "
	       "(Plural-Forms)";
	return catalogue_read_rule(c) ? c : NULL;
}

const char *
catalogue_get(const struct catalogue *c, const char *context, const char *id)
{
	char key[ID_MAX];
	uint32_t size;
	const char *found;

	if (c == NULL || *id == '\0')
		return id;
	if (context != NULL) {
		int length = snprintf(key, sizeof key, "%s\004%s", context, id);

		if (length < 0 || (size_t)length >= sizeof key)
			return id;
	}
	found = catalogue_find(c, context != NULL ? key : id, &size);
	return found != NULL && size > 0 ? found : id;
}

const char *
catalogue_plural(const struct catalogue *c, const char *one, const char *many, int64_t n)
{
	const char *english = n == 1 ? one : many, *form;
	uint32_t size = 0;
	size_t which;

	form = c == NULL ? NULL : catalogue_find(c, one, &size);
	if (form == NULL)
		return english;
	for (which = c->form(n); which > 0; which--) {
		size_t length = strlen(form) + 1;

		if (length > size)
			return english;
		form += length;
		size -= (uint32_t)length;
	}
	return *form != '\0' ? form : english;
}
