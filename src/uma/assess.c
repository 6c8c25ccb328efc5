/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Authorization assessment, in the steps of UMA Grant, 3.3.4.  Names of sets are the text's:
 *
 *	RequestedScopes(r) = TicketScopes(r) + (RegisteredScopes * RequestedScopes * Available(r))
 *	CandidateGrantedScopes(r) = those of them that the policy permits
 *
 * Step 0 (an asked scope that no resource of the ticket has) looks at the raw parameter, step 2
 * only at what the client is registered for.
 */
#include <string.h>

#include "model/consent.h"
#include "model/resource.h"
#include "model/share.h"
#include "model/tenant.h"
#include "model/token.h"
#include "uma/assess.h"

/* One resource of the ticket. */
struct subject {
	const char     *id;
	bool            there;
	struct resource resource;
	struct strs     requested;	/* RequestedScopes(r) */
	struct subject *next;
};

struct assessment {
	struct work         *w;
	const struct asking *asking;
	struct subject      *subjects;
	struct permission  **granted, *ask, **last_ask;
	struct outcome      *out;
	bool                 denied;	/* something asked for is not to be had */
};

static enum err
load_subjects(struct assessment *as)
{
	const struct ticket *t = as->asking->ticket;
	struct subject **last = &as->subjects;
	bool any = false;

	for (const struct permission *p = t->asked; p != NULL; p = p->next) {
		struct subject *s = ARENA_NEW(as->w->arena, struct subject);
		enum err e = resource_find(as->w, t->owner, t->rs, p->resource, ABSENT,
					   &s->resource);

		if (e != OK && e != ABSENT)
			return e;
		s->id = p->resource;
		s->there = e == OK;
		any = any || s->there;
		*last = s;
		last = &s->next;
	}
	return any ? OK : fail(as->w, ERR_INVALID_GRANT, "the ticket's resources are gone");
}

/* Step 0. */
static enum err
check_scopes(struct assessment *as)
{
	const struct asking *k = as->asking;

	for (size_t i = 0; i < k->scopes->n; i++) {
		const char *scope = k->scopes->list[i];
		bool available = false;

		for (const struct subject *s = as->subjects; s != NULL; s = s->next)
			available = available || strs_has(&s->resource.scopes, scope);
		if (!available)
			return fail(as->w, ERR_INVALID_SCOPE,
				    "a requested scope belongs to no resource of the ticket");
		if (k->client->strict_scope && !strs_has(&k->client->scopes, scope))
			return fail(as->w, ERR_INVALID_SCOPE,
				    "the client is not registered for a requested scope");
	}
	return OK;
}

/* Steps 1 and 2. */
static void
request_scopes(struct assessment *as)
{
	const struct asking *k = as->asking;
	const struct permission *p = k->ticket->asked;

	for (struct subject *s = as->subjects; s != NULL; s = s->next, p = p->next) {
		for (size_t i = 0; i < p->scopes.n; i++)
			strs_put(as->w->arena, &s->requested, p->scopes.list[i]);
		for (size_t i = 0; i < k->scopes->n; i++)
			if (strs_has(&k->client->scopes, k->scopes->list[i]) &&
			    strs_has(&s->resource.scopes, k->scopes->list[i]))
				strs_put(as->w->arena, &s->requested, k->scopes->list[i]);
	}
}

/* The entry of this resource under this rule; scopes that one rule permits stand together. */
static struct permission *
entry(struct work *w, struct permission ***last, struct permission *list, const char *resource,
      const struct rule *rule)
{
	struct permission *p = list;

	while (p != NULL && !(strcmp(p->resource, resource) == 0 && text_equal(p->rule, rule->id)))
		p = p->next;
	if (p != NULL)
		return p;
	p = permission_add(w->arena, last, resource);
	p->rule = rule->id;
	p->mark = rule->mark;
	p->until = rule->until;
	return p;
}

static void
note_rule(struct assessment *as, const struct rule *rule)
{
	if (as->out->rule == NULL && rule != NULL)
		as->out->rule = rule->id;
}

/* An `ask` rule grants the owner's own request: there is nobody to ask. */
static enum verdict
assess_own_request(const struct ticket *t, const struct facts *f, enum verdict v)
{
	bool own = f->party != NULL && text_equal(f->party->account, t->owner);

	return v == VERDICT_ASK && own ? VERDICT_PERMIT : v;
}

static void
judge(struct assessment *as, const struct subject *s, const struct policy *policy,
      const char *scope)
{
	const struct rule *rule = NULL;
	struct permission *p = NULL;
	enum verdict verdict;

	verdict = policy_decide(policy, scope, as->asking->facts, &rule);
	switch (assess_own_request(as->asking->ticket, as->asking->facts, verdict)) {
	case VERDICT_PERMIT:
		p = entry(as->w, &as->granted, as->out->granted, s->id, rule);
		break;
	case VERDICT_ASK:
		p = entry(as->w, &as->last_ask, as->ask, s->id, rule);
		note_rule(as, rule);
		break;
	case VERDICT_NEED_CLAIMS:
		as->out->kind = OUTCOME_NEED_INFO;
		rule_wants(rule, as->asking->facts, &as->out->wants);
		note_rule(as, rule);
		break;
	case VERDICT_DENY:
		as->denied = true;
		note_rule(as, rule);
		break;
	}
	if (p != NULL && scope != NULL)
		strs_put(as->w->arena, &p->scopes, scope);
}

/* Steps 3 and 4.  What was registered when the ticket was made may be gone by now. */
static enum err
judge_all(struct assessment *as)
{
	const struct ticket *t = as->asking->ticket;
	const struct share *share;

	for (const struct subject *s = as->subjects; s != NULL; s = s->next) {
		if (!s->there) {
			as->denied = true;
			continue;
		}
		TRY(share_effective(as->w, t->owner, t->rs, s->id, &share));
		if (s->requested.n == 0)
			judge(as, s, &share->policy, NULL);
		for (size_t i = 0; i < s->requested.n; i++) {
			if (strs_has(&s->resource.scopes, s->requested.list[i]))
				judge(as, s, &share->policy, s->requested.list[i]);
			else
				as->denied = true;
		}
	}
	return OK;
}

/* The scopes of `asked` that the owner allowed; NULL: not even one. */
static struct permission *
take_entry(struct assessment *as, const struct permission *asked, const struct permission *allowed)
{
	struct permission *g = NULL;

	if (asked->scopes.n == 0)
		g = permission_add(as->w->arena, &as->granted, asked->resource);
	for (size_t i = 0; i < asked->scopes.n; i++) {
		if (!strs_has(&allowed->scopes, asked->scopes.list[i]))
			continue;
		if (g == NULL)
			g = permission_add(as->w->arena, &as->granted, asked->resource);
		strs_add(as->w->arena, &g->scopes, asked->scopes.list[i]);
	}
	return g;
}

/* What the owner allowed of what she was asked goes to what is granted, with her answer's id.  A
 * part that she chose herself needs no leave for partial grants. */
static void
take_answer(struct assessment *as, const struct consent *c)
{
	struct permission *all = permissions_join(as->w->arena, c->granted);

	for (const struct permission *p = as->ask; p != NULL; p = p->next) {
		const struct permission *allowed = permission_of(all, p->resource);
		struct permission *g = allowed != NULL ? take_entry(as, p, allowed) : NULL;

		if (g == NULL)
			continue;
		g->rule = p->rule;
		g->mark = p->mark;
		g->consent = c->id;
		g->until = p->until != 0 && p->until < c->expires ? p->until : c->expires;
	}
}

static enum err
ask_owner(struct assessment *as)
{
	const struct asking *k = as->asking;
	struct consent c = { .owner = k->ticket->owner, .rs = k->ticket->rs,
			     .client = k->client->id, .who = k->who, .asked = as->ask };
	enum err e = consent_ask(as->w, &c, k->party_key);

	if (e == ERR_REQUEST_DENIED) {
		as->denied = true;
		return OK;
	}
	TRY(e);
	as->out->consent = c.id;
	if (c.state == CONSENT_APPROVED)
		take_answer(as, &c);
	else if (c.state == CONSENT_DENIED)
		as->denied = true;
	else
		as->out->kind = OUTCOME_SUBMITTED;
	return OK;
}

static bool
partial_allowed(const struct assessment *as)
{
	enum partial own = as->asking->rs->partial;

	return own == PARTIAL_TENANT ? as->w->tenant->set.partial_grants : own == PARTIAL_YES;
}

/* Step 5, and where the text leaves a choice: claims first, then the owner, then a part. */
static enum err
conclude(struct assessment *as)
{
	struct outcome *o = as->out;

	if (o->kind == OUTCOME_NEED_INFO)
		return OK;
	if (as->ask != NULL)
		TRY(ask_owner(as));
	if (o->kind == OUTCOME_SUBMITTED)
		return OK;
	if (o->granted == NULL || (as->denied && !partial_allowed(as)))
		o->kind = OUTCOME_DENIED;
	return OK;
}

enum err
assess(struct work *w, const struct asking *asking, struct outcome *out)
{
	struct assessment as = { .w = w, .asking = asking, .out = out };

	*out = (struct outcome){ .kind = OUTCOME_GRANTED };
	as.granted = &out->granted;
	as.last_ask = &as.ask;
	TRY(load_subjects(&as));
	TRY(check_scopes(&as));
	if (asking->claims_failed) {
		out->kind = OUTCOME_NEED_INFO;
		return OK;
	}
	request_scopes(&as);
	TRY(judge_all(&as));
	return conclude(&as);
}

enum err
assess_again(struct work *w, const struct ticket *t, const struct facts *f, const char *scope,
	     struct again *g)
{
	const struct rule *rule = NULL;
	const struct share *share;

	TRY(share_effective(w, t->owner, t->rs, g->permission.resource, &share));
	g->verdict = assess_own_request(t, f, policy_decide(&share->policy, scope, f, &rule));
	if (rule != NULL) {
		g->permission.rule = rule->id;
		g->permission.mark = rule->mark;
		g->permission.until = rule->until;
	}
	return OK;
}
