/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The UMA grant, in the order of UMA Grant, 3.3: client (authenticated before), grant type,
 * parameters, ticket, scope, assessment. Once an authenticated client has presented a ticket, every
 * outcome uses it up (5.5).
 */
#include "base/str_list.h"
#include "model/delegation.h"
#include "model/throttle.h"
#include "grant_ctx.h"
#include "uma/grant.h"

#define SCOPES_MAX 32

/* claim_token and claim_token_format require each other (3.3.1). */
static enum err
uma_grant_check_parameters(struct grant_ctx *p)
{
	const struct params *form = &p->rq->form;

	if (!client_has_grant(p->client, GRANT_UMA))
		return work_fail(p->w, ERR_UNAUTHORIZED_CLIENT,
				 "the client is not registered for this grant_type");
	if (p->rq->fault.code != OK)
		return request_report_fault(p->rq);
	if (param_get(form, "ticket") == NULL)
		return work_fail(p->w, ERR_INVALID_REQUEST, "ticket is required");
	if (param_get(form, "claim_token") != NULL && param_get(form, "claim_token_format") == NULL)
		return work_fail(p->w, ERR_INVALID_REQUEST,
				 "claim_token requires claim_token_format");
	if (param_get(form, "claim_token_format") != NULL && param_get(form, "claim_token") == NULL)
		return work_fail(p->w, ERR_INVALID_REQUEST,
				 "claim_token_format requires claim_token");
	return OK;
}

/* An unknown ticket counts as a failed attempt of the client, which may be guessing (T-U03). */
static enum err
uma_grant_redeem(struct grant_ctx *p, const char *handle)
{
	enum err e = ticket_redeem(p->w, handle, p->client->id, &p->ticket);

	if (e != ERR_INVALID_GRANT || p->ticket.row.size > 0)
		return e;
	e = throttle_count_failure(p->w, p->client->id);
	if (e == ERR_TOO_MANY)
		return work_fail(p->w, e, "too many unknown tickets; retry after a minute");
	return e == OK ? ERR_INVALID_GRANT : e;
}

/* The resource server, owner and delegation behind the ticket must still be active (T-U15). */
static enum err
uma_grant_check_active(struct grant_ctx *p)
{
	const struct grant *g = &p->ticket.grant;
	struct party party;
	enum err e = client_find(p->w, g->rs, ERR_INVALID_GRANT, &p->rs);

	client_expect(p->w, p->client);
	if (e == OK)
		e = grant_check_active(p->w, g, &p->rs, NULL, ERR_INVALID_GRANT, &party);
	return e == ERR_INVALID_GRANT
		       ? work_fail(
				 p->w, e,
				 "the resource server or owner behind this ticket is gone, or the "
				 "owner revoked its authorization")
		       : e;
}

static enum err
uma_grant_parse_scope(struct grant_ctx *p)
{
	const char *scope = param_get(&p->rq->form, "scope");

	if (scope == NULL || str_list_parse_scope(p->w->arena, scope, SCOPES_MAX, &p->scopes))
		return OK;
	return work_fail(p->w, ERR_INVALID_SCOPE,
			 "scope must be at most %d space-separated scope tokens", SCOPES_MAX);
}

static enum err
uma_grant_answer(struct grant_ctx *p)
{
	switch (p->outcome.kind) {
	case OUTCOME_GRANTED: return answer_rpt(p);
	case OUTCOME_NEED_INFO: return answer_need_info(p);
	case OUTCOME_SUBMITTED: return answer_submitted(p);
	case OUTCOME_DENIED: break;
	}
	return answer_denied(p);
}

static enum err
uma_grant_assess_ctx(struct grant_ctx *p)
{
	struct assessment_input in = {
		.client = p->client,
		.rs = &p->rs,
		.ticket = &p->ticket,
		.scopes = &p->scopes,
		.facts = &p->facts,
		.party_key = party_key(p->w, p->party_known ? &p->party : NULL),
		.party_name = party_describe(p->w, p->party_known ? &p->party : NULL),
		.claims_failed = p->claims_error != NULL,
	};

	TRY(assess_request(p->w, &in, &p->outcome));
	claim_token_mark_used(p->w, &p->pushed);
	return OK;
}

static struct grant_ctx
uma_grant_make_ctx(struct request *rq)
{
	return (struct grant_ctx){ .rq = rq, .w = &rq->work, .client = &rq->caller.client };
}

enum err
grant_uma_use_up_ticket(struct request *rq, enum err e)
{
	struct grant_ctx p = uma_grant_make_ctx(rq);
	const char *ticket = param_get(&rq->form, "ticket");
	struct refusal reason = rq->work.refusal;
	enum err redeemed = ticket != NULL ? uma_grant_redeem(&p, ticket) : OK;

	if (err_status(redeemed) >= 500)
		return redeemed;
	rq->work.refusal = reason;
	return e;
}

enum err
grant_uma(struct request *rq)
{
	struct grant_ctx p = uma_grant_make_ctx(rq);
	enum err e = uma_grant_check_parameters(&p);

	if (e != OK)
		return grant_uma_use_up_ticket(rq, e);
	TRY(uma_grant_redeem(&p, param_get(&rq->form, "ticket")));
	TRY(uma_grant_check_active(&p));
	TRY(uma_grant_parse_scope(&p));
	TRY(claims_gather(&p));
	TRY(uma_grant_assess_ctx(&p));
	TRY(upgrade_prepare(&p));
	return uma_grant_answer(&p);
}
