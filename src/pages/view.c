/* SPDX-License-Identifier: Apache-2.0 */
/* Named values in lists that are searched from the front: a page has a few dozen at most. */
#include "pages/view.h"

#include <string.h>

#include "base/log.h"
#include "base/text.h"

struct view {
	struct arena *arena;
	const struct view *around; /* the view that contains the list; NULL: the whole page */
	struct view *next;	   /* in the same list */
	struct view *last;	   /* of the elements, if this view is the first of its list */
	struct view_value *values;
};

struct view *
view_new(struct arena *a)
{
	struct view *v = ARENA_NEW(a, struct view);

	v->arena = a;
	return v;
}

static struct view_value *
view_own_value(const struct view *v, const char *name)
{
	struct view_value *found = v->values;

	while (found != NULL && strcmp(found->name, name) != 0)
		found = found->next;
	return found;
}

static struct view_value *
view_set(struct view *v, const char *name, enum view_kind kind)
{
	struct view_value *value = ARENA_NEW(v->arena, struct view_value);

	if (view_own_value(v, name) != NULL)
		log_die("pages: the value %s is set twice", name);
	value->name = arena_strdup(v->arena, name);
	value->kind = kind;
	value->text = "";
	value->next = v->values;
	v->values = value;
	return value;
}

static const char *
view_copy(struct view *v, const char *text)
{
	return text == NULL ? "" : arena_strdup(v->arena, text);
}

void
view_text(struct view *v, const char *name, const char *text)
{
	view_set(v, name, VIEW_TEXT)->text = view_copy(v, text);
}

void
view_id(struct view *v, const char *name, const char *text)
{
	view_set(v, name, VIEW_ID)->text = view_copy(v, text);
}

/* The bytes of the first `max` characters of well-formed UTF-8. */
static size_t
view_prefix(const char *text, size_t max)
{
	size_t size = 0;

	while (text[size] != '\0') {
		if (((unsigned char)text[size] & 0xc0) != 0x80 && max-- == 0)
			break;
		size++;
	}
	return size;
}

void
view_cut(struct view *v, const char *name, const char *text, size_t max)
{
	size_t size = text == NULL ? 0 : view_prefix(text, max);

	if (text == NULL || text[size] == '\0')
		view_text(v, name, text);
	else
		view_text(v, name, arena_printf(v->arena, "%.*s…", (int)size, text));
}

void
view_own(struct view *v, const char *name, const char *text)
{
	view_set(v, name, VIEW_OWN)->text = view_copy(v, text);
}

void
view_message(struct view *v, const char *name, const char *id)
{
	view_set(v, name, VIEW_MESSAGE)->text = view_copy(v, id);
}

void
view_number(struct view *v, const char *name, int64_t number)
{
	view_set(v, name, VIEW_NUMBER)->number = number;
}

void
view_time(struct view *v, const char *name, const char *words, const char *machine)
{
	struct view_value *value = view_set(v, name, VIEW_TIME);

	value->text = view_copy(v, words);
	value->machine = view_copy(v, machine);
}

void
view_url(struct view *v, const char *name, const char *url)
{
	view_set(v, name, VIEW_URL)->text = view_copy(v, url);
}

void
view_flag(struct view *v, const char *name, bool on)
{
	view_set(v, name, VIEW_FLAG)->number = on;
}

void
view_list(struct view *v, const char *name)
{
	view_set(v, name, VIEW_LIST);
}

struct view *
view_add(struct view *v, const char *name)
{
	struct view_value *list = view_own_value(v, name);
	struct view *element = view_new(v->arena);

	if (list == NULL)
		list = view_set(v, name, VIEW_LIST);
	if (list->kind != VIEW_LIST)
		log_die("pages: the value %s is not a list", name);
	element->around = v;
	if (list->first == NULL)
		list->first = element;
	else
		list->first->last->next = element;
	list->first->last = element;
	return element;
}

const struct view_value *
view_find(const struct view *v, const char *name)
{
	const struct view_value *found = NULL;

	for (; v != NULL && found == NULL; v = v->around)
		found = view_own_value(v, name);
	return found;
}

const struct view *
view_next(const struct view *element)
{
	return element->next;
}

bool
view_is_set(const struct view_value *value)
{
	if (value == NULL)
		return false;
	switch (value->kind) {
	case VIEW_LIST: return value->first != NULL;
	case VIEW_NUMBER:
	case VIEW_FLAG: return value->number != 0;
	case VIEW_TEXT:
	case VIEW_ID:
	case VIEW_OWN:
	case VIEW_MESSAGE:
	case VIEW_TIME:
	case VIEW_URL: break;
	}
	return *value->text != '\0';
}
