/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Claims that a client pushes, claims gathered earlier, and need_info. Tests of PCTs are in
 * test_pct.c.
 */
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
a_valid_id_token_with_the_required_claims_gives_access(void)
{
	EQ(response_granted(claims_required(push_claims_param("viewer", "{}"))), "photo1{view}");
}

static void
claims_may_be_pushed_at_any_step(void)
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
only_the_latest_ticket_of_a_grant_process_is_valid(void)
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
a_grant_process_is_bound_to_the_first_client(void)
{
	struct response a = claims_required("");

	EQ(response_granted(redeem_ticket_as("other", response_text(a, "ticket"), "")),
	   "400 invalid_grant");
	EQ(response_granted(
		   redeem_ticket(response_text(a, "ticket"), push_claims_param("viewer", "{}"))),
	   "400 invalid_grant");
}

static void
need_info_names_the_required_claims(void)
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
a_rule_may_require_an_issuer(void)
{
	fixture_issuer(&http_case.fixture, "https://other.example.net");
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
need_info_names_no_issuer_if_none_is_trusted(void)
{
	CU_ASSERT_EQUAL(issuer_remove(http_case.work, IDP), OK);
	CU_ASSERT_EQUAL(harness_commit(http_case.harness), OK);
	CU_ASSERT_PTR_NULL(strstr(claims_required("").body, "issuer"));
}

static void
an_invalid_claim_token_answers_need_info(void)
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

/*
 * The scope is checked before the claims, and the claims are not checked if the scope is invalid.
 */
static void
an_invalid_scope_is_reported_before_invalid_claims(void)
{
	EQ(response_granted(claims_required("&scope=edit&claim_token=x&claim_token_format=y")),
	   "400 invalid_scope");
}

/* Even a scope that is permitted to everybody is not granted beside an invalid claim token. */
static void
an_invalid_claim_token_rejects_a_request_that_needs_no_claims(void)
{
	owner_permits("photo1", "view");
	EQ(response_granted(claims_required("&claim_token=x&claim_token_format=y")),
	   "403 need_info");
}

static void
a_client_without_the_right_pushes_no_claims(void)
{
	EQ(response_granted(redeem_ticket_as("other", new_ticket("photo1{view}"),
					     push_claims_param("other", "{}"))),
	   "403 need_info");
}

static void
claims_are_kept_for_the_later_tickets_of_the_grant_process(void)
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

/* Two issuers may describe two people. */
static void
claims_of_two_tokens_are_never_merged(void)
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
the_owners_answer_applies_only_to_the_person_who_requested_access(void)
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

/* The lifetime is at least twice the polling interval, even if ticket_life is shorter. */
static void
a_ticket_for_polling_is_valid_longer_than_the_polling_interval(void)
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
acr_and_the_age_of_the_sign_in_are_evaluated(void)
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

/* A new token without auth_time does not state when its subject signed in. */
static void
a_sign_in_of_unknown_age_is_not_recent(void)
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

/* Scopes are checked first: a claim token beside an invalid scope is not used up. */
static void
a_claim_token_that_was_not_evaluated_may_be_sent_again(void)
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
	CU_ASSERT_EQUAL(issuer_remove(http_case.work, issuer), OK);
	CU_ASSERT_EQUAL(harness_commit(http_case.harness), OK);
}

/* The claims in a PCT and in a pending grant become invalid too. */
static void
claims_of_an_issuer_that_is_no_longer_trusted_are_ignored(void)
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
a_claim_token_is_accepted_once(void)
{
	const char *push = push_claims_param("viewer", "{'jti':'once'}");

	EQ(response_granted(claims_required(push)), "photo1{view}");
	EQ(response_granted(claims_required(push)), "403 need_info");
}

static void
disable_bob(void)
{
	struct account acc;
	struct work *w = http_case.work;

	CU_ASSERT_EQUAL(account_find(w, http_case.fixture.bob, ERR_NOT_FOUND, &acc), OK);
	acc.disabled = true;
	CU_ASSERT_EQUAL(account_put(w, &acc), OK);
	CU_ASSERT_EQUAL(harness_commit(http_case.harness), OK);
}

static void
claims_link_bob(void)
{
	struct account acc;
	struct work *w = http_case.work;

	CU_ASSERT_EQUAL(account_find(w, http_case.fixture.bob, ERR_NOT_FOUND, &acc), OK);
	CU_ASSERT_EQUAL(account_link(w, &acc, IDP, "b0b"), OK);
	CU_ASSERT_EQUAL(harness_commit(http_case.harness), OK);
}

static void
groups_come_from_the_linked_account(void)
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
claims_linked_to_a_disabled_account_are_ignored(void)
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

/* Claims with the names of facts that the server determines are ignored. */
static void
claims_cannot_replace_facts_that_the_server_determines(void)
{
	fixture_client(&http_case.fixture, "admin", NULL, "");
	fixture_account(&http_case.fixture, "root", "root");
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

/* A public client must not be able to fill the store from one ticket. */
static void
a_grant_process_ends_after_16_tickets(void)
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

/* The identity is linked to alice's account. */
static void
an_owner_is_not_asked_about_their_own_request(void)
{
	struct account acc;

	CU_ASSERT_EQUAL(account_find(http_case.work, http_case.fixture.alice, ERR_NOT_FOUND, &acc),
			OK);
	CU_ASSERT_EQUAL(account_link(http_case.work, &acc, IDP, "a11ce"), OK);
	CU_ASSERT_EQUAL(harness_commit(http_case.harness), OK);
	owner_set_policy("photo1", "{'effect':'ask','scopes':['view'],'when':{'anyone':true}}");
	EQ(response_granted(claims_required(push_claims_param("viewer", "{'sub':'a11ce'}"))),
	   "photo1{view}");
	EQ(response_granted(claims_required(push_claims_param("viewer", "{'sub':'b0b'}"))),
	   "403 request_submitted");
}

/* 64 requests in one batch, each from another person. */
static void
the_number_of_open_questions_to_an_owner_is_limited(void)
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
	CU_ASSERT_EQUAL(harness_count_rows(http_case.harness, T_CONSENT), 10);
}

static CU_TestInfo tests[] = {
	{ "a valid ID Token with the required claims gives access [G-CLM-04]",
	  a_valid_id_token_with_the_required_claims_gives_access },
	{ "claims may be pushed at any step [G-TOK-10 G-TKT-08]",
	  claims_may_be_pushed_at_any_step },
	{ "only the latest ticket of a grant process is valid [G-TOK-11 G-TKT-07 G-ERR-09]",
	  only_the_latest_ticket_of_a_grant_process_is_valid },
	{ "a grant process is bound to the first client that redeems its ticket [G-ERR-05 D-03 T-U02]",
	  a_grant_process_is_bound_to_the_first_client },
	{ "need_info names the required claims [G-ERR-08 G-ERR-10 G-ERR-11 G-CLM-07]",
	  need_info_names_the_required_claims },
	{ "a rule may require an issuer [G-CLM-10]", a_rule_may_require_an_issuer },
	{ "need_info names no issuer if none is trusted [G-ERR-11]",
	  need_info_names_no_issuer_if_none_is_trusted },
	{ "an invalid claim token answers need_info [G-CLM-01 G-CLM-02 G-CLM-03 G-CLM-05 O-OIDC-01]",
	  an_invalid_claim_token_answers_need_info },
	{ "an invalid scope is reported before invalid claims [G-ERR-24]",
	  an_invalid_scope_is_reported_before_invalid_claims },
	{ "an invalid claim token rejects a request that needs no claims [G-CLM-03]",
	  an_invalid_claim_token_rejects_a_request_that_needs_no_claims },
	{ "claim tokens of a client without the right to push them are ignored [G-CLM-06]",
	  a_client_without_the_right_pushes_no_claims },
	{ "claims are kept for the later tickets of the grant process",
	  claims_are_kept_for_the_later_tickets_of_the_grant_process },
	{ "claims of two tokens are never merged [T-U12]", claims_of_two_tokens_are_never_merged },
	{ "the owner's answer applies only to the person who requested access [T-U12]",
	  the_owners_answer_applies_only_to_the_person_who_requested_access },
	{ "a ticket for polling is valid longer than the polling interval [G-ERR-15 G-ERR-18 G-ERR-19]",
	  a_ticket_for_polling_is_valid_longer_than_the_polling_interval },
	{ "acr and the age of the sign-in are evaluated [O-OIDC-06]",
	  acr_and_the_age_of_the_sign_in_are_evaluated },
	{ "a sign-in of unknown age is not recent [O-OIDC-06 G-PCT-11]",
	  a_sign_in_of_unknown_age_is_not_recent },
	{ "a claim token is accepted once [T-U10]", a_claim_token_is_accepted_once },
	{ "a claim token that was not evaluated may be sent again",
	  a_claim_token_that_was_not_evaluated_may_be_sent_again },
	{ "claims of an issuer that is no longer trusted are ignored [G-CLM-07 O-OIDC-01 T-U15]",
	  claims_of_an_issuer_that_is_no_longer_trusted_are_ignored },
	{ "groups come from the linked account [T-U09]", groups_come_from_the_linked_account },
	{ "claims linked to a disabled account are ignored [T-U15]",
	  claims_linked_to_a_disabled_account_are_ignored },
	{ "claims cannot replace facts that the server determines [T-U09]",
	  claims_cannot_replace_facts_that_the_server_determines },
	{ "a grant process ends after 16 tickets [T-O05]", a_grant_process_ends_after_16_tickets },
	{ "an owner is not asked about their own request [T-U17]",
	  an_owner_is_not_asked_about_their_own_request },
	{ "the number of open questions to an owner is limited [T-U17]",
	  the_number_of_open_questions_to_an_owner_is_limited },
	CU_TEST_INFO_NULL
};

CU_SuiteInfo claims_suite = {
	"server/claims", NULL, NULL, claims_flow_setup, http_case_close, tests
};
