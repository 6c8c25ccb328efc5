/* SPDX-License-Identifier: Apache-2.0 */
/* Pages and redirects for people, with the headers that all of them have. */
#include "web/page.h"

#include <string.h>
#include <time.h>

#include "base/log.h"
#include "base/text.h"
#include "pages/pages.h"
#include "page_print.h"
#include "web/cookie.h"
#include "web/reply.h"

#define CSP_START "default-src 'none'; style-src 'self'; img-src 'self'; "
#define CSP_END	  "base-uri 'none'; frame-ancestors 'none'"

const char *
page_path(struct request *rq)
{
	struct buf b = { .arena = rq->work.arena };
	const char *why;
	struct path path;

	if (rq->path != NULL)
		return rq->path;
	if (path_parse(rq->work.arena, rq->in->uri, &path, &why) != OK)
		return "/";
	for (size_t i = rq->work.tenant->path.n; i < path.n; i++) {
		buf_char(&b, '/');
		buf_text(&b, path.segment[i]);
	}
	rq->path = b.size > 0 ? b.data : "/";
	return rq->path;
}

const char *
page_address(struct request *rq, const char *path)
{
	return arena_printf(rq->work.arena, "%s%s", rq->work.tenant->issuer, path);
}

void
page_url(struct request *rq, struct view *v, const char *name, const char *path)
{
	view_url(v, name, arena_printf(rq->work.arena, "%s%s", rq->work.tenant->path_text, path));
}

void
page_time(struct request *rq, struct view *v, const char *name, int64_t seconds)
{
	char machine[32] = "", words[32] = "";
	time_t t = seconds;
	struct tm tm;

	if (gmtime_r(&t, &tm) != NULL) {
		strftime(machine, sizeof machine, "%Y-%m-%dT%H:%MZ", &tm);
		strftime(words, sizeof words, "%Y-%m-%d %H:%M UTC", &tm);
	}
	view_time(v, name, words, machine);
}

/* --- language ------------------------------------------------------------------------------- */

static const struct language *
page_choose_language(struct request *rq)
{
	const struct language *l = language_find(param_get(&rq->query, "lang"));

	if (l == NULL)
		l = language_find(cookie_get(rq, COOKIE_LANGUAGE));
	if (l == NULL)
		l = language_of_list(param_get(&rq->query, "ui_locales"));
	if (l == NULL)
		l = language_of_header(rq->in->languages);
	if (l == NULL)
		l = language_find(rq->work.tenant->set.language);
	return l != NULL ? l : language_find("en");
}

const struct language *
page_language(struct request *rq)
{
	if (rq->language == NULL)
		rq->language = page_choose_language(rq);
	return rq->language;
}

static bool
page_is_get(const struct request *rq)
{
	return rq->in->method == M_GET || rq->in->method == M_HEAD;
}

/* The choice is kept when the person makes it, by a link of a page. */
static void
page_keep_language(struct request *rq)
{
	const struct language *l = language_find(param_get(&rq->query, "lang"));

	if (l != NULL && page_is_get(rq))
		cookie_set(rq, COOKIE_LANGUAGE, l->tag);
}

/* Appends the path, encoded. */
static void
page_print_path(struct arena *a, struct buf *b, const char *path)
{
	while (*path == '/') {
		size_t n = strcspn(path + 1, "/");
		char *segment = form_encode(a, arena_strndup(a, path + 1, n));

		buf_char(b, '/');
		for (; *segment != '\0'; segment++)
			if (*segment == '+')
				buf_text(b, "%20");
			else
				buf_char(b, *segment);
		path += n + 1;
	}
}

/* Appends the query of the request without `lang`, encoded anew. */
static void
page_print_query(struct request *rq, struct buf *b, char separator)
{
	for (size_t i = 0; i < rq->query.n; i++) {
		const struct param *p = &rq->query.list[i];

		if (strcmp(p->name, "lang") == 0)
			continue;
		buf_char(b, separator);
		buf_text(b, form_encode(rq->work.arena, p->name));
		buf_char(b, '=');
		buf_text(b, form_encode(rq->work.arena, p->value));
		separator = '&';
	}
}

/* The request's own address in another language. */
static const char *
page_print_language_link(struct request *rq, const struct language *l)
{
	struct buf b = { .arena = rq->work.arena };

	buf_text(&b, rq->work.tenant->path_text);
	page_print_path(rq->work.arena, &b, page_path(rq));
	buf_text(&b, "?lang=");
	buf_text(&b, l->tag);
	page_print_query(rq, &b, '&');
	return b.data;
}

/* The answer to a POST has no address that could be fetched again. */
static void
page_add_languages(struct request *rq, struct view *v)
{
	size_t n;
	const struct language *l = languages_list(&n);

	view_flag(v, "choose_language", page_is_get(rq));
	for (size_t i = 0; page_is_get(rq) && i < n; i++) {
		struct view *row = view_add(v, "languages");

		view_own(row, "tag", l[i].tag);
		view_own(row, "name", l[i].name);
		view_flag(row, "current", &l[i] == page_language(rq));
		view_url(row, "link", page_print_language_link(rq, &l[i]));
	}
}

/* --- responses ------------------------------------------------------------------------------ */

static void
page_add_asset(struct request *rq, struct view *v, const char *name, const char *file)
{
	page_url(rq, v, name,
		 arena_printf(rq->work.arena, "/assets/%s",
			      pages_asset_name(rq->work.pages, file)));
}

struct view *
page_view(struct request *rq)
{
	struct view *v = view_new(rq->work.arena);

	view_own(v, "brand", "Usher");
	page_add_asset(rq, v, "style", "usher.css");
	page_add_asset(rq, v, "mark", "mark.svg");
	page_url(rq, v, "help", "/help");
	page_url(rq, v, "home", "/my/");
	view_list(v, "links");
	page_add_languages(rq, v);
	return v;
}

static bool
page_is_own(struct request *rq)
{
	const char *path = page_path(rq);

	return strcmp(path, "/my") == 0 || text_starts(path, "/my/");
}

/* Pages of flows lack Cross-Origin-Opener-Policy: clients open them in windows and wait for
 * them. */
static void
page_add_headers(struct request *rq)
{
	reply_header(rq, HEADER_CACHE_CONTROL, "no-store");
	reply_header(rq, HEADER_PRAGMA, NULL);
	reply_header(rq, HEADER_FRAME_OPTIONS, "DENY");
	reply_header(rq, HEADER_NO_SNIFF, "nosniff");
	reply_header(rq, HEADER_REFERRER_POLICY, "no-referrer");
	reply_header(rq, HEADER_CORP, "same-origin");
	reply_header(rq, HEADER_ACCEPT_RANGES, "none");
	if (page_is_own(rq))
		reply_header(rq, HEADER_COOP, "same-origin");
}

void
page_print(struct request *rq, int status, const char *page, struct view *v, bool form_action)
{
	struct buf b = { .arena = rq->work.arena };
	struct template_report report = { 0 };

	if (view_find(v, "error") == NULL)
		view_flag(v, "error", false);
	if (view_find(v, "on") == NULL)
		view_flag(v, "on", false);
	pages_print(rq->work.pages, page, page_language(rq), v, &b, &report);
	if (report.missing > 0)
		log_debug("the page %s has no value %s", page, report.name);
	reply_document(rq, status, "text/html; charset=utf-8", buf_bytes(&b));
	page_add_headers(rq);
	reply_header(rq, HEADER_CSP,
		     form_action ? CSP_START "form-action 'self'; " CSP_END : CSP_START CSP_END);
	page_keep_language(rq);
}

void
page_reply(struct request *rq, int status, const char *page, struct view *v)
{
	page_print(rq, status, page, v, !rq->route->no_form_action);
}

static void
page_redirect_to(struct request *rq, const char *address)
{
	reply_empty(rq, 303);
	page_add_headers(rq);
	reply_header(rq, HEADER_LOCATION, address);
	page_keep_language(rq);
}

void
page_redirect(struct request *rq, const char *path)
{
	page_redirect_to(rq, page_address(rq, path));
}

void
page_redirect_client(struct request *rq, const char *uri)
{
	page_redirect_to(rq, uri);
}

static void
page_add_param(struct buf *b, const char *name, const char *value)
{
	if (value == NULL)
		return;
	buf_char(b, memchr(b->data, '?', b->size) == NULL ? '?' : '&');
	buf_text(b, name);
	buf_char(b, '=');
	buf_text(b, form_encode(b->arena, value));
}

void
page_answer_client(struct request *rq, const char *uri, const char *name, const char *value,
		   const char *why, const char *state)
{
	struct buf b = { .arena = rq->work.arena };

	buf_text(&b, uri);
	page_add_param(&b, name, value);
	page_add_param(&b, "error_description", why != NULL ? text_plain(b.arena, why) : NULL);
	page_add_param(&b, "state", state);
	page_add_param(&b, "iss", rq->work.tenant->issuer);
	page_redirect_client(rq, b.data);
}

void
page_go_on_to(struct request *rq, const char *url, const char *app)
{
	struct view *v = page_view(rq);
	const char *address = *url == '/' ? page_address(rq, url) : url;

	view_text(v, "app", app);
	view_url(v, "next", address);
	page_print(rq, 200, "going_on", v, true);
	reply_header(rq, HEADER_REFRESH, arena_printf(rq->work.arena, "0; url=%s", address));
}

void
page_go_on(struct request *rq, const char *url)
{
	page_go_on_to(rq, url, NULL);
}

/* --- signing in ----------------------------------------------------------------------------- */

void
page_account(struct request *rq, struct view *v, const struct page_on *on)
{
	struct view *other;

	if (rq->session == NULL)
		return;
	view_text(v, "person", rq->session->account.login);
	view_text(v, "login", rq->session->account.login);
	page_time(rq, v, "signed_in", rq->session->signed_in);
	other = view_add(v, "another");
	page_form(rq, other, "/signin/again");
	view_own(other, "on", page_seal_on(rq, on));
}

#define ON_MAX 1024 /* bytes of an address; a longer one is forgotten */

void
page_redirect_to_signin(struct request *rq)
{
	struct buf b = { .arena = rq->work.arena };
	struct page_on on = { .path = "/my/" };

	page_print_path(b.arena, &b, page_path(rq));
	page_print_query(rq, &b, '?');
	if (page_is_get(rq) && b.size <= ON_MAX)
		on.path = b.data;
	page_redirect(rq, arena_printf(b.arena, "/signin?on=%s", page_seal_on(rq, &on)));
}
