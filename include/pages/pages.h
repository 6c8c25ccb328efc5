/* SPDX-License-Identifier: Apache-2.0 */
#ifndef USHER_PAGES_PAGES_H
#define USHER_PAGES_PAGES_H

#include "pages/language.h"
#include "pages/template.h"

/*
 * The pages of the program: templates, style and translations that are compiled in.
 *
 *	struct pages *p = pages_load(a, &why);
 *
 *	pages_print(p, "signin", language_find("de"), v, &out, NULL);
 */
struct pages;

/* NULL with *why if a template or catalogue is faulty. All memory is in `a`. */
struct pages *pages_load(struct arena *a, const char **why);
/* Appends the page `name` to `out`. Sets `lang`, `dir` and, from the table in pages.c, `title`
 * in `v`. A page that does not exist ends the process. `report`: see template_print. */
void pages_print(const struct pages *p, const char *name, const struct language *language,
		 struct view *v, struct buf *out, struct template_report *report);
const struct templates *pages_templates(const struct pages *p);
/* NULL for English. */
const struct catalogue *pages_catalogue(const struct pages *p, const struct language *language);

/* A file of the style: "usher.css" or "mark.svg". */
struct bytes pages_file(const char *name);
/* The name under which the file is served, which changes with its content: "3f2a….css". */
const char *pages_asset_name(const struct pages *p, const char *file);
/* The file with that name and its media type; NULL: there is none. */
const char *pages_asset_find(const struct pages *p, const char *name, struct bytes *file);
/* Calls fn for the title of each page, and for each other text that is in no template. */
void pages_each_title(void (*fn)(void *arg, const char *id), void *arg);

#endif
