/* SPDX-License-Identifier: Apache-2.0 */
/* Prints pages. Everything that a view contains is escaped here, for the place where it goes. */
#include "template.h"

#include <string.h>

#include "base/log.h"
#include "base/text.h"

#define ISOLATE	    "\u2068" /* FIRST STRONG ISOLATE */
#define ISOLATE_END "\u2069" /* POP DIRECTIONAL ISOLATE */

/* One page that is being printed. */
struct printer {
	const struct template *body; /* NULL: the template has no layout, or is printed already */
	const struct catalogue *catalogue;
	struct buf *out;
	struct template_report *report;
	bool in_message; /* a VIEW_MESSAGE is being printed */
};

static void
template_escape_byte(struct buf *out, char c)
{
	switch (c) {
	case '&': buf_text(out, "&amp;"); break;
	case '<': buf_text(out, "&lt;"); break;
	case '>': buf_text(out, "&gt;"); break;
	case '"': buf_text(out, "&quot;"); break;
	case '\'': buf_text(out, "&#39;"); break;
	default: buf_char(out, c);
	}
}

/* Drops unsafe characters but white space, unless the text must be `exact`. */
static void
template_escape(struct buf *out, const char *text, bool exact)
{
	for (const char *s = text; *s != '\0';) {
		bool space = *s == '\t' || *s == '\n' || *s == '\r';
		size_t drop = exact || space ? 0 : text_unsafe(s);

		if (drop > 0)
			s += drop;
		else
			template_escape_byte(out, *s++);
	}
}

static void
template_note_missing(struct printer *p, const char *name)
{
	if (p->report == NULL)
		return;
	if (p->report->missing++ == 0)
		p->report->name = name;
}

static void
template_print_foreign(struct printer *p, const struct view_value *value, enum node_place place)
{
	const char *text = value->text;
	const char *element = value->kind == VIEW_ID ? "<bdi class=\"id\">" : "<bdi>";
	const char *before = place == IN_TEXT ? element : ISOLATE;
	const char *after = place == IN_TEXT ? "</bdi>" : ISOLATE_END;
	bool isolated = place != IN_FORM_VALUE && *text != '\0';

	if (isolated)
		buf_text(p->out, before);
	template_escape(p->out, text, place == IN_FORM_VALUE);
	if (isolated)
		buf_text(p->out, after);
}

static void template_print_pieces(struct printer *p, const struct view *v, const char *s,
				  enum node_place place);

static void
template_print_value(struct printer *p, const struct view *v, const char *name,
		     enum node_place place)
{
	const struct view_value *value = view_find(v, name);

	if (value == NULL) {
		template_note_missing(p, name);
		return;
	}
	switch (value->kind) {
	case VIEW_TEXT:
	case VIEW_ID: template_print_foreign(p, value, place); break;
	case VIEW_MESSAGE:
		if (p->in_message) {
			template_note_missing(p, name);
			break;
		}
		p->in_message = true;
		template_print_pieces(p, v, catalogue_get(p->catalogue, NULL, value->text), place);
		p->in_message = false;
		break;
	case VIEW_OWN: template_escape(p->out, value->text, place == IN_FORM_VALUE); break;
	case VIEW_NUMBER: buf_int(p->out, value->number); break;
	case VIEW_TIME:
		if (place == IN_TEXT) {
			buf_text(p->out, "<time datetime=\"");
			template_escape(p->out, value->machine, false);
			buf_text(p->out, "\">");
		}
		template_escape(p->out, value->text, false);
		if (place == IN_TEXT)
			buf_text(p->out, "</time>");
		break;
	case VIEW_URL:
	case VIEW_FLAG:
	case VIEW_LIST: template_note_missing(p, name); break;
	}
}

/* A path of this server, but none that a browser takes for another host's ("//host", "/\host"), a
 * fragment, a query, or an address of the web. */
static bool
template_is_safe_url(const char *url)
{
	for (const char *s = url; *s != '\0'; s++) {
		if ((unsigned char)*s <= ' ' || (unsigned char)*s >= 0x7f || *s == '\\')
			return false;
	}
	if (url[0] == '/')
		return url[1] != '/';
	if (url[0] == '#' || url[0] == '?')
		return true;
	return text_starts(url, "https://") || text_starts(url, "http://127.0.0.1:") ||
	       text_starts(url, "http://[::1]:") || text_starts(url, "http://localhost:");
}

static void
template_print_url(struct printer *p, const struct view *v, const char *name)
{
	const struct view_value *value = view_find(v, name);

	if (value == NULL || value->kind != VIEW_URL || !template_is_safe_url(value->text)) {
		template_note_missing(p, name);
		buf_char(p->out, '#');
		return;
	}
	template_escape(p->out, value->text, true);
}

/* A translation has the places and stars of its original: template_message_fits. */
static void
template_print_pieces(struct printer *p, const struct view *v, const char *s, enum node_place place)
{
	const char *text;
	bool bold = false;
	size_t size;

	for (;;) {
		switch (message_next(&s, &text, &size)) {
		case MESSAGE_END:
		case MESSAGE_WRONG:
			if (bold)
				buf_text(p->out, "</b>");
			return;
		case MESSAGE_STAR:
			if (place == IN_TEXT) {
				buf_text(p->out, bold ? "</b>" : "<b>");
				bold = !bold;
			}
			break;
		case MESSAGE_PLACE:
			template_print_value(p, v, arena_strndup(p->out->arena, text, size), place);
			break;
		case MESSAGE_TEXT:
			for (size_t i = 0; i < size; i++)
				template_escape_byte(p->out, text[i]);
			break;
		}
	}
}

static void
template_print_message(struct printer *p, const struct view *v, const struct node *n)
{
	const struct view_value *count = n->many != NULL ? view_find(v, n->name) : NULL;
	const char *s = n->many;

	if (n->many == NULL)
		s = catalogue_get(p->catalogue, NULL, n->text);
	else if (count != NULL && count->kind == VIEW_NUMBER)
		s = catalogue_plural(p->catalogue, n->text, n->many, count->number);
	else
		template_note_missing(p, n->name);
	template_print_pieces(p, v, s, n->place);
}

static void template_print_nodes(struct printer *p, const struct view *v, const struct node *n);

static void
template_print_section(struct printer *p, const struct view *v, const struct node *n)
{
	const struct view_value *value = view_find(v, n->name);

	if (view_is_set(value) != (n->kind == NODE_SECTION))
		return;
	if (n->kind == NODE_ABSENT || value->kind != VIEW_LIST) {
		template_print_nodes(p, v, n->inside);
		return;
	}
	for (const struct view *e = value->first; e != NULL; e = view_next(e))
		template_print_nodes(p, e, n->inside);
}

static void
template_print_part(struct printer *p, const struct view *v, const struct node *n)
{
	const struct template *part = n->part != NULL ? n->part : p->body;

	if (part == NULL)
		return;
	if (n->part == NULL)
		p->body = NULL;
	template_print_nodes(p, v, part->nodes);
}

static void
template_print_nodes(struct printer *p, const struct view *v, const struct node *n)
{
	for (; n != NULL; n = n->next) {
		switch (n->kind) {
		case NODE_LITERAL: buf_add(p->out, n->literal.data, n->literal.size); break;
		case NODE_VALUE: template_print_value(p, v, n->name, n->place); break;
		case NODE_URL: template_print_url(p, v, n->name); break;
		case NODE_SECTION:
		case NODE_ABSENT: template_print_section(p, v, n); break;
		case NODE_PART: template_print_part(p, v, n); break;
		case NODE_MESSAGE: template_print_message(p, v, n); break;
		}
	}
}

void
template_print(const struct templates *t, const char *layout, const char *name,
	       const struct view *v, const struct catalogue *c, struct buf *out,
	       struct template_report *report)
{
	const struct template *page = template_find(t, name);
	const struct template *outer = layout != NULL ? template_find(t, layout) : page;
	struct printer p = { .catalogue = c, .out = out, .report = report };

	if (page == NULL || outer == NULL)
		log_die("pages: there is no template %s or %s", name, layout);
	if (outer != page)
		p.body = page;
	template_print_nodes(&p, v, outer->nodes);
}
