/* SPDX-License-Identifier: Apache-2.0 */
/* Writing a policy: as the document it was read from, and each rule as a sentence. */

#include "base/json.h"
#include "policy/condition.h"
#include "policy/policy.h"

static void
rule_print(struct buf *b, const struct rule *r)
{
	out_open(b, NULL, '{');
	out_text(b, "id", r->id);
	out_text(b, "effect", effect_name(r->effect));
	if (r->all_scopes)
		out_text(b, "scopes", "all");
	else
		out_strs(b, "scopes", &r->scopes);
	if (r->from != 0)
		out_int(b, "from", r->from);
	if (r->until != 0)
		out_int(b, "until", r->until);
	condition_print(b, "when", r->when);
	out_close(b, '}');
}

void
policy_print(struct buf *b, const struct policy *p)
{
	out_open(b, NULL, '{');
	out_open(b, "rules", '[');
	for (const struct rule *r = p->rules; r != NULL; r = r->next)
		rule_print(b, r);
	out_close(b, ']');
	out_close(b, '}');
}

const char *
effect_name(enum effect e)
{
	static const char *const names[] = {
		[EFFECT_PERMIT] = "permit", [EFFECT_DENY] = "deny", [EFFECT_ASK] = "ask",
	};

	return names[e];
}

const char *
verdict_name(enum verdict v)
{
	static const char *const names[] = {
		[VERDICT_DENY] = "deny", [VERDICT_PERMIT] = "permit",
		[VERDICT_ASK] = "ask", [VERDICT_NEED_CLAIMS] = "need_claims",
	};

	return names[v];
}
