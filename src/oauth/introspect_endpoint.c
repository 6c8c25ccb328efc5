/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Introspection (RFC 7662; UMA Federated Authorization, 5). It checks the current state and writes
 * nothing. A token of another resource server, owner or client gets the same response as an unknown
 * token: inactive (T-U16).
 */
#include <string.h>

#include "base/str_list.h"
#include "base/text.h"
#include "model/delegation.h"
#include "model/party.h"
#include "oauth/endpoints.h"
#include "web/reply.h"

static enum err
introspect_reply_inactive(struct request *rq)
{
	struct buf b = reply_object(rq);

	out_bool(&b, "active", false);
	reply_json(rq, 200, &b);
	return OK;
}

/* A resource server with a PAT sees only RPTs for the owner of the PAT; with client authentication
 * it sees all RPTs for its resources. */
static bool
introspect_is_meant_for(const struct request *rq, const struct rpt *r)
{
	return text_equal(r->grant.rs, rq->caller.client.id) &&
	       (rq->caller.owner == NULL || text_equal(r->grant.owner, rq->caller.owner));
}

/* Prints permissions as "<resource id>#<scope>", for web server modules that can only compare
 * strings. */
static void
introspect_print_flat(struct request *rq, struct buf *b, const struct permission *list)
{
	out_open(b, "permissions_flat", '[');
	for (; list != NULL; list = list->next)
		for (size_t i = 0; i < list->scopes.n; i++)
			out_text(b, NULL,
				 arena_printf(rq->work.arena, "%s#%s", list->resource,
					      list->scopes.list[i]));
	out_close(b, ']');
}

static void
introspect_reply_rpt(struct request *rq, const struct rpt *r, const struct permission *list)
{
	struct buf b = reply_object(rq);

	out_bool(&b, "active", true);
	out_int(&b, "exp", r->expires);
	out_int(&b, "iat", r->issued);
	out_text(&b, "iss", rq->work.tenant->issuer);
	out_text(&b, "aud", client_audience(&rq->caller.client));
	out_text(&b, "client_id", r->grant.client);
	out_text(&b, "sub", r->sub);
	out_text(&b, "jti", r->jti);
	out_text(&b, "token_type", "Bearer");
	permissions_print(&b, list, r->expires);
	if (rq->caller.client.flat_permissions)
		introspect_print_flat(rq, &b, list);
	reply_json(rq, 200, &b);
}

static enum err
introspect_rpt(struct request *rq, const char *token)
{
	struct work *w = &rq->work;
	const char *current = rq->caller.owner != NULL ? rq->caller.token.version : NULL;
	struct permission *active;
	struct party party;
	struct rpt r;

	TRY(rpt_find(w, token, &r));
	if (!introspect_is_meant_for(rq, &r) || r.expires <= w->now)
		return ERR_INVALID_TOKEN;
	TRY(grant_check_active(w, &r.grant, &rq->caller.client, current, ERR_INVALID_TOKEN,
			       &party));
	TRY(permissions_revalidate(w, &r.grant, &party, r.granted, &active));
	if (active == NULL)
		return ERR_INVALID_TOKEN;
	introspect_reply_rpt(rq, &r, permissions_join(w->arena, active));
	return OK;
}

/* PATs and plain access tokens: only the client of the token may introspect them. */
static enum err
introspect_access(struct request *rq, const char *token)
{
	struct access t;
	struct buf b;

	TRY(access_find(&rq->work, token, &t));
	if (!text_equal(t.client, rq->caller.client.id) ||
	    (rq->caller.owner != NULL && !text_equal(t.owner, rq->caller.owner)))
		return ERR_INVALID_TOKEN;
	TRY(access_check(&rq->work, &t, &rq->caller.client));
	b = reply_object(rq);
	out_bool(&b, "active", true);
	out_text(&b, "scope", str_list_join(rq->work.arena, &t.scopes, " "));
	out_text(&b, "client_id", t.client);
	out_text(&b, "token_type", "Bearer");
	out_int(&b, "exp", t.expires);
	out_int(&b, "iat", t.issued);
	out_text(&b, "iss", rq->work.tenant->issuer);
	out_text(&b, "sub", access_person(&t) != NULL ? access_person(&t) : t.client);
	reply_json(rq, 200, &b);
	return OK;
}

/* A refresh token of an RPT is active while any of its permissions is (T-U19). */
static enum err
introspect_check_family(struct request *rq, const struct family *family)
{
	struct permission *granted;
	struct access t;
	struct client rs;

	if (family->approval != NULL) {
		t = family_access(&rq->work, family);
		return access_check(&rq->work, &t, &rq->caller.client);
	}
	TRY(family_check_active(&rq->work, family, ERR_INVALID_TOKEN, &rs, &granted));
	return granted != NULL ? OK : ERR_INVALID_TOKEN;
}

/* Refresh tokens: only the client of the token may introspect them, with client authentication, not
 * with a PAT (F-INT-10). */
static enum err
introspect_refresh(struct request *rq, const char *token)
{
	struct refresh r;
	struct family family;
	struct buf b;
	enum err e = refresh_find(&rq->work, token, &r);

	if (e != OK)
		return e == ERR_INVALID_GRANT ? ERR_INVALID_TOKEN : e;
	if (rq->caller.owner != NULL || r.used || r.expires <= rq->work.now ||
	    !text_equal(r.client, rq->caller.client.id))
		return ERR_INVALID_TOKEN;
	TRY(family_find(&rq->work, r.family, ERR_INVALID_TOKEN, &family));
	TRY(introspect_check_family(rq, &family));
	if (!client_has_grant(&rq->caller.client, GRANT_REFRESH))
		return ERR_INVALID_TOKEN;
	b = reply_object(rq);
	out_bool(&b, "active", true);
	out_text(&b, "client_id", r.client);
	out_int(&b, "exp", r.expires);
	out_int(&b, "iat", r.issued);
	reply_json(rq, 200, &b);
	return OK;
}

/* The form of the token determines its kind; token_type_hint is ignored (RFC 7662, 2.1). */
static enum err
introspect_any(struct request *rq, const char *token)
{
	switch (handle_kind_of(token)) {
	case HANDLE_PAT:
	case HANDLE_ACCESS: return introspect_access(rq, token);
	case HANDLE_REFRESH: return introspect_refresh(rq, token);
	case HANDLE_KINDS: return introspect_rpt(rq, token);
	case HANDLE_TICKET:
	case HANDLE_CODE:
	case HANDLE_PUSHED_REQUEST:
	case HANDLE_PCT:
	case HANDLE_SESSION:
	case HANDLE_RESET:
	case HANDLE_CLAIMS_FLOW: break;
	}
	return ERR_INVALID_TOKEN;
}

enum err
introspect_post(struct request *rq)
{
	const char *token = param_get(&rq->form, "token");
	enum err e;

	/* A public client is not authenticated (RFC 7662, 2.1). */
	if (rq->caller.token.client == NULL && rq->caller.client.secret == NULL)
		return work_fail(&rq->work, ERR_INVALID_CLIENT,
				 "public clients must not use introspection");
	if (token == NULL)
		return work_fail(&rq->work, ERR_INVALID_REQUEST, "token is required");
	e = introspect_any(rq, token);
	return e == ERR_INVALID_TOKEN ? introspect_reply_inactive(rq) : e;
}
