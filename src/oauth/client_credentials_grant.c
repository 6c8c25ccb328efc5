/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Client credentials (RFC 6749, 4.4). With the scope uma_protection the token is a PAT for the
 * account to which the client is linked (UMA Federated Authorization, 1.3); otherwise a plain
 * access token.
 */
#include "grants.h"
#include "base/str_list.h"
#include "model/audit.h"
#include "web/reply.h"

#define SCOPES_MAX 32

/* The requested scopes; without the parameter, all scopes of the client. */
static enum err
client_credentials_grant_choose_scopes(struct request *rq, struct str_list *out)
{
	const struct client *c = &rq->caller.client;
	const char *scope = param_get(&rq->form, "scope");

	*out = c->scopes;
	if (scope != NULL) {
		*out = (struct str_list){ 0 };
		if (!str_list_parse_scope(rq->work.arena, scope, SCOPES_MAX, out))
			return work_fail(&rq->work, ERR_INVALID_SCOPE,
					 "scope must be at most %d space-separated scope tokens",
					 SCOPES_MAX);
	}
	if (out->n == 0 || !str_list_covers(&c->scopes, out))
		return work_fail(
			&rq->work, ERR_INVALID_SCOPE,
			"scope must contain only scopes for which the client is registered");
	return OK;
}

static enum err
client_credentials_grant_check_owner(struct request *rq)
{
	const char *id = rq->caller.client.owner;
	struct account owner;
	enum err e;

	if (id == NULL)
		return work_fail(
			&rq->work, ERR_UNAUTHORIZED_CLIENT,
			"the client is not linked to an account, so no PAT can be issued to it");
	e = account_find(&rq->work, id, ERR_UNAUTHORIZED_CLIENT, &owner);
	if (e == ERR_UNAUTHORIZED_CLIENT || (e == OK && owner.disabled))
		return work_fail(&rq->work, ERR_UNAUTHORIZED_CLIENT,
				 "the client's linked account no longer exists");
	return e;
}

static void
client_credentials_grant_record(struct request *rq, const struct access *t)
{
	audit_add(&rq->work,
		  &(struct audit){ .event = AUDIT_TOKEN_ISSUED,
				   .client = t->client,
				   .owner = t->owner,
				   .why = str_list_join(rq->work.arena, &t->scopes, " ") });
}

enum err
grant_client_credentials(struct request *rq)
{
	const struct client *c = &rq->caller.client;
	struct access t = { .client = c->id };
	const char *handle;
	struct buf b;

	if (!client_has_grant(c, GRANT_CLIENT) || c->secret == NULL)
		return work_fail(&rq->work, ERR_UNAUTHORIZED_CLIENT,
				 "the client is not registered for this grant_type");
	TRY(client_credentials_grant_choose_scopes(rq, &t.scopes));
	if (str_list_has(&t.scopes, SCOPE_PROTECTION)) {
		TRY(client_credentials_grant_check_owner(rq));
		t.owner = c->owner;
	}
	client_expect(&rq->work, c);
	TRY(access_issue(&rq->work, &t, rq->work.tenant->set.access_life, &handle));
	client_credentials_grant_record(rq, &t);
	b = reply_object(rq);
	out_text(&b, "access_token", handle);
	out_text(&b, "token_type", "Bearer");
	out_int(&b, "expires_in", t.expires - t.issued);
	out_text(&b, "scope", str_list_join(rq->work.arena, &t.scopes, " "));
	reply_json(rq, 200, &b);
	return OK;
}
