/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Authorization assessment, in the steps of UMA Grant, 3.3.4, with its names of sets:
 *
 *	RequestedScopes(r) = TicketScopes(r) + (RegisteredScopes * RequestedScopes * Available(r))
 *	CandidateGrantedScopes(r) = the RequestedScopes(r) that the policy permits
 *
 * Step 0 rejects a scope in the request's parameter that no resource of the ticket has. Step 2 uses
 * only those scopes of the parameter for which the client is registered.
 */
#include <string.h>

#include "base/str_list.h"
#include "base/text.h"
#include "model/consent.h"
#include "model/resource.h"
#include "model/stored_policy.h"
#include "model/tenant.h"
#include "model/token.h"
#include "uma/assess.h"

/* One resource of the ticket. */
struct assessed_resource {
	const char *id;
	const struct permission *in_ticket; /* its entry in the ticket */
	bool exists;
	struct resource resource;
	struct str_list requested; /* RequestedScopes(r) */
	struct assessed_resource *next;
};

struct assessment {
	struct work *w;
	const struct assessment_input *in;
	struct assessed_resource *resources;
	struct permission **granted, *ask, **last_ask;
	struct outcome *out;
	bool denied;		   /* a requested scope or resource is denied */
	const struct rule *unsure; /* the rule whose required claims were added last */
};

static enum err
assess_load_resources(struct assessment *as)
{
	const struct ticket *t = as->in->ticket;
	struct assessed_resource **last = &as->resources;
	bool any = false;

	for (const struct permission *p = t->permissions; p != NULL; p = p->next) {
		struct assessed_resource *s = ARENA_NEW(as->w->arena, struct assessed_resource);
		enum err e = resource_find(as->w, t->grant.owner, t->grant.rs, p->resource, ABSENT,
					   &s->resource);

		if (e != OK && e != ABSENT)
			return e;
		s->id = p->resource;
		s->in_ticket = p;
		s->exists = e == OK;
		any = any || s->exists;
		*last = s;
		last = &s->next;
	}
	return any ? OK
		   : work_fail(as->w, ERR_INVALID_GRANT, "the ticket's resources no longer exist");
}

/* Step 0. */
static enum err
assess_check_scopes(struct assessment *as)
{
	const struct assessment_input *k = as->in;

	for (size_t i = 0; i < k->scopes->n; i++) {
		const char *scope = k->scopes->list[i];
		bool available = false;

		for (const struct assessed_resource *s = as->resources; s != NULL; s = s->next)
			available = available || str_list_has(&s->resource.scopes, scope);
		if (!available)
			return work_fail(
				as->w, ERR_INVALID_SCOPE,
				"scope must contain only scopes of the ticket's resources");
		if (k->client->strict_scope && !str_list_has(&k->client->scopes, scope))
			return work_fail(as->w, ERR_INVALID_SCOPE,
					 "scope must contain only scopes for which the client is "
					 "registered");
	}
	return OK;
}

/* Steps 1 and 2. */
static void
assess_request_scopes(struct assessment *as)
{
	const struct assessment_input *k = as->in;

	for (struct assessed_resource *s = as->resources; s != NULL; s = s->next) {
		for (size_t i = 0; i < s->in_ticket->scopes.n; i++)
			str_list_put(as->w->arena, &s->requested, s->in_ticket->scopes.list[i]);
		for (size_t i = 0; i < k->scopes->n; i++)
			if (str_list_has(&k->client->scopes, k->scopes->list[i]) &&
			    str_list_has(&s->resource.scopes, k->scopes->list[i]))
				str_list_put(as->w->arena, &s->requested, k->scopes->list[i]);
	}
}

/* The decision of the policy about one scope of a resource, or about the resource without a
 * scope. */
struct decision {
	enum verdict verdict;
	const struct rule *rule; /* the rule that decided, or NULL */
	const char *basis;	 /* see permission_basis; NULL if the rule denies */
	int64_t until;
};

/* The inputs of a decision. */
struct evaluation {
	struct work *w;
	const struct ticket *ticket;
	const struct facts *facts;
	const struct resource *resource;
	const struct stored_policy *stored_policy;
};

/* An ask rule permits the owner's own request: the owner would only ask themselves. */
static bool
assess_is_own_request(const struct evaluation *ev)
{
	const struct party *p = ev->facts->party;

	return p != NULL && text_equal(p->account, ev->ticket->grant.owner);
}

/* The basis of a permission by `rule`. `answer` is the number of the owner's decision, or 0. */
static const char *
assess_make_basis(const struct evaluation *ev, const char *rule, const char *scope, int64_t answer)
{
	struct rule_source from = { ev->stored_policy->index, ev->stored_policy->incarnation };
	const struct rule_entry *by = rule_index_find(from.index, rule);

	if (by == NULL)
		return NULL;
	if (ev->resource->own_policy)
		from.incarnation = "";
	return permission_basis(ev->w, ev->resource, &from, by, scope, answer, ev->facts->party,
				ev->w->now);
}

/* `answer` is the number of the owner's decision, if an ask rule decides and the owner has
 * answered; else 0. */
static enum err
assess_decide_scope(const struct evaluation *ev, const char *scope, int64_t answer,
		    struct decision *out)
{
	struct decision d = { .rule = NULL };

	d.verdict = policy_decide(&ev->stored_policy->policy, scope, ev->facts, &d.rule);
	TRY(stored_policy_charge(ev->w, ev->stored_policy));
	if (d.verdict == VERDICT_ASK && assess_is_own_request(ev)) {
		d.verdict = VERDICT_PERMIT;
		answer = 0;
	}
	*out = d;
	if (d.verdict != VERDICT_PERMIT && d.verdict != VERDICT_ASK)
		return OK;
	if (d.verdict == VERDICT_PERMIT)
		answer = 0;
	out->until = policy_until(&ev->stored_policy->policy, d.rule, scope, ev->facts);
	out->basis = assess_make_basis(ev, d.rule->id, scope, answer);
	return OK;
}

/* The entry for scopes that the same rule permits on the same basis until the same time. */
static struct permission *
assess_new_entry(struct work *w, struct permission ***last, struct permission *list,
		 const char *resource, const struct decision *d)
{
	struct permission *p = list;

	while (p != NULL &&
	       !(strcmp(p->resource, resource) == 0 && text_equal(p->rule, d->rule->id) &&
		 text_equal(p->basis, d->basis) && p->until == d->until))
		p = p->next;
	if (p != NULL)
		return p;
	p = permission_add(w->arena, last, resource);
	p->rule = d->rule->id;
	p->basis = d->basis;
	p->until = d->until;
	return p;
}

static void
assess_record_rule(struct assessment *as, const struct rule *rule)
{
	if (as->out->rule == NULL && rule != NULL)
		as->out->rule = rule->id;
}

static enum err
assess_evaluate_scope(struct assessment *as, const struct evaluation *ev, const char *scope)
{
	struct permission *p = NULL;
	struct decision d;

	TRY(assess_decide_scope(ev, scope, 0, &d));
	switch (d.verdict) {
	case VERDICT_PERMIT:
		p = assess_new_entry(as->w, &as->granted, as->out->granted, ev->resource->id, &d);
		break;
	case VERDICT_ASK:
		d.basis = NULL; /* assess_take_answer makes it when the owner has answered */
		p = assess_new_entry(as->w, &as->last_ask, as->ask, ev->resource->id, &d);
		assess_record_rule(as, d.rule);
		break;
	case VERDICT_NEED_CLAIMS:
		as->out->kind = OUTCOME_NEED_INFO;
		if (d.rule != as->unsure)
			rule_required_claims(d.rule, ev->facts, &as->out->required_claims);
		as->unsure = d.rule;
		assess_record_rule(as, d.rule);
		break;
	case VERDICT_DENY:
		as->denied = true;
		assess_record_rule(as, d.rule);
		break;
	}
	if (p != NULL && scope != NULL)
		str_list_put(as->w->arena, &p->scopes, scope);
	return OK;
}

/* False also for a scope of the ticket that was removed from the resource and added again after the
 * ticket was issued (T-U19). */
static bool
assess_resource_has_scope(const struct assessed_resource *s, const char *scope)
{
	int64_t since = resource_scope_since(&s->resource, scope);

	return since != 0 &&
	       (since <= s->in_ticket->since || !str_list_has(&s->in_ticket->scopes, scope));
}

static enum err
assess_start_evaluation(struct assessment *as, const struct assessed_resource *s,
			struct evaluation *ev)
{
	const struct grant *g = &as->in->ticket->grant;

	*ev = (struct evaluation){ .w = as->w,
				   .ticket = as->in->ticket,
				   .facts = as->in->facts,
				   .resource = &s->resource };
	return stored_policy_effective(as->w, g->owner, g->rs, s->id, &ev->stored_policy);
}

/* Steps 3 and 4. A resource or scope of the ticket may have been removed since. */
static enum err
assess_evaluate_all(struct assessment *as)
{
	for (const struct assessed_resource *s = as->resources; s != NULL; s = s->next) {
		struct evaluation ev;

		if (!s->exists) {
			as->denied = true;
			continue;
		}
		TRY(assess_start_evaluation(as, s, &ev));
		if (s->requested.n == 0)
			TRY(assess_evaluate_scope(as, &ev, NULL));
		for (size_t i = 0; i < s->requested.n; i++) {
			if (assess_resource_has_scope(s, s->requested.list[i]))
				TRY(assess_evaluate_scope(as, &ev, s->requested.list[i]));
			else
				as->denied = true;
		}
	}
	return OK;
}

static const struct assessed_resource *
assess_find_resource(const struct assessment *as, const char *id)
{
	const struct assessed_resource *s = as->resources;

	while (strcmp(s->id, id) != 0)
		s = s->next;
	return s;
}

/* Grants one scope of the question, if the owner allowed it. */
static enum err
assess_take_scope(struct assessment *as, const struct evaluation *ev, const struct consent *c,
		  const struct permission *question, const char *scope)
{
	int64_t answer = consent_allowed_since(c, question->resource, scope);
	struct decision d;
	struct permission *p;

	if (answer == 0)
		return OK;
	TRY(assess_decide_scope(ev, scope, answer, &d));
	if (d.until == 0 || c->expires < d.until)
		d.until = c->expires;
	p = assess_new_entry(as->w, &as->granted, as->out->granted, question->resource, &d);
	p->consent = c->id;
	if (scope != NULL)
		str_list_put(as->w->arena, &p->scopes, scope);
	return OK;
}

/* Grants what the owner allowed. If the owner allowed a part, partial grants need not be
 * allowed. */
static enum err
assess_take_answer(struct assessment *as, const struct consent *c)
{
	for (const struct permission *p = as->ask; p != NULL; p = p->next) {
		struct evaluation ev;

		TRY(assess_start_evaluation(as, assess_find_resource(as, p->resource), &ev));
		if (p->scopes.n == 0)
			TRY(assess_take_scope(as, &ev, c, p, NULL));
		for (size_t i = 0; i < p->scopes.n; i++)
			TRY(assess_take_scope(as, &ev, c, p, p->scopes.list[i]));
	}
	return OK;
}

static enum err
assess_ask_owner(struct assessment *as)
{
	const struct assessment_input *k = as->in;
	struct consent c = { .owner = k->ticket->grant.owner,
			     .rs = k->ticket->grant.rs,
			     .client = k->client->id,
			     .party_name = k->party_name,
			     .requested = as->ask };
	enum err e = consent_ask(as->w, &c, k->party_key);

	if (e == ERR_REQUEST_DENIED) {
		as->denied = true;
		return OK;
	}
	TRY(e);
	as->out->consent = c.id;
	if (c.state == CONSENT_APPROVED)
		return assess_take_answer(as, &c);
	if (c.state == CONSENT_DENIED)
		as->denied = true;
	else
		as->out->kind = OUTCOME_SUBMITTED;
	return OK;
}

static bool
assess_partial_allowed(const struct assessment *as)
{
	enum partial own = as->in->rs->partial;

	return own == PARTIAL_TENANT ? as->w->tenant->set.partial_grants : own == PARTIAL_YES;
}

/* Step 5. Where the specification leaves a choice: first ask for claims, then ask the owner, then
 * grant a part. */
static enum err
assess_conclude(struct assessment *as)
{
	struct outcome *o = as->out;

	if (o->kind == OUTCOME_NEED_INFO)
		return OK;
	if (as->ask != NULL)
		TRY(assess_ask_owner(as));
	if (o->kind == OUTCOME_SUBMITTED)
		return OK;
	if (o->granted == NULL || (as->denied && !assess_partial_allowed(as)))
		o->kind = OUTCOME_DENIED;
	return OK;
}

enum err
assess_request(struct work *w, const struct assessment_input *in, struct outcome *out)
{
	struct assessment as = { .w = w, .in = in, .out = out };

	*out = (struct outcome){ .kind = OUTCOME_GRANTED };
	as.granted = &out->granted;
	as.last_ask = &as.ask;
	TRY(assess_load_resources(&as));
	TRY(assess_check_scopes(&as));
	if (in->claims_failed) {
		out->kind = OUTCOME_NEED_INFO;
		return OK;
	}
	assess_request_scopes(&as);
	TRY(assess_evaluate_all(&as));
	return assess_conclude(&as);
}

/* Finds the owner's answer that the permission `old` is based on. c->id is NULL if there is
 * none, or it no longer exists. */
static enum err
assess_find_answer(struct work *w, const struct permission *old, const char *owner,
		   struct consent *c)
{
	enum err e;

	*c = (struct consent){ .id = NULL };
	if (old->consent == NULL)
		return OK;
	e = consent_find(w, owner, old->consent, ABSENT, c);
	if (e == ABSENT)
		*c = (struct consent){ .id = NULL };
	return e == ABSENT ? OK : e;
}

/* If a rule still asks, the owner's earlier answer counts; the owner is not asked again
 * (D-08). */
static enum err
assess_carry_scope(const struct evaluation *ev, const struct permission *old,
		   const struct consent *c, const char *scope, struct permission ***last, size_t *n)
{
	int64_t answer = c->id != NULL ? consent_allowed_since(c, old->resource, scope) : 0;
	struct permission *kept;
	struct decision d;

	TRY(assess_decide_scope(ev, scope, answer, &d));
	if (d.verdict != VERDICT_PERMIT && (d.verdict != VERDICT_ASK || answer == 0))
		return OK;
	kept = permission_add(ev->w->arena, last, old->resource);
	kept->rule = d.rule->id;
	kept->basis = d.basis;
	kept->consent = d.verdict == VERDICT_ASK ? c->id : NULL;
	kept->until = d.until;
	if (old->until != 0 && (kept->until == 0 || old->until < kept->until))
		kept->until = old->until;
	if (scope != NULL)
		str_list_add(ev->w->arena, &kept->scopes, scope);
	++*n;
	return OK;
}

enum err
reassess_permission(struct work *w, const struct ticket *t, const struct facts *f,
		    const struct permission *old, struct permission ***last, size_t *n)
{
	const struct grant *g = &t->grant;
	struct evaluation ev = { .w = w, .ticket = t, .facts = f };
	struct resource r;
	struct consent c;
	enum err e = resource_find(w, g->owner, g->rs, old->resource, ABSENT, &r);

	if (e != OK)
		return e == ABSENT ? OK : e;
	ev.resource = &r;
	TRY(stored_policy_effective(w, g->owner, g->rs, r.id, &ev.stored_policy));
	TRY(assess_find_answer(w, old, g->owner, &c));
	if (old->scopes.n == 0)
		TRY(assess_carry_scope(&ev, old, &c, NULL, last, n));
	for (size_t i = 0; i < old->scopes.n; i++)
		TRY(assess_carry_scope(&ev, old, &c, old->scopes.list[i], last, n));
	return OK;
}
