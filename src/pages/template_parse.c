/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One pass over the bytes of a template, with the state of HTML's tokenizer (HTML Living Standard,
 * 13.2.5) as far as templates need it: raw text elements do not occur, since script and style are
 * rejected.
 */
#include "template.h"

#include <string.h>

#include "base/text.h"

enum html {
	HTML_TEXT,
	HTML_OPEN,  /* after '<' */
	HTML_NAME,  /* in the name of an element */
	HTML_TAG,   /* between attributes */
	HTML_ATTR,  /* in the name of an attribute */
	HTML_EQUAL, /* after '=' */
	HTML_DOUBLE,
	HTML_SINGLE,
	HTML_BARE,
	HTML_COMMENT, /* and a doctype: up to the end that `end` names */
};

struct parser {
	struct arena *arena;
	const struct template_source *source;
	const char *at, *end;
	unsigned line;
	enum html html;
	const char *comment_end;
	char element[TEMPLATE_NAME_MAX], attr[TEMPLATE_NAME_MAX];
	size_t element_size, attr_size;
	size_t value_size; /* bytes and places of the attribute's value so far */
	bool url_done;	   /* the attribute's value was {{url:name}}; nothing may follow */
	bool is_end_tag;
	bool joined;	       /* a section began or ended right behind a name */
	size_t attrs;	       /* attributes begun so far */
	enum node_place place; /* of text: IN_TEXT, but for elements that contain no markup */
	unsigned depth;
	const char *why;
};

static bool
template_fail(struct parser *p, const char *sentence)
{
	if (p->why == NULL)
		p->why = arena_printf(p->arena, "%s:%u: %s", p->source->file, p->line, sentence);
	return false;
}

static bool
template_is_one_of(const char *name, const char *const *list)
{
	while (*list != NULL && strcmp(*list, name) != 0)
		list++;
	return *list != NULL;
}

static bool
template_is_space(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f';
}

/* --- HTML ----------------------------------------------------------------------------------- */

static bool
template_check_element(struct parser *p)
{
	static const char *const rejected[] = { "script",   "style",	"base",	 "object",
						"embed",    "iframe",	"frame", "noscript",
						"noembed",  "noframes", "xmp",	 "plaintext",
						"template", NULL };

	if (template_is_one_of(p->element, rejected))
		return template_fail(p, arena_printf(p->arena, "the element %s is not allowed",
						     p->element));
	return true;
}

static bool
template_is_address(const char *attr)
{
	static const char *const addresses[] = { "href",       "action",     "src",    "formaction",
						 "poster",     "background", "cite",   "data",
						 "ping",       "manifest",   "srcset", "longdesc",
						 "xlink:href", NULL };

	return template_is_one_of(attr, addresses);
}

static bool
template_check_attribute(struct parser *p)
{
	static const char *const rejected[] = { "style", "srcdoc", "http-equiv", NULL };

	if (template_is_one_of(p->attr, rejected) || text_starts(p->attr, "on"))
		return template_fail(p, arena_printf(p->arena, "the attribute %s is not allowed",
						     p->attr));
	return true;
}

static bool
template_add_letter(struct parser *p, char *name, size_t *size, char c)
{
	if (*size + 1 >= TEMPLATE_NAME_MAX)
		return template_fail(p, "the name of an element or attribute must be at most 31 "
					"characters");
	name[(*size)++] = (char)(c >= 'A' && c <= 'Z' ? c + 32 : c);
	name[*size] = '\0';
	return true;
}

static void
template_begin_attribute(struct parser *p)
{
	p->html = HTML_ATTR;
	p->attrs++;
	p->attr_size = 0;
	p->attr[0] = '\0';
	p->value_size = 0;
	p->url_done = false;
}

/* The first byte of an address that is written out: a path of this server, a fragment or a
 * query. */
static bool
template_check_value_byte(struct parser *p, char c)
{
	if (template_is_address(p->attr)) {
		if (p->url_done)
			return template_fail(p, "nothing may follow {{url:name}} in an attribute");
		if (p->value_size == 0 && c != '/' && c != '#' && c != '?')
			return template_fail(p, "an address must be {{url:name}}, or begin with "
						"'/', '#' or '?'");
		if (p->value_size == 1 && c == '/')
			return template_fail(p, "an address must not begin with //");
	}
	p->value_size++;
	return true;
}

/* What title, option and textarea contain is text: markup would be shown, or ignored. */
static bool
template_leave_tag(struct parser *p)
{
	static const char *const plain[] = { "title", "option", NULL };

	p->html = HTML_TEXT;
	if (strcmp(p->element, "textarea") == 0)
		p->place = p->is_end_tag ? IN_TEXT : IN_FORM_VALUE;
	if (template_is_one_of(p->element, plain))
		p->place = p->is_end_tag ? IN_TEXT : IN_ATTRIBUTE;
	return true;
}

static bool
template_take_open(struct parser *p, char c)
{
	p->element_size = 0;
	p->element[0] = '\0';
	p->html = HTML_NAME;
	p->is_end_tag = c == '/';
	if (c == '/')
		return true;
	if (c == '!') {
		p->html = HTML_COMMENT;
		p->comment_end = p->end - p->at >= 3 && memcmp(p->at, "!--", 3) == 0 ? "-->" : ">";
		return true;
	}
	if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'))
		return template_add_letter(p, p->element, &p->element_size, c);
	return template_fail(p, "'<' must begin a tag; write &lt; for the character");
}

static bool
template_take_name(struct parser *p, char c)
{
	if (c != '>' && c != '/' && !template_is_space(c))
		return template_add_letter(p, p->element, &p->element_size, c);
	p->html = HTML_TAG;
	if (!template_check_element(p))
		return false;
	return c == '>' ? template_leave_tag(p) : true;
}

static bool
template_take_tag(struct parser *p, char c)
{
	bool joined = p->joined;

	p->joined = false;
	if (c == '>')
		return template_leave_tag(p);
	if (c == '/' || template_is_space(c))
		return true;
	if (joined)
		return template_fail(p,
				     "a section at the end of a name must be followed by a blank");
	template_begin_attribute(p);
	return template_add_letter(p, p->attr, &p->attr_size, c);
}

static bool
template_take_attribute(struct parser *p, char c)
{
	if (c != '=' && c != '>' && c != '/' && !template_is_space(c))
		return template_add_letter(p, p->attr, &p->attr_size, c);
	if (!template_check_attribute(p))
		return false;
	p->html = c == '=' ? HTML_EQUAL : HTML_TAG;
	return c == '>' ? template_leave_tag(p) : true;
}

static bool
template_take_equal(struct parser *p, char c)
{
	if (template_is_space(c) || c == '>')
		return template_fail(p, "'=' must be followed by the attribute's value");
	p->html = c == '"' ? HTML_DOUBLE : c == '\'' ? HTML_SINGLE : HTML_BARE;
	return p->html == HTML_BARE ? template_check_value_byte(p, c) : true;
}

static bool
template_take_quoted(struct parser *p, char c, char quote)
{
	if (c != quote)
		return template_check_value_byte(p, c);
	p->html = HTML_TAG;
	return true;
}

static bool
template_take_bare(struct parser *p, char c)
{
	if (c == '>')
		return template_leave_tag(p);
	if (!template_is_space(c))
		return template_check_value_byte(p, c);
	p->html = HTML_TAG;
	return true;
}

static bool
template_take_comment(struct parser *p)
{
	size_t size = strlen(p->comment_end);

	if (p->end - p->at >= 4 && memcmp(p->at, "--!>", 4) == 0)
		return template_fail(p, "a comment must end with -->");
	if ((size_t)(p->end - p->at) >= size && memcmp(p->at, p->comment_end, size) == 0) {
		if (size > 1 && p->at[0] == '-') {
			p->comment_end = ">"; /* the two dashes are behind us when it comes */
			return true;
		}
		p->html = HTML_TEXT;
	}
	return true;
}

/* Moves the state of HTML over one byte of the template itself. */
static bool
template_take_byte(struct parser *p, char c)
{
	switch (p->html) {
	case HTML_TEXT:
		if (c == '<')
			p->html = HTML_OPEN;
		return true;
	case HTML_OPEN: return template_take_open(p, c);
	case HTML_NAME: return template_take_name(p, c);
	case HTML_TAG: return template_take_tag(p, c);
	case HTML_ATTR: return template_take_attribute(p, c);
	case HTML_EQUAL: return template_take_equal(p, c);
	case HTML_DOUBLE: return template_take_quoted(p, c, '"');
	case HTML_SINGLE: return template_take_quoted(p, c, '\'');
	case HTML_BARE: return template_take_bare(p, c);
	case HTML_COMMENT: return template_take_comment(p);
	}
	return true;
}

/* --- nodes ---------------------------------------------------------------------------------- */

static struct node *
template_add_node(struct parser *p, struct node ***last, enum node_kind kind)
{
	struct node *n = ARENA_NEW(p->arena, struct node);

	n->kind = kind;
	n->line = p->line;
	n->place = p->html == HTML_TEXT		   ? p->place
		   : strcmp(p->attr, "value") == 0 ? IN_FORM_VALUE
						   : IN_ATTRIBUTE;
	**last = n;
	*last = &n->next;
	return n;
}

static bool
template_is_name(const char *s, size_t size)
{
	if (size == 0 || size > TEMPLATE_NAME_MAX)
		return false;
	for (size_t i = 0; i < size; i++) {
		if (!(s[i] >= 'a' && s[i] <= 'z') && !(s[i] >= '0' && s[i] <= '9') && s[i] != '_')
			return false;
	}
	return true;
}

/* A value or message is about to be printed here. */
static bool
template_check_place(struct parser *p)
{
	switch (p->html) {
	case HTML_TEXT: return true;
	case HTML_DOUBLE:
		if (template_is_address(p->attr))
			return template_fail(p, "an address must be {{url:name}}");
		p->value_size++;
		return true;
	case HTML_EQUAL:
	case HTML_BARE:
	case HTML_SINGLE: return template_fail(p, "a value must be inside of double quotes");
	case HTML_COMMENT: return template_fail(p, "a value must not be in a comment or doctype");
	case HTML_OPEN:
	case HTML_NAME:
	case HTML_TAG:
	case HTML_ATTR: break;
	}
	return template_fail(p,
			     "a value must not be part of a tag, but for its attributes' values");
}

static bool
template_check_url(struct parser *p)
{
	if (p->html != HTML_DOUBLE || !template_is_address(p->attr) || p->value_size > 0)
		return template_fail(p, "{{url:name}} must be the whole of a double-quoted "
					"address, such as href");
	p->url_done = true;
	p->value_size++;
	return true;
}

/* A text to translate: white space is one blank each, since lines of a template are broken at
 * will. */
static const char *
template_squeeze(struct arena *a, const char *s, size_t size)
{
	char *text = arena_alloc(a, size + 1);
	size_t n = 0;

	for (size_t i = 0; i < size; i++) {
		if (!template_is_space(s[i]))
			text[n++] = s[i];
		else if (n > 0 && text[n - 1] != ' ')
			text[n++] = ' ';
	}
	if (n > 0 && text[n - 1] == ' ')
		n--;
	text[n] = '\0';
	return text;
}

static bool
template_check_message(struct parser *p, const struct node *n, const char *text)
{
	const char *piece;
	size_t size, stars = 0;

	if (*text == '\0')
		return template_fail(p, "a text to translate must not be empty");
	for (;;) {
		switch (message_next(&text, &piece, &size)) {
		case MESSAGE_END:
			return stars % 2 == 0 || template_fail(p, "a text has a star without "
								  "its second one");
		case MESSAGE_STAR:
			if (n->place != IN_TEXT)
				return template_fail(p, "stars must not be in an attribute");
			stars++;
			break;
		case MESSAGE_WRONG:
			return template_fail(p, "braces in a text must contain a name: {name}");
		case MESSAGE_TEXT:
		case MESSAGE_PLACE: break;
		}
	}
}

/* `s` is what is between [[ and ]]. */
static bool
template_add_message(struct parser *p, struct node ***last, const char *s, size_t size)
{
	struct node *n;
	const char *bar = memchr(s, '|', size), *colon = memchr(s, ':', size);

	if (!template_check_place(p))
		return false;
	n = template_add_node(p, last, NODE_MESSAGE);
	if (bar != NULL && colon != NULL && template_is_name(s, (size_t)(colon - s))) {
		n->name = arena_strndup(p->arena, s, (size_t)(colon - s));
		n->text = template_squeeze(p->arena, colon + 1, (size_t)(bar - colon) - 1);
		n->many = template_squeeze(p->arena, bar + 1, size - (size_t)(bar - s) - 1);
		return template_check_message(p, n, n->text) &&
		       template_check_message(p, n, n->many);
	}
	n->text = template_squeeze(p->arena, s, size);
	return template_check_message(p, n, n->text);
}

/* What follows `open` up to `close`, on as many lines as it takes; moves behind it. */
static bool
template_between(struct parser *p, const char *close, const char **s, size_t *size)
{
	const char *end;

	*s = p->at + 2;
	end = memmem(*s, (size_t)(p->end - *s), close, 2);
	if (end == NULL)
		return template_fail(p, arena_printf(p->arena, "the end %s is missing", close));
	*size = (size_t)(end - *s);
	p->at = end + 2;
	return true;
}

static void
template_count_lines(struct parser *p, const char *s, size_t size)
{
	for (size_t i = 0; i < size; i++)
		p->line += s[i] == '\n';
}

/* A section begins or ends right behind the name of an element or attribute: the name is complete.
 * What follows must not make it longer. */
static bool
template_finish_name(struct parser *p)
{
	bool fine = true;

	if (p->html == HTML_NAME)
		fine = template_check_element(p);
	else if (p->html == HTML_ATTR)
		fine = template_check_attribute(p);
	else
		return true;
	p->html = HTML_TAG;
	p->joined = true;
	return fine;
}

static bool template_parse_nodes(struct parser *p, struct node ***last, const char *section);

/* {{#name}} or {{^name}}: the same place of the HTML must be reached at its end. */
static bool
template_parse_section(struct parser *p, struct node ***last, enum node_kind kind, const char *name)
{
	struct node *n, **inside;
	enum html html;
	enum node_place place = p->place;
	unsigned line = p->line;
	size_t attrs;
	bool joined;

	if (!template_finish_name(p))
		return false;
	html = p->html;
	attrs = p->attrs;
	joined = p->joined;
	if (html != HTML_TEXT && html != HTML_TAG && html != HTML_DOUBLE)
		return template_fail(p, "a section must begin in text, between attributes, or in a "
					"double-quoted attribute");
	if (html == HTML_DOUBLE && template_is_address(p->attr))
		return template_fail(p, "an address must not have sections");
	if (++p->depth > TEMPLATE_DEPTH_MAX)
		return template_fail(p, "sections must be at most 16 deep");
	n = template_add_node(p, last, kind);
	n->name = name;
	inside = &n->inside;
	if (!template_parse_nodes(p, &inside, name))
		return false;
	p->depth--;
	p->joined |= joined;
	if (p->html == html && p->place == place && (html != HTML_DOUBLE || p->attrs == attrs))
		return true;
	p->line = line;
	return template_fail(p, arena_printf(p->arena,
					     "the section %s must end where it began: in text, "
					     "between attributes, or in the same attribute",
					     name));
}

static bool
template_add_part(struct parser *p, struct node ***last, const char *name)
{
	if (p->html != HTML_TEXT || p->place != IN_TEXT)
		return template_fail(p, "a part must be in text");
	template_add_node(p, last, NODE_PART)->name = name;
	return true;
}

/* `s` is what is between {{ and }}.  *ended: it was the end of the section. */
static bool
template_parse_tag(struct parser *p, struct node ***last, const char *s, size_t size,
		   const char *section, bool *ended)
{
	char sign = size > 0 && strchr("#^/>", s[0]) != NULL ? s[0] : ' ';
	bool url = size > 4 && memcmp(s, "url:", 4) == 0;
	size_t skip = sign != ' ' ? 1 : url ? 4 : 0;
	const char *name = arena_strndup(p->arena, s + skip, size - skip);

	if (!template_is_name(name, strlen(name)) || strlen(name) != size - skip)
		return template_fail(p, "{{…}} must contain a name of 1 to 32 of a-z, 0-9 and _");
	switch (sign) {
	case '#': return template_parse_section(p, last, NODE_SECTION, name);
	case '^': return template_parse_section(p, last, NODE_ABSENT, name);
	case '>': return template_add_part(p, last, name);
	case '/':
		if (!template_finish_name(p))
			return false;
		*ended = section != NULL && strcmp(section, name) == 0;
		return *ended ||
		       template_fail(p, arena_printf(p->arena, "{{/%s}} ends no section", name));
	default: break;
	}
	if (url ? !template_check_url(p) : !template_check_place(p))
		return false;
	template_add_node(p, last, url ? NODE_URL : NODE_VALUE)->name = name;
	return true;
}

static void
template_add_literal(struct parser *p, struct node ***last, const char *from)
{
	struct node *n;

	if (p->at == from)
		return;
	n = template_add_node(p, last, NODE_LITERAL);
	n->literal = arena_bytes(p->arena, BYTES(from, (size_t)(p->at - from)));
}

static bool
template_is_at(const struct parser *p, const char *two)
{
	return p->end - p->at >= 2 && p->at[0] == two[0] && p->at[1] == two[1];
}

/* Up to the end of `section`, or of the template. */
static bool
template_parse_nodes(struct parser *p, struct node ***last, const char *section)
{
	const char *from = p->at, *s;
	bool ended = false;
	size_t size;

	while (!ended && p->at < p->end) {
		bool is_tag = template_is_at(p, "{{"), is_message = template_is_at(p, "[[");

		if (!is_tag && !is_message) {
			if (!template_take_byte(p, *p->at))
				return false;
			p->line += *p->at++ == '\n';
			continue;
		}
		template_add_literal(p, last, from);
		if (!template_between(p, is_tag ? "}}" : "]]", &s, &size))
			return false;
		if (is_tag ? !template_parse_tag(p, last, s, size, section, &ended)
			   : !template_add_message(p, last, s, size))
			return false;
		if (is_message)
			template_count_lines(p, s, size);
		from = p->at;
	}
	template_add_literal(p, last, from);
	return ended == (section != NULL) ||
	       template_fail(p, arena_printf(p->arena, "the section %s has no end", section));
}

/* --- all templates -------------------------------------------------------------------------- */

struct template *
template_find(const struct templates *t, const char *name)
{
	struct template *found = t->first;

	while (found != NULL && strcmp(found->name, name) != 0)
		found = found->next;
	return found;
}

bool
templates_have(const struct templates *t, const char *name)
{
	return template_find(t, name) != NULL;
}

static struct template *
template_parse(struct arena *a, const struct template_source *source, const char **why)
{
	struct parser p = { .arena = a, .source = source, .line = 1 };
	struct template *t = ARENA_NEW(a, struct template);
	struct node **last = &t->nodes;

	t->name = arena_strdup(a, source->name);
	t->file = arena_strdup(a, source->file);
	p.at = (const char *)source->text.data;
	p.end = p.at + source->text.size;
	if (!template_is_name(t->name, strlen(t->name)) || strcmp(t->name, "body") == 0)
		template_fail(&p, "the name of a template must be 1 to 32 of a-z, 0-9 and _, and "
				  "not body");
	else if (source->text.size > TEMPLATE_SIZE_MAX)
		template_fail(&p, "a template must be at most 65536 bytes");
	else if (!text_is_utf8(source->text))
		template_fail(&p, "a template must be UTF-8");
	else if (template_parse_nodes(&p, &last, NULL) &&
		 (p.html != HTML_TEXT || p.place != IN_TEXT))
		template_fail(&p,
			      "the template ends inside of a tag, a comment, or a title, option "
			      "or textarea");
	if (p.why == NULL)
		return t;
	*why = p.why;
	return NULL;
}

static bool template_link(struct arena *a, const struct templates *all, struct template *t,
			  const char **why);

/* *depth: that of the parts found so far. */
static bool
template_link_part(struct arena *a, const struct templates *all, const struct template *t,
		   struct node *n, unsigned *depth, const char **why)
{
	struct template *part = template_find(all, n->name);
	const char *fault = NULL;

	if (strcmp(n->name, "body") == 0)
		return true;
	if (part != NULL && !part->is_open && !template_link(a, all, part, why))
		return false;
	if (part == NULL)
		fault = "is not there";
	else if (part->is_open)
		fault = "contains itself";
	else if (part->depth >= TEMPLATE_DEPTH_MAX)
		fault = "has parts in parts, more than 15 deep";
	n->part = part;
	if (fault != NULL) {
		*why = arena_printf(a, "%s:%u: the part %s %s", t->file, n->line, n->name, fault);
		return false;
	}
	if (part->depth > *depth)
		*depth = part->depth;
	return true;
}

static bool
template_link_nodes(struct arena *a, const struct templates *all, const struct template *t,
		    struct node *n, unsigned *depth, const char **why)
{
	for (; n != NULL; n = n->next) {
		if (n->kind == NODE_PART && !template_link_part(a, all, t, n, depth, why))
			return false;
		if (!template_link_nodes(a, all, t, n->inside, depth, why))
			return false;
	}
	return true;
}

/* Finds the parts of a template, and theirs, once. A part that is open contains itself. */
static bool
template_link(struct arena *a, const struct templates *all, struct template *t, const char **why)
{
	unsigned depth = 0;

	if (t->is_linked)
		return true;
	t->is_open = true;
	t->is_linked = template_link_nodes(a, all, t, t->nodes, &depth, why);
	t->is_open = false;
	t->depth = depth + 1;
	return t->is_linked;
}

struct templates *
templates_parse(struct arena *a, const struct template_source *list, size_t n, const char **why)
{
	struct templates *all = ARENA_NEW(a, struct templates);
	struct template **last = &all->first;

	for (size_t i = 0; i < n; i++) {
		if (template_find(all, list[i].name) != NULL) {
			*why = arena_printf(a, "%s: there is another template %s", list[i].file,
					    list[i].name);
			return NULL;
		}
		*last = template_parse(a, &list[i], why);
		if (*last == NULL)
			return NULL;
		last = &(*last)->next;
	}
	for (struct template *t = all->first; t != NULL; t = t->next) {
		if (!template_link(a, all, t, why))
			return NULL;
	}
	return all;
}
