/* SPDX-License-Identifier: Apache-2.0 */
#ifndef USHER_SRC_PAGES_TEMPLATE_H
#define USHER_SRC_PAGES_TEMPLATE_H

#include "pages/template.h"

enum node_kind {
	NODE_LITERAL, /* bytes as they are */
	NODE_VALUE,
	NODE_URL,
	NODE_SECTION, /* `inside` if the value is set */
	NODE_ABSENT,  /* `inside` if it is not */
	NODE_PART,
	NODE_MESSAGE, /* `text`, and `many` if it has a plural for the number `name` */
};

/* Where a value is printed. */
enum node_place { IN_TEXT, IN_ATTRIBUTE, IN_FORM_VALUE };

struct node {
	enum node_kind kind;
	enum node_place place;
	const char *name;
	struct bytes literal;
	const char *text, *many;
	const struct template *part; /* NULL: the body of the page */
	unsigned line;
	struct node *inside, *next;
};

struct template
{
	const char *name, *file;
	struct node *nodes;
	bool is_open;	/* while its parts are linked */
	bool is_linked; /* each NODE_PART has its part */
	unsigned depth; /* of its parts; 1: it has none */
	struct template *next;
};

struct templates {
	struct template *first;
};

struct template *template_find(const struct templates *t, const char *name);

/* The next piece of a message; *s moves behind it. MESSAGE_TEXT and MESSAGE_PLACE: the text, or the
 * name of the value, is *size bytes at *text. MESSAGE_WRONG: a brace without a name. */
enum message_piece { MESSAGE_END, MESSAGE_TEXT, MESSAGE_STAR, MESSAGE_PLACE, MESSAGE_WRONG };
enum message_piece message_next(const char **s, const char **text, size_t *size);

#endif
