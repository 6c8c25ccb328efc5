/* SPDX-License-Identifier: Apache-2.0 */
#include "pages/language.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define RANGES_MAX 32
#define TAG_SIZE   36 /* the longest tag that is worth comparing, with its NUL (RFC 5646, 4.4.1) */

/* To add a language, add a row here and po/TAG.po. */
/* clang-format off */
static const struct language languages[] = {
	{ "en", "English",  false },
	{ "de", "Deutsch",  false },
	{ "fr", "Français", false },
};
/* clang-format on */
#define LANGUAGES (sizeof languages / sizeof languages[0])

const struct language *
languages_list(size_t *n)
{
	*n = LANGUAGES;
	return languages;
}

static const struct language *
language_find_part(const char *tag, size_t size)
{
	for (size_t i = 0; i < LANGUAGES; i++) {
		if (strlen(languages[i].tag) == size &&
		    strncasecmp(languages[i].tag, tag, size) == 0)
			return &languages[i];
	}
	return NULL;
}

const struct language *
language_find(const char *tag)
{
	const struct language *found;

	if (tag == NULL)
		return NULL;
	found = language_find_part(tag, strlen(tag));
	return found != NULL ? found : language_find_part(tag, strcspn(tag, "-"));
}

/* The next tag of a list, copied to `tag`, which is empty if the tag is too long. */
static const char *
language_next_tag(const char *s, const char *separators, char tag[TAG_SIZE])
{
	size_t size;

	s += strspn(s, separators);
	size = strcspn(s, separators);
	tag[0] = '\0';
	if (size < TAG_SIZE)
		strncat(tag, s, size);
	return s + size;
}

const struct language *
language_of_list(const char *tags)
{
	const struct language *found = NULL;
	char tag[TAG_SIZE];

	for (int i = 0; tags != NULL && *tags != '\0' && found == NULL && i < RANGES_MAX; i++) {
		tags = language_next_tag(tags, " ", tag);
		found = language_find(tag);
	}
	return found;
}

/* The weight after ";q=", in thousandths (RFC 9110, 12.4.2); 1000 without one, 0 for one that
 * cannot be read. `s` is at the end of the range's tag. */
static int
language_weight(const char *s)
{
	int weight, digit = 100;

	s += strspn(s, " \t");
	if (*s != ';')
		return 1000;
	s += 1 + strspn(s + 1, " \t");
	if ((*s != 'q' && *s != 'Q') || s[1] != '=')
		return 0;
	s += 2;
	if (*s == '1')
		return 1000;
	if (*s != '0')
		return 0;
	weight = 0;
	if (s[1] == '.')
		for (s += 2; *s >= '0' && *s <= '9' && digit > 0; s++, digit /= 10)
			weight += (*s - '0') * digit;
	return weight;
}

const struct language *
language_of_header(const char *accept)
{
	const struct language *best = NULL;
	int best_weight = 0;
	char tag[TAG_SIZE];

	for (int i = 0; accept != NULL && *accept != '\0' && i < RANGES_MAX; i++) {
		const char *end = language_next_tag(accept, ", \t;", tag);
		const struct language *found =
			strcmp(tag, "*") == 0 ? &languages[0] : language_find(tag);
		int weight = language_weight(end);

		if (found != NULL && weight > best_weight) {
			best = found;
			best_weight = weight;
		}
		accept = end + strcspn(end, ",");
	}
	return best;
}
