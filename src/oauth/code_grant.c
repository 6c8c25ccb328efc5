/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The authorization code grant (RFC 6749, 4.1.3; RFC 7636, 4.6). With the scope uma_protection the
 * token is a PAT for the person who approved it (UMA Federated Authorization, 1.3); otherwise a
 * plain access token.
 */
#include "base/text.h"
#include "grants.h"
#include "model/audit.h"
#include "model/code.h"
#include "model/session.h"
#include "model/tenant.h"
#include "web/reply.h"

static enum err
code_grant_check_redirect_uri(struct request *rq, const struct code *code)
{
	const char *sent = param_get(&rq->form, "redirect_uri");

	if (sent == NULL ? code->redirect_sent : !text_equal(sent, code->redirect_uri))
		return work_fail(&rq->work, ERR_INVALID_GRANT,
				 "redirect_uri must be that of the authorization request");
	if (client_redirect_uri(&rq->caller.client.redirect_uris, code->redirect_uri) == NULL)
		return work_fail(&rq->work, ERR_INVALID_GRANT,
				 "the client is no longer registered for its redirect_uri");
	return OK;
}

/* Signing out ends the codes of the session; what was issued before stays. */
static enum err
code_grant_check_session(struct request *rq, const struct code *code)
{
	enum err e = session_check(&rq->work, access_person(&code->token), code->session,
				   ERR_INVALID_GRANT);

	return e == ERR_INVALID_GRANT
		       ? work_fail(&rq->work, e, "the person has signed out since they approved")
		       : e;
}

enum err
grant_check_access(struct request *rq, const struct access *t)
{
	const struct client *c = &rq->caller.client;
	enum err e;

	client_expect(&rq->work, c);
	if (!str_list_covers(&c->scopes, &t->scopes))
		return work_fail(&rq->work, ERR_INVALID_GRANT,
				 "the client is no longer registered for the scope");
	e = access_check(&rq->work, t, c);
	return e != ERR_INVALID_TOKEN
		       ? e
		       : work_fail(&rq->work, ERR_INVALID_GRANT,
				   "the person's account is gone, or the approval of the "
				   "client has ended");
}

/* Starts the refresh family if the client is registered for it. */
static enum err
code_grant_start_family(struct request *rq, struct access *t, struct family *f)
{
	*f = (struct family){ 0 };
	if (!client_has_grant(&rq->caller.client, GRANT_REFRESH))
		return OK;
	f->grant = (struct grant){ .client = t->client,
				   .rs = t->client,
				   .owner = access_person(t),
				   .delegation = t->version,
				   .holder = t->holder,
				   .granted_at = rq->work.now };
	f->approval = t->approval;
	f->scopes = t->scopes;
	TRY(family_start(&rq->work, f));
	t->family = family_id(&rq->work, f);
	return OK;
}

enum err
grant_issue_access(struct request *rq, struct access *t, const struct family *f)
{
	struct work *w = &rq->work;
	int64_t life = w->tenant->set.access_life;
	const char *handle, *refresh = NULL;
	struct buf b;

	if (t->family != NULL) {
		if (f->expires - w->now < life)
			life = f->expires - w->now;
		TRY(refresh_issue(w, f, &refresh));
	}
	TRY(access_issue(w, t, life, &handle));
	audit_add(w, &(struct audit){ .event = AUDIT_TOKEN_ISSUED,
				      .client = t->client,
				      .owner = access_person(t),
				      .why = str_list_join(w->arena, &t->scopes, " ") });
	b = reply_object(rq);
	out_text(&b, "access_token", handle);
	out_text(&b, "token_type", "Bearer");
	out_int(&b, "expires_in", t->expires - t->issued);
	out_text(&b, "refresh_token", refresh);
	out_text(&b, "scope", str_list_join(w->arena, &t->scopes, " "));
	reply_json(rq, 200, &b);
	return OK;
}

enum err
grant_code(struct request *rq)
{
	const char *handle = param_get(&rq->form, "code");
	struct work *w = &rq->work;
	struct family family;
	struct code code;

	if (!client_has_grant(&rq->caller.client, GRANT_CODE))
		return work_fail(w, ERR_UNAUTHORIZED_CLIENT,
				 "the client is not registered for this grant_type");
	if (handle == NULL)
		return work_fail(w, ERR_INVALID_REQUEST, "code is required");
	TRY(code_redeem(w, handle, rq->caller.client.id, &code));
	TRY(code_check_verifier(w, &code, param_get(&rq->form, "code_verifier")));
	TRY(code_grant_check_redirect_uri(rq, &code));
	TRY(grant_check_access(rq, &code.token));
	TRY(code_grant_check_session(rq, &code));
	TRY(code_grant_start_family(rq, &code.token, &family));
	TRY(grant_issue_access(rq, &code.token, &family));
	code_record_grant(w, &code, &code.token);
	return OK;
}
