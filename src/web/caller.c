/* SPDX-License-Identifier: Apache-2.0 */
/* Authentication by a token: a PAT or an owner's own token (UMA Federated Authorization, 1.3; RFC
 * 6750). */
#include <string.h>

#include "caller.h"
#include "model/delegation.h"

#include "base/str_list.h"

/* A request must send its token by one method only (RFC 6750, 2), and this server accepts only the
 * Authorization header (F-PAT-11). */
static enum err
caller_read_bearer(struct request *rq, const struct authorization *auth, const char **token)
{
	if (auth->scheme != SCHEME_BEARER)
		return ERR_NO_TOKEN;
	if (param_get(&rq->form, "access_token") != NULL)
		return work_fail(&rq->work, ERR_BEARER_REQUEST,
				 "send the access token in the Authorization header only");
	*token = auth->token;
	return OK;
}

/* The owner's account must be enabled, and the owner must not have revoked the token's right. */
static enum err
caller_accept_owner(struct request *rq)
{
	const struct access *t = &rq->caller.token;

	TRY(access_check(&rq->work, t, *t->client != '\0' ? &rq->caller.client : NULL));
	rq->caller.owner = t->owner;
	return OK;
}

/* Is this an owner's own token? Only usherctl issues them; they belong to no client. */
static bool
caller_is_owner_token(const struct access *t)
{
	return t->owner != NULL && *t->client == '\0' && str_list_has(&t->scopes, SCOPE_OWNER);
}

static enum err
caller_fail_scope(struct request *rq)
{
	return work_fail(&rq->work, ERR_INSUFFICIENT_SCOPE,
			 "the access token must have the scope " SCOPE_PROTECTION);
}

/* A PAT is valid while its client is an enabled resource server and its owner is active (T-U15). */
static enum err
caller_accept_pat(struct request *rq)
{
	const struct access *t = &rq->caller.token;

	if (caller_is_owner_token(t)) {
		TRY(caller_accept_owner(rq));
		return caller_fail_scope(rq);
	}
	TRY(client_find(&rq->work, t->client, ERR_INVALID_TOKEN, &rq->caller.client));
	if (rq->caller.client.disabled)
		return ERR_INVALID_TOKEN;
	if (t->owner == NULL || !str_list_has(&t->scopes, SCOPE_PROTECTION) ||
	    !client_is_resource_server(&rq->caller.client))
		return caller_fail_scope(rq);
	return caller_accept_owner(rq);
}

static enum err
caller_accept_token(struct request *rq, const struct authorization *auth, enum caller_kind kind)
{
	const char *token = NULL;

	TRY(caller_read_bearer(rq, auth, &token));
	TRY(access_find(&rq->work, token, &rq->caller.token));
	if (kind == CALLER_PAT_OR_OWNER && caller_is_owner_token(&rq->caller.token))
		return caller_accept_owner(rq);
	return caller_accept_pat(rq);
}

static bool
caller_has_client_credentials(struct request *rq, const struct authorization *auth)
{
	return auth->scheme == SCHEME_BASIC ||
	       (auth->scheme == SCHEME_NONE && param_get(&rq->form, "client_id") != NULL);
}

enum err
caller_authenticate(struct request *rq, enum caller_kind kind)
{
	struct authorization auth;
	const char *why = NULL;
	enum err e;

	rq->caller = (struct caller){ 0 };
	if (kind == CALLER_ANYONE)
		return OK;
	e = authorization_parse(rq->work.arena, rq->in->authorization, &auth, &why);
	switch (kind) {
	case CALLER_ANYONE:
	case CALLER_VISITOR:
	case CALLER_PERSON: break;
	case CALLER_CLIENT:
		return e == OK ? caller_client(rq, &auth) : work_fail_with(&rq->work, e, why);
	case CALLER_PAT_OR_CLIENT:
		if (e == OK && caller_has_client_credentials(rq, &auth))
			return caller_client(rq, &auth);
		/* fall through */
	case CALLER_PAT:
	case CALLER_PAT_OR_OWNER:
		return e == OK ? caller_accept_token(rq, &auth, kind)
			       : work_fail_with(&rq->work, ERR_BEARER_REQUEST, why);
	}
	return ERR_SERVER;
}
