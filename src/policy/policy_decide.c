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

/* When the deny or ask rule `r`, which comes before the decider, may apply because time passes:
 * when its time window begins, or when the result of its condition changes. 0: never. */
static int64_t
policy_rule_opens(const struct policy *p, const struct rule *r, const char *scope,
		  const struct facts *f)
{
	int64_t at = condition_until(r->when, f);

	if (r->from > f->now && policy_test_rule(p, r, f) != TRUTH_NO)
		at = r->from;
	else if (at != 0 && at < r->from)
		at = r->from;
	return at != 0 && rule_covers(r, scope, at) ? at : 0;
}

/* When `decider` stops deciding because time passes. */
int64_t
policy_until(const struct policy *p, const struct rule *decider, const char *scope,
	     const struct facts *f)
{
	int64_t until = condition_earlier(decider->until, condition_until(decider->when, f));

	for (const struct rule *r = p->rules; r != NULL && r != decider; r = r->next)
		if (r->effect != EFFECT_PERMIT)
			until = condition_earlier(until, policy_rule_opens(p, r, scope, f));
	return until;
}
