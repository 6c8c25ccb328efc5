/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Upgrading an RPT (UMA Grant, 3.3.5.1).  Only an RPT of the same client, requesting party,
 * resource server and owner is looked at (1.3); any other, and garbage, is as if not sent.
 * Each of its permissions is judged anew, so an upgrade never renews what the policy no longer
 * gives, and keeps its own expiry; an expired RPT's are granted afresh.
 */
#include <string.h>

#include "process.h"

static bool
same_parties(const struct process *p)
{
	const char *key = party_key(p->w, p->known ? &p->party : NULL);

	return strcmp(p->old.client, p->client->id) == 0 && strcmp(p->old.rs, p->ticket.rs) == 0 &&
	       strcmp(p->old.owner, p->ticket.owner) == 0 && p->old.pair == p->ticket.pair &&
	       strcmp(p->old.party != NULL ? p->old.party : "", key) == 0;
}

/* ERR_INVALID_TOKEN: nothing that could be upgraded here. */
static enum err
find_old(struct process *p, const char *token)
{
	struct family family;

	TRY(rpt_find(p->w, token, &p->old));
	if (!same_parties(p) || p->old.expires + RPT_AFTERLIFE <= p->w->now)
		return ERR_INVALID_TOKEN;
	return p->old.family == NULL ? OK :
	       family_find(p->w, p->old.family, ERR_INVALID_TOKEN, &family);
}

static int64_t
earliest(int64_t a, int64_t b)
{
	if (a == 0 || b == 0)
		return a + b;
	return a < b ? a : b;
}

/* One scope of one permission: carried if the policy still gives it, or the owner's answer
 * stands. */
static enum err
carry_scope(struct process *p, const struct permission *old, const char *scope,
	    struct permission ***last, bool *carried)
{
	struct again now = { .permission.resource = old->resource };
	struct permission *kept;

	TRY(assess_again(p->w, &p->ticket, &p->facts, scope, &now));
	*carried = now.verdict == VERDICT_PERMIT ||
		   (now.verdict == VERDICT_ASK && old->consent != NULL);
	if (!*carried)
		return OK;
	kept = permission_add(p->w->arena, last, old->resource);
	kept->rule = now.permission.rule;
	kept->mark = now.permission.mark;
	kept->consent = now.verdict == VERDICT_ASK ? old->consent : NULL;
	kept->until = earliest(now.permission.until, old->until);
	if (p->old.expires > p->w->now)
		kept->until = earliest(kept->until, p->old.expires);
	if (scope != NULL)
		strs_add(p->w->arena, &kept->scopes, scope);
	return OK;
}

static enum err
carry(struct process *p, const struct permission *live, struct permission ***last, size_t *n)
{
	bool carried = false;

	if (live->scopes.n == 0) {
		TRY(carry_scope(p, live, NULL, last, &carried));
		*n += carried;
	}
	for (size_t i = 0; i < live->scopes.n; i++) {
		TRY(carry_scope(p, live, live->scopes.list[i], last, &carried));
		*n += carried;
	}
	return OK;
}

static size_t
count(const struct permission *list)
{
	size_t n = 0;

	for (; list != NULL; list = list->next)
		n += list->scopes.n > 0 ? list->scopes.n : 1;
	return n;
}

enum err
upgrade_prepare(struct process *p)
{
	const char *token = param_get(&p->rq->form, "rpt");
	struct permission *live, **last = &p->carried;
	size_t n = 0;
	enum err e;

	if (token == NULL)
		return OK;
	e = find_old(p, token);
	if (e == ERR_INVALID_TOKEN)
		return OK;
	TRY(e);
	TRY(permissions_live(p->w, p->old.owner, p->old.rs, p->old.granted, &live));
	for (const struct permission *one = live; one != NULL; one = one->next)
		TRY(carry(p, one, &last, &n));
	p->upgraded = n > 0 && n == count(p->old.granted);
	return OK;
}
