/* SPDX-License-Identifier: Apache-2.0 */
/* The four responses of the UMA grant (UMA Grant, 3.3.5 and 3.3.6). */
#include "base/str_list.h"
#include "base/text.h"
#include "model/audit.h"
#include "model/issuer.h"
#include "grant_ctx.h"
#include "uma/session_party.h"
#include "web/page.h"
#include "web/reply.h"

/* A new ticket must live longer than the interval after which the client polls. */
static int64_t
answers_ticket_life(const struct grant_ctx *p)
{
	int64_t life = p->w->tenant->set.ticket_life, twice = 2 * p->w->tenant->set.poll_interval;

	return life > twice ? life : twice;
}

static enum err
answers_record(struct grant_ctx *p, enum audit_event event, const struct permission *granted)
{
	return audit_fold(p->w,
			  &(struct audit){
				  .event = event,
				  .owner = p->ticket.grant.owner,
				  .rs = p->ticket.grant.rs,
				  .client = p->client->id,
				  .party = party_describe(p->w, p->party_known ? &p->party : NULL),
				  .permissions = granted != NULL ? granted : p->ticket.permissions,
				  .rule = p->outcome.rule,
				  .object = p->outcome.consent,
				  .why = p->claims_error,
			  });
}

/* Appends the permissions that an upgrade carries over. If both do not fit into one RPT, only the
 * ones granted now go into it, and the response does not say "upgraded". */
static struct permission *
answers_grant_all(struct grant_ctx *p)
{
	struct permission **end = &p->outcome.granted;

	while (*end != NULL)
		end = &(*end)->next;
	*end = p->carried;
	if (!permissions_fit(p->w->arena, p->outcome.granted)) {
		*end = NULL;
		p->upgraded = false;
	}
	return p->outcome.granted;
}

static enum err
answers_start_family(struct grant_ctx *p, struct rpt *rpt, const char **handle)
{
	struct family f = {
		.grant = rpt->grant,
		.sub = rpt->sub,
		.granted = rpt->granted,
	};

	*handle = NULL;
	if (!client_has_grant(p->client, GRANT_REFRESH))
		return OK;
	TRY(family_start(p->w, &f));
	rpt->grant.family = family_id(p->w, &f);
	return refresh_issue(p->w, &f, handle);
}

/* A client that may push claims gets a PCT for those: its agreement with the tenant covers storing
 * them (UMA Grant, 6.2). For claims of the claims interaction endpoint the person must have agreed
 * there (3.3.3). */
static bool
answers_may_persist(const struct grant_ctx *p, bool *agreed)
{
	bool gathered = p->party_from == PARTY_TICKET && p->ticket.gathered;

	*agreed = p->party_from == PARTY_PCT ? p->pct.agreed : gathered && p->ticket.persist;
	return p->party_known && p->w->tenant->set.issue_pct &&
	       (*agreed || (p->client->push_claims && !gathered));
}

/* A PCT that the request used is replaced, so a stolen copy becomes invalid when the client uses
 * the PCT. */
static enum err
answers_persist_claims(struct grant_ctx *p, const char **handle)
{
	bool agreed;

	*handle = NULL;
	if (p->pct.key.size > 0)
		pct_remove(p->w, &p->pct);
	if (!answers_may_persist(p, &agreed))
		return OK;
	return pct_issue(p->w, p->client, party_print(p->w, &p->party), p->party.issued, agreed,
			 handle);
}

static enum err
answers_retire_old(struct grant_ctx *p)
{
	if (!p->upgraded)
		return OK;
	change_take(p->w->changes, T_RPT, p->old_rpt.key, p->old_rpt.row, BYTES_NONE);
	return p->old_rpt.grant.family != NULL ? family_end_by_id(p->w, p->old_rpt.grant.family)
					       : OK;
}

static enum err
answers_deny(struct grant_ctx *p, const char *why)
{
	TRY(answers_record(p, AUDIT_RPT_DENIED, NULL));
	return work_fail(p->w, ERR_REQUEST_DENIED, "%s", why);
}

static enum err
answers_rotate_ticket(struct grant_ctx *p, const char **ticket)
{
	enum err e;

	if (p->party_known) {
		p->ticket.party = party_print(p->w, &p->party);
		if (p->party_from != PARTY_TICKET)
			p->ticket.gathered = p->ticket.persist =
				p->party_from == PARTY_PCT && p->pct.agreed;
	}
	e = ticket_rotate(p->w, &p->ticket, answers_ticket_life(p), ticket);
	return e == ERR_REQUEST_DENIED ? answers_deny(p, work_why(p->w, e)) : e;
}

enum err
answer_rpt(struct grant_ctx *p)
{
	const struct party *party = p->party_known ? &p->party : NULL;
	const char *token, *refresh, *pct;
	struct rpt rpt = {
		.grant = p->ticket.grant,
		.sub = party_sub(p->w, party, p->client->id, p->ticket.grant.rs),
		.granted = answers_grant_all(p),
	};
	struct buf b;

	if (!permissions_fit(p->w->arena, rpt.granted))
		return answers_deny(
			p, arena_printf(p->w->arena,
					"the permissions of one RPT must be at most %d bytes; "
					"request fewer resources or scopes",
					PERMISSIONS_SIZE_MAX));
	TRY(grant_bind(p->w, &rpt.grant, party));
	TRY(grant_record_sharing(p->w, &rpt.grant, party));
	TRY(answers_start_family(p, &rpt, &refresh));
	TRY(rpt_issue(p->w, &p->rs, &rpt, &token));
	TRY(answers_persist_claims(p, &pct));
	TRY(answers_retire_old(p));
	ticket_record_grant(p->w, &p->ticket, rpt.key, rpt.grant.family);
	TRY(answers_record(p, AUDIT_RPT_GRANTED, rpt.granted));

	b = reply_object(p->rq);
	reply_token(p->rq, &b, "access_token", token);
	out_text(&b, "token_type", "Bearer");
	out_int(&b, "expires_in", rpt.expires - p->w->now);
	out_text(&b, "refresh_token", refresh);
	out_text(&b, "pct", pct);
	if (p->upgraded)
		out_bool(&b, "upgraded", true);
	reply_json(p->rq, 200, &b);
	return OK;
}

struct listing {
	struct grant_ctx *p;
	struct str_list issuers;
};

static enum err
answers_add_issuer(void *arg, const void *issuer)
{
	struct listing *l = arg;

	str_list_add(l->p->w->arena, &l->issuers, ((const struct issuer *)issuer)->url);
	return OK;
}

/* One element of required_claims. Each of its lists means "any of these" (3.3.6). */
static void
answers_print_required_claim(struct grant_ctx *p, struct buf *b, const struct required_claim *claim,
			     const struct str_list *trusted)
{
	struct str_list format = { 0 }, one = { 0 };
	const struct str_list *issuers = trusted;

	str_list_add(p->w->arena, &format, FORMAT_ID_TOKEN);
	if (claim->issuer != NULL) {
		str_list_add(p->w->arena, &one, claim->issuer);
		issuers = &one;
	}
	out_open(b, NULL, '{');
	out_text(b, "name", claim->name);
	out_text(b, "friendly_name", claim->friendly);
	out_str_list(b, "claim_token_format", &format);
	if (issuers->n > 0)
		out_str_list(b, "issuer", issuers);
	out_close(b, '}');
}

enum err
answer_need_info(struct grant_ctx *p)
{
	struct listing trusted = { .p = p };
	struct required_claim any = { 0 };
	const char *ticket;
	struct buf b;

	TRY(issuer_each(p->w, answers_add_issuer, &trusted));
	TRY(answers_rotate_ticket(p, &ticket));
	TRY(answers_record(p, AUDIT_RPT_NEED_INFO, NULL));

	p->rq->error = "need_info";
	b = reply_object(p->rq);
	out_text(&b, "error", "need_info");
	if (p->claims_error != NULL)
		out_text(&b, "error_description", text_plain(p->w->arena, p->claims_error));
	out_text(&b, "ticket", ticket);
	out_open(&b, "required_claims", '[');
	for (size_t i = 0; i < p->outcome.required_claims.n; i++)
		answers_print_required_claim(p, &b, &p->outcome.required_claims.list[i],
					     &trusted.issuers);
	if (p->outcome.required_claims.n == 0)
		answers_print_required_claim(p, &b, &any, &trusted.issuers);
	out_close(&b, ']');
	if (p->client->claims_redirect_uris.n > 0 &&
	    session_party_helps(p->w, &p->outcome.required_claims,
				p->party_known ? &p->party : NULL))
		out_text(&b, "redirect_user", page_address(p->rq, "/claims"));
	reply_json(p->rq, 403, &b);
	return OK;
}

enum err
answer_submitted(struct grant_ctx *p)
{
	const char *ticket;
	struct buf b;

	TRY(answers_rotate_ticket(p, &ticket));
	TRY(answers_record(p, AUDIT_RPT_SUBMITTED, NULL));

	p->rq->error = "request_submitted";
	b = reply_object(p->rq);
	out_text(&b, "error", "request_submitted");
	out_text(&b, "ticket", ticket);
	out_int(&b, "interval", p->w->tenant->set.poll_interval);
	reply_json(p->rq, 403, &b);
	return OK;
}

enum err
answer_denied(struct grant_ctx *p)
{
	return answers_deny(p, "the owner's policy does not permit this request");
}
