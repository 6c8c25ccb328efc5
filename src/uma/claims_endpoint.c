/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The claims interaction endpoint (UMA Grant, 3.3.2 and 3.3.3), in the order of its checks: client,
 * redirection URI, ticket; then the person. GET /claims uses the ticket up and leads to the page of
 * a flow, so that a reload does no harm and no ticket is in the browser's history.
 */
#include <string.h>

#include "base/json.h"
#include "base/str_list.h"
#include "base/text.h"
#include "base/uri.h"
#include "grant_ctx.h"
#include "model/audit.h"
#include "model/claims_flow.h"
#include "model/delegation.h"
#include "model/resource.h"
#include "model/session.h"
#include "model/throttle.h"
#include "uma/endpoints.h"
#include "uma/session_party.h"
#include "web/cookie.h"
#include "web/page.h"

#define STATE_MAX    1024 /* bytes; front ends accept 4 KiB of headers */
#define GROUPS_SHOWN 8

const char *const claims_repeatable[] = { "client_id", "claims_redirect_uri", "ticket", "state",
					  NULL };
const char *const claims_fields[] = { "answer", "remember", NULL };

/* --- the way back to the client --- */

static enum err
claims_redirect_error(struct request *rq, const char *uri, const char *state, const char *error,
		      const char *why)
{
	rq->error = error;
	page_answer_client(rq, uri, "error", error, why, state);
	return OK;
}

/* --- GET /claims --- */

struct arrival {
	struct request *rq;
	struct work *w;
	struct client client;
	const char *uri, *state;
	struct ticket ticket;
};

/* Returns the only value of a parameter, NULL if it is absent or empty. `*repeated`: it has
 * several. */
static const char *
claims_only_value(const struct request *rq, const char *name, bool *repeated)
{
	size_t at = 0;
	const char *value = param_next(&rq->query, name, &at);

	*repeated = value != NULL && param_next(&rq->query, name, &at) != NULL;
	return value != NULL && *value != '\0' ? value : NULL;
}

/* `*problem`: the browser must not be sent to any client (3.3.3). */
static enum err
claims_find_client(struct arrival *v, const char **problem)
{
	bool repeated;
	const char *id = claims_only_value(v->rq, "client_id", &repeated), *sent;
	const struct str_list *registered = &v->client.claims_redirect_uris;
	enum err e = id != NULL && !repeated ? client_find(v->w, id, ABSENT, &v->client) : ABSENT;

	if (e == ABSENT || (e == OK && v->client.disabled)) {
		v->client = (struct client){ 0 };
		*problem = "The app is not known.";
		return OK;
	}
	TRY(e);
	sent = claims_only_value(v->rq, "claims_redirect_uri", &repeated);
	if (repeated)
		*problem = "The request has two return addresses.";
	else if (sent == NULL && (registered->n != 1 || v->rq->fault.code != OK))
		*problem = "The request has no return address.";
	else if (sent != NULL && !str_list_has(registered, sent))
		*problem = "The return address is not registered for this app.";
	else
		v->uri = sent != NULL ? sent : registered->list[0];
	return OK;
}

/* Returns why the request is malformed, or NULL. A state that is too long is not returned. */
static const char *
claims_read_state(struct arrival *v)
{
	bool repeated;

	v->state = claims_only_value(v->rq, "state", &repeated);
	if (repeated || (v->state != NULL && strlen(v->state) > STATE_MAX)) {
		v->state = NULL;
		return "state must appear once and have at most 1024 bytes";
	}
	return NULL;
}

/* A known client presented the ticket, so it is used up whatever happens next (5.5). */
static enum err
claims_redeem_ticket(struct arrival *v, const char **why)
{
	bool repeated;
	const char *handle = claims_only_value(v->rq, "ticket", &repeated);
	struct client rs;
	struct party party;
	enum err e;

	if (handle == NULL) {
		*why = "ticket is required";
		return OK;
	}
	e = ticket_redeem(v->w, handle, v->client.id, &v->ticket);
	if (e == ERR_INVALID_GRANT && v->ticket.row.size == 0) {
		TRY(throttle_count_failure(v->w, v->client.id));
		*why = "the ticket is unknown";
		return OK;
	}
	if (repeated && err_status(e) < 500) {
		*why = "ticket must appear once";
		return OK;
	}
	if (e == OK)
		e = client_find(v->w, v->ticket.grant.rs, ERR_INVALID_GRANT, &rs);
	if (e == OK)
		e = grant_check_active(v->w, &v->ticket.grant, &rs, NULL, ERR_INVALID_GRANT,
				       &party);
	if (e == ERR_INVALID_GRANT) {
		*why = work_why(v->w, e);
		if (*why == NULL)
			*why = "the resource server or owner behind this ticket is gone";
		return OK;
	}
	return e;
}

static enum err
claims_begin(struct arrival *v)
{
	const char *handle;
	enum err e;

	client_expect(v->w, &v->client);
	e = claims_flow_begin(v->w, &v->ticket, v->uri, v->state, cookie_browser(v->rq), &handle);
	if (e == ERR_TOO_LARGE)
		return claims_redirect_error(v->rq, v->uri, v->state, "invalid_request",
					     work_why(v->w, e));
	TRY(e);
	page_redirect(v->rq, arena_printf(v->w->arena, "/claims/%s", handle));
	return OK;
}

enum err
claims_get(struct request *rq)
{
	struct arrival v = { .rq = rq, .w = &rq->work };
	const char *problem = NULL, *why, *ticket_why = NULL;

	TRY(claims_find_client(&v, &problem));
	if (problem != NULL)
		return page_refuse_client(rq, problem, v.client.name);
	why = claims_read_state(&v);
	if (why == NULL && rq->fault.code != OK)
		why = rq->fault.why;
	TRY(claims_redeem_ticket(&v, &ticket_why));
	if (why == NULL)
		why = ticket_why;
	if (why != NULL)
		return claims_redirect_error(rq, v.uri, v.state, "invalid_request", why);
	return claims_begin(&v);
}

/* --- the page --- */

struct visit {
	struct request *rq;
	struct work *w;
	const char *path; /* of the page */
	struct claims_flow flow;
	struct client client, rs;
	struct party party;	/* the person, by their session */
	struct outcome outcome; /* of the owner's rules for this person now */
	const char *stale;	/* a claim that a new sign-in would provide; NULL: none */
};

/* The flow, and what must still be there behind it: client, resource server, owner. */
static enum err
claims_find_flow(struct visit *v)
{
	struct party party;

	v->path = arena_printf(v->w->arena, "/claims/%s", v->rq->id);
	TRY(claims_flow_find(v->w, v->rq->id, v->rq->browser, ERR_EXPIRED_PAGE, &v->flow));
	TRY(client_find(v->w, v->flow.grant.client, ERR_EXPIRED_PAGE, &v->client));
	TRY(client_find(v->w, v->flow.grant.rs, ERR_EXPIRED_PAGE, &v->rs));
	if (v->client.disabled || !str_list_has(&v->client.claims_redirect_uris, v->flow.uri))
		return ERR_EXPIRED_PAGE;
	return grant_check_active(v->w, &v->flow.grant, &v->rs, NULL, ERR_EXPIRED_PAGE, &party);
}

/* What the owner's rules say now, without an effect: a question to the owner is not stored. */
static enum err
claims_assess(struct visit *v)
{
	struct changes dropped;
	struct work dry = *v->w;
	struct str_list no_scopes = { 0 };
	const struct ticket ticket = { .grant = v->flow.grant, .permissions = v->flow.permissions };
	const struct facts facts = { .now = dry.now,
				     .client = v->client.id,
				     .party = &v->party,
				     .comparisons = &dry.comparisons };
	const struct assessment_input in = {
		.client = &v->client,
		.rs = &v->rs,
		.ticket = &ticket,
		.scopes = &no_scopes,
		.facts = &facts,
		.party_key = party_key(v->w, &v->party),
		.party_name = party_describe(v->w, &v->party),
	};
	enum err e;

	changes_start(&dropped, dry.arena, dry.tenant->id);
	dry.changes = &dropped;
	e = assess_request(&dry, &in, &v->outcome);
	if (e == ERR_INVALID_SCOPE || e == ERR_INVALID_GRANT || e == ERR_TOO_LARGE) {
		v->outcome = (struct outcome){ .kind = OUTCOME_DENIED };
		e = OK;
	}
	for (size_t i = 0; i < v->outcome.required_claims.n && e == OK; i++)
		if (session_party_is_stale(&v->outcome.required_claims.list[i]))
			v->stale = v->outcome.required_claims.list[i].name;
	return e;
}

static const char *
claims_client_name(const struct client *c)
{
	return c->name != NULL ? c->name : c->id;
}

static const char *
claims_host(struct work *w, const char *url, const char *otherwise)
{
	struct uri uri = { .scheme = "" };
	const char *why;

	if (url == NULL || uri_parse(w->arena, url, &uri, &why) != OK)
		return otherwise;
	return uri.host != NULL ? uri.host : otherwise;
}

/* The rights that the ticket names, as "view, print". */
static const char *
claims_rights(struct visit *v)
{
	struct str_list all = { 0 };

	for (const struct permission *p = v->flow.permissions; p != NULL; p = p->next)
		for (size_t i = 0; i < p->scopes.n; i++)
			str_list_put(v->w->arena, &all, p->scopes.list[i]);
	return all.n > 0 ? str_list_join(v->w->arena, &all, ", ") : "use";
}

/* Name and owner of the item only if the rules give access now: a stranger must not learn them. */
static enum err
claims_add_item(struct visit *v, struct view *view)
{
	const struct permission *only = v->flow.permissions;
	struct account owner = { .login = NULL };
	struct resource r = { .name = NULL };

	if (v->outcome.kind == OUTCOME_GRANTED && only != NULL && only->next == NULL) {
		TRY(resource_find(v->w, v->flow.grant.owner, v->flow.grant.rs, only->resource,
				  ERR_EXPIRED_PAGE, &r));
		TRY(account_find(v->w, v->flow.grant.owner, ERR_EXPIRED_PAGE, &owner));
	}
	view_text(view, "item", r.name);
	view_text(view, "owner", r.name != NULL ? owner.login : NULL);
	return OK;
}

/* One line of "What Usher uses to decide": `kind` is the value that the line has. */
static void
claims_add_fact(struct view *view, const char *kind, const char *value)
{
	static const char *const kinds[] = { "email", "group", "username", "other" };
	struct view *row = view_add(view, "facts_used");

	for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++)
		view_id(row, kinds[i], strcmp(kinds[i], kind) == 0 ? value : NULL);
	view_flag(row, "time", strcmp(kind, "time") == 0);
}

/* The claims of the new ticket: see session_party. */
static void
claims_add_facts(struct visit *v, struct view *view)
{
	const struct account *a = &v->rq->session->account;

	claims_add_fact(view, "username", a->login);
	if (a->email != NULL)
		claims_add_fact(view, "email", a->email);
	for (size_t i = 0; i < a->groups.n && i < GROUPS_SHOWN; i++)
		claims_add_fact(view, "group", a->groups.list[i]);
	claims_add_fact(view, "time", NULL);
}

static void
claims_add_account(struct visit *v, struct view *view)
{
	const struct page_on on = { v->path, claims_client_name(&v->client),
				    claims_host(v->w, v->flow.uri, v->client.id) };

	page_account(v->rq, view, &on);
}

/* Is a PCT worth asking for? */
static bool
claims_may_remember(const struct visit *v)
{
	const struct tenant_settings *set = &v->w->tenant->set;

	return set->issue_pct && set->pct_life >= 86400;
}

static enum err
claims_ask(struct visit *v)
{
	struct view *view = page_view(v->rq);

	view_text(view, "app", claims_client_name(&v->client));
	view_text(view, "service", claims_client_name(&v->rs));
	view_id(view, "host", claims_host(v->w, v->rs.resource_uri, v->rs.id));
	view_text(view, "may", claims_rights(v));
	TRY(claims_add_item(v, view));
	view_flag(view, "asks", v->outcome.kind == OUTCOME_SUBMITTED);
	claims_add_facts(v, view);
	view_number(view, "remember",
		    claims_may_remember(v) ? v->w->tenant->set.pct_life / 86400 : 0);
	view_flag(view, "added", false);
	view_id(view, "origin", claims_host(v->w, v->flow.uri, v->client.id));
	view_flag(view, "lasts", false);
	claims_add_account(v, view);
	page_form(v->rq, view, v->path);
	page_reply(v->rq, 200, "claims", view);
	return OK;
}

/* The person must sign in: for the first time, or again because the rules want a sign-in that is
 * more recent. */
static enum err
claims_require_signin(struct visit *v)
{
	return page_require_signin(v->rq, v->path, claims_client_name(&v->client),
				   claims_host(v->w, v->flow.uri, v->client.id));
}

enum err
claims_page(struct request *rq)
{
	struct visit v = { .rq = rq, .w = &rq->work };

	TRY(claims_find_flow(&v));
	if (rq->session == NULL)
		return claims_require_signin(&v);
	TRY(session_party(v.w, rq->session, &v.party));
	TRY(claims_assess(&v));
	return v.stale != NULL ? claims_require_signin(&v) : claims_ask(&v);
}

static enum err
claims_continue(struct visit *v)
{
	bool persist = claims_may_remember(v) && param_get(&v->rq->form, "remember") != NULL;
	const char *ticket;
	enum err e = claims_flow_issue_ticket(v->w, &v->flow, party_print(v->w, &v->party), persist,
					      &ticket);

	if (e == ERR_REQUEST_DENIED)
		return claims_redirect_error(v->rq, v->flow.uri, v->flow.state, "invalid_request",
					     work_why(v->w, e));
	TRY(e);
	TRY(audit_fold(v->w, &(struct audit){ .event = AUDIT_CLAIMS_GATHERED,
					      .owner = v->flow.grant.owner,
					      .rs = v->flow.grant.rs,
					      .client = v->client.id,
					      .party = party_describe(v->w, &v->party) }));
	page_answer_client(v->rq, v->flow.uri, "ticket", ticket, NULL, v->flow.state);
	return OK;
}

static enum err
claims_decide(struct visit *v)
{
	TRY(session_party(v->w, v->rq->session, &v->party));
	TRY(claims_assess(v));
	if (v->stale != NULL) {
		page_redirect(v->rq, v->path);
		return OK;
	}
	claims_flow_use(v->w, &v->flow);
	return claims_continue(v);
}

/* A fault of the server after the checks of the flow goes back to the client, too (3.3.3). Nothing
 * is changed, so the flow may be used again. */
static enum err
claims_return_fault(struct visit *v, enum err e)
{
	bool busy = err_status(e) == 503;

	changes_start(&v->rq->changes, v->w->arena, v->w->tenant->id);
	return claims_redirect_error(v->rq, v->flow.uri, v->flow.state,
				     busy ? "temporarily_unavailable" : "server_error", NULL);
}

enum err
claims_post(struct request *rq)
{
	struct visit v = { .rq = rq, .w = &rq->work };
	const char *answer = param_get(&rq->form, "answer");
	enum err e;

	TRY(claims_find_flow(&v));
	if (rq->session == NULL)
		return ERR_EXPIRED_PAGE;
	if (text_equal(answer, "cancel")) {
		claims_flow_use(v.w, &v.flow);
		return claims_redirect_error(rq, v.flow.uri, v.flow.state, "access_denied",
					     "the person declined");
	}
	if (!text_equal(answer, "go"))
		return work_fail(v.w, ERR_INVALID_REQUEST, "answer must be go or cancel");
	e = claims_decide(&v);
	return err_status(e) >= 500 ? claims_return_fault(&v, e) : e;
}
