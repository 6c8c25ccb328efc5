/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/uma/reference.h"

/* `scope` 0: the resource without scopes. */
static enum ref_effect
ref_decide_scope(const struct ref_resource *r, uint8_t scope)
{
	for (int i = 0; i < r->rules; i++)
		if (r->rule[i].all || (r->rule[i].scopes & scope) != 0)
			return r->rule[i].effect;
	return REF_DENY;
}

/* Step 0 of the assessment. */
static bool
scopes_are_valid(const struct ref_resource ref_resources[RESOURCES], const struct ref_question *q)
{
	uint8_t available = 0;

	for (int r = 0; r < RESOURCES; r++)
		if (q->in_ticket[r])
			available |= ref_resources[r].available;
	return (q->requested & ~available) == 0 &&
	       !(q->strict && (q->requested & ~q->registered) != 0);
}

struct ref_answer
reference_assess(const struct ref_resource ref_resources[RESOURCES], const struct ref_question *q)
{
	struct ref_answer a = { REF_GRANTED, { 0 }, { false } };
	bool any = false, ask = false, need = false, deny = false, got = false;

	for (int r = 0; r < RESOURCES; r++)
		any = any || (q->in_ticket[r] && ref_resources[r].there);
	if (!any)
		a.outcome = REF_INVALID_GRANT;
	else if (!scopes_are_valid(ref_resources, q))
		a.outcome = REF_INVALID_SCOPE;
	for (int r = 0; r < RESOURCES && a.outcome == REF_GRANTED; r++) {
		uint8_t extra = q->registered & q->requested & ref_resources[r].available;
		uint8_t wanted = q->ticket[r] | extra;

		if (!q->in_ticket[r])
			continue;
		deny = deny || !ref_resources[r].there ||
		       (wanted & ~ref_resources[r].available) != 0;
		for (int s = wanted == 0 ? -1 : 0; s < (wanted == 0 ? 0 : SCOPES); s++) {
			uint8_t scope = (uint8_t)(s < 0 ? 0 : 1 << s);
			enum ref_effect e;

			if (!ref_resources[r].there ||
			    (s >= 0 && (scope & wanted & ref_resources[r].available) == 0))
				continue;
			e = ref_decide_scope(&ref_resources[r], scope);
			need = need || e == REF_NEED;
			ask = ask || e == REF_ASK;
			deny = deny || e == REF_DENY;
			got = got || e == REF_PERMIT;
			if (e == REF_PERMIT) {
				a.granted[r] |= scope;
				a.bare[r] = s < 0;
			}
		}
	}
	if (a.outcome != REF_GRANTED)
		return a;
	a.outcome = need			    ? REF_NEED_INFO
		    : ask			    ? REF_SUBMITTED
		    : !got || (deny && !q->partial) ? REF_DENIED
						    : REF_GRANTED;
	return a;
}
