/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Refreshing an RPT (UMA Grant, 3.6; RFC 6749, 6). Policies are not evaluated again, but
 * permissions that were revoked since are left out, and no permission is added. The refresh of a
 * token of an authorization code is below.
 */
#include "grants.h"
#include "base/str_list.h"
#include "model/audit.h"
#include "model/delegation.h"
#include "model/party.h"
#include "web/reply.h"

#define SCOPES_MAX 32

struct refresh_ctx {
	struct request *rq;
	struct work *w;
	struct refresh token;
	struct family family;
	struct client rs;
	struct permission *granted;
};

/* The objects on which the grant is based must be active (T-U15). Sets r->granted to the
 * permissions that are still active. */
static enum err
refresh_grant_check_active(struct refresh_ctx *r)
{
	enum err e;

	client_expect(r->w, &r->rq->caller.client);
	e = family_check_active(r->w, &r->family, ERR_INVALID_GRANT, &r->rs, &r->granted);
	if (e != ERR_INVALID_GRANT)
		return e;
	return work_fail(r->w, e,
			 "the resource server, owner or requesting party behind this "
			 "grant is gone, or its authorization was revoked");
}

static bool
refresh_grant_has_scope(const struct permission *list, const char *scope)
{
	for (; list != NULL; list = list->next)
		if (str_list_has(&list->scopes, scope))
			return true;
	return false;
}

static void
refresh_grant_narrow(struct refresh_ctx *r, const struct str_list *to)
{
	struct permission *kept = NULL, **last = &kept;

	for (const struct permission *p = r->granted; p != NULL; p = p->next) {
		struct permission part = *p, *copy;

		part.scopes = (struct str_list){ 0 };
		part.next = NULL;
		for (size_t i = 0; i < p->scopes.n; i++)
			if (str_list_has(to, p->scopes.list[i]))
				str_list_add(r->w->arena, &part.scopes, p->scopes.list[i]);
		if (part.scopes.n == 0)
			continue;
		copy = permission_add(r->w->arena, &last, p->resource);
		*copy = part;
		last = &copy->next;
	}
	r->granted = kept;
}

/* The parameter scope may narrow the permissions (3.6), but never widen them (RFC 6749, 6). */
static enum err
refresh_grant_apply_scope(struct refresh_ctx *r)
{
	const char *scope = param_get(&r->rq->form, "scope");
	struct str_list asked = { 0 };

	if (scope == NULL)
		return OK;
	if (!str_list_parse_scope(r->w->arena, scope, SCOPES_MAX, &asked))
		return work_fail(r->w, ERR_INVALID_SCOPE,
				 "scope must be at most %d space-separated scope tokens",
				 SCOPES_MAX);
	for (size_t i = 0; i < asked.n; i++)
		if (!refresh_grant_has_scope(r->family.granted, asked.list[i]))
			return work_fail(r->w, ERR_INVALID_SCOPE,
					 "scope must not exceed the scope originally granted");
	refresh_grant_narrow(r, &asked);
	return OK;
}

static enum err
refresh_grant_answer(struct refresh_ctx *r)
{
	struct rpt rpt = { .grant = r->family.grant, .sub = r->family.sub, .granted = r->granted };
	const char *token, *refresh;
	struct buf b;

	rpt.grant.family = r->token.family;
	TRY(rpt_issue(r->w, &r->rs, &rpt, &token));
	TRY(refresh_issue(r->w, &r->family, &refresh));
	audit_add(r->w, &(struct audit){ .event = AUDIT_RPT_REFRESHED,
					 .client = rpt.grant.client,
					 .rs = rpt.grant.rs,
					 .owner = rpt.grant.owner,
					 .permissions = rpt.granted });
	b = reply_object(r->rq);
	reply_token(r->rq, &b, "access_token", token);
	out_text(&b, "token_type", "Bearer");
	out_int(&b, "expires_in", rpt.expires - rpt.issued);
	out_text(&b, "refresh_token", refresh);
	reply_json(r->rq, 200, &b);
	return OK;
}

/* Refreshes a token of an authorization code. The scope may be narrowed (RFC 6749, 6), also so far
 * that the token is not a PAT; the next refresh has the whole scope again. */
static enum err
refresh_grant_renew_access(struct refresh_ctx *r)
{
	struct access t = family_access(r->w, &r->family);
	const char *scope = param_get(&r->rq->form, "scope");

	TRY(grant_check_access(r->rq, &t));
	if (scope != NULL) {
		struct str_list asked = { 0 };

		if (!str_list_parse_scope(r->w->arena, scope, SCOPES_MAX, &asked) || asked.n == 0 ||
		    !str_list_covers(&t.scopes, &asked))
			return work_fail(r->w, ERR_INVALID_SCOPE,
					 "scope must not exceed the scope originally granted");
		t.scopes = asked;
		access_set_person(&t, r->family.grant.owner);
	}
	refresh_mark_used(r->w, &r->token);
	return grant_issue_access(r->rq, &t, &r->family);
}

enum err
grant_refresh(struct request *rq)
{
	struct refresh_ctx r = { .rq = rq, .w = &rq->work };
	const char *handle = param_get(&rq->form, "refresh_token");

	if (!client_has_grant(&rq->caller.client, GRANT_REFRESH))
		return work_fail(r.w, ERR_UNAUTHORIZED_CLIENT,
				 "the client is not registered for this grant_type");
	if (handle == NULL)
		return work_fail(r.w, ERR_INVALID_REQUEST, "refresh_token is required");
	TRY(refresh_check(r.w, handle, rq->caller.client.id, &r.token, &r.family));
	if (r.family.approval != NULL)
		return refresh_grant_renew_access(&r);
	TRY(refresh_grant_check_active(&r));
	if (r.granted == NULL) {
		family_end(r.w, &r.family);
		return work_fail(r.w, ERR_INVALID_GRANT,
				 "none of the granted permissions is still valid");
	}
	TRY(refresh_grant_apply_scope(&r));
	if (r.granted == NULL)
		return work_fail(
			r.w, ERR_INVALID_GRANT,
			"none of the permissions that are still valid has the requested scope");
	refresh_mark_used(r.w, &r.token);
	return refresh_grant_answer(&r);
}
