/* SPDX-License-Identifier: Apache-2.0 */
/* Claims: pushed, and gathered before; and need_info.  Persisted ones are in test_pct.c. */
#include "base/json.h"
#include "model/party.h"
#include "model/issuer.h"
#include "tests/run.h"
#include "tests/server/examples.h"

#define EQ     CU_ASSERT_STRING_EQUAL
#define FORMAT "http://openid.net/specs/openid-connect-core-1_0.html#IDToken"

static void
claims_flow_setup(void)
{
	examples_open();
	owner_set_policy(
		"photo1",
		"{'effect':'permit','scopes':['view'],'when':{'email':'bob@example.net'}}");
}

static struct response
claims_required(const char *more)
{
	return redeem_ticket(new_ticket("photo1{view}"), more);
}

static void
a_good_id_token_opens(void)
{
	EQ(response_granted(claims_required(push_claims_param("viewer", "{}"))), "photo1{view}");
}

static void
claims_may_come_at_any_step(void)
{
	struct response a = claims_required("");

	EQ(response_granted(a), "403 need_info");
	a = redeem_ticket(response_text(a, "ticket"), "");
	EQ(response_granted(a), "403 need_info");
	EQ(response_granted(
		   redeem_ticket(response_text(a, "ticket"), push_claims_param("viewer", "{}"))),
	   "photo1{view}");
}

static void
only_the_newest_ticket_is_good(void)
{
	const char *first = new_ticket("photo1{view}");
	struct response a = redeem_ticket(first, "");

	CU_ASSERT_STRING_NOT_EQUAL(response_text(a, "ticket"), first);
	EQ(response_granted(redeem_ticket(first, push_claims_param("viewer", "{}"))),
	   "400 invalid_grant");
	EQ(response_granted(
		   redeem_ticket(response_text(a, "ticket"), push_claims_param("viewer", "{}"))),
	   "photo1{view}");
}

static void
a_process_belongs_to_the_first_client(void)
{
	struct response a = claims_required("");

	EQ(response_granted(redeem_ticket_as("other", response_text(a, "ticket"), "")),
	   "400 invalid_grant");
	EQ(response_granted(
		   redeem_ticket(response_text(a, "ticket"), push_claims_param("viewer", "{}"))),
	   "400 invalid_grant");
}

static void
need_info_says_what_would_help(void)
{
	struct response a = claims_required("");

	CU_ASSERT_EQUAL(a.status, 403);
	CU_ASSERT_FALSE(response_has(a, "error_details") || response_has(a, "redirect_user") ||
			response_has(a, "access_token"));
	CU_ASSERT_PTR_NOT_NULL(strstr(a.body, "\"required_claims\":[{\"name\":\"email\","));
	CU_ASSERT_PTR_NOT_NULL(strstr(a.body, "\"claim_token_format\":[\"" FORMAT "\"]"));
	CU_ASSERT_PTR_NOT_NULL(strstr(a.body, "\"issuer\":[\"" IDP "\"]"));
	CU_ASSERT_FALSE(response_has(a, "error_description"));
}

static void
a_rule_may_want_one_issuer(void)
{
	fixture_issuer(&http_case.c, "https://other.example.net");
	CU_ASSERT_PTR_NOT_NULL(strstr(claims_required("").body,
				      "\"issuer\":[\"" IDP "\",\"https://other.example.net\"]"));
	owner_set_policy("photo1",
			 "{'effect':'permit','scopes':['view'],'when':{'claim':{'issuer':'" IDP "',"
			 "'name':'member','op':'eq','value':true}}}");
	CU_ASSERT_PTR_NOT_NULL(strstr(claims_required("").body, "\"issuer\":[\"" IDP "\"]}"));
	EQ(response_granted(claims_required(push_claims_param("viewer", "{'member':true}"))),
	   "photo1{view}");
}

static void
without_trusted_issuers_none_are_named(void)
{
	CU_ASSERT_EQUAL(issuer_remove(&http_case.c.s.w, IDP), OK);
	CU_ASSERT_EQUAL(harness_commit(&http_case.c.s), OK);
	CU_ASSERT_PTR_NULL(strstr(claims_required("").body, "issuer"));
}

static void
a_claim_token_that_does_not_count_is_need_info(void)
{
	static const char *const wrong[] = {
		"&claim_token=x&claim_token_format=urn:x:unknown",
		"&claim_token=x&claim_token_format=http://openid.net/specs/"
		"openid-connect-core-1_0.html%23IDToken",
	};
	struct response a;

	for (size_t i = 0; i < 2; i++) {
		a = claims_required(wrong[i]);
		EQ(response_granted(a), "403 need_info");
		CU_ASSERT(response_has(a, "error_description"));
		CU_ASSERT_PTR_NOT_NULL(strstr(a.body, FORMAT));
		EQ(response_granted(redeem_ticket(response_text(a, "ticket"),
						  push_claims_param("viewer", "{}"))),
		   "photo1{view}");
	}
	EQ(response_granted(claims_required(push_claims_param("other", "{}"))), "403 need_info");
	EQ(response_granted(claims_required(push_claims_param("viewer", "{'exp':1600000000}"))),
	   "403 need_info");
	EQ(response_granted(
		   claims_required(push_claims_param("viewer", "{'iss':'https://evil.example'}"))),
	   "403 need_info");
}

/* Step 0 comes before the claims, which are not looked at where the scope is no good. */
static void
a_wrong_scope_is_told_first(void)
{
	EQ(response_granted(claims_required("&scope=edit&claim_token=x&claim_token_format=y")),
	   "400 invalid_scope");
}

/* What is permitted to everybody is not given beside a token that does not count. */
static void
a_bad_token_stops_what_needs_none(void)
{
	owner_permits("photo1", "view");
	EQ(response_granted(claims_required("&claim_token=x&claim_token_format=y")),
	   "403 need_info");
}

static void
a_client_that_may_not_push_is_not_heard(void)
{
	EQ(response_granted(redeem_ticket_as("other", new_ticket("photo1{view}"),
					     push_claims_param("other", "{}"))),
	   "403 need_info");
}

static void
claims_stay_with_the_process(void)
{
	struct response a;

	owner_set_policy("photo1", "{'effect':'permit','scopes':['view'],'when':{'all':["
				   "{'email':'bob@example.net'},{'claim':{'issuer':'" IDP "',"
				   "'name':'member',"
				   "'op':'eq','value':true}}]}}");
	a = claims_required(push_claims_param("viewer", "{}"));
	EQ(response_granted(a), "403 need_info");
	CU_ASSERT_PTR_NULL(strstr(a.body, "\"name\":\"email\""));
	CU_ASSERT_PTR_NOT_NULL(strstr(a.body, "\"name\":\"member\""));
	a = redeem_ticket(response_text(a, "ticket"), "");
	CU_ASSERT_PTR_NULL(strstr(a.body, "\"name\":\"email\""));
	a = redeem_ticket(response_text(a, "ticket"), "&claim_token=x&claim_token_format=y");
	EQ(response_granted(a), "403 need_info");
	EQ(response_granted(redeem_ticket(response_text(a, "ticket"),
					  push_claims_param("viewer", "{'member':true}"))),
	   "photo1{view}");
}

/* Two issuers may speak of two people. */
static void
claims_of_two_tokens_are_never_joined(void)
{
	struct response a;

	owner_set_policy("photo1", "{'effect':'permit','scopes':['view'],'when':{'all':["
				   "{'email':'bob@example.net'},{'claim':{'issuer':'" IDP "',"
				   "'name':'member',"
				   "'op':'eq','value':true}}]}}");
	a = claims_required(push_claims_param("viewer", "{}"));
	EQ(response_granted(
		   redeem_ticket(response_text(a, "ticket"),
				 push_claims_param("viewer", "{'sub':'eve','member':true,"
							     "'email':'eve@example.net'}"))),
	   "403 request_denied");
}

static void
the_owner_waits_for_the_person_that_asked(void)
{
	struct response a;

	owner_set_policy("photo1",
			 "{'effect':'ask','scopes':['view'],'when':{'email':'bob@example.net'}}");
	a = claims_required(push_claims_param("viewer", "{}"));
	EQ(response_granted(a), "403 request_submitted");
	CU_ASSERT_EQUAL(response_number(a, "interval"), 5);
	answer_question("photo1{view}");
	EQ(response_granted(redeem_ticket(response_text(a, "ticket"), "")), "photo1{view}");
	EQ(response_granted(claims_required(push_claims_param("viewer", "{'sub':'bob2'}"))),
	   "403 request_submitted");
}

/* At least twice the interval, however short a ticket's life is set. */
static void
a_polling_ticket_lives_for_a_poll(void)
{
	struct response a;

	http_case_set_setting("ticket_life", "10");
	http_case_set_setting("poll_interval", "60");
	owner_set_policy("photo1", "{'effect':'ask','scopes':['view'],'when':{'anyone':true}}");
	a = claims_required("");
	CU_ASSERT_EQUAL(response_number(a, "interval"), 60);
	http_case_set_time(119);
	EQ(response_granted(redeem_ticket(response_text(a, "ticket"), "")),
	   "403 request_submitted");
}

static void
acr_and_freshness_are_weighed(void)
{
	owner_set_policy("photo1", "{'effect':'permit','scopes':['view'],'when':{'authentication':"
				   "{'acr':['2'],'max_age':60}}}");
	EQ(response_granted(claims_required(push_claims_param("viewer", "{}"))), "403 need_info");
	EQ(response_granted(claims_required(
		   push_claims_param("viewer", "{'acr':'2','auth_time':1699999000}"))),
	   "403 need_info");
	EQ(response_granted(claims_required(
		   push_claims_param("viewer", "{'acr':'2','auth_time':1699999990}"))),
	   "photo1{view}");
}

/* A fresh token says nothing about when its subject signed in. */
static void
a_sign_in_of_unknown_age_is_not_fresh(void)
{
	struct response a;

	owner_set_policy("photo1", "{'effect':'permit','scopes':['view'],'when':{'authentication':"
				   "{'max_age':60}}}");
	a = claims_required(push_claims_param("viewer", "{}"));
	EQ(response_granted(a), "403 need_info");
	CU_ASSERT_PTR_NOT_NULL(strstr(a.body, "\"required_claims\":[{\"name\":\"auth_time\","));
	EQ(response_granted(redeem_ticket(response_text(a, "ticket"),
					  push_claims_param("viewer", "{'auth_time':1699999990}"))),
	   "photo1{view}");
}

/* Scopes come first: a claim token beside one that is no good has not counted. */
static void
what_was_not_weighed_is_not_used_up(void)
{
	const char *push = push_claims_param("viewer", "{'jti':'kept'}");

	EQ(response_granted(claims_required(text_format("%s&scope=nonsense", push))),
	   "400 invalid_scope");
	EQ(response_granted(claims_required(push)), "photo1{view}");
	EQ(response_granted(claims_required(push)), "403 need_info");
}

static void
remove_issuer_trust(const char *issuer)
{
	CU_ASSERT_EQUAL(issuer_remove(&http_case.c.s.w, issuer), OK);
	CU_ASSERT_EQUAL(harness_commit(&http_case.c.s), OK);
}

/* A PCT and a grant in progress keep the earlier claims. */
static void
an_issuer_that_is_not_trusted_any_more_is_not_believed(void)
{
	struct response a = claims_required(push_claims_param("viewer", "{}")), b;

	EQ(response_granted(a), "photo1{view}");
	owner_set_policy("photo2",
			 "{'effect':'permit','scopes':['view'],'when':{'all':["
			 "{'email':'bob@example.net'},{'authentication':{'acr':['2']}}]}}");
	b = redeem_ticket(new_ticket("photo2{view}"), push_claims_param("viewer", "{}"));
	EQ(response_granted(b), "403 need_info");
	remove_issuer_trust(IDP);
	EQ(response_granted(claims_required(text_format("&pct=%s", response_text(a, "pct")))),
	   "403 need_info");
	owner_permits("photo2", "view");
	b = redeem_ticket(response_text(b, "ticket"), "");
	EQ(response_granted(b), "photo2{view}");
	CU_ASSERT_FALSE(response_has(b, "pct"));
	EQ(response_granted(a), "inactive");
	EQ(response_text(refresh_rpt(a, ""), "error"), "invalid_grant");
}

static void
a_claim_token_counts_once(void)
{
	const char *push = push_claims_param("viewer", "{'jti':'once'}");

	EQ(response_granted(claims_required(push)), "photo1{view}");
	EQ(response_granted(claims_required(push)), "403 need_info");
}

static void
disable_bob(void)
{
	struct account acc;
	struct work *w = &http_case.c.s.w;

	CU_ASSERT_EQUAL(account_find(w, http_case.c.bob, ERR_NOT_FOUND, &acc), OK);
	acc.disabled = true;
	CU_ASSERT_EQUAL(account_put(w, &acc), OK);
	CU_ASSERT_EQUAL(harness_commit(&http_case.c.s), OK);
}

static void
claims_link_bob(void)
{
	struct account acc;
	struct work *w = &http_case.c.s.w;

	CU_ASSERT_EQUAL(account_find(w, http_case.c.bob, ERR_NOT_FOUND, &acc), OK);
	CU_ASSERT_EQUAL(account_link(w, &acc, IDP, "b0b"), OK);
	CU_ASSERT_EQUAL(harness_commit(&http_case.c.s), OK);
}

static void
groups_are_those_of_the_linked_account(void)
{
	owner_set_policy("photo1",
			 "{'effect':'permit','scopes':['view'],'when':{'group':'family'}}");
	EQ(response_granted(claims_required(push_claims_param("viewer", "{}"))),
	   "403 request_denied");
	claims_link_bob();
	EQ(response_granted(claims_required(push_claims_param("viewer", "{}"))), "photo1{view}");
	EQ(response_granted(claims_required(
		   push_claims_param("viewer", "{'sub':'eve','groups':['family']}"))),
	   "403 request_denied");
}

static void
a_disabled_account_is_not_heard(void)
{
	struct response a;

	claims_link_bob();
	a = claims_required(push_claims_param("viewer", "{}"));
	EQ(response_granted(a), "photo1{view}");
	disable_bob();
	EQ(response_granted(claims_required(push_claims_param("viewer", "{}"))), "403 need_info");
	EQ(response_granted(claims_required(text_format("&pct=%s", response_text(a, "pct")))),
	   "403 need_info");
	EQ(response_granted(a), "inactive");
}

/* Claims named like facts of the server change nothing. */
static void
claims_do_not_pose_as_facts(void)
{
	fixture_client(&http_case.c, "admin", NULL, "");
	fixture_account(&http_case.c, "root", "root");
	owner_set_policy("photo1",
			 "{'effect':'permit','scopes':['view'],'when':{'client':'admin'}},"
			 "{'effect':'permit','scopes':['view'],'when':{'account':'root'}},"
			 "{'effect':'permit','scopes':['view'],'from':1800000000,"
			 "'when':{'email':'bob@example.net'}}");
	EQ(response_granted(claims_required(push_claims_param(
		   "viewer", "{'client':'admin','account':'root','login':'root',"
			     "'now':1900000000,'client_id':'admin','groups':['root']}"))),
	   "403 request_denied");
}

/* A public client must not fill the store from one ticket. */
static void
a_process_ends_after_sixteen_tickets(void)
{
	struct response a = claims_required("");

	for (int i = 1; i < 16; i++) {
		EQ(response_granted(a), "403 need_info");
		a = redeem_ticket(response_text(a, "ticket"), "");
	}
	EQ(response_granted(a), "403 need_info");
	a = redeem_ticket(response_text(a, "ticket"), "");
	EQ(response_granted(a), "403 request_denied");
	CU_ASSERT_FALSE(response_has(a, "ticket"));
}

/* The account of alice, known by an identity. */
static void
an_owner_is_not_asked_about_the_owner(void)
{
	struct account acc;

	CU_ASSERT_EQUAL(account_find(&http_case.c.s.w, http_case.c.alice, ERR_NOT_FOUND, &acc), OK);
	CU_ASSERT_EQUAL(account_link(&http_case.c.s.w, &acc, IDP, "a11ce"), OK);
	CU_ASSERT_EQUAL(harness_commit(&http_case.c.s), OK);
	owner_set_policy("photo1", "{'effect':'ask','scopes':['view'],'when':{'anyone':true}}");
	EQ(response_granted(claims_required(push_claims_param("viewer", "{'sub':'a11ce'}"))),
	   "photo1{view}");
	EQ(response_granted(claims_required(push_claims_param("viewer", "{'sub':'b0b'}"))),
	   "403 request_submitted");
}

/* Of 64 that come together, each by somebody else. */
static void
an_owner_gets_so_many_questions_and_no_more(void)
{
	struct exchange *x[64];
	int submitted = 0, denied = 0;

	owner_set_policy("photo1", "{'effect':'ask','scopes':['view'],'when':{'anyone':true}}");
	for (int i = 0; i < 64; i++)
		x[i] = rpt_request("viewer", new_ticket("photo1{view}"),
				   push_claims_param("viewer",
						     text_format("{'sub':'p%d','jti':'j%d'}", i,
								 i)));
	serve_together(x, 64);
	for (int i = 0; i < 64; i++) {
		const char *response = response_outcome(response_of(x[i]));

		submitted += strcmp(response, "403 request_submitted") == 0;
		denied += strcmp(response, "403 request_denied") == 0;
	}
	CU_ASSERT_EQUAL(submitted, 10);
	CU_ASSERT_EQUAL(denied, 54);
	CU_ASSERT_EQUAL(harness_count_rows(&http_case.c.s, T_CONSENT), 10);
}

static CU_TestInfo tests[] = {
	{ "a good ID Token opens [G-CLM-04]", a_good_id_token_opens },
	{ "claims may come at any step [G-TOK-10 G-TKT-08]", claims_may_come_at_any_step },
	{ "only the newest ticket is good [G-TOK-11 G-TKT-07 G-ERR-09]",
	  only_the_newest_ticket_is_good },
	{ "a process belongs to the first client [G-ERR-05 D-03 T-U02]",
	  a_process_belongs_to_the_first_client },
	{ "need_info says what would help [G-ERR-08 G-ERR-10 G-ERR-11 G-CLM-07]",
	  need_info_says_what_would_help },
	{ "a rule may want one issuer [G-CLM-10]", a_rule_may_want_one_issuer },
	{ "without trusted issuers none are named [G-ERR-11]",
	  without_trusted_issuers_none_are_named },
	{ "a claim token that does not count is need_info "
	  "[G-CLM-01 G-CLM-02 G-CLM-03 G-CLM-05 O-OIDC-01]",
	  a_claim_token_that_does_not_count_is_need_info },
	{ "a wrong scope is told first [G-ERR-24]", a_wrong_scope_is_told_first },
	{ "a bad token stops what needs none [G-CLM-03]", a_bad_token_stops_what_needs_none },
	{ "a client that may not push is not heard [G-CLM-06]",
	  a_client_that_may_not_push_is_not_heard },
	{ "claims stay with the process", claims_stay_with_the_process },
	{ "claims of two tokens are never joined [T-U12]", claims_of_two_tokens_are_never_joined },
	{ "the owner's answer is about the person that asked [T-U12]",
	  the_owner_waits_for_the_person_that_asked },
	{ "a polling ticket lives for a poll [G-ERR-15 G-ERR-18 G-ERR-19]",
	  a_polling_ticket_lives_for_a_poll },
	{ "acr and freshness are weighed [O-OIDC-06]", acr_and_freshness_are_weighed },
	{ "a sign-in of unknown age is not fresh [O-OIDC-06 G-PCT-11]",
	  a_sign_in_of_unknown_age_is_not_fresh },
	{ "a claim token counts once [T-U10]", a_claim_token_counts_once },
	{ "what was not weighed is not used up", what_was_not_weighed_is_not_used_up },
	{ "an issuer that is not trusted any more is not believed [G-CLM-07 O-OIDC-01 T-U15]",
	  an_issuer_that_is_not_trusted_any_more_is_not_believed },
	{ "groups are those of the linked account [T-U09]",
	  groups_are_those_of_the_linked_account },
	{ "a disabled account is not heard [T-U15]", a_disabled_account_is_not_heard },
	{ "claims do not pose as facts [T-U09]", claims_do_not_pose_as_facts },
	{ "a process ends after 16 tickets [T-O05]", a_process_ends_after_sixteen_tickets },
	{ "an owner is not asked about the owner [T-U17]", an_owner_is_not_asked_about_the_owner },
	{ "an owner gets so many questions and no more [T-U17]",
	  an_owner_gets_so_many_questions_and_no_more },
	CU_TEST_INFO_NULL
};

CU_SuiteInfo claims_suite = {
	"server/claims", NULL, NULL, claims_flow_setup, http_case_close, tests
};
