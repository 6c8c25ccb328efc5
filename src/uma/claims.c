/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The claims of a request: those of the pushed claim token, else those of the PCT, else those that
 * the ticket stores from an earlier request. Claims of different sources are never joined: see
 * model/party.h. A rejected claim token leads to need_info, not to an error of its own. A rejected
 * PCT is ignored.
 */
#include "grant_ctx.h"

static enum err
claims_from_push(struct grant_ctx *p)
{
	enum err e = claim_token_verify(p->w, p->client, &p->pushed, &p->party);

	if (e == ERR_INVALID_TOKEN) {
		p->claims_error = work_why(p->w, e);
		return OK;
	}
	p->party_known = e == OK;
	return e;
}

/* Stored claims are ignored if the linked account is disabled or the issuer is no longer
 * trusted. */
static enum err
claims_read_stored(struct grant_ctx *p, const char *claims)
{
	enum err e = party_read(p->w, claims, &p->party);

	p->party_known = e == OK;
	return e == ERR_INVALID_TOKEN ? OK : e;
}

static enum err
claims_from_pct(struct grant_ctx *p, const char *handle)
{
	enum err e = pct_find(p->w, p->client, handle, &p->pct);

	if (e != OK) {
		p->pct = (struct pct){ 0 };
		return e == ERR_STORE ? e : OK;
	}
	return claims_read_stored(p, p->pct.claims);
}

static enum err
claims_from_ticket(struct grant_ctx *p)
{
	if (p->ticket.party == NULL)
		return OK;
	return claims_read_stored(p, p->ticket.party);
}

enum err
claims_gather(struct grant_ctx *p)
{
	const struct params *form = &p->rq->form;
	const char *pct = param_get(form, "pct");

	p->pushed.token = param_get(form, "claim_token");
	p->pushed.format = param_get(form, "claim_token_format");
	if (p->pushed.token != NULL)
		TRY(claims_from_push(p));
	else if (pct != NULL)
		TRY(claims_from_pct(p, pct));
	p->party_from = p->pushed.token != NULL ? PARTY_PUSHED : PARTY_PCT;
	if (!p->party_known) {
		p->party_from = PARTY_TICKET;
		TRY(claims_from_ticket(p));
	}
	p->facts = (struct facts){
		.now = p->w->now,
		.client = p->client->id,
		.party = p->party_known ? &p->party : NULL,
		.comparisons = &p->w->comparisons,
	};
	return OK;
}
