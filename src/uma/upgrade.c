/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Upgrade of an RPT (UMA Grant, 3.3.5.1). Only an RPT of the same client, requesting party,
 * resource server and owner is used (1.3); any other token is ignored. The policy is evaluated
 * again for each of its permissions, so an upgrade never renews what the policy no longer
 * permits. A permission keeps its own expiry, and expires no later than the RPT unless the RPT
 * has expired already.
 */
#include <string.h>

#include "base/text.h"
#include "grant_ctx.h"

static bool
upgrade_same_parties(const struct grant_ctx *p)
{
	const struct grant *old = &p->old_rpt.grant, *now = &p->ticket.grant;
	const char *key = party_key(p->w, p->party_known ? &p->party : NULL);

	return text_equal(old->client, p->client->id) && text_equal(old->rs, now->rs) &&
	       text_equal(old->owner, now->owner) && text_equal(old->delegation, now->delegation) &&
	       text_equal(old->party, key);
}

/* Finds the RPT and those of its permissions that are still active. ERR_INVALID_TOKEN: it cannot be
 * upgraded here. */
static enum err
upgrade_find_old(struct grant_ctx *p, const char *token, struct permission **active)
{
	struct party party;

	TRY(rpt_find(p->w, token, &p->old_rpt));
	if (!upgrade_same_parties(p) || p->old_rpt.expires + RPT_AFTERLIFE <= p->w->now)
		return ERR_INVALID_TOKEN;
	TRY(grant_check_active(p->w, &p->old_rpt.grant, &p->rs, p->ticket.grant.delegation,
			       ERR_INVALID_TOKEN, &party));
	return permissions_revalidate(p->w, &p->old_rpt.grant, &party, p->old_rpt.granted, active);
}

/* A carried permission expires no later than the RPT that it comes from, unless that has
 * expired. */
static void
upgrade_limit_carried(struct grant_ctx *p)
{
	if (p->old_rpt.expires <= p->w->now)
		return;
	for (struct permission *c = p->carried; c != NULL; c = c->next)
		if (c->until == 0 || p->old_rpt.expires < c->until)
			c->until = p->old_rpt.expires;
}

static size_t
upgrade_count(const struct permission *list)
{
	size_t n = 0;

	for (; list != NULL; list = list->next)
		n += list->scopes.n > 0 ? list->scopes.n : 1;
	return n;
}

enum err
upgrade_prepare(struct grant_ctx *p)
{
	const char *token = param_get(&p->rq->form, "rpt");
	struct permission *active = NULL, **last = &p->carried;
	size_t n = 0;
	enum err e;

	if (token == NULL)
		return OK;
	e = upgrade_find_old(p, token, &active);
	if (e == ERR_INVALID_TOKEN)
		return OK;
	TRY(e);
	for (const struct permission *one = active; one != NULL; one = one->next)
		TRY(reassess_permission(p->w, &p->ticket, &p->facts, one, &last, &n));
	upgrade_limit_carried(p);
	p->upgraded = n > 0 && n == upgrade_count(p->old_rpt.granted);
	return OK;
}
