/* SPDX-License-Identifier: Apache-2.0 */
#ifndef USHER_PAGES_VIEW_H
#define USHER_PAGES_VIEW_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"

/*
 * What a page shows: named values, which a handler sets and a template prints.
 *
 *	struct view *v = view_new(a);
 *
 *	view_text(v, "who", account->login);
 *	view_url(v, "end", "/my/things/7/end");
 *	row = view_add(v, "shares");		// once for each element
 *	view_text(row, "app", client->name);
 *
 * A name that an element does not have is looked up in the view that contains the list. Texts are
 * copied into the view's arena. Setting a name twice is a fault of the handler and ends the
 * process (log_die).
 */
struct view;

enum view_kind {
	VIEW_TEXT,    /* text from outside: a template escapes and isolates it */
	VIEW_ID,      /* the same for an address, id or username, which has a typeface of its own */
	VIEW_OWN,     /* words of Usher, already translated: a template escapes them */
	VIEW_MESSAGE, /* a text to translate, whose places are values of the same view */
	VIEW_NUMBER,  /* decides plural forms, too */
	VIEW_TIME,    /* words for a time, and the time for machines */
	VIEW_URL,     /* only for {{url:name}} */
	VIEW_FLAG,    /* only for sections */
	VIEW_LIST,    /* only for sections */
};

struct view_value {
	const char *name;
	enum view_kind kind;
	const char *text;	 /* of all but numbers, flags and lists; never NULL */
	const char *machine;	 /* VIEW_TIME: for the attribute datetime */
	int64_t number;		 /* VIEW_NUMBER; VIEW_FLAG: 0 or 1 */
	struct view *first;	 /* VIEW_LIST: its elements; NULL: none */
	struct view_value *next; /* of the same view */
};

struct view *view_new(struct arena *a);
/* NULL is shown as the empty text. */
void view_text(struct view *v, const char *name, const char *text);
void view_id(struct view *v, const char *name, const char *text);
/* The first `max` characters of `text`, and "…" if there are more: for lists. */
void view_cut(struct view *v, const char *name, const char *text, size_t max);
void view_own(struct view *v, const char *name, const char *text);
/* `id`: an English text as in [[…]], "Continue to {app}". It must not name another message. */
void view_message(struct view *v, const char *name, const char *id);
void view_number(struct view *v, const char *name, int64_t number);
/* `machine`: "2027-05-01" or "2027-05-01T10:24Z". */
void view_time(struct view *v, const char *name, const char *words, const char *machine);
void view_url(struct view *v, const char *name, const char *url);
void view_flag(struct view *v, const char *name, bool on);
/* Adds an element to the list `name`, which is made when it is not there.  view_list alone makes an
 * empty list. */
struct view *view_add(struct view *v, const char *name);
void view_list(struct view *v, const char *name);

/* The value called `name` in `v`, or else in the views around it; NULL: there is none. */
const struct view_value *view_find(const struct view *v, const char *name);
/* The element after this one in its list; NULL: it is the last. */
const struct view *view_next(const struct view *element);
/* Does a section for the value have something to show?  Not for an empty text or list, 0, or a flag
 * that is off, nor for NULL. */
bool view_is_set(const struct view_value *value);

#endif
