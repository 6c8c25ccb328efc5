/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What is withdrawn is withdrawn at the next look and for good: each thing that a grant rests on is
 * taken away and given back, and tickets, RPTs, refresh tokens, PATs and PCTs from before stay dead
 * (T-U15, T-U19).
 */
#include "model/consent.h"
#include "model/issuer.h"
#include "model/delegation.h"
#include "tests/run.h"
#include "tests/server/examples.h"

#define EQ CU_ASSERT_STRING_EQUAL
#define BOB_VIEWS                                                                                  \
	"{'id':'r','effect':'permit','scopes':['view'],"                                           \
	"'when':{'email':'bob@example.net'}}"

/* From before the withdrawal. */
static const char *old_pat, *old_ticket, *old_rotated;
static struct response old;

static void
withdrawal_link_bob(void)
{
	struct account acc;

	CU_ASSERT_EQUAL(account_find(&http_case.c.s.w, http_case.c.bob, ERR_NOT_FOUND, &acc), OK);
	CU_ASSERT_EQUAL(account_link(&http_case.c.s.w, &acc, IDP, "b0b"), OK);
	CU_ASSERT_EQUAL(harness_commit(&http_case.c.s), OK);
}

static struct response
ask_as_bob(const char *permissions)
{
	return redeem_ticket(new_ticket(permissions), push_claims_param("viewer", "{'sub':'b0b'}"));
}

static void
withdrawal_setup(void)
{
	examples_open();
	withdrawal_link_bob();
	owner_set_policy("photo1", BOB_VIEWS);
	owner_set_policy("photo2", BOB_VIEWS);
	old_pat = alice_auth();
	old_ticket = new_ticket("photo1{view}");
	old = ask_as_bob("photo1{view}");
	CU_ASSERT_EQUAL_FATAL(old.status, 200);
	old_rotated = response_text(redeem_ticket(new_ticket("photo2{view}"), ""), "ticket");
}

static const char *
old_now(const char *auth)
{
	return introspect_permissions(auth, response_text(old, "access_token"));
}

static const char *
introspect_refresh_token(struct response a)
{
	const char *body = text_format("token=%s", response_text(a, "refresh_token"));

	return http_send("POST /introspect", auth_basic("viewer"), body).body;
}

/* Nothing from before counts; what is asked for anew does. */
static void
old_is_dead(void)
{
	const char *next = issue_pat(http_case.c.alice, "photoz");

	EQ(old_now(next), "inactive");
	EQ(old_now(auth_basic("photoz")), "inactive");
	EQ(introspect_refresh_token(old), "{\"active\":false}");
	EQ(response_outcome(refresh_rpt(old, "")), "400 invalid_grant");
}

static void
with_client(const char *id, void (*change)(struct client *client))
{
	harness_begin(&http_case.c.s);
	fixture_change_client(&http_case.c, id, change);
}

static void
use_nothing_but(const char *grant)
{
	struct client client;

	harness_begin(&http_case.c.s);
	CU_ASSERT_EQUAL_FATAL(client_find(&http_case.c.s.w, "viewer", ABSENT, &client), OK);
	client.grants = (struct str_list){ 0 };
	str_list_add(http_case.c.s.arena, &client.grants, grant);
	if (strcmp(grant, GRANT_UMA) != 0)
		str_list_add(http_case.c.s.arena, &client.grants, GRANT_UMA);
	CU_ASSERT_EQUAL(client_put(&http_case.c.s.w, &client), OK);
	CU_ASSERT_EQUAL(harness_commit(&http_case.c.s), OK);
}

static void
with_account(const char *id, bool disabled)
{
	struct account acc;

	harness_begin(&http_case.c.s);
	CU_ASSERT_EQUAL(account_find(&http_case.c.s.w, id, ERR_NOT_FOUND, &acc), OK);
	acc.disabled = disabled;
	CU_ASSERT_EQUAL(account_put(&http_case.c.s.w, &acc), OK);
	CU_ASSERT_EQUAL(harness_commit(&http_case.c.s), OK);
}

static void
nothing_ends_without_a_withdrawal(void)
{
	EQ(old_now(alice_auth()), "photo1{view}");
	EQ(old_now(auth_basic("photoz")), "photo1{view}");
	CU_ASSERT_STRING_NOT_EQUAL(introspect_refresh_token(old), "{\"active\":false}");
	CU_ASSERT_EQUAL(refresh_rpt(old, "").status, 200);
	EQ(response_granted(
		   redeem_ticket(old_rotated, push_claims_param("viewer", "{'sub':'b0b'}"))),
	   "photo2{view}");
	EQ(response_granted(
		   redeem_ticket(old_ticket, text_format("&pct=%s", response_text(old, "pct")))),
	   "photo1{view}");
}

static void
a_client_that_was_disabled(void)
{
	with_client("viewer", fixture_disable);
	EQ(old_now(alice_auth()), "inactive");
	with_client("viewer", fixture_enable);
	old_is_dead();
	EQ(response_outcome(
		   redeem_ticket(old_rotated, push_claims_param("viewer", "{'sub':'b0b'}"))),
	   "400 invalid_grant");
	EQ(response_outcome(redeem_ticket(new_ticket("photo1{view}"),
					  text_format("&pct=%s", response_text(old, "pct")))),
	   "403 need_info");
	EQ(response_granted(ask_as_bob("photo1{view}")), "photo1{view}");
}

static void
a_client_that_might_not_refresh(void)
{
	use_nothing_but(GRANT_UMA);
	EQ(response_outcome(refresh_rpt(old, "")), "400 unauthorized_client");
	use_nothing_but(GRANT_REFRESH);
	old_is_dead();
	EQ(response_outcome(
		   redeem_ticket(old_rotated, push_claims_param("viewer", "{'sub':'b0b'}"))),
	   "400 invalid_grant");
	EQ(response_granted(ask_as_bob("photo1{view}")), "photo1{view}");
}

static void
check_resource_server(void)
{
	old_is_dead();
	EQ(response_outcome(
		   redeem_ticket(old_ticket, push_claims_param("viewer", "{'sub':'b0b'}"))),
	   "400 invalid_grant");
	EQ(response_outcome(
		   redeem_ticket(old_rotated, push_claims_param("viewer", "{'sub':'b0b'}"))),
	   "400 invalid_grant");
	CU_ASSERT_EQUAL(http_send("GET /resource_set", old_pat, NULL).status, 401);
	CU_ASSERT_EQUAL(
		http_send("GET /resource_set", issue_pat(http_case.c.alice, "photoz"), NULL).status,
		200);
}

static void
a_resource_server_that_was_disabled(void)
{
	with_client("photoz", fixture_disable);
	with_client("photoz", fixture_enable);
	check_resource_server();
}

static void
a_resource_server_that_was_none(void)
{
	with_client("photoz", fixture_forbid_protection);
	CU_ASSERT_EQUAL(http_send("GET /resource_set", old_pat, NULL).status, 403);
	EQ(old_now(auth_basic("photoz")), "inactive");
	EQ(response_outcome(
		   redeem_ticket(old_ticket, push_claims_param("viewer", "{'sub':'b0b'}"))),
	   "400 invalid_grant");
	with_client("photoz", fixture_allow_protection);
	check_resource_server();
}

static void
an_owner_who_was_disabled(void)
{
	with_account(http_case.c.alice, true);
	with_account(http_case.c.alice, false);
	check_resource_server();
}

static void
an_owners_own_token(void)
{
	const char *own = auth_bearer(access_token("", http_case.c.alice, SCOPE_OWNER));
	const char *photo = text_format("GET /policy/%s", id_of("photo1"));

	CU_ASSERT_EQUAL(http_send(photo, own, NULL).status, 200);
	with_account(http_case.c.alice, true);
	with_account(http_case.c.alice, false);
	CU_ASSERT_EQUAL(http_send(photo, own, NULL).status, 401);
}

static void
a_person_who_was_disabled(void)
{
	const char *pct = response_text(old, "pct");

	with_account(http_case.c.bob, true);
	EQ(old_now(alice_auth()), "inactive");
	with_account(http_case.c.bob, false);
	old_is_dead();
	EQ(response_outcome(redeem_ticket(old_ticket, text_format("&pct=%s", pct))),
	   "403 need_info");
	EQ(response_granted(ask_as_bob("photo1{view}")), "photo1{view}");
}

/* Known by an identity alone, which an account is linked to afterwards. */
static void
a_person_who_got_an_account_that_is_disabled(void)
{
	struct response a = redeem_ticket(new_ticket("photo1{view}"),
					  push_claims_param("viewer", "{'sub':'n3w'}"));
	struct account acc;

	EQ(response_granted(a), "photo1{view}");
	CU_ASSERT_EQUAL(account_find(&http_case.c.s.w, http_case.c.erin, ERR_NOT_FOUND, &acc), OK);
	CU_ASSERT_EQUAL(account_link(&http_case.c.s.w, &acc, IDP, "n3w"), OK);
	CU_ASSERT_EQUAL(harness_commit(&http_case.c.s), OK);
	with_account(http_case.c.erin, true);
	EQ(response_granted(a), "inactive");
	EQ(response_outcome(refresh_rpt(a, "")), "400 invalid_grant");
}

/* … and then removed: without an account again, the person is not whom the RPT was for. */
static void
a_person_whose_account_was_removed(void)
{
	struct response a = redeem_ticket(new_ticket("photo1{view}"),
					  push_claims_param("viewer", "{'sub':'n3w'}"));
	const char *pct = response_text(a, "pct");
	struct account acc;

	EQ(response_granted(a), "photo1{view}");
	CU_ASSERT_EQUAL(account_find(&http_case.c.s.w, http_case.c.erin, ERR_NOT_FOUND, &acc), OK);
	CU_ASSERT_EQUAL(account_link(&http_case.c.s.w, &acc, IDP, "n3w"), OK);
	CU_ASSERT_EQUAL(harness_commit(&http_case.c.s), OK);
	EQ(response_granted(a), "inactive");
	CU_ASSERT_EQUAL(account_remove(&http_case.c.s.w, &acc), OK);
	CU_ASSERT_EQUAL(harness_commit(&http_case.c.s), OK);
	EQ(response_granted(a), "inactive");
	EQ(response_outcome(refresh_rpt(a, "")), "400 invalid_grant");
	EQ(response_outcome(redeem_ticket(old_ticket, text_format("&pct=%s", pct))),
	   "403 need_info");
	EQ(response_granted(redeem_ticket(new_ticket("photo1{view}"),
					  push_claims_param("viewer", "{'sub':'n3w'}"))),
	   "photo1{view}");
}

static void
an_issuer_that_was_removed(void)
{
	CU_ASSERT_EQUAL(issuer_remove(&http_case.c.s.w, IDP), OK);
	CU_ASSERT_EQUAL(harness_commit(&http_case.c.s), OK);
	EQ(old_now(alice_auth()), "inactive");
	fixture_issuer(&http_case.c, IDP);
	old_is_dead();
	EQ(response_outcome(
		   redeem_ticket(old_ticket, text_format("&pct=%s", response_text(old, "pct")))),
	   "403 need_info");
}

static void
an_issuer_with_new_keys(void)
{
	fixture_issuer(&http_case.c, IDP);
	EQ(old_now(alice_auth()), "photo1{view}");
}

static void
the_right_to_push_claims(void)
{
	with_client("viewer", fixture_forbid_push);
	EQ(response_outcome(redeem_ticket(new_ticket("photo1{view}"),
					  text_format("&pct=%s", response_text(old, "pct")))),
	   "403 need_info");
	with_client("viewer", fixture_allow_push);
	EQ(response_outcome(redeem_ticket(new_ticket("photo1{view}"),
					  text_format("&pct=%s", response_text(old, "pct")))),
	   "403 need_info");
	EQ(old_now(alice_auth()), "photo1{view}");
}

static void
change_scopes(const char *scopes)
{
	struct response a =
		http_send(text_format("PUT /resource_set/%s", id_of("photo1")), alice_auth(),
			  text_format("{'resource_scopes':[%s]}", scopes));

	CU_ASSERT_EQUAL(a.status, 200);
}

static void
a_scope_that_was_removed(void)
{
	change_scopes("'print'");
	change_scopes("'print','view'");
	old_is_dead();
	EQ(response_outcome(
		   redeem_ticket(old_ticket, push_claims_param("viewer", "{'sub':'b0b'}"))),
	   "403 request_denied");
	EQ(response_granted(ask_as_bob("photo1{view}")), "photo1{view}");
}

static void
a_deny_rule_put_above(void)
{
	owner_set_policy(
		"photo1",
		"{'effect':'deny','scopes':['view'],'when':{'client':'other'}}," BOB_VIEWS);
	EQ(old_now(alice_auth()), "inactive");
	EQ(response_outcome(refresh_rpt(old, "")), "400 invalid_grant");
}

static void
a_permit_rule_put_above(void)
{
	owner_set_policy(
		"photo1",
		"{'effect':'permit','scopes':['view'],'when':{'client':'other'}}," BOB_VIEWS);
	EQ(old_now(alice_auth()), "photo1{view}");
	CU_ASSERT_EQUAL(refresh_rpt(old, "").status, 200);
}

static void
leave_groups(const char *account)
{
	struct account acc;

	harness_begin(&http_case.c.s);
	CU_ASSERT_EQUAL(account_find(&http_case.c.s.w, account, ERR_NOT_FOUND, &acc), OK);
	acc.groups = (struct str_list){ 0 };
	CU_ASSERT_EQUAL(account_put(&http_case.c.s.w, &acc), OK);
	CU_ASSERT_EQUAL(harness_commit(&http_case.c.s), OK);
}

static void
a_group_that_was_left(void)
{
	struct response a;

	owner_set_policy("photo2",
			 "{'effect':'permit','scopes':['print'],'when':{'group':'family'}}");
	a = ask_as_bob("photo2{print}");
	EQ(response_granted(a), "photo2{print}");
	leave_groups(http_case.c.bob);
	EQ(response_granted(a), "inactive");
	EQ(response_outcome(refresh_rpt(a, "")), "400 invalid_grant");
	EQ(old_now(alice_auth()), "photo1{view}");
}

/* Without an edit: the window of a deny rule opens, and it would have decided. */
static void
a_deny_rule_that_opens(void)
{
	struct response a;

	owner_set_policy(
		"photo2",
		text_format(
			"{'effect':'deny','scopes':'all','from':%d,'when':{'anyone':true}}," BOB_VIEWS,
			HARNESS_NOW + 100));
	a = ask_as_bob("photo2{view}");
	EQ(response_granted(a), "photo2{view}");
	http_case_set_time(99);
	EQ(response_granted(a), "photo2{view}");
	http_case_set_time(100);
	EQ(response_granted(a), "inactive");
	EQ(response_outcome(refresh_rpt(a, "")), "400 invalid_grant");
}

static void
an_answer_of_an_owner_who_revoked(void)
{
	struct response a;

	owner_set_policy("photo2", "{'effect':'ask','scopes':['print'],'when':{'anyone':true}}");
	a = ask_as_bob("photo2{print}");
	EQ(response_outcome(a), "403 request_submitted");
	answer_question("photo2{print}");
	a = redeem_ticket(response_text(a, "ticket"), "");
	EQ(response_granted(a), "photo2{print}");
	CU_ASSERT_EQUAL(delegation_revoke(&http_case.c.s.w, http_case.c.alice, "photoz"), OK);
	CU_ASSERT_EQUAL(harness_commit(&http_case.c.s), OK);
	examples_new_pat();
	EQ(response_granted(a), "inactive");
	EQ(response_outcome(ask_as_bob("photo2{print}")), "403 request_submitted");
}

/* The owner allowed a scope that is not there any more, and then another of its name. */
static void
an_answer_about_a_scope_that_was_removed(void)
{
	struct response a;

	owner_set_policy("photo1", "{'effect':'ask','scopes':['print'],'when':{'anyone':true}}");
	a = ask_as_bob("photo1{print}");
	answer_question("photo1{print}");
	EQ(response_granted(redeem_ticket(response_text(a, "ticket"), "")), "photo1{print}");
	change_scopes("'view'");
	change_scopes("'print','view'");
	EQ(response_outcome(ask_as_bob("photo1{print}")), "403 request_submitted");
}

static CU_TestInfo tests[] = {
	{ "nothing ends without a withdrawal [T-U19]", nothing_ends_without_a_withdrawal },
	{ "a client that was disabled [T-U15 T-U19]", a_client_that_was_disabled },
	{ "a client that might not refresh for a while [T-U19]", a_client_that_might_not_refresh },
	{ "a resource server that was disabled [T-U15 T-U19]",
	  a_resource_server_that_was_disabled },
	{ "a resource server that was none for a while [T-U19]", a_resource_server_that_was_none },
	{ "an owner who was disabled [T-U15 T-U19]", an_owner_who_was_disabled },
	{ "an owner's own token [T-U19]", an_owners_own_token },
	{ "a person who was disabled [T-U15 T-U19]", a_person_who_was_disabled },
	{ "a person who got an account that is disabled [T-U15]",
	  a_person_who_got_an_account_that_is_disabled },
	{ "a person whose account was removed [T-U15 T-U19]", a_person_whose_account_was_removed },
	{ "an issuer that was removed [T-U19]", an_issuer_that_was_removed },
	{ "an issuer with new keys changes nothing", an_issuer_with_new_keys },
	{ "the right to push claims [T-U19]", the_right_to_push_claims },
	{ "a scope that was removed [T-U19]", a_scope_that_was_removed },
	{ "a deny rule put above [T-U19]", a_deny_rule_put_above },
	{ "a permit rule put above changes nothing [T-U19]", a_permit_rule_put_above },
	{ "a group that was left [T-U19]", a_group_that_was_left },
	{ "a deny rule that opens [T-U19]", a_deny_rule_that_opens },
	{ "an answer of an owner who revoked the delegation [T-U15 T-U19]",
	  an_answer_of_an_owner_who_revoked },
	{ "an answer about a scope that was removed [T-U19]",
	  an_answer_about_a_scope_that_was_removed },
	CU_TEST_INFO_NULL
};

CU_SuiteInfo withdrawn_suite = { "server/withdrawn", NULL, NULL, withdrawal_setup,
				 http_case_close,    tests };
