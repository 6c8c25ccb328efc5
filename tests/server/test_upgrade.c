/* SPDX-License-Identifier: Apache-2.0 */
#include "base/json.h"
#include "tests/run.h"
#include "tests/server/share.h"

#define EQ CU_ASSERT_STRING_EQUAL

static struct said old;

static void
start(void)
{
	share_open();
	permits("photo1", "view print");
	permits("photo2", "all");
	old = redeem(ticket("photo1{view,print}"), "");
	EQ(granted(old), "photo1{print,view}");
}

static const char *
with_rpt(struct said a)
{
	return format("&rpt=%s", text(a, "access_token"));
}

static struct said
upgrade(const char *permissions)
{
	return redeem(ticket(permissions), with_rpt(old));
}

static void
the_new_one_holds_both(void)
{
	struct said a = upgrade("photo2{view}");

	EQ(granted(a), "photo1{print,view} photo2{view}");
	CU_ASSERT_PTR_NOT_NULL(strstr(a.body, "\"upgraded\":true"));
	EQ(granted(old), "inactive");
}

static void
with_the_old_goes_its_refresh_token(void)
{
	struct said a = upgrade("photo2{view}");

	CU_ASSERT_EQUAL(a.status, 200);
	EQ(text(say("POST /token", basic("viewer"),
		    format("grant_type=refresh_token&refresh_token=%s",
		text(old, "refresh_token"))), "error"), "invalid_grant");
}

static void
scopes_of_one_resource_are_joined(void)
{
	permits("photo1", "all");
	old = redeem(ticket("photo1{view,print}"), "");
	EQ(granted(upgrade("photo1{resize}")), "photo1{print,resize,view}");
}

static void
a_failed_request_changes_nothing(void)
{
	EQ(granted(upgrade("album{view}")), "403 request_denied");
	EQ(granted(old), "photo1{print,view}");
	policy("album", "{'effect':'permit','scopes':['view'],'when':{'email':'a@example.net'}}");
	EQ(granted(upgrade("album{view}")), "403 need_info");
	EQ(granted(redeem("x", with_rpt(old))), "400 invalid_grant");
	EQ(granted(old), "photo1{print,view}");
}

static void
another_client_upgrades_nothing(void)
{
	struct said a = redeem_as("other", ticket("photo2{view}"), with_rpt(old));

	EQ(granted(a), "photo2{view}");
	CU_ASSERT_FALSE(has(a, "upgraded"));
	EQ(granted(old), "photo1{print,view}");
}

static void
another_person_upgrades_nothing(void)
{
	struct said a = redeem(ticket("photo2{view}"),
			       format("%s%s", with_rpt(old), pushed("viewer", "{}")));

	EQ(granted(a), "photo2{view}");
	CU_ASSERT_FALSE(has(a, "upgraded"));
	EQ(granted(old), "photo1{print,view}");
}

/* The same at another owner, and at another resource server. */
static const char *
ticket_elsewhere(const char *auth)
{
	struct said a = say("POST /resource_set", auth, "{'resource_scopes':['view']}");
	const char *id = text(a, "_id");

	CU_ASSERT_EQUAL(say(format("PUT /policy/%s", id), auth, "{'rules':[{'effect':'permit',"
			    "'scopes':'all','when':{'anyone':true}}]}").status, 200);
	return text(say("POST /permission", auth,
			format("{'resource_id':'%s','resource_scopes':['view']}", id)), "ticket");
}

static void
another_owner_or_server_upgrades_nothing(void)
{
	const char *where[] = { pat(world.c.erin, "photoz"), pat(world.c.alice, "filez") };

	for (size_t i = 0; i < 2; i++) {
		struct said a = redeem(ticket_elsewhere(where[i]), with_rpt(old));

		CU_ASSERT_EQUAL(a.status, 200);
		CU_ASSERT_FALSE(has(a, "upgraded"));
		EQ(introspected(where[i], text(a, "access_token")), "nothing");
		EQ(granted(a), "inactive");
		EQ(granted(old), "photo1{print,view}");
	}
}

static void
garbage_is_as_if_not_sent(void)
{
	static const char *const garbage[] = { "&rpt=x", "&rpt=a.b.c", "&rpt=tk_x", "&rpt=%20" };

	for (size_t i = 0; i < 4; i++) {
		struct said a = redeem(ticket("photo2{view}"), garbage[i]);

		EQ(granted(a), "photo2{view}");
		CU_ASSERT_FALSE(has(a, "upgraded"));
	}
}

static void
a_revoked_one_does_not_come_back(void)
{
	struct said a;

	CU_ASSERT_EQUAL(say("POST /revoke", basic("viewer"),
			    format("token=%s", text(old, "access_token"))).status, 200);
	a = upgrade("photo2{view}");
	EQ(granted(a), "photo2{view}");
	CU_ASSERT_FALSE(has(a, "upgraded"));
}

static void
one_of_an_ended_grant_does_not_come_back(void)
{
	CU_ASSERT_EQUAL(say("POST /revoke", basic("viewer"),
			    format("token=%s", text(old, "refresh_token"))).status, 200);
	EQ(granted(upgrade("photo2{view}")), "photo2{view}");
}

static void
an_expired_one_is_judged_afresh(void)
{
	struct said a;

	world_at(400);
	a = upgrade("photo2{view}");
	EQ(granted(a), "photo1{print,view} photo2{view}");
	CU_ASSERT(has(a, "upgraded"));
	CU_ASSERT_EQUAL(number(a, "expires_in"), 300);
}

/* Whether or not the janitor has come by. */
static void
one_that_expired_long_ago_is_not_looked_at(void)
{
	world_at(300 + 299);
	EQ(granted(upgrade("photo2{view}")), "photo1{print,view} photo2{view}");
	old = redeem(ticket("photo1{view,print}"), "");
	world_at(300 + 299 + 300 + 300);
	EQ(granted(upgrade("photo2{view}")), "photo2{view}");
}

static void
what_is_no_longer_permitted_is_dropped(void)
{
	struct said a;

	permits("photo1", "view");
	a = upgrade("photo2{view}");
	EQ(granted(a), "photo1{view} photo2{view}");
	CU_ASSERT_FALSE(has(a, "upgraded"));
	EQ(granted(old), "photo1{view}");
}

static void
what_now_needs_claims_is_dropped(void)
{
	struct said a;

	policy("photo1", "{'effect':'permit','scopes':['view'],'when':{'email':'a@example.net'}},"
			 "{'effect':'permit','scopes':['view','print'],'when':{'anyone':true}}");
	old = redeem(ticket("photo1{print}"), "");
	a = upgrade("photo2{view}");
	EQ(granted(a), "photo1{print} photo2{view}");
	policy("photo1",
	       "{'id':'x','effect':'permit','scopes':'all','when':{'email':'a@b.example'}}");
	old = a;
	a = upgrade("photo2{print}");
	EQ(granted(a), "photo2{print,view}");
}

/* Introspection sees it at once, too. */
static void
what_an_earlier_rule_denies_is_dropped(void)
{
	struct said a;

	policy("photo1", "{'id':'no','effect':'deny','scopes':['print'],'when':{'anyone':true}},"
			 "{'id':'r1','effect':'permit','scopes':['view','print'],"
			 "'when':{'anyone':true}}");
	EQ(granted(old), "photo1{view}");
	a = upgrade("photo2{view}");
	EQ(granted(a), "photo1{view} photo2{view}");
	CU_ASSERT_FALSE(has(a, "upgraded"));
}

static void
only_the_uma_grant(struct client *client)
{
	client->grants = (struct strs){ 0 };
	strs_add(world.c.s.arena, &client->grants, GRANT_UMA);
}

static void
without_refresh_tokens_it_is_the_same(void)
{
	struct said a;

	cast_change(&world.c, "viewer", only_the_uma_grant);
	old = redeem(ticket("photo1{view}"), "");
	a = upgrade("photo2{view}");
	EQ(granted(a), "photo1{view} photo2{view}");
	EQ(granted(old), "inactive");
}

/* The old permission keeps its end; the new one has its own. */
static void
nothing_is_prolonged(void)
{
	struct said a;

	world_at(100);
	a = upgrade("photo2{view}");
	EQ(granted(a), "photo1{print,view} photo2{view}");
	world_at(299);
	EQ(granted(a), "photo1{print,view} photo2{view}");
	world_at(300);
	EQ(granted(a), "photo2{view}");
	world_at(400);
	EQ(granted(a), "inactive");
}

static void
an_answer_of_the_owner_is_carried(void)
{
	struct said a;

	policy("album", "{'effect':'ask','scopes':['view'],'when':{'anyone':true}}");
	a = redeem(ticket("album{view}"), "");
	answer_question("album{view}");
	old = redeem(text(a, "ticket"), "");
	EQ(granted(old), "album{view}");
	a = upgrade("photo2{view}");
	EQ(granted(a), "photo2{view} album{view}");
	CU_ASSERT(has(a, "upgraded"));
}

static void
a_bare_resource_is_carried(void)
{
	permits("badge", "all");
	old = redeem(ticket("badge{}"), "");
	EQ(granted(upgrade("photo2{view}")), "photo2{view} badge{}");
}

/* Scopes as long as they may be, so that two such resources do not fit into one RPT. */
static struct said
ask_for_many(const char *name, const char *more)
{
	struct buf scopes = { .arena = world.c.s.arena };
	const char *id;
	struct said a;

	out_open(&scopes, NULL, '[');
	for (int i = 0; i < 64; i++)
		out_text(&scopes, NULL, format("%s-%03d-%0240d", name, i, i));
	out_close(&scopes, ']');
	a = say("POST /resource_set", alice(), format("{\"resource_scopes\":%s}", scopes.data));
	id = text(a, "_id");
	CU_ASSERT_EQUAL(say(format("PUT /policy/%s", id), alice(), "{'rules':[{'effect':'permit',"
			    "'scopes':'all','when':{'anyone':true}}]}").status, 200);
	a = say("POST /permission", alice(), format("{\"resource_id\":\"%s\","
			    "\"resource_scopes\":%s}", id, scopes.data));
	CU_ASSERT_EQUAL_FATAL(a.status, 201);
	return redeem(text(a, "ticket"), more);
}

/* What is granted now is not refused for the sake of what was granted before. */
static void
what_does_not_fit_is_not_carried(void)
{
	struct said large = ask_for_many("first", ""), second;

	CU_ASSERT_EQUAL_FATAL(large.status, 200);
	second = ask_for_many("second", with_rpt(large));
	CU_ASSERT_EQUAL_FATAL(second.status, 200);
	CU_ASSERT_FALSE(has(second, "upgraded"));
	CU_ASSERT_STRING_NOT_EQUAL(introspected(alice(), text(large, "access_token")), "inactive");
	CU_ASSERT_STRING_NOT_EQUAL(introspected(alice(), text(second, "access_token")),
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

CU_SuiteInfo upgrade_suite = { "server/upgrade", NULL, NULL, start, world_close, tests };
