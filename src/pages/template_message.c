/* SPDX-License-Identifier: Apache-2.0 */
/* Texts to translate: their pieces, and the check of a translation. */
#include "template.h"

#include <string.h>

enum message_piece
message_next(const char **s, const char **text, size_t *size)
{
	const char *from = *s;

	*text = from;
	*size = strcspn(from, "*{}");
	if (*size > 0) {
		*s = from + *size;
		return MESSAGE_TEXT;
	}
	if (*from == '\0')
		return MESSAGE_END;
	if (*from == '*') {
		*s = from + 1;
		return MESSAGE_STAR;
	}
	*text = from + 1;
	*size = strspn(from + 1, "abcdefghijklmnopqrstuvwxyz0123456789_");
	if (*from != '{' || *size == 0 || *size > TEMPLATE_NAME_MAX || from[1 + *size] != '}')
		return MESSAGE_WRONG;
	*s = from + *size + 2;
	return MESSAGE_PLACE;
}

/* How often `name` is a place of `message`. */
static size_t
template_count_place(const char *message, const char *name, size_t name_size)
{
	enum message_piece piece;
	const char *text;
	size_t size, n = 0;

	do {
		piece = message_next(&message, &text, &size);
		n += piece == MESSAGE_PLACE && size == name_size && memcmp(text, name, size) == 0;
	} while (piece != MESSAGE_END && piece != MESSAGE_WRONG);
	return n;
}

/* Has `whole` each place of `part` as often, and does `part` have nothing wrong? */
static bool
template_has_places(const char *part, const char *whole)
{
	const char *s = part, *text;
	size_t size, stars = 0;

	for (;;) {
		switch (message_next(&s, &text, &size)) {
		case MESSAGE_END: return stars % 2 == 0;
		case MESSAGE_WRONG: return false;
		case MESSAGE_STAR: stars++; break;
		case MESSAGE_PLACE:
			if (template_count_place(part, text, size) !=
			    template_count_place(whole, text, size))
				return false;
			break;
		case MESSAGE_TEXT: break;
		}
	}
}

bool
template_message_fits(const char *id, const char *text)
{
	return template_has_places(id, text) && template_has_places(text, id);
}

struct each_message {
	void (*fn)(void *arg, const char *file, unsigned line, const char *one, const char *many);
	void *arg;
};

static void
template_each_in(const struct each_message *e, const char *file, const struct node *n)
{
	for (; n != NULL; n = n->next) {
		if (n->kind == NODE_MESSAGE)
			e->fn(e->arg, file, n->line, n->text, n->many);
		template_each_in(e, file, n->inside);
	}
}

void
templates_each_message(const struct templates *t,
		       void (*fn)(void *arg, const char *file, unsigned line, const char *one,
				  const char *many),
		       void *arg)
{
	struct each_message e = { fn, arg };

	for (const struct template *one = t->first; one != NULL; one = one->next)
		template_each_in(&e, one->file, one->nodes);
}
