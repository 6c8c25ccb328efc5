/* SPDX-License-Identifier: Apache-2.0 */
#ifndef USHER_PAGES_TEMPLATE_H
#define USHER_PAGES_TEMPLATE_H

#include "base/buf.h"
#include "base/err.h"
#include "pages/catalogue.h"
#include "pages/view.h"

/*
 * Templates of pages: HTML with places for values.  template_parse.c reads them, template_print.c
 * prints a page.
 *
 *	{{name}}		a value, escaped for the place where it is
 *	{{url:name}}		an address; the only value that href, action and src may have
 *	{{#name}}…{{/name}}	once for each element of a list, or once if the value is set
 *	{{^name}}…{{/name}}	if it is not
 *	{{>part}}		another template
 *	{{>body}}		in a layout: the template of the page
 *	[[text]]		a text to translate; *stars* make <b>, {name} is a value
 *	[[n: {n} item|{n} items]]	a text with a plural form for the number n
 *
 * The parser follows HTML, so that no value can become markup (T-B02): values are allowed in text
 * and in double-quoted attributes only. A template is rejected if it has - a value in an unquoted
 * or single-quoted attribute, in the name of an element or attribute, or in
 *    a comment;
 * - an attribute style or srcdoc, or one that begins with "on": the pages' Content-Security-Policy
 *    would ignore or reject them;
 * - an element script, style, base, object, embed, iframe or frame; - href, action, src or another
 * attribute with an address whose value is not {{url:name}}, an own
 *    path, a fragment or a query;
 * - a section that ends in another place of the HTML than it began, such as inside of a tag that it
 *    opened.
 *
 * Printing: text from outside (VIEW_TEXT) is isolated, by <bdi> in text and by U+2068 and U+2069
 * in attributes, and loses control characters and those that set the direction of text (T-U17).
 * The attribute `value` gets exact text: a form must send back what was typed. An address is
 * printed only if it is a path of this server, a fragment, a query, or begins with https:// or,
 * on a loopback host, http://; any other prints as "#".
 */
#define TEMPLATE_SIZE_MAX  65536
#define TEMPLATE_DEPTH_MAX 16 /* sections in sections, parts in parts */
#define TEMPLATE_NAME_MAX  32

struct templates;

struct template_source {
	const char *name; /* "signin", [a-z0-9_]{1,32} */
	const char *file; /* for messages: "templates/signin.html" */
	struct bytes text;
};

/* Parses all templates of a program; parts may be used before they are given. The texts are copied.
 * NULL with *why: "templates/signin.html:12: …". */
struct templates *templates_parse(struct arena *a, const struct template_source *list, size_t n,
				  const char **why);
bool templates_have(const struct templates *t, const char *name);

/* What printing found, for tests: a name that a template uses and no view has prints nothing. */
struct template_report {
	size_t missing;
	const char *name; /* the first one */
};

/* Appends the page `name`, inside of `layout` if that is not NULL. Both must exist: a fault of the
 * program ends the process. `c` NULL: English. `report` may be NULL. */
void template_print(const struct templates *t, const char *layout, const char *name,
		    const struct view *v, const struct catalogue *c, struct buf *out,
		    struct template_report *report);

/* Calls fn for each text to translate, in the order of the files: `many` NULL: it has no plural.
 * For the translators' list, and to compare a catalogue with the templates. */
void templates_each_message(const struct templates *t,
			    void (*fn)(void *arg, const char *file, unsigned line, const char *one,
				       const char *many),
			    void *arg);
/* Does the translation `text` of `id` have the same places and balanced stars? */
bool template_message_fits(const char *id, const char *text);

#endif
