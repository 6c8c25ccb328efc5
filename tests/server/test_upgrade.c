/* SPDX-License-Identifier: Apache-2.0 */
#include "base/json.h"
#include "tests/run.h"
#include "tests/server/examples.h"

#define EQ CU_ASSERT_STRING_EQUAL

static struct response old;

static void
upgrade_flow_setup(void)
{
	examples_open();
	owner_permits("photo1", "view print");
	owner_permits("photo2", "all");
	old = redeem_ticket(new_ticket("photo1{view,print}"), "");
	EQ(response_granted(old), "photo1{print,view}");
}

static const char *
with_rpt(struct response a)
{
	return text_format("&rpt=%s", response_text(a, "access_token"));
}

static struct response
upgrade_rpt(const char *permissions)
{
	return redeem_ticket(new_ticket(permissions), with_rpt(old));
}

static void
the_upgraded_rpt_has_both_permissions_the_old_rpt_is_inactive(void)
{
	struct response a = upgrade_rpt("photo2{view}");

	EQ(response_granted(a), "photo1{print,view} photo2{view}");
	CU_ASSERT_PTR_NOT_NULL(strstr(a.body, "\"upgraded\":true"));
	EQ(response_granted(old), "inactive");
}

static void
an_upgrade_revokes_the_refresh_token_of_the_old_rpt(void)
{
	struct response a = upgrade_rpt("photo2{view}");

	CU_ASSERT_EQUAL(a.status, 200);
	EQ(response_text(http_send("POST /token", auth_basic("viewer"),
				   text_format("grant_type=refresh_token&refresh_token=%s",
					       response_text(old, "refresh_token"))),
			 "error"),
	   "invalid_grant");
}

static void
scopes_of_one_resource_are_merged(void)
{
	owner_permits("photo1", "all");
	old = redeem_ticket(new_ticket("photo1{view,print}"), "");
	EQ(response_granted(upgrade_rpt("photo1{resize}")), "photo1{print,resize,view}");
}

static void
a_failed_upgrade_changes_nothing(void)
{
	EQ(response_granted(upgrade_rpt("album{view}")), "403 request_denied");
	EQ(response_granted(old), "photo1{print,view}");
	owner_set_policy("album",
			 "{'effect':'permit','scopes':['view'],'when':{'email':'a@example.net'}}");
	EQ(response_granted(upgrade_rpt("album{view}")), "403 need_info");
	EQ(response_granted(redeem_ticket("x", with_rpt(old))), "400 invalid_grant");
	EQ(response_granted(old), "photo1{print,view}");
}

static void
another_client_cannot_upgrade_the_rpt(void)
{
	struct response a = redeem_ticket_as("other", new_ticket("photo2{view}"), with_rpt(old));

	EQ(response_granted(a), "photo2{view}");
	CU_ASSERT_FALSE(response_has(a, "upgraded"));
	EQ(response_granted(old), "photo1{print,view}");
}

static void
another_requesting_party_cannot_upgrade_the_rpt(void)
{
	struct response a = redeem_ticket(new_ticket("photo2{view}"),
					  text_format("%s%s", with_rpt(old),
						      push_claims_param("viewer", "{}")));

	EQ(response_granted(a), "photo2{view}");
	CU_ASSERT_FALSE(response_has(a, "upgraded"));
	EQ(response_granted(old), "photo1{print,view}");
}

/* A ticket of another owner, or at another resource server. */
static const char *
ticket_elsewhere(const char *auth)
{
	struct response a = http_send("POST /resource_set", auth, "{'resource_scopes':['view']}");
	const char *id = response_text(a, "_id");

	CU_ASSERT_EQUAL(http_send(text_format("PUT /policy/%s", id), auth,
				  "{'rules':[{'effect':'permit',"
				  "'scopes':'all','when':{'anyone':true}}]}")
				.status,
			200);
	return response_text(
		http_send("POST /permission", auth,
			  text_format("{'resource_id':'%s','resource_scopes':['view']}", id)),
		"ticket");
}

static void
an_rpt_of_another_owner_or_resource_server_is_not_upgraded(void)
{
	const char *where[] = { issue_pat(http_case.fixture.erin, "photoz"),
				issue_pat(http_case.fixture.alice, "filez") };

	for (size_t i = 0; i < 2; i++) {
		struct response a = redeem_ticket(ticket_elsewhere(where[i]), with_rpt(old));

		CU_ASSERT_EQUAL(a.status, 200);
		CU_ASSERT_FALSE(response_has(a, "upgraded"));
		EQ(introspect_permissions(where[i], response_text(a, "access_token")), "nothing");
		EQ(response_granted(a), "inactive");
		EQ(response_granted(old), "photo1{print,view}");
	}
}

static void
a_malformed_rpt_parameter_is_ignored(void)
{
	static const char *const garbage[] = { "&rpt=x", "&rpt=a.b.c", "&rpt=tk_x", "&rpt=%20" };

	for (size_t i = 0; i < 4; i++) {
		struct response a = redeem_ticket(new_ticket("photo2{view}"), garbage[i]);

		EQ(response_granted(a), "photo2{view}");
		CU_ASSERT_FALSE(response_has(a, "upgraded"));
	}
}

static void
an_upgrade_does_not_restore_a_revoked_rpt(void)
{
	struct response a;

	CU_ASSERT_EQUAL(http_send("POST /revoke", auth_basic("viewer"),
				  text_format("token=%s", response_text(old, "access_token")))
				.status,
			200);
	a = upgrade_rpt("photo2{view}");
	EQ(response_granted(a), "photo2{view}");
	CU_ASSERT_FALSE(response_has(a, "upgraded"));
}

static void
an_upgrade_does_not_restore_an_rpt_of_a_revoked_grant(void)
{
	CU_ASSERT_EQUAL(http_send("POST /revoke", auth_basic("viewer"),
				  text_format("token=%s", response_text(old, "refresh_token")))
				.status,
			200);
	EQ(response_granted(upgrade_rpt("photo2{view}")), "photo2{view}");
}

static void
the_permissions_of_an_expired_rpt_are_assessed_again(void)
{
	struct response a;

	http_case_set_time(400);
	a = upgrade_rpt("photo2{view}");
	EQ(response_granted(a), "photo1{print,view} photo2{view}");
	CU_ASSERT(response_has(a, "upgraded"));
	CU_ASSERT_EQUAL(response_number(a, "expires_in"), 300);
}

/* Holds before and after the janitor removes the row. */
static void
an_rpt_that_expired_long_ago_is_ignored(void)
{
	http_case_set_time(300 + 299);
	EQ(response_granted(upgrade_rpt("photo2{view}")), "photo1{print,view} photo2{view}");
	old = redeem_ticket(new_ticket("photo1{view,print}"), "");
	http_case_set_time(300 + 299 + 300 + 300);
	EQ(response_granted(upgrade_rpt("photo2{view}")), "photo2{view}");
}

static void
permissions_that_are_no_longer_granted_are_dropped(void)
{
	struct response a;

	owner_permits("photo1", "view");
	a = upgrade_rpt("photo2{view}");
	EQ(response_granted(a), "photo1{view} photo2{view}");
	CU_ASSERT_FALSE(response_has(a, "upgraded"));
	EQ(response_granted(old), "photo1{view}");
}

static void
permissions_that_now_require_claims_are_dropped(void)
{
	struct response a;

	owner_set_policy("photo1",
			 "{'effect':'permit','scopes':['view'],'when':{'email':'a@example.net'}},"
			 "{'effect':'permit','scopes':['view','print'],'when':{'anyone':true}}");
	old = redeem_ticket(new_ticket("photo1{print}"), "");
	a = upgrade_rpt("photo2{view}");
	EQ(response_granted(a), "photo1{print} photo2{view}");
	owner_set_policy(
		"photo1",
		"{'id':'x','effect':'permit','scopes':'all','when':{'email':'a@b.example'}}");
	old = a;
	a = upgrade_rpt("photo2{print}");
	EQ(response_granted(a), "photo2{print,view}");
}

/* Introspection detects the deny rule at once, too. */
static void
permissions_that_an_earlier_rule_denies_are_dropped(void)
{
	struct response a;

	owner_set_policy("photo1",
			 "{'id':'no','effect':'deny','scopes':['print'],'when':{'anyone':true}},"
			 "{'id':'r1','effect':'permit','scopes':['view','print'],"
			 "'when':{'anyone':true}}");
	EQ(response_granted(old), "photo1{view}");
	a = upgrade_rpt("photo2{view}");
	EQ(response_granted(a), "photo1{view} photo2{view}");
	CU_ASSERT_FALSE(response_has(a, "upgraded"));
}

static void
only_the_uma_grant(struct client *client)
{
	client->grants = (struct str_list){ 0 };
	str_list_add(http_case.work->arena, &client->grants, GRANT_UMA);
}

static void
an_upgrade_without_refresh_tokens_works_the_same(void)
{
	struct response a;

	fixture_change_client(&http_case.fixture, "viewer", only_the_uma_grant);
	old = redeem_ticket(new_ticket("photo1{view}"), "");
	a = upgrade_rpt("photo2{view}");
	EQ(response_granted(a), "photo1{view} photo2{view}");
	EQ(response_granted(old), "inactive");
}

/* The old permission keeps its expiry; the new one has its own. */
static void
an_upgrade_extends_no_permission(void)
{
	struct response a;

	http_case_set_time(100);
	a = upgrade_rpt("photo2{view}");
	EQ(response_granted(a), "photo1{print,view} photo2{view}");
	http_case_set_time(299);
	EQ(response_granted(a), "photo1{print,view} photo2{view}");
	http_case_set_time(300);
	EQ(response_granted(a), "photo2{view}");
	http_case_set_time(400);
	EQ(response_granted(a), "inactive");
}

static void
permissions_that_the_owner_allowed_are_kept(void)
{
	struct response a;

	owner_set_policy("album", "{'effect':'ask','scopes':['view'],'when':{'anyone':true}}");
	a = redeem_ticket(new_ticket("album{view}"), "");
	answer_question("album{view}");
	old = redeem_ticket(response_text(a, "ticket"), "");
	EQ(response_granted(old), "album{view}");
	a = upgrade_rpt("photo2{view}");
	EQ(response_granted(a), "photo2{view} album{view}");
	CU_ASSERT(response_has(a, "upgraded"));
}

static void
a_permission_without_scopes_is_kept(void)
{
	owner_permits("badge", "all");
	old = redeem_ticket(new_ticket("badge{}"), "");
	EQ(response_granted(upgrade_rpt("photo2{view}")), "photo2{view} badge{}");
}

/* Requests two resources with the longest scopes: one RPT has room for one of them. */
static struct response
ask_for_many(const char *name, const char *more)
{
	struct buf scopes = { .arena = http_case.work->arena };
	const char *id;
	struct response a;

	out_open(&scopes, NULL, '[');
	for (int i = 0; i < 64; i++)
		out_text(&scopes, NULL, text_format("%s-%03d-%0240d", name, i, i));
	out_close(&scopes, ']');
	a = http_send("POST /resource_set", alice_auth(),
		      text_format("{\"resource_scopes\":%s}", scopes.data));
	id = response_text(a, "_id");
	CU_ASSERT_EQUAL(http_send(text_format("PUT /policy/%s", id), alice_auth(),
				  "{'rules':[{'effect':'permit',"
				  "'scopes':'all','when':{'anyone':true}}]}")
				.status,
			200);
	a = http_send("POST /permission", alice_auth(),
		      text_format("{\"resource_id\":\"%s\","
				  "\"resource_scopes\":%s}",
				  id, scopes.data));
	CU_ASSERT_EQUAL_FATAL(a.status, 201);
	return redeem_ticket(response_text(a, "ticket"), more);
}

/* Permissions of the old RPT are dropped if they do not fit beside the new ones. */
static void
permissions_that_do_not_fit_are_dropped(void)
{
	struct response large = ask_for_many("first", ""), second;

	CU_ASSERT_EQUAL_FATAL(large.status, 200);
	second = ask_for_many("second", with_rpt(large));
	CU_ASSERT_EQUAL_FATAL(second.status, 200);
	CU_ASSERT_FALSE(response_has(second, "upgraded"));
	CU_ASSERT_STRING_NOT_EQUAL(introspect_permissions(alice_auth(),
							  response_text(large, "access_token")),
				   "inactive");
	CU_ASSERT_STRING_NOT_EQUAL(introspect_permissions(alice_auth(),
							  response_text(second, "access_token")),
				   "inactive");
}

static CU_TestInfo tests[] = {
	{ "the upgraded RPT has both permissions, the old RPT is inactive [G-UPG-02 G-UPG-03 G-UPG-06]",
	  the_upgraded_rpt_has_both_permissions_the_old_rpt_is_inactive },
	{ "an upgrade revokes the refresh token of the old RPT",
	  an_upgrade_revokes_the_refresh_token_of_the_old_rpt },
	{ "scopes of one resource are merged [G-UPG-10]", scopes_of_one_resource_are_merged },
	{ "a failed upgrade changes nothing [G-UPG-09]", a_failed_upgrade_changes_nothing },
	{ "another client cannot upgrade the RPT [G-UPG-04 G-UPG-07]",
	  another_client_cannot_upgrade_the_rpt },
	{ "another requesting party cannot upgrade the RPT [G-UPG-07]",
	  another_requesting_party_cannot_upgrade_the_rpt },
	{ "an RPT of another owner or resource server is not upgraded [G-UPG-07 G-CONV-04]",
	  an_rpt_of_another_owner_or_resource_server_is_not_upgraded },
	{ "a malformed rpt parameter is ignored [G-UPG-08]", a_malformed_rpt_parameter_is_ignored },
	{ "an upgrade does not restore a revoked RPT [G-UPG-08]",
	  an_upgrade_does_not_restore_a_revoked_rpt },
	{ "an upgrade does not restore an RPT of a revoked grant [G-UPG-08]",
	  an_upgrade_does_not_restore_an_rpt_of_a_revoked_grant },
	{ "the permissions of an expired RPT are assessed again [G-UPG-05 D-08]",
	  the_permissions_of_an_expired_rpt_are_assessed_again },
	{ "permissions that are no longer granted are dropped [D-08 T-U15]",
	  permissions_that_are_no_longer_granted_are_dropped },
	{ "permissions that now require claims are dropped [D-08 T-U15]",
	  permissions_that_now_require_claims_are_dropped },
	{ "permissions that an earlier rule denies are dropped [D-08 T-U15]",
	  permissions_that_an_earlier_rule_denies_are_dropped },
	{ "an upgrade without refresh tokens works the same [G-UPG-02 G-UPG-06]",
	  an_upgrade_without_refresh_tokens_works_the_same },
	{ "an upgrade extends no permission [G-UPG-10]", an_upgrade_extends_no_permission },
	{ "permissions that the owner allowed are kept",
	  permissions_that_the_owner_allowed_are_kept },
	{ "a permission without scopes is kept", a_permission_without_scopes_is_kept },
	{ "permissions that do not fit are dropped [G-ASM-10 G-UPG-04]",
	  permissions_that_do_not_fit_are_dropped },
	{ "an RPT that expired long ago is ignored [G-UPG-05]",
	  an_rpt_that_expired_long_ago_is_ignored },
	CU_TEST_INFO_NULL
};

CU_SuiteInfo upgrade_suite = { "server/upgrade", NULL, NULL, upgrade_flow_setup,
			       http_case_close,	 tests };
