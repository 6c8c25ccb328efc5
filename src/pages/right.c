/* SPDX-License-Identifier: Apache-2.0 */
#include "pages/right.h"

#include <string.h>

/* The words are messages: see po/. */
static const char *const words[] = { "view",  "read", "print",	 "download", "edit", "change",
				     "write", "add",  "comment", "delete",   "share" };
#define WORDS (sizeof words / sizeof words[0])

/* "https://photoz.example.com/scopes/view": view. */
static const char *
right_last_part(const char *scope)
{
	const char *slash = strrchr(scope, '/'), *hash = strrchr(scope, '#');

	if (hash != NULL && (slash == NULL || hash > slash))
		slash = hash;
	return slash != NULL && slash[1] != '\0' ? slash + 1 : scope;
}

void
right_add(struct view *v, const char *name, const char *scope)
{
	const char *part = right_last_part(scope);

	for (size_t i = 0; i < WORDS; i++)
		if (strcmp(words[i], part) == 0) {
			view_message(v, name, words[i]);
			return;
		}
	view_text(v, "scope_part", part);
	view_message(v, name, "“{scope_part}”");
}

void
rights_each(void (*fn)(void *arg, const char *id), void *arg)
{
	for (size_t i = 0; i < WORDS; i++)
		fn(arg, words[i]);
	fn(arg, "“{scope_part}”");
}
