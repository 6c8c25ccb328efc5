/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Properties that hold for every policy and all facts, tested with random ones. The seed is fixed;
 * USHER_SEED and USHER_ROUNDS select another seed and more rounds.
 */
#include <stdlib.h>

#include "base/json.h"
#include "tests/policy/random.h"
#include "tests/policy/reference.h"
#include "tests/run.h"
#include "base/text.h"

#define FACTS_A_POLICY 20

/* Input of a property: a policy, its document, one scope and some facts. */
struct sample {
	struct json_object *doc;
	struct policy policy;
	const char *scope;
	struct facts facts;
	enum verdict verdict;
	const struct rule *why;
};

static unsigned long
laws_env_number(const char *variable, unsigned long otherwise)
{
	const char *text = getenv(variable);

	return text != NULL ? strtoul(text, NULL, 10) : otherwise;
}

static struct policy
laws_parse_policy(struct json_object *doc)
{
	struct policy p;
	const char *why;

	CU_ASSERT_EQUAL_FATAL(policy_parse(policy_fixture_arena(), doc, &p, &why), OK);
	return p;
}

static void
check_law(bool (*law)(const struct sample *s), unsigned long rounds)
{
	unsigned long broken = 0;

	random_seed(laws_env_number("USHER_SEED", 20261));
	rounds = laws_env_number("USHER_ROUNDS", rounds);
	for (unsigned long i = 0; i < rounds; i++) {
		struct sample s = { .doc = random_policy() };

		s.policy = laws_parse_policy(s.doc);
		for (int j = 0; j < FACTS_A_POLICY; j++) {
			s.facts = random_facts();
			s.scope = random_scope();
			s.verdict = policy_decide(&s.policy, s.scope, &s.facts, &s.why);
			if (!law(&s) && broken++ == 0)
				fprintf(stderr, "%s\n", json_print(policy_fixture_arena(), s.doc));
		}
		policy_fixture_teardown();
	}
	CU_ASSERT_EQUAL(broken, 0);
}

static bool
reference_agrees(const struct sample *s)
{
	return s->verdict == reference_decide(s->doc, s->scope, &s->facts);
}

static bool
permit_is_explicit(const struct sample *s)
{
	if (s->verdict == VERDICT_DENY && s->why == NULL)
		return true;
	if (s->why == NULL || !rule_covers(s->why, s->scope, s->facts.now))
		return false;
	if (s->verdict == VERDICT_NEED_CLAIMS)
		return condition_test(s->why->when, &s->facts) == TRUTH_UNKNOWN;
	return condition_test(s->why->when, &s->facts) == TRUTH_YES &&
	       (s->verdict == VERDICT_PERMIT) == (s->why->effect == EFFECT_PERMIT);
}

/* The verdict is that of the first rule, or pending, or unchanged. */
static bool
deny_in_front_narrows(const struct sample *s)
{
	struct buf b = { .arena = policy_fixture_arena() };
	struct rule front = { .effect = EFFECT_DENY, .all_scopes = true, .next = s->policy.rules };
	const struct rule *why;
	enum verdict v;

	random_condition(&b, 0);
	front.when = condition_of(b.data);
	v = policy_decide(&(struct policy){ .rules = &front }, s->scope, &s->facts, &why);
	if (why == &front)
		return v == VERDICT_DENY || v == VERDICT_NEED_CLAIMS;
	return v == s->verdict && why == s->why;
}

static struct json_object *
without_some(struct json_object *claims)
{
	struct json_object *fewer = json_of(json_print(policy_fixture_arena(), claims));

	json_object_object_foreach(claims, name, value)
	{
		if (value == NULL || random_below(2) == 0)
			json_object_object_del(fewer, name);
	}
	return fewer;
}

/* A party that withholds a claim learns at most that the claim is needed. */
static bool
fewer_claims_never_widen(const struct sample *s)
{
	struct facts f = s->facts;
	struct party p;
	const struct rule *why;
	enum verdict v;

	if (f.party == NULL)
		return true;
	p = *f.party;
	p.claims = without_some(p.claims);
	f.party = random_below(8) == 0 ? NULL : &p;
	v = policy_decide(&s->policy, s->scope, &f, &why);
	return v == VERDICT_NEED_CLAIMS || (v == s->verdict && why == s->why);
}

static const char *
laws_fingerprint(const struct rule *r)
{
	return r != NULL ? rule_fingerprint(policy_fixture_arena(), r) : NULL;
}

static bool
print_parses_to_the_same(const struct sample *s)
{
	const char *text = print_of(&s->policy);
	struct policy again = laws_parse_policy(json_of(text));
	const struct rule *why;

	return policy_decide(&again, s->scope, &s->facts, &why) == s->verdict &&
	       text_equal(why != NULL ? why->id : NULL, s->why != NULL ? s->why->id : NULL) &&
	       text_equal(laws_fingerprint(why), laws_fingerprint(s->why)) &&
	       text_equal(print_of(&again), text);
}

/* Copies `from` with its lists reversed: scopes, and the parts of all and any. */
static struct json_object *
laws_reversed(struct json_object *from)
{
	struct json_object *to;
	size_t n;

	if (json_object_is_type(from, json_type_object)) {
		to = json_object_new_object();
		json_object_object_foreach(from, name, value)
			json_object_object_add(to, name, laws_reversed(value));
		return to;
	}
	if (!json_object_is_type(from, json_type_array))
		return json_object_get(from);
	to = json_object_new_array();
	n = json_object_array_length(from);
	for (size_t i = 0; i < n; i++)
		json_object_array_add(to,
				      laws_reversed(json_object_array_get_idx(from, n - 1 - i)));
	return to;
}

static struct json_object *
turned_in_rules(struct json_object *doc)
{
	struct json_object *rules = json_object_object_get(doc, "rules"), *to;

	to = json_object_new_array();
	for (size_t i = 0; i < json_object_array_length(rules); i++)
		json_object_array_add(to, laws_reversed(json_object_array_get_idx(rules, i)));
	doc = json_object_new_object();
	json_object_object_add(doc, "rules", to);
	return doc;
}

static bool
order_inside_a_rule_is_irrelevant(const struct sample *s)
{
	struct json_object *doc = turned_in_rules(s->doc);
	struct policy other = laws_parse_policy(doc);
	const struct rule *why;
	enum verdict v = policy_decide(&other, s->scope, &s->facts, &why);

	json_object_put(doc);
	return v == s->verdict &&
	       text_equal(why != NULL ? why->id : NULL, s->why != NULL ? s->why->id : NULL);
}

static bool
more_scopes_leave_the_others_alone(const struct sample *s)
{
	struct policy p = laws_parse_policy(s->doc);
	const struct rule *why;

	for (struct rule *r = p.rules; r != NULL; r = r->next)
		str_list_put(policy_fixture_arena(), &r->scopes, "another");
	return policy_decide(&p, s->scope, &s->facts, &why) == s->verdict;
}

static bool
required_claims_come_with_need_claims(const struct sample *s)
{
	struct required_claims required_claims = { .n = 0 };

	if (s->why != NULL)
		rule_required_claims(s->why, &s->facts, &required_claims);
	return (required_claims.n > 0) == (s->verdict == VERDICT_NEED_CLAIMS);
}

static void
a_second_evaluator_agrees(void)
{
	check_law(reference_agrees, 10000);
}

static void
only_a_permit_rule_permits(void)
{
	check_law(permit_is_explicit, 6000);
}

static void
inserting_a_deny_rule_first_never_permits_more(void)
{
	check_law(deny_in_front_narrows, 500);
}

static void
fewer_claims_give_the_same_verdict_or_require_claims(void)
{
	check_law(fewer_claims_never_widen, 2000);
}

static void
a_printed_policy_parses_to_the_same_verdicts_and_fingerprints(void)
{
	check_law(print_parses_to_the_same, 500);
}

static void
order_inside_a_rule_law_holds(void)
{
	check_law(order_inside_a_rule_is_irrelevant, 500);
}

static void
another_scope_in_a_rule_does_not_change_verdicts_on_the_others(void)
{
	check_law(more_scopes_leave_the_others_alone, 500);
}

static void
required_claims_law_holds(void)
{
	check_law(required_claims_come_with_need_claims, 2000);
}

static CU_TestInfo tests[] = {
	{ "a second evaluator agrees in 200,000 random cases", a_second_evaluator_agrees },
	{ "only a permit rule permits, in 120,000 random cases [G-ASM-13 T-U13]",
	  only_a_permit_rule_permits },
	{ "inserting a deny rule first never permits more",
	  inserting_a_deny_rule_first_never_permits_more },
	{ "fewer claims give the same verdict or require claims",
	  fewer_claims_give_the_same_verdict_or_require_claims },
	{ "a printed policy parses to the same verdicts and fingerprints",
	  a_printed_policy_parses_to_the_same_verdicts_and_fingerprints },
	{ "the order inside a rule is irrelevant [G-ASM-16]", order_inside_a_rule_law_holds },
	{ "another scope in a rule does not change verdicts on the others [G-ASM-16]",
	  another_scope_in_a_rule_does_not_change_verdicts_on_the_others },
	{ "claims are required exactly if the verdict is need-claims", required_claims_law_holds },
	CU_TEST_INFO_NULL
};
CU_SuiteInfo laws_suite = { "policy/laws", NULL, NULL, NULL, NULL, tests };
