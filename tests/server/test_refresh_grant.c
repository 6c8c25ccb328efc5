/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/run.h"
#include "tests/server/examples.h"

#define EQ CU_ASSERT_STRING_EQUAL

static struct response first;

static void
refresh_grant_setup(void)
{
	examples_open();
	owner_permits("photo1", "view print");
	owner_permits("photo2", "all");
	first = redeem_ticket(new_ticket("photo1{view,print} photo2{}"), "");
	EQ(response_granted(first), "photo1{print,view} photo2{}");
}

static void
a_refresh_issues_a_new_rpt(void)
{
	struct response a = refresh_rpt(first, "");

	EQ(response_granted(a), "photo1{print,view} photo2{}");
	EQ(response_text(a, "token_type"), "Bearer");
	CU_ASSERT_EQUAL(response_number(a, "expires_in"), 300);
	CU_ASSERT_STRING_NOT_EQUAL(response_text(a, "refresh_token"),
				   response_text(first, "refresh_token"));
	CU_ASSERT_STRING_NOT_EQUAL(response_text(a, "access_token"),
				   response_text(first, "access_token"));
	CU_ASSERT_FALSE(response_has(a, "scope"));
	CU_ASSERT_EQUAL(count_audit_rows("rpt.refreshed"), 1);
}

static void
a_refresh_succeeds_after_the_rpt_has_expired(void)
{
	struct response a;

	http_case_set_time(301);
	EQ(response_granted(first), "inactive");
	a = refresh_rpt(first, "");
	EQ(response_granted(a), "photo1{print,view} photo2{}");
	http_case_set_time(602);
	EQ(response_granted(refresh_rpt(a, "")), "photo1{print,view} photo2{}");
}

/* A refresh never requests claims. */
static void
a_refresh_performs_no_assessment(void)
{
	struct response a;

	owner_set_policy("album", "{'effect':'permit','scopes':['view'],'when':{'authentication':"
				  "{'max_age':60}}}");
	a = redeem_ticket(new_ticket("album{view}"),
			  push_claims_param("viewer", "{'auth_time':1699999990}"));
	EQ(response_granted(a), "album{view}");
	http_case_set_time(3600);
	EQ(response_granted(refresh_rpt(a, "")), "album{view}");
}

static void
a_replayed_refresh_token_revokes_the_grant(void)
{
	struct response second = refresh_rpt(first, "");

	EQ(response_granted(refresh_rpt(first, "")), "400 invalid_grant");
	EQ(response_granted(refresh_rpt(second, "")), "400 invalid_grant");
	EQ(response_granted(first), "inactive");
	EQ(response_granted(second), "inactive");
	CU_ASSERT_EQUAL(count_audit_rows("refresh.replayed"), 1);
}

static void
a_refresh_token_is_bound_to_its_client(void)
{
	EQ(response_granted(refresh_rpt_as("other", first, "")), "400 invalid_grant");
	EQ(response_granted(refresh_rpt(first, "")), "photo1{print,view} photo2{}");
}

static void
scope_narrows_the_new_rpt_not_the_grant(void)
{
	struct response a = refresh_rpt(first, "&scope=view");

	EQ(response_granted(a), "photo1{view}");
	EQ(response_granted(refresh_rpt(a, "")), "photo1{print,view} photo2{}");
}

static void
scope_must_not_exceed_the_granted_scope(void)
{
	struct response a = refresh_rpt(first, "&scope=view+edit");

	EQ(response_granted(a), "400 invalid_scope");
	EQ(response_granted(refresh_rpt(first, "&scope=view%22")), "400 invalid_scope");
	EQ(response_granted(refresh_rpt(first, "&scope=view+view")), "photo1{view}");
}

static void
a_refresh_does_not_restore_revoked_permissions(void)
{
	struct response a;

	owner_permits("photo1", "view");
	a = refresh_rpt(first, "");
	EQ(response_granted(a), "photo1{view} photo2{}");
	owner_remove_policy("photo1");
	owner_remove_policy("photo2");
	EQ(response_granted(refresh_rpt(a, "")), "400 invalid_grant");
	owner_permits("photo1", "view print");
	EQ(response_granted(refresh_rpt(a, "")), "400 invalid_grant");
}

static void
a_refresh_is_rejected_if_no_permission_has_the_requested_scope(void)
{
	owner_permits("photo1", "view");
	EQ(response_granted(refresh_rpt(first, "&scope=print")), "400 invalid_grant");
	EQ(response_granted(refresh_rpt(first, "&scope=view")), "photo1{view}");
}

static void
a_refresh_does_not_restore_expired_permissions(void)
{
	struct response a;

	owner_set_policy("album", "{'effect':'permit','scopes':['view'],'until':1700000100,"
				  "'when':{'anyone':true}},"
				  "{'effect':'permit','scopes':['edit'],'when':{'anyone':true}}");
	a = redeem_ticket(new_ticket("album{view,edit}"), "");
	EQ(response_granted(a), "album{edit,view}");
	http_case_set_time(100);
	EQ(response_granted(refresh_rpt(a, "")), "album{edit}");
}

static void
a_refresh_token_is_invalid_once_the_resource_server_is_disabled(void)
{
	fixture_change_client(&http_case.fixture, "photoz", fixture_disable);
	EQ(response_text(refresh_rpt(first, ""), "error"), "invalid_grant");
}

static void
a_refresh_token_is_invalid_once_the_owner_is_disabled(void)
{
	struct work *w = http_case.work;
	struct account owner;

	CU_ASSERT_EQUAL(account_find(w, http_case.fixture.alice, ERR_NOT_FOUND, &owner), OK);
	CU_ASSERT_EQUAL(account_remove(w, &owner), OK);
	CU_ASSERT_EQUAL(harness_commit(http_case.harness), OK);
	EQ(response_text(refresh_rpt(first, ""), "error"), "invalid_grant");
}

static void
a_refresh_token_is_invalid_once_the_requesting_party_is_disabled(void)
{
	struct work *w = http_case.work;
	struct account bob;
	struct response a;

	CU_ASSERT_EQUAL(account_find(w, http_case.fixture.bob, ERR_NOT_FOUND, &bob), OK);
	CU_ASSERT_EQUAL(account_link(w, &bob, IDP, "b0b"), OK);
	CU_ASSERT_EQUAL(harness_commit(http_case.harness), OK);
	a = redeem_ticket(new_ticket("photo1{view}"), push_claims_param("viewer", "{}"));
	EQ(response_granted(a), "photo1{view}");
	CU_ASSERT_EQUAL(account_find(w, http_case.fixture.bob, ERR_NOT_FOUND, &bob), OK);
	bob.disabled = true;
	CU_ASSERT_EQUAL(account_put(w, &bob), OK);
	CU_ASSERT_EQUAL(harness_commit(http_case.harness), OK);
	EQ(response_granted(refresh_rpt(a, "")), "400 invalid_grant");
}

static void
no_refreshing(struct client *client)
{
	client->grants = (struct str_list){ 0 };
	str_list_add(http_case.work->arena, &client->grants, GRANT_UMA);
}

static void
only_clients_with_grant_type_refresh_token_may_refresh(void)
{
	fixture_change_client(&http_case.fixture, "viewer", no_refreshing);
	EQ(response_granted(refresh_rpt(first, "")), "400 unauthorized_client");
	CU_ASSERT_FALSE(
		response_has(redeem_ticket(new_ticket("photo1{view}"), ""), "refresh_token"));
}

static void
a_malformed_refresh_token_is_an_invalid_grant(void)
{
	EQ(response_text(http_send("POST /token", auth_basic("viewer"), "grant_type=refresh_token"),
			 "error"),
	   "invalid_request");
	EQ(response_text(http_send("POST /token", auth_basic("viewer"),
				   "grant_type=refresh_token&refresh_token=x"),
			 "error"),
	   "invalid_grant");
	EQ(response_text(http_send("POST /token", auth_basic("viewer"),
				   text_format("grant_type=refresh_token&refresh_token=%s",
					       response_text(first, "access_token"))),
			 "error"),
	   "invalid_grant");
	EQ(response_text(
		   http_send(
			   "POST /token", auth_basic("viewer"),
			   text_format("grant_type=refresh_token&refresh_token=%s&refresh_token=%s",
				       response_text(first, "refresh_token"),
				       response_text(first, "refresh_token"))),
		   "error"),
	   "invalid_request");
	EQ(response_granted(refresh_rpt(first, "")), "photo1{print,view} photo2{}");
}

static void
an_unused_refresh_token_expires(void)
{
	http_case_set_time(604800);
	EQ(response_granted(refresh_rpt(first, "")), "400 invalid_grant");
}

static CU_TestInfo tests[] = {
	{ "a refresh issues a new RPT [G-REF-01 G-RES-05]", a_refresh_issues_a_new_rpt },
	{ "a refresh succeeds after the RPT has expired [G-REF-01]",
	  a_refresh_succeeds_after_the_rpt_has_expired },
	{ "a refresh performs no assessment [G-REF-02]", a_refresh_performs_no_assessment },
	{ "a replayed refresh token revokes the grant [T-C07]",
	  a_replayed_refresh_token_revokes_the_grant },
	{ "a refresh token is bound to its client [G-REF-06]",
	  a_refresh_token_is_bound_to_its_client },
	{ "scope narrows the new RPT, not the grant [G-REF-03 O-6749-13]",
	  scope_narrows_the_new_rpt_not_the_grant },
	{ "scope must not exceed the granted scope [G-REF-04]",
	  scope_must_not_exceed_the_granted_scope },
	{ "a refresh does not restore revoked permissions [G-REF-05 G-REF-07 G-PRV-01]",
	  a_refresh_does_not_restore_revoked_permissions },
	{ "a refresh is rejected if no permission has the requested scope [G-REF-07]",
	  a_refresh_is_rejected_if_no_permission_has_the_requested_scope },
	{ "a refresh does not restore expired permissions [G-REF-08]",
	  a_refresh_does_not_restore_expired_permissions },
	{ "a refresh token is invalid once the resource server is disabled [T-U15]",
	  a_refresh_token_is_invalid_once_the_resource_server_is_disabled },
	{ "a refresh token is invalid once the owner is disabled [T-U15]",
	  a_refresh_token_is_invalid_once_the_owner_is_disabled },
	{ "a refresh token is invalid once the requesting party is disabled [T-U15]",
	  a_refresh_token_is_invalid_once_the_requesting_party_is_disabled },
	{ "only clients with grant type refresh_token may refresh [G-TOK-08]",
	  only_clients_with_grant_type_refresh_token_may_refresh },
	{ "a malformed refresh token is an invalid_grant [T-C05]",
	  a_malformed_refresh_token_is_an_invalid_grant },
	{ "an unused refresh token expires", an_unused_refresh_token_expires },
	CU_TEST_INFO_NULL
};

CU_SuiteInfo refresh_grant_suite = { "server/refresh_grant", NULL, NULL, refresh_grant_setup,
				     http_case_close,	     tests };
