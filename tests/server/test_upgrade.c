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
the_new_one_holds_both(void)
{
	struct response a = upgrade_rpt("photo2{view}");

	EQ(response_granted(a), "photo1{print,view} photo2{view}");
	CU_ASSERT_PTR_NOT_NULL(strstr(a.body, "\"upgraded\":true"));
	EQ(response_granted(old), "inactive");
}

static void
with_the_old_goes_its_refresh_token(void)
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
scopes_of_one_resource_are_joined(void)
{
	owner_permits("photo1", "all");
	old = redeem_ticket(new_ticket("photo1{view,print}"), "");
	EQ(response_granted(upgrade_rpt("photo1{resize}")), "photo1{print,resize,view}");
}

static void
a_failed_request_changes_nothing(void)
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
another_client_upgrades_nothing(void)
{
	struct response a = redeem_ticket_as("other", new_ticket("photo2{view}"), with_rpt(old));

	EQ(response_granted(a), "photo2{view}");
	CU_ASSERT_FALSE(response_has(a, "upgraded"));
	EQ(response_granted(old), "photo1{print,view}");
}

static void
another_person_upgrades_nothing(void)
{
	struct response a = redeem_ticket(new_ticket("photo2{view}"),
					  text_format("%s%s", with_rpt(old),
						      push_claims_param("viewer", "{}")));

	EQ(response_granted(a), "photo2{view}");
	CU_ASSERT_FALSE(response_has(a, "upgraded"));
	EQ(response_granted(old), "photo1{print,view}");
}

/* The same at another owner, and at another resource server. */
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
another_owner_or_server_upgrades_nothing(void)
{
	const char *where[] = { issue_pat(http_case.c.erin, "photoz"),
				issue_pat(http_case.c.alice, "filez") };

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
garbage_is_as_if_not_sent(void)
{
	static const char *const garbage[] = { "&rpt=x", "&rpt=a.b.c", "&rpt=tk_x", "&rpt=%20" };

	for (size_t i = 0; i < 4; i++) {
		struct response a = redeem_ticket(new_ticket("photo2{view}"), garbage[i]);

		EQ(response_granted(a), "photo2{view}");
		CU_ASSERT_FALSE(response_has(a, "upgraded"));
	}
}

static void
a_revoked_one_does_not_come_back(void)
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
one_of_an_ended_grant_does_not_come_back(void)
{
	CU_ASSERT_EQUAL(http_send("POST /revoke", auth_basic("viewer"),
				  text_format("token=%s", response_text(old, "refresh_token")))
				.status,
			200);
	EQ(response_granted(upgrade_rpt("photo2{view}")), "photo2{view}");
}

static void
an_expired_one_is_judged_afresh(void)
{
	struct response a;

	http_case_set_time(400);
	a = upgrade_rpt("photo2{view}");
	EQ(response_granted(a), "photo1{print,view} photo2{view}");
	CU_ASSERT(response_has(a, "upgraded"));
	CU_ASSERT_EQUAL(response_number(a, "expires_in"), 300);
}

/* Whether or not the janitor has come by. */
static void
one_that_expired_long_ago_is_not_looked_at(void)
{
	http_case_set_time(300 + 299);
	EQ(response_granted(upgrade_rpt("photo2{view}")), "photo1{print,view} photo2{view}");
	old = redeem_ticket(new_ticket("photo1{view,print}"), "");
	http_case_set_time(300 + 299 + 300 + 300);
	EQ(response_granted(upgrade_rpt("photo2{view}")), "photo2{view}");
}

static void
what_is_no_longer_permitted_is_dropped(void)
{
	struct response a;

	owner_permits("photo1", "view");
	a = upgrade_rpt("photo2{view}");
	EQ(response_granted(a), "photo1{view} photo2{view}");
	CU_ASSERT_FALSE(response_has(a, "upgraded"));
	EQ(response_granted(old), "photo1{view}");
}

static void
what_now_needs_claims_is_dropped(void)
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

/* Introspection sees it at once, too. */
static void
what_an_earlier_rule_denies_is_dropped(void)
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
	str_list_add(http_case.c.s.arena, &client->grants, GRANT_UMA);
}

static void
without_refresh_tokens_it_is_the_same(void)
{
	struct response a;

	fixture_change_client(&http_case.c, "viewer", only_the_uma_grant);
	old = redeem_ticket(new_ticket("photo1{view}"), "");
	a = upgrade_rpt("photo2{view}");
	EQ(response_granted(a), "photo1{view} photo2{view}");
	EQ(response_granted(old), "inactive");
}

/* The old permission keeps its end; the new one has its own. */
static void
nothing_is_prolonged(void)
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
an_answer_of_the_owner_is_carried(void)
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
a_bare_resource_is_carried(void)
{
	owner_permits("badge", "all");
	old = redeem_ticket(new_ticket("badge{}"), "");
	EQ(response_granted(upgrade_rpt("photo2{view}")), "photo2{view} badge{}");
}

/* Scopes as long as they may be, so that two such resources do not fit into one RPT. */
static struct response
ask_for_many(const char *name, const char *more)
{
	struct buf scopes = { .arena = http_case.c.s.arena };
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

/* What is granted now is not refused for the sake of what was granted before. */
static void
what_does_not_fit_is_not_carried(void)
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
	{ "the new one holds both, the old is inactive [G-UPG-02 G-UPG-03 G-UPG-06]",
	  the_new_one_holds_both },
	{ "with the old goes its refresh token", with_the_old_goes_its_refresh_token },
	{ "scopes of one resource are joined [G-UPG-10]", scopes_of_one_resource_are_joined },
	{ "a failed request changes nothing [G-UPG-09]", a_failed_request_changes_nothing },
	{ "another client upgrades nothing [G-UPG-04 G-UPG-07]", another_client_upgrades_nothing },
	{ "another person upgrades nothing [G-UPG-07]", another_person_upgrades_nothing },
	{ "another owner or server upgrades nothing [G-UPG-07 G-CONV-04]",
	  another_owner_or_server_upgrades_nothing },
	{ "garbage is as if not sent [G-UPG-08]", garbage_is_as_if_not_sent },
	{ "a revoked one does not come back [G-UPG-08]", a_revoked_one_does_not_come_back },
	{ "one of an ended grant does not come back [G-UPG-08]",
	  one_of_an_ended_grant_does_not_come_back },
	{ "an expired one is judged afresh [G-UPG-05 D-08]", an_expired_one_is_judged_afresh },
	{ "what is no longer permitted is dropped [D-08 T-U15]",
	  what_is_no_longer_permitted_is_dropped },
	{ "what now needs claims is dropped [D-08 T-U15]", what_now_needs_claims_is_dropped },
	{ "what an earlier rule denies is dropped [D-08 T-U15]",
	  what_an_earlier_rule_denies_is_dropped },
	{ "without refresh tokens it is the same [G-UPG-02 G-UPG-06]",
	  without_refresh_tokens_it_is_the_same },
	{ "nothing is prolonged [G-UPG-10]", nothing_is_prolonged },
	{ "an answer of the owner is carried", an_answer_of_the_owner_is_carried },
	{ "a bare resource is carried", a_bare_resource_is_carried },
	{ "what does not fit is not carried [G-ASM-10 G-UPG-04]",
	  what_does_not_fit_is_not_carried },
	{ "one that expired long ago is not looked at [G-UPG-05]",
	  one_that_expired_long_ago_is_not_looked_at },
	CU_TEST_INFO_NULL
};

CU_SuiteInfo upgrade_suite = { "server/upgrade", NULL, NULL, upgrade_flow_setup,
			       http_case_close,	 tests };
