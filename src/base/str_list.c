/* SPDX-License-Identifier: Apache-2.0 */
/* Lists and sets of strings. */
#include "base/str_list.h"

#include <string.h>

#include "base/text.h"

#define SCOPE_SIZE_MAX 256

void
str_list_add(struct arena *a, struct str_list *s, const char *item)
{
	if (s->n == s->room) {
		size_t room = s->room != 0 ? 2 * s->room : 8;

		s->list =
			arena_grow(a, s->list, s->room * sizeof(*s->list), room * sizeof(*s->list));
		s->room = room;
	}
	s->list[s->n++] = item;
}

void
str_list_put(struct arena *a, struct str_list *s, const char *item)
{
	if (!str_list_has(s, item))
		str_list_add(a, s, item);
}

bool
str_list_has(const struct str_list *s, const char *item)
{
	for (size_t i = 0; i < s->n; i++)
		if (text_equal(s->list[i], item))
			return true;
	return false;
}

bool
str_list_covers(const struct str_list *whole, const struct str_list *part)
{
	for (size_t i = 0; i < part->n; i++)
		if (!str_list_has(whole, part->list[i]))
			return false;
	return true;
}

bool
str_list_parse_scope(struct arena *a, const char *text, size_t max, struct str_list *out)
{
	struct str_list found = { 0 };

	if (text == NULL)
		return false;
	for (;; text++) {
		size_t len = 0;

		while (len <= SCOPE_SIZE_MAX && text_is_scope_char(text[len]))
			len++;
		if (len == 0 || len > SCOPE_SIZE_MAX)
			return false;
		str_list_put(a, &found, arena_strndup(a, text, len));
		text += len;
		if (found.n > max || (*text != ' ' && *text != '\0'))
			return false;
		if (*text == '\0')
			break;
	}
	*out = found;
	return true;
}

char *
str_list_join(struct arena *a, const struct str_list *s, const char *sep)
{
	size_t size = 1, gap = strlen(sep), n;
	char *text, *p;

	for (size_t i = 0; i < s->n; i++)
		size += strlen(s->list[i]) + gap;
	text = p = arena_alloc(a, size);
	for (size_t i = 0; i < s->n; i++) {
		if (i > 0)
			p = mempcpy(p, sep, gap);
		n = strlen(s->list[i]);
		p = mempcpy(p, s->list[i], n);
	}
	return text;
}
