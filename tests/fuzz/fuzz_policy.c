/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Policies as owners send them.  What is taken prints, and what was printed is taken again with
 * the same print and the same marks; with nobody known, only a rule of that effect permits; each
 * rule has a sentence that keeps to one line.
 */
#include <stdlib.h>
#include <string.h>

#include "base/crypto.h"
#include "base/json.h"
#include "policy/policy.h"

static void
check_rules(struct arena *a, const struct policy *p, const struct policy *again)
{
	const struct rule *other = again->rules;

	for (const struct rule *r = p->rules; r != NULL; r = r->next, other = other->next) {
		if (other == NULL ||
		    strcmp(rule_fingerprint(a, r), rule_fingerprint(a, other)) != 0)
			abort();
		if (strpbrk(rule_describe(a, r), "\r\n\t\x1b") != NULL)
			abort();
	}
	if (other != NULL)
		abort();
}

static void
check_verdict(const struct policy *p, const char *scope, const struct facts *f)
{
	struct required_claims required_claims = { .n = 0 };
	const struct rule *why;
	enum verdict v = policy_decide(p, scope, f, &why);

	if (v == VERDICT_PERMIT && (why == NULL || why->effect != EFFECT_PERMIT))
		abort();
	if (v == VERDICT_NEED_CLAIMS)
		rule_required_claims(why, f, &required_claims);
	if ((v == VERDICT_NEED_CLAIMS) != (required_claims.n > 0))
		abort();
}

/* The document itself serves as claims: whatever it holds, they must do no harm. */
static void
policy_check_decision(struct arena *a, const struct policy *p, struct json_object *doc)
{
	struct party party = { .issuer = "https://idp.example", .claims = doc };
	struct facts known = { .now = 1700000000, .client = "c", .party = &party };
	struct facts nobody = { .now = 1700000000, .client = "c", .party = NULL };
	struct buf first = { .arena = a }, second = { .arena = a };
	struct policy again;
	const char *why;

	policy_print(&first, p);
	if (policy_parse(a, json_parse(a, buf_bytes(&first), &why), &again, &why) != OK)
		abort();
	policy_print(&second, &again);
	if (strcmp(first.data, second.data) != 0)
		abort();
	check_rules(a, p, &again);
	check_verdict(p, "view", &nobody);
	check_verdict(p, NULL, &known);
	check_verdict(p, "view", &known);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena *a = arena_new();
	const char *why = NULL;
	struct json_object *doc;
	struct policy p;

	crypto_start();
	doc = json_parse(a, BYTES(data, size), &why);
	if (doc != NULL && policy_parse(a, doc, &p, &why) == OK)
		policy_check_decision(a, &p, doc);
	arena_free(a);
	return 0;
}
