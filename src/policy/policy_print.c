/* SPDX-License-Identifier: Apache-2.0 */
/* Prints a policy as the document from which it can be read, and computes the fingerprint of a
 * rule. */

#include "base/crypto.h"
#include "base/json.h"
#include "policy/condition.h"
#include "policy/policy.h"

static void
policy_print_rule(struct buf *b, const struct rule *r)
{
	out_open(b, NULL, '{');
	out_text(b, "id", r->id);
	out_text(b, "effect", effect_name(r->effect));
	if (r->all_scopes)
		out_text(b, "scopes", "all");
	else
		out_str_list(b, "scopes", &r->scopes);
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
		policy_print_rule(b, r);
	out_close(b, ']');
	out_close(b, '}');
}

/* Scopes and time window are not part of the fingerprint: the rule index compares them separately
 * (model/rule_index.h). */
const char *
rule_fingerprint(struct arena *a, const struct rule *r)
{
	struct buf b = { .arena = a };
	uint8_t hash[32];
	char *mark = arena_alloc(a, 17);

	condition_print(&b, NULL, r->when);
	buf_text(&b, effect_name(r->effect));
	crypto_sha256(buf_bytes(&b), hash);
	for (size_t i = 0; i < 8; i++) {
		mark[2 * i] = "0123456789abcdef"[hash[i] >> 4];
		mark[2 * i + 1] = "0123456789abcdef"[hash[i] & 15];
	}
	return mark;
}

const char *
effect_name(enum effect e)
{
	static const char *const names[] = {
		[EFFECT_PERMIT] = "permit",
		[EFFECT_DENY] = "deny",
		[EFFECT_ASK] = "ask",
	};

	return names[e];
}

const char *
verdict_name(enum verdict v)
{
	static const char *const names[] = {
		[VERDICT_DENY] = "deny",
		[VERDICT_PERMIT] = "permit",
		[VERDICT_ASK] = "ask",
		[VERDICT_NEED_CLAIMS] = "need_claims",
	};

	return names[v];
}
