/* SPDX-License-Identifier: Apache-2.0 */
#ifndef USHER_WEB_PAGE_H
#define USHER_WEB_PAGE_H

#include "pages/view.h"
#include "web/request.h"

/*
 * Pages for people: the response of a route with ERRORS_PAGE. page.c has the responses,
 * page_error.c the error pages, page_form.c what binds forms and sealed fields to the browser;
 * page_require_signin is in signin.c.
 *
 *	struct view *v = page_view(rq);
 *
 *	view_id(v, "login", rq->session->account.login);
 *	page_form(rq, v, "/reset/7");
 *	page_reply(rq, 200, "reset", v);
 *	return OK;
 *
 * Paths are those below the issuer, decoded, beginning with a slash: "/my/things/7". No address of
 * a redirect is ever taken from a request.
 */

/*
 * Where a person goes on after signing in: the content of the field `on` of the sign-in page.
 */
struct page_on {
	const char *path; /* of a GET below the issuer, with its query */
	const char *app;  /* name and host of the client that waits; or NULL */
	const char *host;
};

/* The values of every page: brand, mark, style, help, home, links, and the languages for the answer
 * to a GET. The handler adds the others. */
struct view *page_view(struct request *rq);
/* Adds the value `name` as an address of this server: the path below the issuer. */
void page_url(struct request *rq, struct view *v, const char *name, const char *path);
/* Adds a time, in words and for machines. */
void page_time(struct request *rq, struct view *v, const char *name, int64_t seconds);
/* Sets the values `action` and `form` of a form that is sent to `path`: the form works only there,
 * and only for this session, or this browser if nobody is signed in. For a second form on a page
 * `v` is an element of a list (view_add). */
void page_form(struct request *rq, struct view *v, const char *path);
/* The values of the part `account`, if somebody is signed in: person, login, signed_in, and in the
 * list `another` the form for another account, after whose sign-in the browser gets on->path. */
void page_account(struct request *rq, struct view *v, const struct page_on *on);
/* The page with all its headers. Its Content-Security-Policy lacks form-action if the route has
 * no_form_action: browsers apply it to the redirects that follow, which lead to a client. */
void page_reply(struct request *rq, int status, const char *page, struct view *v);
/* The page `going_on`, which leads on at once, to an own path or an https address, for a form that
 * must not end in a redirect to another origin. `app`: whose page comes next, or NULL. */
void page_go_on_to(struct request *rq, const char *url, const char *app);
void page_go_on(struct request *rq, const char *url);
/* 303 to a path below the issuer, which may have a query. */
void page_redirect(struct request *rq, const char *path);
/* 303 to a URI that a client registered, with parameters. */
void page_redirect_client(struct request *rq, const char *uri);
/* The same with the parameters `name`, error_description (`why`, or NULL), `state` (or NULL) and
 * `iss` (RFC 6749, 4.1.2; RFC 9207, 2; UMA Grant, 3.3.3). The query of the URI is kept. */
void page_answer_client(struct request *rq, const char *uri, const char *name, const char *value,
			const char *why, const char *state);
/* The absolute address of a path below the issuer. */
const char *page_address(struct request *rq, const char *path);
/* The path of the request below the issuer, decoded, without its query. */
const char *page_path(struct request *rq);

/* The language of the response: `lang` of the query (which is kept in a cookie), the cookie,
 * `ui_locales` of the query, Accept-Language, the tenant's. */
const struct language *page_language(struct request *rq);

/* The error page for `e`. */
void page_error(struct request *rq, enum err e);
/* 400 with the page `error_client`: a client sent the person here in a way that is not allowed, and
 * no redirect is safe. `problem`: what is wrong, in English, for the client's developer. `client`:
 * its name, or NULL. Returns OK. */
enum err page_refuse_client(struct request *rq, const char *problem, const char *client);
/* A short name of this response, which the log has, too. */
const char *page_reference(struct request *rq);
/* May the response to this request be HTML, according to its header Accept? */
bool page_is_accepted(const struct request *rq);

/* The value of the field `form` for the path. */
const char *page_form_token(struct request *rq, const char *path);
/* Encrypts `content` for a hidden field or a query of our own, for `life` seconds: base64url. Only
 * the same session, or this browser if nobody is signed in, can use it, and only for `purpose`. */
const char *page_seal(struct request *rq, const char *purpose, struct bytes content, int64_t life);
/* ERR_EXPIRED_PAGE: it is NULL, too old, or was sealed for something else. */
enum err page_unseal(struct request *rq, const char *purpose, const char *sealed,
		     struct bytes *content);

#define PAGE_ON_LIFE 900
const char *page_seal_on(struct request *rq, const struct page_on *on);
/* `sealed` NULL: *on is empty. ERR_EXPIRED_PAGE. */
enum err page_unseal_on(struct request *rq, const char *sealed, struct page_on *on);

/* Prints the sign-in page (200) in the answer to a GET. After the sign-in the browser gets
 * `path_and_query`, an own GET. Returns OK. */
enum err page_require_signin(struct request *rq, const char *path_and_query,
			     const char *client_name, const char *client_host);
/* For a route with CALLER_PERSON: 303 to the sign-in page, which continues at the path of the
 * request. */
void page_redirect_to_signin(struct request *rq);

#endif
