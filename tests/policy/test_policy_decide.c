/* SPDX-License-Identifier: Apache-2.0 */
/* The rule that decides, the required claims, and finding a rule by id. */
#include <string.h>

#include "policy/condition.h"
#include "tests/policy/policy_fixture.h"
#include "tests/run.h"
#include "base/text.h"

#define ANYONE "'when':{'anyone':true}"
#define BOB    "'when':{'email':'bob@example.net'}"
#define IS_BOB "{'email':'bob@example.net','email_verified':true}"

static const struct facts nobody = { .now = 1700000000, .client = "viewer" };

static enum verdict
policy_decide_verdict(const char *policy, const char *scope, struct facts f, const char *rule)
{
	struct policy p = policy_of(policy);
	const struct rule *why;
	enum verdict v = policy_decide(&p, scope, &f, &why);

	CHECK_ROW(text_equal(why != NULL ? why->id : NULL, rule), policy);
	return v;
}

static void
without_an_applicable_rule_the_verdict_is_deny(void)
{
	struct policy none = { 0 };
	const struct rule *why = (const struct rule *)&none;

	CU_ASSERT_EQUAL(policy_decide(&none, "view", &nobody, &why), VERDICT_DENY);
	CU_ASSERT_PTR_NULL(why);
	CU_ASSERT_EQUAL(policy_decide_verdict("{'rules':[]}", "view", nobody, NULL), VERDICT_DENY);
	CU_ASSERT_EQUAL(policy_decide_verdict("{'rules':[]}", NULL, facts_of("{}"), NULL),
			VERDICT_DENY);
	CU_ASSERT_EQUAL(policy_decide_verdict("{'rules':[]}", "view", facts_of(IS_BOB), NULL),
			VERDICT_DENY);
	policy_fixture_teardown();
}

static void
the_first_applicable_rule_decides(void)
{
	static const char policy[] =
		"{'rules':[{'effect':'permit','scopes':['view']," BOB "},"
		"{'effect':'deny','scopes':['view'],'when':{'client':'viewer'}},"
		"{'effect':'ask','scopes':'all'," ANYONE "}]}";
	struct facts bob = facts_of(IS_BOB), eve = bob, other = bob;
	struct party p = *bob.party;

	p.claims = json_of("{'email':'eve@example.net','email_verified':true}");
	eve.party = other.party = &p;
	other.client = "other";
	CU_ASSERT_EQUAL(policy_decide_verdict(policy, "view", bob, "r1"), VERDICT_PERMIT);
	CU_ASSERT_EQUAL(policy_decide_verdict(policy, "view", eve, "r2"), VERDICT_DENY);
	CU_ASSERT_EQUAL(policy_decide_verdict(policy, "view", other, "r3"), VERDICT_ASK);
	CU_ASSERT_EQUAL(policy_decide_verdict(policy, "print", bob, "r3"), VERDICT_ASK);
	policy_fixture_teardown();
}

static void
a_rule_with_an_unknown_condition_ends_the_search(void)
{
	static const char *const effects[] = { "permit", "deny", "ask" };

	for (size_t i = 0; i < 3; i++) {
		struct buf b = { .arena = policy_fixture_arena() };

		buf_printf(&b,
			   "{'rules':[{'effect':'%s','scopes':'all'," BOB "},"
			   "{'effect':'permit','scopes':'all'," ANYONE "}]}",
			   effects[i]);
		CU_ASSERT_EQUAL(policy_decide_verdict(b.data, "view", nobody, "r1"),
				VERDICT_NEED_CLAIMS);
	}
	policy_fixture_teardown();
}

static void
a_rule_outside_its_time_window_is_skipped(void)
{
	static const char policy[] =
		"{'rules':[{'effect':'deny','scopes':'all','from':100,'until':200," BOB "},"
		"{'effect':'permit','scopes':'all'," ANYONE "}]}";
	static const struct {
		int64_t now;
		enum verdict verdict;
	} moments[] = {
		{ 0, VERDICT_PERMIT },	      { 99, VERDICT_PERMIT },  { 100, VERDICT_NEED_CLAIMS },
		{ 199, VERDICT_NEED_CLAIMS }, { 200, VERDICT_PERMIT },
	};

	for (size_t i = 0; i < sizeof(moments) / sizeof(moments[0]); i++) {
		struct facts f = { .now = moments[i].now };
		const char *rule = moments[i].verdict == VERDICT_PERMIT ? "r2" : "r1";

		CU_ASSERT_EQUAL(policy_decide_verdict(policy, "view", f, rule), moments[i].verdict);
	}
	policy_fixture_teardown();
}

/* UMA Federated Authorization, 4.1: a permission may have no scopes. */
static void
a_permission_without_scopes_is_covered_only_by_rules_for_all_scopes(void)
{
	static const char view[] = "{'rules':[{'effect':'permit','scopes':['view']," ANYONE "}]}";
	static const char all[] = "{'rules':[{'effect':'permit','scopes':'all'," ANYONE "}]}";

	CU_ASSERT_EQUAL(policy_decide_verdict(view, NULL, nobody, NULL), VERDICT_DENY);
	CU_ASSERT_EQUAL(policy_decide_verdict(all, NULL, nobody, "r1"), VERDICT_PERMIT);
	policy_fixture_teardown();
}

static void
scopes_are_compared_as_a_whole(void)
{
	static const char policy[] =
		"{'rules':[{'effect':'permit','scopes':['view','all']," ANYONE "}]}";
	static const char *const others[] = { "View", "vie", "views", "", "*", "view print" };

	CU_ASSERT_EQUAL(policy_decide_verdict(policy, "all", nobody, "r1"), VERDICT_PERMIT);
	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++)
		CU_ASSERT_EQUAL(policy_decide_verdict(policy, others[i], nobody, NULL),
				VERDICT_DENY);
	policy_fixture_teardown();
}

static void
an_edited_rule_is_a_different_rule(void)
{
	struct policy before =
		policy_of("{'rules':[{'id':'x','effect':'permit','scopes':['a']," BOB "}]}");
	struct policy same =
		policy_of("{'rules':[{'id':'x','effect':'permit','scopes':['b']," BOB "}]}");
	struct policy edited =
		policy_of("{'rules':[{'id':'x','effect':'permit','scopes':['a']," ANYONE "}]}");
	const char *mark = rule_fingerprint(policy_fixture_arena(), before.rules);

	CU_ASSERT_STRING_EQUAL(mark, rule_fingerprint(policy_fixture_arena(), same.rules));
	CU_ASSERT_STRING_NOT_EQUAL(mark, rule_fingerprint(policy_fixture_arena(), edited.rules));
	policy_fixture_teardown();
}

/* The limit of what the last rule permits on `a`, at time 100, for a party without claims. */
static int64_t
until_of(const char *rules)
{
	static char doc[2048];
	struct facts f = { .now = 100, .client = "viewer" };
	const struct rule *last;
	struct policy p;

	snprintf(doc, sizeof doc, "{'rules':[%s]}", rules);
	p = policy_of(doc);
	for (last = p.rules; last->next != NULL; last = last->next)
		;
	return policy_until(&p, last, "a", &f);
}

static void
a_permission_ends_when_the_time_window_of_an_earlier_rule_begins(void)
{
#define LAST  "{'effect':'permit','scopes':'all'," ANYONE "}"
#define UNTIL "{'effect':'permit','scopes':'all','until':300," ANYONE "}"

	CU_ASSERT_EQUAL(until_of(LAST), 0);
	CU_ASSERT_EQUAL(until_of(UNTIL), 300);
	CU_ASSERT_EQUAL(until_of("{'effect':'deny','scopes':['a'],'from':200," ANYONE "}," LAST),
			200);
	CU_ASSERT_EQUAL(until_of("{'effect':'ask','scopes':'all','from':200," ANYONE "}," UNTIL),
			200);
	CU_ASSERT_EQUAL(until_of("{'effect':'deny','scopes':['a'],'from':400," ANYONE "}," UNTIL),
			300);
	CU_ASSERT_EQUAL(until_of("{'effect':'deny','scopes':['a'],'from':200," BOB "}," LAST), 200);
	/* for others, other scopes, permit, or expired */
	CU_ASSERT_EQUAL(until_of("{'effect':'deny','scopes':['a'],'from':200,"
				 "'when':{'client':'other'}}," LAST),
			0);
	CU_ASSERT_EQUAL(until_of("{'effect':'deny','scopes':['b'],'from':200," ANYONE "}," LAST),
			0);
	CU_ASSERT_EQUAL(until_of("{'effect':'permit','scopes':['a'],'from':200," ANYONE "}," LAST),
			0);
	CU_ASSERT_EQUAL(until_of("{'effect':'deny','scopes':['a'],'from':50,'until':100," ANYONE
				 "}," LAST),
			0);
	policy_fixture_teardown();
}

static enum truth
timed_test(const struct condition *c, const struct facts *f)
{
	return TRUTH_NO;
}

static int64_t
timed_until(const struct condition *c, const struct facts *f)
{
	return 250;
}

static const struct condition_kind timed_kind = { .test = timed_test, .until = timed_until };

/* The limit of what the last rule permits if the first rule's condition changes at 250. */
static int64_t
until_of_timed(const char *rules, bool in_not)
{
	struct facts f = { .now = 100, .client = "viewer" };
	struct condition timed = { .kind = &timed_kind }, *not ;
	struct policy p = policy_of(arena_printf(policy_fixture_arena(), "{'rules':[%s]}", rules));
	const struct rule *last = p.rules;
	struct rule first = *p.rules;

	not = condition_of("{'not':{'anyone':true}}");
	not ->parts = &timed;
	first.when = in_not ? not : &timed;
	p.rules = &first;
	while (last->next != NULL)
		last = last->next;
	return policy_until(&p, first.next == NULL ? &first : last, "a", &f);
}

static void
a_permission_ends_when_the_result_of_a_condition_changes(void)
{
	CU_ASSERT_EQUAL(until_of_timed(LAST, false), 250);
	CU_ASSERT_EQUAL(until_of_timed(LAST, true), 250);
	CU_ASSERT_EQUAL(until_of_timed("{'effect':'permit','scopes':'all','until':200," ANYONE "}",
				       false),
			200);
	CU_ASSERT_EQUAL(until_of_timed("{'effect':'deny','scopes':['a']," ANYONE "}," LAST, false),
			250);
	CU_ASSERT_EQUAL(until_of_timed("{'effect':'ask','scopes':['a']," ANYONE "}," UNTIL, false),
			250);
	CU_ASSERT_EQUAL(until_of_timed("{'effect':'deny','scopes':['a'],'from':270," ANYONE
				       "}," LAST,
				       false),
			270);
	CU_ASSERT_EQUAL(until_of_timed("{'effect':'deny','scopes':['a'],'until':240," ANYONE
				       "}," LAST,
				       false),
			0);
	CU_ASSERT_EQUAL(until_of_timed("{'effect':'deny','scopes':['b']," ANYONE "}," LAST, false),
			0);
	CU_ASSERT_EQUAL(
		until_of_timed("{'effect':'permit','scopes':['a']," ANYONE "}," LAST, false), 0);
	policy_fixture_teardown();
}

/* The required claims of the first rule as "name/issuer name/issuer", "-" for NULL. */
static const char *
required_claims_of(const char *when, struct facts f)
{
	struct buf b = { .arena = policy_fixture_arena() };
	struct required_claims required_claims = { .n = 0 };
	struct rule r = { .when = condition_of(when) };

	rule_required_claims(&r, &f, &required_claims);
	rule_required_claims(&r, &f, &required_claims); /* equal entries are listed once */
	buf_text(&b, "");
	for (size_t i = 0; i < required_claims.n; i++) {
		const struct required_claim *w = &required_claims.list[i];

		CU_ASSERT_PTR_NOT_NULL(w->friendly);
		buf_printf(&b, "%s%s/%s", i > 0 ? " " : "", w->name != NULL ? w->name : "-",
			   w->issuer != NULL ? w->issuer : "-");
	}
	return b.data;
}

#define ROLE  "{'claim':{'issuer':'https://i','name':'role','op':'eq','value':1}}"
#define OTHER "{'claim':{'issuer':'https://o','name':'role','op':'eq','value':1}}"
#define CITY  "{'claim':{'issuer':'https://i','name':'/home~1of~0us/city','op':'eq','value':1}}"

#define BOBS_ID "{'account':'01hf3x7s5m0000000000000000'}"

static void
only_claims_that_could_change_the_verdict_are_required(void)
{
	struct facts eve = facts_of("{'email':'eve@example.net','email_verified':true}");

	CU_ASSERT_STRING_EQUAL(required_claims_of("{'anyone':true}", nobody), "");
	CU_ASSERT_STRING_EQUAL(required_claims_of("{'client':'x'}", nobody), "");
	CU_ASSERT_STRING_EQUAL(required_claims_of("{'account':'bob'}", nobody), "-/-");
	CU_ASSERT_STRING_EQUAL(required_claims_of(BOBS_ID, eve), "");
	CU_ASSERT_STRING_EQUAL(required_claims_of("{'group':'g'}", nobody), "-/-");
	CU_ASSERT_STRING_EQUAL(required_claims_of("{'email':'bob@example.net'}", nobody),
			       "email/- email_verified/-");
	CU_ASSERT_STRING_EQUAL(required_claims_of("{'email':'bob@example.net'}", eve), "");
	CU_ASSERT_STRING_EQUAL(required_claims_of(ROLE, nobody), "role/https://i");
	CU_ASSERT_STRING_EQUAL(required_claims_of(CITY, nobody), "home/of~us/https://i");
	CU_ASSERT_STRING_EQUAL(required_claims_of("{'authentication':{'acr':['x'],'max_age':5}}",
						  nobody),
			       "acr/- auth_time/-");
	CU_ASSERT_STRING_EQUAL(
		required_claims_of("{'authentication':{'acr':['x'],'max_age':5}}", eve), "acr/-");
	policy_fixture_teardown();
}

static void
irrelevant_parts_require_no_claims(void)
{
	CU_ASSERT_STRING_EQUAL(required_claims_of("{'any':[" ROLE ",{'email':'a@b'}]}", nobody),
			       "role/https://i email/- email_verified/-");
	CU_ASSERT_STRING_EQUAL(required_claims_of("{'any':[" ROLE "," OTHER "]}", nobody),
			       "role/https://i role/https://o");
	CU_ASSERT_STRING_EQUAL(required_claims_of("{'all':[" ROLE ",{'anyone':true}]}", nobody),
			       "role/https://i");
	CU_ASSERT_STRING_EQUAL(required_claims_of("{'all':[" ROLE ",{'client':'x'}]}", nobody), "");
	CU_ASSERT_STRING_EQUAL(required_claims_of("{'any':[" ROLE ",{'anyone':true}]}", nobody),
			       "");
	CU_ASSERT_STRING_EQUAL(required_claims_of("{'not':{'any':[" ROLE "," ROLE "]}}", nobody),
			       "role/https://i");
	CU_ASSERT_STRING_EQUAL(required_claims_of("{'any':[" ROLE
						  ",{'all':[{'email':'a@b'},{'client':'x'}]}]}",
						  nobody),
			       "role/https://i");
	policy_fixture_teardown();
}

static void
the_number_of_required_claims_is_limited(void)
{
	struct required_claims required_claims = { .n = 0 };
	struct buf b = { .arena = policy_fixture_arena() };

	buf_text(&b, "{'any':[");
	for (int i = 0; i < 32; i++)
		buf_printf(&b, "%s{'claim':{'issuer':'i','name':'c%d','op':'eq','value':1}}",
			   i > 0 ? "," : "", i);
	buf_text(&b, "]}");
	rule_required_claims(&(struct rule){ .when = condition_of(b.data) }, &nobody,
			     &required_claims);
	CU_ASSERT_EQUAL(required_claims.n, REQUIRED_CLAIMS_MAX);
	policy_fixture_teardown();
}

static CU_TestInfo tests[] = {
	{ "without an applicable rule the verdict is deny [G-ASM-13 T-U13]",
	  without_an_applicable_rule_the_verdict_is_deny },
	{ "the first applicable rule decides", the_first_applicable_rule_decides },
	{ "a rule with an unknown condition ends the search",
	  a_rule_with_an_unknown_condition_ends_the_search },
	{ "a rule outside its time window is skipped", a_rule_outside_its_time_window_is_skipped },
	{ "a permission without scopes is covered only by rules for all scopes",
	  a_permission_without_scopes_is_covered_only_by_rules_for_all_scopes },
	{ "scopes are compared as a whole", scopes_are_compared_as_a_whole },
	{ "an edited rule is a different rule", an_edited_rule_is_a_different_rule },
	{ "a permission ends when the time window of an earlier rule begins [T-U19]",
	  a_permission_ends_when_the_time_window_of_an_earlier_rule_begins },
	{ "a permission ends when the time changes the result of a condition [T-U18]",
	  a_permission_ends_when_the_result_of_a_condition_changes },
	{ "only claims that could change the verdict are required",
	  only_claims_that_could_change_the_verdict_are_required },
	{ "parts of a condition that cannot change the verdict require no claims",
	  irrelevant_parts_require_no_claims },
	{ "the number of required claims is limited", the_number_of_required_claims_is_limited },
	CU_TEST_INFO_NULL
};
CU_SuiteInfo policy_decide_suite = { "policy/policy_decide", NULL, NULL, NULL, NULL, tests };
