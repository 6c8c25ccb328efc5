/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The decision about one scope (UMA Grant, 3.3.4, step 3). src/uma/assess.c chooses the scopes and
 * combines the verdicts.
 */
#include <stddef.h>

#include "base/str_list.h"
#include "policy/condition.h"
#include "policy/policy.h"

bool
rule_covers(const struct rule *r, const char *scope, int64_t now)
{
	if (r->from != 0 && now < r->from)
		return false;
	if (r->until != 0 && now >= r->until)
		return false;
	return r->all_scopes || (scope != NULL && str_list_has(&r->scopes, scope));
}

static enum verdict
policy_decide_verdict_of(enum effect e)
{
	switch (e) {
	case EFFECT_PERMIT: return VERDICT_PERMIT;
	case EFFECT_ASK: return VERDICT_ASK;
	case EFFECT_DENY: break;
	}
	return VERDICT_DENY;
}

static enum truth
policy_test_rule(const struct policy *p, const struct rule *r, const struct facts *f)
{
	char *known;

	if (p->results == NULL)
		return condition_test(r->when, f);
	if (p->results->facts != f)
		*p->results = (struct condition_results){ .facts = f };
	known = &p->results->result[r->position];
	if (*known == 0)
		*known = (char)(1 + condition_test(r->when, f));
	return (enum truth)(*known - 1);
}

enum verdict
policy_decide(const struct policy *p, const char *scope, const struct facts *f,
	      const struct rule **why)
{
	for (const struct rule *r = p->rules; r != NULL; r = r->next) {
		if (!rule_covers(r, scope, f->now))
			continue;
		*why = r;
		switch (policy_test_rule(p, r, f)) {
		case TRUTH_NO: continue;
		case TRUTH_YES: return policy_decide_verdict_of(r->effect);
		case TRUTH_UNKNOWN: return VERDICT_NEED_CLAIMS;
		}
	}
	*why = NULL;
	return VERDICT_DENY;
}

void
rule_required_claims(const struct rule *r, const struct facts *f, struct required_claims *out)
{
	condition_required_claims(r->when, f, out);
}

/* When `decider` stops deciding because time passes. */
int64_t
policy_until(const struct policy *p, const struct rule *decider, const char *scope,
	     const struct facts *f)
{
	int64_t until = decider->until;

	for (const struct rule *r = p->rules; r != NULL && r != decider; r = r->next) {
		if (r->effect == EFFECT_PERMIT || r->from <= f->now ||
		    !rule_covers(r, scope, r->from) || policy_test_rule(p, r, f) == TRUTH_NO)
			continue;
		if (until == 0 || r->from < until)
			until = r->from;
	}
	return until;
}
