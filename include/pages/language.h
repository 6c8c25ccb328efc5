/* SPDX-License-Identifier: Apache-2.0 */
#ifndef USHER_PAGES_LANGUAGE_H
#define USHER_PAGES_LANGUAGE_H

#include <stdbool.h>
#include <stddef.h>

/* A language in which pages are available. */
struct language {
	const char *tag;  /* BCP 47: "de" */
	const char *name; /* in the language itself: "Deutsch" */
	bool is_rtl;	  /* written from right to left */
};

/* The languages, English first; *n is their number. */
const struct language *languages_list(size_t *n);
/* The language with the tag, or with the tag up to its first '-' ("de-AT": de); letters may have
 * any case. NULL: there is none. `tag` may be NULL. */
const struct language *language_find(const char *tag);
/* The best language of a list of tags, the first one that exists. For ui_locales (OpenID Connect
 * Core, 3.1.2.1), separated by blanks. */
const struct language *language_of_list(const char *tags);
/* The best language for the header Accept-Language (RFC 9110, 12.5.4), by weight and then by
 * order; a weight of 0 excludes a language. NULL: none. Reads at most 32 ranges. */
const struct language *language_of_header(const char *accept);

#endif
