/* SPDX-License-Identifier: Apache-2.0 */
#ifndef USHER_BASE_STR_LIST_H
#define USHER_BASE_STR_LIST_H

#include <stdbool.h>

#include "base/arena.h"

/*
 * A list of strings: scopes, redirect URIs, groups. The list refers to the strings and does not
 * copy them.
 */
struct str_list {
	const char **list;
	size_t n;
	size_t room;
};

void str_list_add(struct arena *a, struct str_list *s, const char *item);
/* Adds `item` unless the list contains it. */
void str_list_put(struct arena *a, struct str_list *s, const char *item);
bool str_list_has(const struct str_list *s, const char *item);
/* True if `whole` contains every item of `part`. */
bool str_list_covers(const struct str_list *whole, const struct str_list *part);
/* Parses a scope (RFC 6749, 3.3): tokens of %x21 / %x23-5B / %x5D-7E with single spaces between
 * them, at most `max` different ones of at most 256 bytes. False if `text` is not such a list. */
bool str_list_parse_scope(struct arena *a, const char *text, size_t max, struct str_list *out);
/* The items with `sep` between them. */
char *str_list_join(struct arena *a, const struct str_list *s, const char *sep);

#endif
