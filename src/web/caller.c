/* SPDX-License-Identifier: Apache-2.0 */
/* Who calls by a token: PATs and owners' tokens (UMA Federated Authorization, 1.3; RFC 6750). */
#include <string.h>

#include "caller.h"
#include "model/delegation.h"

#include "base/str_list.h"

/* RFC 6750, 2: one way of sending the token; here only the header counts (F-PAT-11). */
static enum err
caller_bearer(struct request *rq, const struct authorization *auth, const char **token)
{
	if (auth->scheme != SCHEME_BEARER)
		return ERR_NO_TOKEN;
	if (param_get(&rq->form, "access_token") != NULL)
		return work_fail(&rq->work, ERR_BEARER_REQUEST,
				 "the access token is sent in two ways");
	*token = auth->token;
	return OK;
}

/* Her account is there, and she has not taken back what the token stands for. */
static enum err
caller_settle_owner(struct request *rq)
{
	const struct access *t = &rq->caller.token;

	TRY(access_check(&rq->work, t, *t->client != '\0' ? &rq->caller.client : NULL));
	rq->caller.owner = t->owner;
	return OK;
}

/* Only usherctl gives such tokens: they stand for an account and for no client. */
static bool
caller_is_owners_own(const struct access *t)
{
	return t->owner != NULL && *t->client == '\0' && str_list_has(&t->scopes, SCOPE_OWNER);
}

static enum err
caller_lacks_scope(struct request *rq)
{
	return work_fail(&rq->work, ERR_INSUFFICIENT_SCOPE,
			 "the token lacks the scope " SCOPE_PROTECTION);
}

/* A PAT is good while its resource server is one and its owner is there (T-U15). */
static enum err
caller_settle_pat(struct request *rq)
{
	const struct access *t = &rq->caller.token;

	if (caller_is_owners_own(t)) {
		TRY(caller_settle_owner(rq));
		return caller_lacks_scope(rq);
	}
	TRY(client_find(&rq->work, t->client, ERR_INVALID_TOKEN, &rq->caller.client));
	if (rq->caller.client.disabled)
		return ERR_INVALID_TOKEN;
	if (t->owner == NULL || !str_list_has(&t->scopes, SCOPE_PROTECTION) ||
	    !client_is_resource_server(&rq->caller.client))
		return caller_lacks_scope(rq);
	return caller_settle_owner(rq);
}

static enum err
caller_settle_token(struct request *rq, const struct authorization *auth, enum caller kind)
{
	const char *token = NULL;

	TRY(caller_bearer(rq, auth, &token));
	TRY(access_find(&rq->work, token, &rq->caller.token));
	if (kind == CALLER_OWNER && caller_is_owners_own(&rq->caller.token))
		return caller_settle_owner(rq);
	return caller_settle_pat(rq);
}

static bool
caller_has_client_credentials(struct request *rq, const struct authorization *auth)
{
	return auth->scheme == SCHEME_BASIC ||
	       (auth->scheme == SCHEME_NONE && param_get(&rq->form, "client_id") != NULL);
}

enum err
caller_settle(struct request *rq, enum caller kind)
{
	struct authorization auth;
	const char *why = NULL;
	enum err e;

	rq->caller = (struct who){ 0 };
	if (kind == CALLER_ANYONE)
		return OK;
	e = authorization_parse(rq->work.arena, rq->in->authorization, &auth, &why);
	switch (kind) {
	case CALLER_ANYONE: break;
	case CALLER_CLIENT:
		return e == OK ? caller_client(rq, &auth) : work_fail_with(&rq->work, e, why);
	case CALLER_EITHER:
		if (e == OK && caller_has_client_credentials(rq, &auth))
			return caller_client(rq, &auth);
		/* fall through */
	case CALLER_PAT:
	case CALLER_OWNER:
		return e == OK ? caller_settle_token(rq, &auth, kind)
			       : work_fail_with(&rq->work, ERR_BEARER_REQUEST, why);
	}
	return ERR_SERVER;
}
