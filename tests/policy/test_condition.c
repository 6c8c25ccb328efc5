/* SPDX-License-Identifier: Apache-2.0 */
/* Each kind of condition, evaluated with facts; test_when_claim.c tests claims. */
#include <string.h>

#include "tests/policy/policy_fixture.h"
#include "tests/run.h"

#define NO	TRUTH_NO
#define YES	TRUTH_YES
#define UNKNOWN TRUTH_UNKNOWN

static const struct facts nobody = { .now = 1700000000, .client = "viewer" };

static enum truth
condition_test_facts(const char *when, struct facts f)
{
	return condition_test(condition_of(when), &f);
}

static void
anyone_matches_every_party_known_or_not(void)
{
	CU_ASSERT_EQUAL(condition_test_facts("{'anyone':true}", nobody), YES);
	CU_ASSERT_EQUAL(condition_test_facts("{'anyone':true}", facts_of("{}")), YES);
	CU_ASSERT_EQUAL(condition_test_facts("{'anyone':true}", (struct facts){ 0 }), YES);
	policy_fixture_teardown();
}

static void
the_client_is_always_known(void)
{
	CU_ASSERT_EQUAL(condition_test_facts("{'client':'viewer'}", nobody), YES);
	CU_ASSERT_EQUAL(condition_test_facts("{'client':'Viewer'}", nobody), NO);
	CU_ASSERT_EQUAL(condition_test_facts("{'client':'viewer2'}", facts_of("{}")), NO);
	CU_ASSERT_EQUAL(condition_test_facts("{'client':'viewer'}", (struct facts){ 0 }), NO);
	policy_fixture_teardown();
}

static void
an_account_matches_by_id(void)
{
	static const char when[] = "{'account':'01hf3x7s5m0000000000000000'}";
	struct party party = { .issuer = "https://idp.example", .subject = "bob" };
	struct facts f = { .now = 1, .party = &party };

	CU_ASSERT_EQUAL(condition_test_facts(when, nobody), UNKNOWN);
	CU_ASSERT_EQUAL(condition_test_facts(when, f), NO);
	party.account = "01hf3x7s5m0000000000000000";
	CU_ASSERT_EQUAL(condition_test_facts(when, f), YES);
	CU_ASSERT_EQUAL(
		condition_test_facts("{'account':'01hf3x7s5m0000000000000000','login':'eve'}", f),
		YES);
	party.account = "01hf3x7s5m0000000000000001";
	CU_ASSERT_EQUAL(condition_test_facts(when, f), NO);
	policy_fixture_teardown();
}

/* Decisions use ids: a stored login would match the next account that gets this login. */
static void
a_login_that_was_not_resolved_to_an_id_matches_nothing(void)
{
	struct party party = { .issuer = "https://idp.example", .subject = "bob" };
	struct facts f = { .now = 1, .party = &party };

	CU_ASSERT_EQUAL(condition_test_facts("{'account':'bob'}", f), UNKNOWN);
	party.account = "01hf3x7s5m0000000000000001";
	CU_ASSERT_EQUAL(condition_test_facts("{'account':'bob'}", f), UNKNOWN);
	policy_fixture_teardown();
}

static void
a_group_matches_members_by_their_account(void)
{
	struct party party = { .issuer = "https://idp.example" };
	struct facts f = { .now = 1, .party = &party };

	CU_ASSERT_EQUAL(condition_test_facts("{'group':'family'}", nobody), UNKNOWN);
	CU_ASSERT_EQUAL(condition_test_facts("{'group':'family'}", f), NO);
	str_list_add(policy_fixture_arena(), &party.groups, "friends");
	str_list_add(policy_fixture_arena(), &party.groups, "family");
	CU_ASSERT_EQUAL(condition_test_facts("{'group':'family'}", f), NO); /* without an account */
	party.account = "01hf3x7s5m0000000000000000";
	CU_ASSERT_EQUAL(condition_test_facts("{'group':'family'}", f), YES);
	CU_ASSERT_EQUAL(condition_test_facts("{'group':'Family'}", f), NO);
	CU_ASSERT_EQUAL(condition_test_facts("{'group':'fam'}", f), NO);
	policy_fixture_teardown();
}

static void
an_email_address_must_be_verified(void)
{
	static const struct {
		const char *claims;
		enum truth truth;
	} rows[] = {
		{ "{'email':'bob@example.net','email_verified':true}", YES },
		{ "{'email':'bob@EXAMPLE.Net','email_verified':true}", YES },
		{ "{'email':'Bob@example.net','email_verified':true}", YES },
		{ "{'email':'eve@example.net','email_verified':true}", NO },
		{ "{'email':'bo@example.net','email_verified':true}", NO },
		{ "{'email':'bobby@example.net','email_verified':true}", NO },
		{ "{'email':'bob@example.net.evil','email_verified':true}", NO },
		{ "{'email':'bob@bob@example.net','email_verified':true}", UNKNOWN },
		{ "{'email':'bob','email_verified':true}", UNKNOWN },
		{ "{'email':'mailto:bob@example.net','email_verified':true}", UNKNOWN },
		{ "{'email':'bob@example.net.','email_verified':true}", UNKNOWN },
		{ "{'email':'','email_verified':true}", UNKNOWN },
		{ "{'email':'bob@example.net','email_verified':false}", UNKNOWN },
		{ "{'email':'bob@example.net','email_verified':'true'}", UNKNOWN },
		{ "{'email':'bob@example.net','email_verified':1}", UNKNOWN },
		{ "{'email':'bob@example.net','email_verified':null}", UNKNOWN },
		{ "{'email':'bob@example.net'}", UNKNOWN },
		{ "{'email':['bob@example.net'],'email_verified':true}", UNKNOWN },
		{ "{'email_verified':true}", UNKNOWN },
		{ "{}", UNKNOWN },
	};
	struct party bare = { .issuer = "https://idp.example" };

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		CHECK_ROW(condition_test_facts("{'email':'bob@example.net'}",
					       facts_of(rows[i].claims)) == rows[i].truth,
			  rows[i].claims);
	CU_ASSERT_EQUAL(condition_test_facts("{'email':'bob@example.net'}", nobody), UNKNOWN);
	CU_ASSERT_EQUAL(condition_test_facts("{'email':'bob@example.net'}",
					     (struct facts){ .party = &bare }),
			UNKNOWN);
	policy_fixture_teardown();
}

static void
a_sign_in_that_is_too_old_may_be_renewed(void)
{
	static const struct {
		int64_t auth_time;
		enum truth truth;
	} rows[] = {
		{ 1700000000, YES },	 { 1699999940, YES },
		{ 1699999939, UNKNOWN }, { 1, UNKNOWN },
		{ 0, UNKNOWN },		 { -5, UNKNOWN },
		{ INT64_MIN, UNKNOWN },	 { 1700000300, YES },
		{ 1700000301, UNKNOWN }, { 1700000000000, UNKNOWN },
		{ INT64_MAX, UNKNOWN },
	};
	struct facts f = facts_of("{}");
	struct party party = *f.party;

	f.party = &party;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		party.auth_time = rows[i].auth_time;
		CU_ASSERT_EQUAL(condition_test_facts("{'authentication':{'max_age':60}}", f),
				rows[i].truth);
	}
	CU_ASSERT_EQUAL(condition_test_facts("{'authentication':{'max_age':60}}", nobody), UNKNOWN);
	policy_fixture_teardown();
}

static void
acr_must_be_in_the_list(void)
{
	static const char when[] = "{'authentication':{'acr':['mfa','urn:x']}}";
	static const char both[] = "{'authentication':{'acr':['mfa'],'max_age':60}}";
	struct party bare = { .issuer = "https://idp.example" };
	struct facts old = facts_of("{'acr':'mfa'}");
	struct party party = *old.party;

	CU_ASSERT_EQUAL(condition_test_facts(when, facts_of("{'acr':'mfa'}")), YES);
	CU_ASSERT_EQUAL(condition_test_facts(when, facts_of("{'acr':'urn:x'}")), YES);
	CU_ASSERT_EQUAL(condition_test_facts(when, facts_of("{'acr':'MFA'}")), UNKNOWN);
	CU_ASSERT_EQUAL(condition_test_facts(when, facts_of("{'acr':['mfa']}")), UNKNOWN);
	CU_ASSERT_EQUAL(condition_test_facts(when, facts_of("{}")), UNKNOWN);
	CU_ASSERT_EQUAL(condition_test_facts(when, nobody), UNKNOWN);
	CU_ASSERT_EQUAL(condition_test_facts(when, (struct facts){ .party = &bare }), UNKNOWN);

	CU_ASSERT_EQUAL(condition_test_facts(both, facts_of("{'acr':'mfa'}")), YES);
	CU_ASSERT_EQUAL(condition_test_facts(both, facts_of("{'acr':'pwd'}")), UNKNOWN);
	party.auth_time = 1600000000;
	old.party = &party;
	CU_ASSERT_EQUAL(condition_test_facts(both, old), UNKNOWN);
	policy_fixture_teardown();
}

/* The leaves: client x is NO, client viewer YES, an account of an unknown party UNKNOWN. */
static const char *const leaf[] = {
	[NO] = "{'client':'x'}",
	[UNKNOWN] = "{'account':'a'}",
	[YES] = "{'client':'viewer'}",
};

/* Kleene, Introduction to Metamathematics, 64: the strong tables. */
static void
all_and_any_follow_kleenes_strong_tables(void)
{
	static const enum truth both[3][3] = {
		[NO] = { [NO] = NO, [UNKNOWN] = NO, [YES] = NO },
		[UNKNOWN] = { [NO] = NO, [UNKNOWN] = UNKNOWN, [YES] = UNKNOWN },
		[YES] = { [NO] = NO, [UNKNOWN] = UNKNOWN, [YES] = YES },
	};
	static const enum truth either[3][3] = {
		[NO] = { [NO] = NO, [UNKNOWN] = UNKNOWN, [YES] = YES },
		[UNKNOWN] = { [NO] = UNKNOWN, [UNKNOWN] = UNKNOWN, [YES] = YES },
		[YES] = { [NO] = YES, [UNKNOWN] = YES, [YES] = YES },
	};

	for (int a = 0; a < 3; a++) {
		for (int b = 0; b < 3; b++) {
			struct arena *m = policy_fixture_arena();
			char *all = arena_printf(m, "{'all':[%s,%s]}", leaf[a], leaf[b]);
			char *any = arena_printf(m, "{'any':[%s,%s]}", leaf[a], leaf[b]);

			CHECK_ROW(condition_test_facts(all, nobody) == both[a][b], all);
			CHECK_ROW(condition_test_facts(any, nobody) == either[a][b], any);
		}
	}
	policy_fixture_teardown();
}

static void
not_of_unknown_is_unknown(void)
{
	static const enum truth table[3] = { [NO] = YES, [UNKNOWN] = UNKNOWN, [YES] = NO };

	for (int a = 0; a < 3; a++) {
		char *when = arena_printf(policy_fixture_arena(), "{'not':%s}", leaf[a]);

		CHECK_ROW(condition_test_facts(when, nobody) == table[a], when);
	}
	policy_fixture_teardown();
}

/* A claim for every fact, with each name that could be confused with that fact. */
static const char *const fact_names[] = {
	"now",	 "time",   "clock",  "client",	  "client_id", "azp",	 "account",
	"login", "group",  "groups", "party",	  "issuer",    "iss",	 "subject",
	"sub",	 "issued", "iat",    "auth_time", "tenant",    "anyone", "rules",
	"rule",	 "effect", "scope",  "scopes",	  "from",      "until",	 "when",
	"all",	 "any",	   "not",    "verdict",	  "owner",     "facts",	 "claims",
};
static const char *const hostile[] = {
	"1",	 "0",	     "1700000000", "true",	 "'viewer'",
	"'bob'", "'family'", "'permit'",   "['family']", "{'now':1,'client':'bob','account':'bob'}",
	"null",
};
static const char *const judged[] = {
	"'when':{'client':'bob'}",
	"'when':{'account':'bob'}",
	"'when':{'group':'family'}",
	"'when':{'authentication':{'max_age':60}}",
	"'when':{'all':[{'account':'permit'},{'group':'viewer'}]}",
	"'until':1600000000,'when':{'anyone':true}",
	"'from':1800000000,'when':{'anyone':true}",
	"'when':{'claim':{'issuer':'https://other.example','name':'groups','op':'exists'}}",
};

static void
no_verdict_changes(const struct policy *p, const char *claims)
{
	struct facts with = facts_of(claims), without = facts_of("{}");
	struct party old = *with.party, plain = *without.party;
	const struct rule *why_with, *why_without;
	enum verdict v, w;

	old.auth_time = plain.auth_time = 1600000000;
	old.account = plain.account = "01hf3x7s5m0000000000000000";
	with.party = &old;
	without.party = &plain;
	v = policy_decide(p, "view", &with, &why_with);
	w = policy_decide(p, "view", &without, &why_without);
	CHECK_ROW(v == w && why_with == why_without && v != VERDICT_PERMIT, claims);
}

static void
no_claim_replaces_a_fact_of_the_server(void)
{
	size_t names = sizeof(fact_names) / sizeof(fact_names[0]);
	size_t values = sizeof(hostile) / sizeof(hostile[0]);

	for (size_t j = 0; j < sizeof(judged) / sizeof(judged[0]); j++) {
		for (size_t i = 0; i < names * values; i++) {
			struct policy p = policy_of(
				arena_printf(policy_fixture_arena(),
					     "{'rules':[{'effect':'permit','scopes':'all',%s}]}",
					     judged[j]));

			no_verdict_changes(&p, arena_printf(policy_fixture_arena(), "{'%s':%s}",
							    fact_names[i / values],
							    hostile[i % values]));
			policy_fixture_teardown();
		}
	}
}

static CU_TestInfo tests[] = {
	{ "anyone matches every party, known or not", anyone_matches_every_party_known_or_not },
	{ "the client is always known", the_client_is_always_known },
	{ "an account matches by id [T-U20]", an_account_matches_by_id },
	{ "a login that was not resolved to an id matches nothing [T-U20]",
	  a_login_that_was_not_resolved_to_an_id_matches_nothing },
	{ "a group matches members by their account", a_group_matches_members_by_their_account },
	{ "an email address must be verified", an_email_address_must_be_verified },
	{ "a sign-in that is too old may be renewed [G-PCT-11]",
	  a_sign_in_that_is_too_old_may_be_renewed },
	{ "acr must be in the list", acr_must_be_in_the_list },
	{ "all and any follow Kleene's strong tables", all_and_any_follow_kleenes_strong_tables },
	{ "not of unknown is unknown", not_of_unknown_is_unknown },
	{ "no claim replaces a fact of the server [T-U09]",
	  no_claim_replaces_a_fact_of_the_server },
	CU_TEST_INFO_NULL
};
CU_SuiteInfo condition_suite = { "policy/condition", NULL, NULL, NULL, NULL, tests };
