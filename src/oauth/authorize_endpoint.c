/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The authorization endpoint (RFC 6749, 3.1; RFC 7636; RFC 9126; RFC 9207): a person approves what
 * a client asks for, and the client gets an authorization code.
 *
 *	GET	request unsafe		-> page error_client, no redirect
 *		nobody signed in	-> the sign-in page, which continues here
 *		a fault			-> 303 to the client with `error`
 *		approved before		-> 303 to the client with `code`
 *		else			-> the consent page
 *	POST	allow			-> the approval is stored; 303 with `code`
 *		cancel			-> 303 with access_denied
 *
 * The consent page carries the query of its GET, sealed, and the POST makes all checks again.
 */
#include <string.h>

#include "authorization_request.h"
#include "base/b64.h"
#include "base/crypto.h"
#include "base/text.h"
#include "model/approval.h"
#include "model/code.h"
#include "oauth/endpoints.h"
#include "pages/right.h"
#include "web/page.h"

#define PATH	     "/authorize"
#define CONSENT_LIFE 900
#define QUERY_MAX    6144 /* bytes: the query, sealed, is in a form of at most 16 KiB */

/* The parameter that the server adds to its own address when it sends a person to sign in: the time
 * and a keyed hash, see authorize_print_mark. */
#define MARK	  "since"
#define MARK_LIFE 900
#define MARK_HASH 16

struct authorize {
	struct request *rq;
	struct work *w;
	struct authorization_request r;
	const char *query;    /* of the GET, without the parameters that the server added */
	int64_t sent_to_sign; /* time of the mark; 0: there is none */
};

/* --- the mark of a sign-in ------------------------------------------------------------------ */

/*
 * prompt=login and max_age ask for a new sign-in, and a pushed request expires while a person types
 * a password. So the address that the sign-in page continues at has a mark with the time when the
 * page was made. It is bound to the request by its challenge, which no other request has.
 */
static const char *
authorize_print_mark(struct authorize *a, int64_t time)
{
	const struct authorization_request *r = &a->r;
	uint8_t hash[CRYPTO_HASH];
	const char *bound, *digits = arena_printf(a->w->arena, "%lld", (long long)time);

	bound = arena_printf(a->w->arena, "sign-in mark %s %s %s %s", digits, r->client.id,
			     r->challenge != NULL ? r->challenge : "",
			     r->pushed.client != NULL ? r->pushed.params : "");
	crypto_keyed_hash(&a->w->tenant->handle_key[HANDLE_CODE], bytes_of(bound), hash);
	return arena_printf(a->w->arena, "%s.%s", digits,
			    b64url_encode(a->w->arena, BYTES(hash, MARK_HASH)));
}

static void
authorize_read_mark(struct authorize *a)
{
	const char *mark = param_get(&a->rq->query, MARK), *dot;
	int64_t time;

	dot = mark != NULL ? strchr(mark, '.') : NULL;
	if (dot == NULL ||
	    !text_parse_int(arena_strndup(a->w->arena, mark, (size_t)(dot - mark)), 1, INT64_MAX,
			    &time) ||
	    !crypto_equal(bytes_of(mark), bytes_of(authorize_print_mark(a, time))))
		return;
	if (time <= a->w->now && time + MARK_LIFE > a->w->now)
		a->sent_to_sign = time;
}

/* Adds the query without its segments `since=` and `lang=`, which the server's own pages added. */
static const char *
authorize_strip_query(struct arena *a, const char *query)
{
	struct buf b = { .arena = a };

	buf_text(&b, "");
	while (*query != '\0') {
		size_t n = strcspn(query, "&");

		if (n > 0 && !text_starts(query, MARK "=") && !text_starts(query, "lang=")) {
			if (b.size > 0)
				buf_char(&b, '&');
			buf_add(&b, query, n);
		}
		query += n;
		query += *query == '&';
	}
	return b.data;
}

static const char *
authorize_sign_in_path(struct authorize *a)
{
	return arena_printf(a->w->arena, PATH "?%s&" MARK "=%s", a->query,
			    authorize_print_mark(a, a->w->now));
}

/* --- responses to the client ---------------------------------------------------------------- */

static void
authorize_redirect(struct authorize *a, const char *name, const char *value, const char *why)
{
	page_answer_client(a->rq, a->r.redirect_uri, name, value, why, a->r.state);
}

static enum err
authorize_redirect_error(struct authorize *a, enum err e, const char *why)
{
	a->rq->error = err_wire(e);
	authorize_redirect(a, "error", err_wire(e), why);
	return OK;
}

/* One commit: the code, the pushed request that is used up, the approval, the audit. */
static enum err
authorize_issue_code(struct authorize *a, const struct approval *approval)
{
	const struct authorization_request *r = &a->r;
	struct code code = {
		.token = { .client = r->client.id, .scopes = r->scopes, .approval = approval->id },
		.challenge = r->challenge,
		.redirect_uri = r->redirect_uri,
		.redirect_sent = r->redirect_sent,
		.session = a->rq->session->id
	};
	const char *handle;

	access_set_person(&code.token, a->rq->session->account_id);
	TRY(code_issue(a->w, &code, &handle));
	if (r->pushed.client != NULL)
		pushed_request_use(a->w, &r->pushed);
	authorize_redirect(a, "code", handle, NULL);
	return OK;
}

/* --- the consent page ----------------------------------------------------------------------- */

static const char *
authorize_client_name(const struct client *c)
{
	return c->name != NULL ? c->name : c->id;
}

/* The host of the redirect URI; of a private-use scheme the scheme. */
static const char *
authorize_client_host(struct authorize *a)
{
	struct uri uri = { .scheme = "" };
	const char *why;

	uri_parse(a->w->arena, a->r.redirect_uri, &uri, &why);
	return uri.host != NULL ? uri.host : uri.scheme;
}

static const char *
authorize_client_origin(struct authorize *a)
{
	struct uri uri = { .scheme = "" };
	const char *why;

	uri_parse(a->w->arena, a->r.redirect_uri, &uri, &why);
	if (uri.host == NULL)
		return uri.scheme;
	return arena_printf(a->w->arena, "%s://%s%s%s", uri.scheme, uri.host,
			    uri.port != NULL ? ":" : "", uri.port != NULL ? uri.port : "");
}

/* A scope that the person has not approved yet, of a client that they have approved, is new. */
static void
authorize_add_rights(struct authorize *a, struct view *v, const struct approval *before)
{
	const struct str_list *scopes = &a->r.scopes;

	view_list(v, "rights");
	for (size_t i = 0; i < scopes->n; i++) {
		struct view *row;

		if (strcmp(scopes->list[i], SCOPE_PROTECTION) == 0)
			continue;
		row = view_add(v, "rights");
		right_add(row, "right", scopes->list[i]);
		view_flag(row, "new",
			  before->scopes.n > 0 && !str_list_has(&before->scopes, scopes->list[i]));
	}
}

/* What the person agrees to, and the request: both are sealed in the form. */
static struct bytes
authorize_print_consent(struct authorize *a)
{
	return bytes_of(arena_printf(a->w->arena, "%s\n%s",
				     str_list_join(a->w->arena, &a->r.scopes, " "), a->query));
}

static void
authorize_add_other_account(struct authorize *a, struct view *v)
{
	const struct page_on on = { authorize_sign_in_path(a), authorize_client_name(&a->r.client),
				    authorize_client_host(a) };
	struct view *again = view_add(v, "another");

	view_own(again, "on", page_seal_on(a->rq, &on));
	page_form(a->rq, again, "/signin/again");
}

static enum err
authorize_ask(struct authorize *a, const struct approval *before)
{
	const struct account *person = &a->rq->session->account;
	const struct client *c = &a->r.client;
	struct view *v = page_view(a->rq);

	view_text(v, "service", authorize_client_name(c));
	view_id(v, "host", authorize_client_host(a));
	view_flag(v, "protection", str_list_has(&a->r.scopes, SCOPE_PROTECTION));
	authorize_add_rights(a, v, before);
	view_own(v, "on", page_seal(a->rq, "consent", authorize_print_consent(a), CONSENT_LIFE));
	page_form(a->rq, v, PATH);
	page_time(a->rq, v, "added", c->created);
	view_id(v, "origin", authorize_client_origin(a));
	view_flag(v, "lasts", true);
	view_text(v, "person", person->login);
	view_id(v, "login", person->login);
	view_flag(v, "signed_in", false);
	authorize_add_other_account(a, v);
	page_reply(a->rq, 200, "consent", v);
	return OK;
}

/* --- the decision --------------------------------------------------------------------------- */

/* Is someone signed in, as recently as the request demands? */
static bool
authorize_is_signed_in(const struct authorize *a)
{
	const struct session *s = a->rq->session;
	const struct authorization_request *r = &a->r;

	if (s == NULL)
		return false;
	if (a->sent_to_sign != 0 && s->signed_in >= a->sent_to_sign)
		return true;
	return !r->prompt_login && (r->max_age < 0 || s->signed_in + r->max_age >= a->w->now);
}

/* A request_uri must be presented in time; a person who had to sign in then may have taken
 * longer. */
static void
authorize_check_pushed_time(struct authorize *a)
{
	const struct pushed_request *p = &a->r.pushed;
	int64_t presented = a->sent_to_sign != 0 ? a->sent_to_sign : a->w->now;

	if (p->client != NULL && p->expires <= presented)
		authorization_request_fail(&a->r, ERR_INVALID_REQUEST, "request_uri has expired");
}

/* `*before` is the person's valid approval of the client; scopes.n 0: there is none. */
static enum err
authorize_find_approval(struct authorize *a, struct approval *before)
{
	enum err e =
		approval_find(a->w, a->rq->session->account_id, a->r.client.id, ABSENT, before);

	if (e == ABSENT)
		*before = (struct approval){ 0 };
	return e == ABSENT ? OK : e;
}

static enum err
authorize_decide(struct authorize *a)
{
	struct authorization_request *r = &a->r;
	struct approval before;

	if (!authorize_is_signed_in(a)) {
		if (r->prompt_none)
			return authorize_redirect_error(a, ERR_LOGIN_REQUIRED, NULL);
		return page_require_signin(a->rq, authorize_sign_in_path(a),
					   authorize_client_name(&r->client),
					   authorize_client_host(a));
	}
	if (r->fault.code != OK)
		return authorize_redirect_error(a, r->fault.code, r->fault.why);
	TRY(authorize_find_approval(a, &before));
	if (before.scopes.n > 0 && str_list_covers(&before.scopes, &r->scopes) &&
	    !r->prompt_consent)
		return authorize_issue_code(a, &before);
	if (r->prompt_none)
		return authorize_redirect_error(a, ERR_CONSENT_REQUIRED, NULL);
	return authorize_ask(a, &before);
}

enum err
authorize_get(struct request *rq)
{
	struct authorize a = { .rq = rq, .w = &rq->work };
	const char *query = strchr(rq->in->uri, '?'), *problem = NULL;

	a.query = authorize_strip_query(rq->work.arena, query != NULL ? query + 1 : "");
	TRY(authorization_request_read(rq, &rq->query, &a.r, &problem));
	if (problem == NULL && strlen(a.query) > QUERY_MAX)
		problem = "The request is too long.";
	if (problem != NULL)
		return page_refuse_client(rq, problem, a.r.client.id);
	authorize_read_mark(&a);
	authorize_check_pushed_time(&a);
	return authorize_decide(&a);
}

/* Reads what was sealed in the consent page. */
static enum err
authorize_unseal(struct authorize *a, const char **scopes)
{
	struct bytes content;
	const char *why, *text, *end;

	if (a->rq->session == NULL)
		return ERR_EXPIRED_PAGE;
	TRY(page_unseal(a->rq, "consent", param_get(&a->rq->form, "on"), &content));
	text = arena_strndup(a->w->arena, (const char *)content.data, content.size);
	end = strchr(text, '\n');
	if (end == NULL)
		return ERR_EXPIRED_PAGE;
	*scopes = arena_strndup(a->w->arena, text, (size_t)(end - text));
	a->query = end + 1;
	a->rq->query = (struct params){ 0 };
	return form_parse(a->w->arena, bytes_of(a->query), authorization_request_repeatable,
			  &a->rq->query, &why) == OK
		       ? OK
		       : ERR_EXPIRED_PAGE;
}

static enum err
authorize_allow(struct authorize *a)
{
	struct approval approval;

	TRY(approval_give(a->w, a->rq->session->account_id, a->r.client.id, &a->r.scopes,
			  &approval));
	return authorize_issue_code(a, &approval);
}

enum err
authorize_post(struct request *rq)
{
	struct authorize a = { .rq = rq, .w = &rq->work };
	const char *problem, *scopes = NULL, *answer = param_get(&rq->form, "answer");

	TRY(authorize_unseal(&a, &scopes));
	TRY(authorization_request_read(rq, &rq->query, &a.r, &problem));
	if (problem != NULL)
		return page_refuse_client(rq, problem, a.r.client.id);
	if (a.r.fault.code != OK)
		return authorize_redirect_error(&a, a.r.fault.code, a.r.fault.why);
	/* What the person read must be what they allow. */
	if (!text_equal(str_list_join(rq->work.arena, &a.r.scopes, " "), scopes))
		return ERR_EXPIRED_PAGE;
	if (text_equal(answer, "allow"))
		return authorize_allow(&a);
	if (!text_equal(answer, "cancel"))
		return work_fail(&rq->work, ERR_INVALID_REQUEST, "answer must be allow or cancel");
	if (a.r.pushed.client != NULL)
		pushed_request_use(a.w, &a.r.pushed);
	return authorize_redirect_error(&a, ERR_ACCESS_DENIED, NULL);
}
