/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One request, from its path to its response. The caller is authenticated before any fault of the
 * body is reported (UMA Federated Authorization, 6): an unauthenticated caller does not learn it.
 */
#include <string.h>

#include "base/log.h"
#include "base/text.h"
#include "dispatch.h"
#include "routes.h"
#include "web/cookie.h"
#include "web/form_check.h"
#include "web/page.h"
#include "web/reply.h"

static enum err
dispatch_read_form(struct request *rq)
{
	const char *why = NULL;

	if (!request_has_type(rq, TYPE_FORM))
		return work_fail(&rq->work, ERR_INVALID_REQUEST, "the body must be " TYPE_FORM);
	TRY_WHY(&rq->work, why,
		form_parse(rq->work.arena, rq->in->body, rq->route->repeatable, &rq->form, &why));
	return OK;
}

static enum err
dispatch_read_json(struct request *rq)
{
	const char *why = NULL;

	if (!request_has_type(rq, TYPE_JSON))
		return work_fail(&rq->work, ERR_INVALID_REQUEST, "the body must be " TYPE_JSON);
	rq->json = json_parse(rq->work.arena, rq->in->body, &why);
	return rq->json != NULL ? OK : work_fail_with(&rq->work, ERR_INVALID_REQUEST, why);
}

/* RFC 8414, 3.1 places /.well-known/… before the issuer's path, UMA Grant, 2 after it. This changes
 * the first form to the second. */
static enum err
dispatch_make_canonical(struct work *w, struct tenants *tenants, const char *host,
			struct path *path)
{
	struct path turned = { .query = path->query };
	size_t tail = path->n > 2 ? path->n - 2 : 0;
	const struct tenant *t;
	enum err e;

	if (tail == 0 || strcmp(path->segment[0], ".well-known") != 0)
		return OK;
	memcpy(turned.segment, path->segment + 2, tail * sizeof turned.segment[0]);
	turned.n = tail;
	e = tenants_match(tenants, w, host, &turned, &t);
	if (e != OK || t->path.n != tail)
		return e == ABSENT ? OK : e;
	turned.segment[turned.n++] = path->segment[0];
	turned.segment[turned.n++] = path->segment[1];
	*path = turned;
	return OK;
}

static enum err
dispatch_find_tenant(struct request *rq, struct tenants *tenants, struct path *path)
{
	struct work *w = &rq->work;
	const struct tenant *t = NULL;
	const char *why = NULL;
	enum err e;

	TRY_WHY(w, why, path_parse(w->arena, rq->in->uri, path, &why));
	TRY(dispatch_make_canonical(w, tenants, rq->in->host, path));
	e = tenants_match(tenants, w, rq->in->host, path, &t);
	if (e == ABSENT || (e == OK && t->disabled))
		return work_fail(w, ERR_NOT_FOUND,
				 "no tenant is configured for this host and path");
	TRY(e);
	w->tenant = t;
	if (t->https && !rq->in->https)
		return work_fail(w, ERR_INVALID_REQUEST, "this issuer is served over https only");
	return OK;
}

/* Checked before the body is parsed, so that a large body of an unauthenticated caller costs
 * nothing (T-P07). */
static enum err
dispatch_check_size(struct request *rq)
{
	const struct route *route = rq->route;
	size_t size = rq->in->body.size;

	if (route->body_max == 0 || size <= route->body_max)
		return OK;
	if (route->uncounted == NULL)
		return work_fail(&rq->work, ERR_TOO_LARGE, "the body must be at most %zu bytes",
				 route->body_max);
	if (size - form_value_size(rq->in->body, route->uncounted) <= route->body_max)
		return OK;
	return work_fail(&rq->work, ERR_TOO_LARGE,
			 "the body must be at most %zu bytes besides the value of %s",
			 route->body_max, route->uncounted);
}

/* Rejects an ambiguous query also on routes that do not use the query (T-P07). */
static enum err
dispatch_read_query(struct request *rq, const char *query)
{
	const char *why = NULL;

	if (query != NULL)
		TRY_WHY(&rq->work, why,
			form_parse(rq->work.arena, bytes_of(query), rq->route->repeatable,
				   &rq->query, &why));
	return OK;
}

/* Parse errors are recorded here and reported only after authentication. */
static void
dispatch_record_parse_faults(struct request *rq, const struct route *route, const char *query)
{
	enum err e = OK;

	if (route->method != M_GET && (route->body == BODY_FORM || route->body == BODY_FORM_RAW))
		e = dispatch_read_form(rq);
	if (e == OK)
		e = dispatch_read_query(rq, query);
	rq->fault = (struct refusal){ e, work_why(&rq->work, e) };
	rq->work.refusal = (struct refusal){ OK, NULL };
}

/* Could the client's credentials be in the part of the form that cannot be read? Then the malformed
 * form is reported, not the missing authentication. */
static bool
dispatch_may_miss_credentials(const struct request *rq)
{
	return rq->fault.code != OK && rq->in->authorization == NULL &&
	       (param_get(&rq->form, "client_id") == NULL ||
		param_get(&rq->form, "client_secret") == NULL);
}

static struct actor
dispatch_caller_actor(const struct caller *caller)
{
	if (caller->client.id != NULL)
		return (struct actor){ ACTOR_CLIENT, caller->client.id };
	if (caller->owner != NULL)
		return (struct actor){ ACTOR_OWNER, caller->owner };
	return (struct actor){ ACTOR_SERVER, NULL };
}

static bool
dispatch_is_page(const struct route *route)
{
	return route->errors == ERRORS_PAGE;
}

/* A browser that prefetches must not use up a ticket or get a code. */
static bool
dispatch_is_prefetch(const struct http_in *in)
{
	return (in->fetch_purpose != NULL && strstr(in->fetch_purpose, "prefetch") != NULL) ||
	       (in->purpose != NULL && strstr(in->purpose, "prefetch") != NULL);
}

/* A page. The rows of the session and its account are not tracked: see model/work.h. */
static enum err
dispatch_handle_page(struct request *rq)
{
	const struct route *route = rq->route;

	if (route->may_write_on_get && dispatch_is_prefetch(rq->in))
		return ERR_BUSY;
	TRY(cookie_read(rq));
	if (route->method == M_POST)
		TRY(form_check(rq));
	else if (rq->fault.code != OK && route->body != BODY_FORM_RAW)
		return request_report_fault(rq);
	changes_start(&rq->changes, rq->work.arena, rq->work.tenant->id);
	rq->changes.read_only =
		route->read_only || (route->method == M_GET && !route->may_write_on_get);
	if (rq->session != NULL)
		rq->work.actor = (struct actor){ ACTOR_OWNER, rq->session->account_id };
	if (route->caller == CALLER_PERSON && rq->session == NULL) {
		page_redirect_to_signin(rq);
		return OK;
	}
	if (route->load != NULL)
		TRY(route->load(rq));
	return route->handle(rq);
}

static enum err
dispatch_handle(struct request *rq, const struct path *path)
{
	enum err e;

	TRY(dispatch_check_size(rq));
	dispatch_record_parse_faults(rq, rq->route, path->query);
	if (dispatch_is_page(rq->route))
		return dispatch_handle_page(rq);
	e = caller_authenticate(rq, rq->route->caller);
	if (e == ERR_INVALID_CLIENT && dispatch_may_miss_credentials(rq))
		return request_report_fault(rq);
	TRY(e);
	/* Rows that authentication read are not tracked: see model/work.h. */
	changes_start(&rq->changes, rq->work.arena, rq->work.tenant->id);
	rq->changes.read_only = rq->route->read_only;
	rq->work.actor = dispatch_caller_actor(&rq->caller);
	if (rq->fault.code != OK && rq->route->body != BODY_FORM_RAW)
		return request_report_fault(rq);
	if (rq->route->body == BODY_JSON)
		TRY(dispatch_read_json(rq));
	if (rq->route->load != NULL)
		TRY(rq->route->load(rq));
	return rq->route->handle(rq);
}

/* Clients may run in a browser (Fetch, 3.2.2). Any origin is allowed: a client sends its own
 * credentials, and the browser adds none. */
static void
dispatch_add_cors_header(struct request *rq)
{
	if (rq->route != NULL && rq->route->cors == CORS_ANY)
		http_header(rq->out, HEADER_CORS_ORIGIN, "*");
}

/* The descriptions are about the path only, so they are the same for every caller. */
static enum err
dispatch_find_route(struct request *rq, const struct path *path)
{
	struct work *w = &rq->work;
	enum err e = route_find(w->arena, rq->in->method, path, w->tenant->path.n, &rq->near,
				&rq->id, &rq->allow);

	rq->route = e == OK ? rq->near : NULL;
	if (e == ERR_METHOD)
		return work_fail(w, e, "this path accepts only the methods %s", rq->allow);
	if (e == ERR_NOT_FOUND)
		return work_fail(w, e,
				 "there is no endpoint at this path; the metadata document lists "
				 "the endpoints");
	return e;
}

/* The response to a preflight: browsers send one before any request that is not a plain form. */
static void
dispatch_answer_preflight(struct request *rq)
{
	reply_empty(rq, 204);
	reply_header(rq, HEADER_CORS_METHODS, method_name(rq->route->method));
	reply_header(rq, HEADER_CORS_HEADERS, "Authorization, Content-Type");
	reply_header(rq, HEADER_CORS_MAX_AGE, "3600");
}

static enum err
dispatch_answer(struct request *rq, struct tenants *tenants)
{
	struct path path;

	if (rq->in->fault != OK)
		return work_fail_with(&rq->work, rq->in->fault, rq->in->why);
	TRY(dispatch_find_tenant(rq, tenants, &path));
	changes_start(&rq->changes, rq->work.arena, rq->work.tenant->id);
	if (rq->in->method == M_OPTIONS && rq->in->origin != NULL)
		rq->route = route_find_cors(&path, rq->work.tenant->path.n);
	if (rq->route != NULL) {
		dispatch_answer_preflight(rq);
		return OK;
	}
	TRY(dispatch_find_route(rq, &path));
	return dispatch_handle(rq, &path);
}

/* An address that no row has gets a page if the client is a browser, which says that it accepts
 * HTML, except below /my/api/. Without a tenant there is no page. */
static bool
dispatch_wants_page(struct request *rq)
{
	const struct route *route = rq->route != NULL ? rq->route : rq->near;

	if (rq->work.pages == NULL || rq->work.tenant == NULL)
		return false;
	if (route != NULL)
		return dispatch_is_page(route);
	return page_is_accepted(rq) && !text_starts(page_path(rq), "/my/api/");
}

void
dispatch_reply_error(struct request *rq, enum err e)
{
	*rq->out = (struct http_out){ 0 };
	if (dispatch_wants_page(rq))
		page_error(rq, e);
	else
		reply_error(rq, e);
	if (e == ERR_METHOD)
		http_header(rq->out, HEADER_ALLOW, rq->allow);
	dispatch_add_cors_header(rq);
}

/* Copies what the response points to in other memory, such as a document that a tenant caches: the
 * response is sent after its batch, and that memory may be freed by then (T-X09). */
static void
dispatch_own_response(struct request *rq)
{
	struct arena *a = rq->work.arena;
	struct http_out *out = rq->out;

	if (out->body.size > 0 && !arena_owns(a, out->body.data))
		out->body = arena_bytes(a, out->body);
	for (enum header h = 0; h < HEADERS; h++)
		if (out->header[h] != NULL && !arena_owns(a, out->header[h]))
			out->header[h] = arena_strdup(a, out->header[h]);
	for (size_t i = 0; i < HTTP_COOKIES; i++)
		if (out->cookie[i] != NULL && !arena_owns(a, out->cookie[i]))
			out->cookie[i] = arena_strdup(a, out->cookie[i]);
}

void
dispatch_request(struct request *rq, struct tenants *tenants, const struct work *common)
{
	request_begin(rq, common);
	rq->routes = &routes;
	rq->result = dispatch_answer(rq, tenants);
	if (rq->result == ERR_WAIT) {
		*rq->out = (struct http_out){ 0 };
		changes_start(&rq->changes, rq->work.arena, 0);
		return;
	}
	if (rq->result == OK)
		dispatch_add_cors_header(rq);
	else
		dispatch_reply_error(rq, rq->result);
	dispatch_own_response(rq);
	/* A fault of the server drops all changes. Refusals keep theirs: the audit, a used
	 * ticket. */
	if (err_status(rq->result) >= 500)
		changes_start(&rq->changes, rq->work.arena, 0);
}
