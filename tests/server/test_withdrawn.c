/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A revocation takes effect at the next check and permanently. Each right that a grant is based on
 * is revoked and restored, and tickets, RPTs, refresh tokens, PATs and PCTs from before remain
 * invalid (T-U15, T-U19).
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

/* Issued before the revocation. */
static const char *old_pat, *old_ticket, *old_rotated;
static struct response old;

static void
withdrawal_link_bob(void)
{
	struct account acc;

	CU_ASSERT_EQUAL(account_find(http_case.work, http_case.fixture.bob, ERR_NOT_FOUND, &acc),
			OK);
	CU_ASSERT_EQUAL(account_link(http_case.work, &acc, IDP, "b0b"), OK);
	CU_ASSERT_EQUAL(harness_commit(http_case.harness), OK);
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
introspect_old(const char *auth)
{
	return introspect_permissions(auth, response_text(old, "access_token"));
}

static const char *
introspect_refresh_token(struct response a)
{
	const char *body = text_format("token=%s", response_text(a, "refresh_token"));

	return http_send("POST /introspect", auth_basic("viewer"), body).body;
}

/* Everything from before is invalid; a new grant works. */
static void
expect_old_invalid(void)
{
	const char *next = issue_pat(http_case.fixture.alice, "photoz");

	EQ(introspect_old(next), "inactive");
	EQ(introspect_old(auth_basic("photoz")), "inactive");
	EQ(introspect_refresh_token(old), "{\"active\":false}");
	EQ(response_outcome(refresh_rpt(old, "")), "400 invalid_grant");
}

static void
change_client(const char *id, void (*change)(struct client *client))
{
	harness_begin(http_case.harness);
	fixture_change_client(&http_case.fixture, id, change);
}

static void
set_only_grant(const char *grant)
{
	struct client client;

	harness_begin(http_case.harness);
	CU_ASSERT_EQUAL_FATAL(client_find(http_case.work, "viewer", ABSENT, &client), OK);
	client.grants = (struct str_list){ 0 };
	str_list_add(http_case.work->arena, &client.grants, grant);
	if (strcmp(grant, GRANT_UMA) != 0)
		str_list_add(http_case.work->arena, &client.grants, GRANT_UMA);
	CU_ASSERT_EQUAL(client_put(http_case.work, &client), OK);
	CU_ASSERT_EQUAL(harness_commit(http_case.harness), OK);
}

static void
disable_account(const char *id, bool disabled)
{
	struct account acc;

	harness_begin(http_case.harness);
	CU_ASSERT_EQUAL(account_find(http_case.work, id, ERR_NOT_FOUND, &acc), OK);
	acc.disabled = disabled;
	CU_ASSERT_EQUAL(account_put(http_case.work, &acc), OK);
	CU_ASSERT_EQUAL(harness_commit(http_case.harness), OK);
}

static void
without_a_revocation_everything_stays_valid(void)
{
	EQ(introspect_old(alice_auth()), "photo1{view}");
	EQ(introspect_old(auth_basic("photoz")), "photo1{view}");
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
grants_of_a_client_that_was_disabled_stay_invalid(void)
{
	change_client("viewer", fixture_disable);
	EQ(introspect_old(alice_auth()), "inactive");
	change_client("viewer", fixture_enable);
	expect_old_invalid();
	EQ(response_outcome(
		   redeem_ticket(old_rotated, push_claims_param("viewer", "{'sub':'b0b'}"))),
	   "400 invalid_grant");
	EQ(response_outcome(redeem_ticket(new_ticket("photo1{view}"),
					  text_format("&pct=%s", response_text(old, "pct")))),
	   "403 need_info");
	EQ(response_granted(ask_as_bob("photo1{view}")), "photo1{view}");
}

static void
grants_of_a_client_that_lost_grant_type_refresh_token_stay_invalid(void)
{
	set_only_grant(GRANT_UMA);
	EQ(response_outcome(refresh_rpt(old, "")), "400 unauthorized_client");
	set_only_grant(GRANT_REFRESH);
	expect_old_invalid();
	EQ(response_outcome(
		   redeem_ticket(old_rotated, push_claims_param("viewer", "{'sub':'b0b'}"))),
	   "400 invalid_grant");
	EQ(response_granted(ask_as_bob("photo1{view}")), "photo1{view}");
}

static void
check_resource_server(void)
{
	expect_old_invalid();
	EQ(response_outcome(
		   redeem_ticket(old_ticket, push_claims_param("viewer", "{'sub':'b0b'}"))),
	   "400 invalid_grant");
	EQ(response_outcome(
		   redeem_ticket(old_rotated, push_claims_param("viewer", "{'sub':'b0b'}"))),
	   "400 invalid_grant");
	CU_ASSERT_EQUAL(http_send("GET /resource_set", old_pat, NULL).status, 401);
	CU_ASSERT_EQUAL(http_send("GET /resource_set", issue_pat(http_case.fixture.alice, "photoz"),
				  NULL)
				.status,
			200);
}

static void
grants_for_a_resource_server_that_was_disabled_stay_invalid(void)
{
	change_client("photoz", fixture_disable);
	change_client("photoz", fixture_enable);
	check_resource_server();
}

static void
grants_for_a_former_resource_server_stay_invalid(void)
{
	change_client("photoz", fixture_forbid_protection);
	CU_ASSERT_EQUAL(http_send("GET /resource_set", old_pat, NULL).status, 403);
	EQ(introspect_old(auth_basic("photoz")), "inactive");
	EQ(response_outcome(
		   redeem_ticket(old_ticket, push_claims_param("viewer", "{'sub':'b0b'}"))),
	   "400 invalid_grant");
	change_client("photoz", fixture_allow_protection);
	check_resource_server();
}

static void
grants_of_an_owner_who_was_disabled_stay_invalid(void)
{
	disable_account(http_case.fixture.alice, true);
	disable_account(http_case.fixture.alice, false);
	check_resource_server();
}

static void
an_owners_own_token_stays_invalid_after_the_owner_was_disabled(void)
{
	const char *own = auth_bearer(access_token("", http_case.fixture.alice, SCOPE_OWNER));
	const char *photo = text_format("GET /policy/%s", id_of("photo1"));

	CU_ASSERT_EQUAL(http_send(photo, own, NULL).status, 200);
	disable_account(http_case.fixture.alice, true);
	disable_account(http_case.fixture.alice, false);
	CU_ASSERT_EQUAL(http_send(photo, own, NULL).status, 401);
}

static void
grants_to_a_requesting_party_that_was_disabled_stay_invalid(void)
{
	const char *pct = response_text(old, "pct");

	disable_account(http_case.fixture.bob, true);
	EQ(introspect_old(alice_auth()), "inactive");
	disable_account(http_case.fixture.bob, false);
	expect_old_invalid();
	EQ(response_outcome(redeem_ticket(old_ticket, text_format("&pct=%s", pct))),
	   "403 need_info");
	EQ(response_granted(ask_as_bob("photo1{view}")), "photo1{view}");
}

/* Known by an identity alone, to which an account is linked afterwards. */
static void
grants_to_a_party_linked_to_a_disabled_account_are_invalid(void)
{
	struct response a = redeem_ticket(new_ticket("photo1{view}"),
					  push_claims_param("viewer", "{'sub':'n3w'}"));
	struct account acc;

	EQ(response_granted(a), "photo1{view}");
	CU_ASSERT_EQUAL(account_find(http_case.work, http_case.fixture.erin, ERR_NOT_FOUND, &acc),
			OK);
	CU_ASSERT_EQUAL(account_link(http_case.work, &acc, IDP, "n3w"), OK);
	CU_ASSERT_EQUAL(harness_commit(http_case.harness), OK);
	disable_account(http_case.fixture.erin, true);
	EQ(response_granted(a), "inactive");
	EQ(response_outcome(refresh_rpt(a, "")), "400 invalid_grant");
}

/* After the account is removed, the requesting party is not the one that the RPT was issued for. */
static void
grants_to_a_requesting_party_whose_account_was_removed_stay_invalid(void)
{
	struct response a = redeem_ticket(new_ticket("photo1{view}"),
					  push_claims_param("viewer", "{'sub':'n3w'}"));
	const char *pct = response_text(a, "pct");
	struct account acc;

	EQ(response_granted(a), "photo1{view}");
	CU_ASSERT_EQUAL(account_find(http_case.work, http_case.fixture.erin, ERR_NOT_FOUND, &acc),
			OK);
	CU_ASSERT_EQUAL(account_link(http_case.work, &acc, IDP, "n3w"), OK);
	CU_ASSERT_EQUAL(harness_commit(http_case.harness), OK);
	EQ(response_granted(a), "inactive");
	CU_ASSERT_EQUAL(account_remove(http_case.work, &acc), OK);
	CU_ASSERT_EQUAL(harness_commit(http_case.harness), OK);
	EQ(response_granted(a), "inactive");
	EQ(response_outcome(refresh_rpt(a, "")), "400 invalid_grant");
	EQ(response_outcome(redeem_ticket(old_ticket, text_format("&pct=%s", pct))),
	   "403 need_info");
	EQ(response_granted(redeem_ticket(new_ticket("photo1{view}"),
					  push_claims_param("viewer", "{'sub':'n3w'}"))),
	   "photo1{view}");
}

static void
grants_by_claims_of_an_issuer_that_was_removed_stay_invalid(void)
{
	CU_ASSERT_EQUAL(issuer_remove(http_case.work, IDP), OK);
	CU_ASSERT_EQUAL(harness_commit(http_case.harness), OK);
	EQ(introspect_old(alice_auth()), "inactive");
	fixture_issuer(&http_case.fixture, IDP);
	expect_old_invalid();
	EQ(response_outcome(
		   redeem_ticket(old_ticket, text_format("&pct=%s", response_text(old, "pct")))),
	   "403 need_info");
}

static void
new_keys_of_an_issuer_revoke_nothing(void)
{
	fixture_issuer(&http_case.fixture, IDP);
	EQ(introspect_old(alice_auth()), "photo1{view}");
}

static void
grants_of_a_client_that_lost_the_right_to_push_claims_stay_invalid(void)
{
	change_client("viewer", fixture_forbid_push);
	EQ(response_outcome(redeem_ticket(new_ticket("photo1{view}"),
					  text_format("&pct=%s", response_text(old, "pct")))),
	   "403 need_info");
	change_client("viewer", fixture_allow_push);
	EQ(response_outcome(redeem_ticket(new_ticket("photo1{view}"),
					  text_format("&pct=%s", response_text(old, "pct")))),
	   "403 need_info");
	EQ(introspect_old(alice_auth()), "photo1{view}");
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
grants_of_a_scope_that_was_removed_stay_invalid(void)
{
	change_scopes("'print'");
	change_scopes("'print','view'");
	expect_old_invalid();
	EQ(response_outcome(
		   redeem_ticket(old_ticket, push_claims_param("viewer", "{'sub':'b0b'}"))),
	   "403 request_denied");
	EQ(response_granted(ask_as_bob("photo1{view}")), "photo1{view}");
}

static void
grants_stay_invalid_after_a_deny_rule_was_inserted(void)
{
	owner_set_policy(
		"photo1",
		"{'effect':'deny','scopes':['view'],'when':{'client':'other'}}," BOB_VIEWS);
	EQ(introspect_old(alice_auth()), "inactive");
	EQ(response_outcome(refresh_rpt(old, "")), "400 invalid_grant");
}

static void
a_permit_rule_inserted_above_revokes_nothing(void)
{
	owner_set_policy(
		"photo1",
		"{'effect':'permit','scopes':['view'],'when':{'client':'other'}}," BOB_VIEWS);
	EQ(introspect_old(alice_auth()), "photo1{view}");
	CU_ASSERT_EQUAL(refresh_rpt(old, "").status, 200);
}

static void
leave_groups(const char *account)
{
	struct account acc;

	harness_begin(http_case.harness);
	CU_ASSERT_EQUAL(account_find(http_case.work, account, ERR_NOT_FOUND, &acc), OK);
	acc.groups = (struct str_list){ 0 };
	CU_ASSERT_EQUAL(account_put(http_case.work, &acc), OK);
	CU_ASSERT_EQUAL(harness_commit(http_case.harness), OK);
}

static void
grants_to_a_member_who_left_the_group_stay_invalid(void)
{
	struct response a;

	owner_set_policy("photo2",
			 "{'effect':'permit','scopes':['print'],'when':{'group':'family'}}");
	a = ask_as_bob("photo2{print}");
	EQ(response_granted(a), "photo2{print}");
	leave_groups(http_case.fixture.bob);
	EQ(response_granted(a), "inactive");
	EQ(response_outcome(refresh_rpt(a, "")), "400 invalid_grant");
	EQ(introspect_old(alice_auth()), "photo1{view}");
}

/* Without an edit: the time window of a deny rule begins, and the rule would have denied. */
static void
a_deny_rule_revokes_grants_when_its_time_window_begins(void)
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
an_owners_answer_is_invalid_after_the_owner_revoked_the_delegation(void)
{
	struct response a;

	owner_set_policy("photo2", "{'effect':'ask','scopes':['print'],'when':{'anyone':true}}");
	a = ask_as_bob("photo2{print}");
	EQ(response_outcome(a), "403 request_submitted");
	answer_question("photo2{print}");
	a = redeem_ticket(response_text(a, "ticket"), "");
	EQ(response_granted(a), "photo2{print}");
	CU_ASSERT_EQUAL(delegation_revoke(http_case.work, http_case.fixture.alice, "photoz"), OK);
	CU_ASSERT_EQUAL(harness_commit(http_case.harness), OK);
	examples_new_pat();
	EQ(response_granted(a), "inactive");
	EQ(response_outcome(ask_as_bob("photo2{print}")), "403 request_submitted");
}

/*
 * The owner allowed a scope that is removed, and then another scope of the same name is registered.
 */
static void
an_owners_answer_about_a_scope_that_was_removed_stays_invalid(void)
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
	{ "without a revocation everything stays valid [T-U19]",
	  without_a_revocation_everything_stays_valid },
	{ "grants of a client that was disabled stay invalid [T-U15 T-U19]",
	  grants_of_a_client_that_was_disabled_stay_invalid },
	{ "grants of a client that lost grant type refresh_token stay invalid [T-U19]",
	  grants_of_a_client_that_lost_grant_type_refresh_token_stay_invalid },
	{ "grants for a resource server that was disabled stay invalid [T-U15 T-U19]",
	  grants_for_a_resource_server_that_was_disabled_stay_invalid },
	{ "grants for a client that was no resource server for a while stay invalid [T-U19]",
	  grants_for_a_former_resource_server_stay_invalid },
	{ "grants of an owner who was disabled stay invalid [T-U15 T-U19]",
	  grants_of_an_owner_who_was_disabled_stay_invalid },
	{ "an owner's own token stays invalid after the owner was disabled [T-U19]",
	  an_owners_own_token_stays_invalid_after_the_owner_was_disabled },
	{ "grants to a requesting party that was disabled stay invalid [T-U15 T-U19]",
	  grants_to_a_requesting_party_that_was_disabled_stay_invalid },
	{ "grants to a requesting party that is linked to a disabled account are invalid [T-U15]",
	  grants_to_a_party_linked_to_a_disabled_account_are_invalid },
	{ "grants to a requesting party whose account was removed stay invalid [T-U15 T-U19]",
	  grants_to_a_requesting_party_whose_account_was_removed_stay_invalid },
	{ "grants by claims of an issuer that was removed stay invalid [T-U19]",
	  grants_by_claims_of_an_issuer_that_was_removed_stay_invalid },
	{ "new keys of an issuer revoke nothing", new_keys_of_an_issuer_revoke_nothing },
	{ "grants of a client that lost the right to push claims stay invalid [T-U19]",
	  grants_of_a_client_that_lost_the_right_to_push_claims_stay_invalid },
	{ "grants of a scope that was removed stay invalid [T-U19]",
	  grants_of_a_scope_that_was_removed_stay_invalid },
	{ "grants stay invalid after a deny rule was inserted above their rule [T-U19]",
	  grants_stay_invalid_after_a_deny_rule_was_inserted },
	{ "a permit rule inserted above revokes nothing [T-U19]",
	  a_permit_rule_inserted_above_revokes_nothing },
	{ "grants to a member who left the group stay invalid [T-U19]",
	  grants_to_a_member_who_left_the_group_stay_invalid },
	{ "a deny rule revokes grants when its time window begins [T-U19]",
	  a_deny_rule_revokes_grants_when_its_time_window_begins },
	{ "an owner's answer is invalid after the owner revoked the delegation [T-U15 T-U19]",
	  an_owners_answer_is_invalid_after_the_owner_revoked_the_delegation },
	{ "an owner's answer about a scope that was removed stays invalid [T-U19]",
	  an_owners_answer_about_a_scope_that_was_removed_stays_invalid },
	CU_TEST_INFO_NULL
};

CU_SuiteInfo withdrawn_suite = { "server/withdrawn", NULL, NULL, withdrawal_setup,
				 http_case_close,    tests };
