/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Revocation (RFC 7009; PCTs: UMA Grant, 3.7). The form of the token determines its kind;
 * token_type_hint is ignored. The response for an unknown or expired token is 200, too, because the
 * token is invalid already.
 */
#include <string.h>

#include "base/text.h"
#include "model/audit.h"
#include "oauth/endpoints.h"
#include "web/reply.h"

static enum err
revoke_check_client(struct request *rq, const char *client)
{
	if (text_equal(client, rq->caller.client.id))
		return OK;
	return work_fail(&rq->work, ERR_INVALID_GRANT, "the token was issued to another client");
}

static void
revoke_record(struct request *rq, const char *what, const char *owner, const char *rs)
{
	rq->work.changes->essential = true;
	audit_add(&rq->work, &(struct audit){ .event = AUDIT_TOKEN_REVOKED,
					      .client = rq->caller.client.id,
					      .owner = owner,
					      .rs = rs,
					      .why = what });
}

static enum err
revoke_rpt(struct request *rq, const char *token)
{
	struct rpt r;

	TRY(rpt_find(&rq->work, token, &r));
	TRY(revoke_check_client(rq, r.grant.client));
	change_drop(rq->work.changes, T_RPT, r.key);
	revoke_record(rq, "RPT", r.grant.owner, r.grant.rs);
	return OK;
}

static enum err
revoke_access(struct request *rq, const char *token)
{
	struct access t;

	TRY(access_find(&rq->work, token, &t));
	TRY(revoke_check_client(rq, t.client));
	change_drop(rq->work.changes, T_ACCESS, t.key);
	revoke_record(rq, "access token", t.owner, NULL);
	return OK;
}

/* Revokes all tokens of the refresh token's family (RFC 7009, 2.1). */
static enum err
revoke_refresh(struct request *rq, const char *token)
{
	struct refresh r;
	struct family f;
	enum err e = refresh_find(&rq->work, token, &r);

	if (e != OK)
		return e == ERR_INVALID_GRANT ? ERR_INVALID_TOKEN : e;
	TRY(family_find(&rq->work, r.family, ERR_INVALID_TOKEN, &f));
	TRY(revoke_check_client(rq, r.client));
	family_end(&rq->work, &f);
	revoke_record(rq, "refresh token", f.grant.owner, f.grant.rs);
	return OK;
}

static enum err
revoke_pct(struct request *rq, const char *token)
{
	struct pct p;
	enum err e = pct_find(&rq->work, &rq->caller.client, token, &p);

	if (e == ERR_INVALID_GRANT)
		return work_fail(&rq->work, e, "the token was issued to another client");
	TRY(e);
	change_drop(rq->work.changes, T_PCT, p.key);
	revoke_record(rq, "PCT", NULL, NULL);
	return OK;
}

static enum err
revoke_any(struct request *rq, const char *token)
{
	switch (handle_kind_of(token)) {
	case HANDLE_PAT:
	case HANDLE_ACCESS: return revoke_access(rq, token);
	case HANDLE_REFRESH: return revoke_refresh(rq, token);
	case HANDLE_PCT: return revoke_pct(rq, token);
	case HANDLE_KINDS: return revoke_rpt(rq, token);
	case HANDLE_TICKET:
	case HANDLE_CODE:
	case HANDLE_PUSHED_REQUEST:
	case HANDLE_SESSION:
	case HANDLE_RESET:
	case HANDLE_CLAIMS_FLOW: break;
	}
	return ERR_INVALID_TOKEN;
}

enum err
revoke_post(struct request *rq)
{
	const char *token = param_get(&rq->form, "token");
	enum err e;

	if (token == NULL)
		return work_fail(&rq->work, ERR_INVALID_REQUEST, "token is required");
	e = revoke_any(rq, token);
	if (e != OK && e != ERR_INVALID_TOKEN)
		return e;
	reply_empty(rq, 200);
	return OK;
}
