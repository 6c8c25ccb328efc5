/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What is withdrawn is withdrawn at the next look and for good: each thing that a grant rests on is
 * taken away and given back, and tickets, RPTs, refresh tokens, PATs and PCTs from before stay dead
 * (T-U15, T-U19).
 */
#include "model/consent.h"
#include "model/issuer.h"
#include "model/pair.h"
#include "tests/run.h"
#include "tests/server/share.h"

#define EQ CU_ASSERT_STRING_EQUAL
#define BOB_VIEWS "{'id':'r','effect':'permit','scopes':['view']," \
		  "'when':{'email':'bob@example.net'}}"

/* From before the withdrawal. */
static const char *old_pat, *old_ticket, *old_rotated;
static struct said old;

static void
link_bob(void)
{
	struct account acc;

	CU_ASSERT_EQUAL(account_find(&world.c.s.w, world.c.bob, ERR_NOT_FOUND, &acc), OK);
	CU_ASSERT_EQUAL(account_link(&world.c.s.w, &acc, IDP, "b0b"), OK);
	CU_ASSERT_EQUAL(scene_commit(&world.c.s), OK);
}

static struct said
ask_as_bob(const char *permissions)
{
	return redeem(ticket(permissions), pushed("viewer", "{'sub':'b0b'}"));
}

static void
start(void)
{
	share_open();
	link_bob();
	policy("photo1", BOB_VIEWS);
	policy("photo2", BOB_VIEWS);
	old_pat = alice();
	old_ticket = ticket("photo1{view}");
	old = ask_as_bob("photo1{view}");
	CU_ASSERT_EQUAL_FATAL(old.status, 200);
	old_rotated = text(redeem(ticket("photo2{view}"), ""), "ticket");
}

static const char *
old_now(const char *auth)
{
	return introspected(auth, text(old, "access_token"));
}

static const char *
refresh_token_told(struct said a)
{
	const char *body = format("token=%s", text(a, "refresh_token"));

	return say("POST /introspect", basic("viewer"), body).body;
}

/* Nothing from before counts; what is asked for anew does. */
static void
old_is_dead(void)
{
	const char *next = pat(world.c.alice, "photoz");

	EQ(old_now(next), "inactive");
	EQ(old_now(basic("photoz")), "inactive");
	EQ(refresh_token_told(old), "{\"active\":false}");
	EQ(outcome(refresh(old, "")), "400 invalid_grant");
}

static void
with_client(const char *id, void (*change)(struct client *client))
{
	scene_begin(&world.c.s);
	cast_change(&world.c, id, change);
}

static void
use_nothing_but(const char *grant)
{
	struct client client;

	scene_begin(&world.c.s);
	CU_ASSERT_EQUAL_FATAL(client_find(&world.c.s.w, "viewer", ABSENT, &client), OK);
	client.grants = (struct strs){ 0 };
	strs_add(world.c.s.arena, &client.grants, grant);
	if (strcmp(grant, GRANT_UMA) != 0)
		strs_add(world.c.s.arena, &client.grants, GRANT_UMA);
	CU_ASSERT_EQUAL(client_put(&world.c.s.w, &client), OK);
	CU_ASSERT_EQUAL(scene_commit(&world.c.s), OK);
}

static void
with_account(const char *id, bool disabled)
{
	struct account acc;

	scene_begin(&world.c.s);
	CU_ASSERT_EQUAL(account_find(&world.c.s.w, id, ERR_NOT_FOUND, &acc), OK);
	acc.disabled = disabled;
	CU_ASSERT_EQUAL(account_put(&world.c.s.w, &acc), OK);
	CU_ASSERT_EQUAL(scene_commit(&world.c.s), OK);
}

static void
nothing_ends_without_a_withdrawal(void)
{
	EQ(old_now(alice()), "photo1{view}");
	EQ(old_now(basic("photoz")), "photo1{view}");
	CU_ASSERT_STRING_NOT_EQUAL(refresh_token_told(old), "{\"active\":false}");
	CU_ASSERT_EQUAL(refresh(old, "").status, 200);
	EQ(granted(redeem(old_rotated, pushed("viewer", "{'sub':'b0b'}"))), "photo2{view}");
	EQ(granted(redeem(old_ticket, format("&pct=%s", text(old, "pct")))), "photo1{view}");
}

static void
a_client_that_was_disabled(void)
{
	with_client("viewer", cast_disable);
	EQ(old_now(alice()), "inactive");
	with_client("viewer", cast_enable);
	old_is_dead();
	EQ(outcome(redeem(old_rotated, pushed("viewer", "{'sub':'b0b'}"))), "400 invalid_grant");
	EQ(outcome(redeem(ticket("photo1{view}"), format("&pct=%s", text(old, "pct")))),
	   "403 need_info");
	EQ(granted(ask_as_bob("photo1{view}")), "photo1{view}");
}

static void
a_client_that_might_not_refresh(void)
{
	use_nothing_but(GRANT_UMA);
	EQ(outcome(refresh(old, "")), "400 unauthorized_client");
	use_nothing_but(GRANT_REFRESH);
	old_is_dead();
	EQ(outcome(redeem(old_rotated, pushed("viewer", "{'sub':'b0b'}"))), "400 invalid_grant");
	EQ(granted(ask_as_bob("photo1{view}")), "photo1{view}");
}

static void
check_resource_server(void)
{
	old_is_dead();
	EQ(outcome(redeem(old_ticket, pushed("viewer", "{'sub':'b0b'}"))), "400 invalid_grant");
	EQ(outcome(redeem(old_rotated, pushed("viewer", "{'sub':'b0b'}"))), "400 invalid_grant");
	CU_ASSERT_EQUAL(say("GET /resource_set", old_pat, NULL).status, 401);
	CU_ASSERT_EQUAL(say("GET /resource_set", pat(world.c.alice, "photoz"), NULL).status, 200);
}

static void
a_resource_server_that_was_disabled(void)
{
	with_client("photoz", cast_disable);
	with_client("photoz", cast_enable);
	check_resource_server();
}

static void
a_resource_server_that_was_none(void)
{
	with_client("photoz", cast_forbid_protection);
	CU_ASSERT_EQUAL(say("GET /resource_set", old_pat, NULL).status, 403);
	EQ(old_now(basic("photoz")), "inactive");
	EQ(outcome(redeem(old_ticket, pushed("viewer", "{'sub':'b0b'}"))),
	   "400 invalid_grant");
	with_client("photoz", cast_allow_protection);
	check_resource_server();
}

static void
an_owner_who_was_disabled(void)
{
	with_account(world.c.alice, true);
	with_account(world.c.alice, false);
	check_resource_server();
}

static void
an_owners_own_token(void)
{
	const char *own = bearer(access_token("", world.c.alice, SCOPE_OWNER));
	const char *photo = format("GET /policy/%s", id_of("photo1"));

	CU_ASSERT_EQUAL(say(photo, own, NULL).status, 200);
	with_account(world.c.alice, true);
	with_account(world.c.alice, false);
	CU_ASSERT_EQUAL(say(photo, own, NULL).status, 401);
}

static void
a_person_who_was_disabled(void)
{
	const char *pct = text(old, "pct");

	with_account(world.c.bob, true);
	EQ(old_now(alice()), "inactive");
	with_account(world.c.bob, false);
	old_is_dead();
	EQ(outcome(redeem(old_ticket, format("&pct=%s", pct))), "403 need_info");
	EQ(granted(ask_as_bob("photo1{view}")), "photo1{view}");
}

/* Known by an identity alone, which an account is linked to afterwards. */
static void
a_person_who_got_an_account_that_is_disabled(void)
{
	struct said a = redeem(ticket("photo1{view}"), pushed("viewer", "{'sub':'n3w'}"));
	struct account acc;

	EQ(granted(a), "photo1{view}");
	CU_ASSERT_EQUAL(account_find(&world.c.s.w, world.c.erin, ERR_NOT_FOUND, &acc), OK);
	CU_ASSERT_EQUAL(account_link(&world.c.s.w, &acc, IDP, "n3w"), OK);
	CU_ASSERT_EQUAL(scene_commit(&world.c.s), OK);
	with_account(world.c.erin, true);
	EQ(granted(a), "inactive");
	EQ(outcome(refresh(a, "")), "400 invalid_grant");
}

/* … and then removed: without an account again, the person is not whom the RPT was for. */
static void
a_person_whose_account_was_removed(void)
{
	struct said a = redeem(ticket("photo1{view}"), pushed("viewer", "{'sub':'n3w'}"));
	const char *pct = text(a, "pct");
	struct account acc;

	EQ(granted(a), "photo1{view}");
	CU_ASSERT_EQUAL(account_find(&world.c.s.w, world.c.erin, ERR_NOT_FOUND, &acc), OK);
	CU_ASSERT_EQUAL(account_link(&world.c.s.w, &acc, IDP, "n3w"), OK);
	CU_ASSERT_EQUAL(scene_commit(&world.c.s), OK);
	EQ(granted(a), "inactive");
	CU_ASSERT_EQUAL(account_remove(&world.c.s.w, &acc), OK);
	CU_ASSERT_EQUAL(scene_commit(&world.c.s), OK);
	EQ(granted(a), "inactive");
	EQ(outcome(refresh(a, "")), "400 invalid_grant");
	EQ(outcome(redeem(old_ticket, format("&pct=%s", pct))), "403 need_info");
	EQ(granted(redeem(ticket("photo1{view}"), pushed("viewer", "{'sub':'n3w'}"))),
	   "photo1{view}");
}

static void
an_issuer_that_was_removed(void)
{
	CU_ASSERT_EQUAL(issuer_remove(&world.c.s.w, IDP), OK);
	CU_ASSERT_EQUAL(scene_commit(&world.c.s), OK);
	EQ(old_now(alice()), "inactive");
	cast_issuer(&world.c, IDP);
	old_is_dead();
	EQ(outcome(redeem(old_ticket, format("&pct=%s", text(old, "pct")))), "403 need_info");
}

static void
an_issuer_with_new_keys(void)
{
	cast_issuer(&world.c, IDP);
	EQ(old_now(alice()), "photo1{view}");
}

static void
the_right_to_push_claims(void)
{
	with_client("viewer", cast_forbid_push);
	EQ(outcome(redeem(ticket("photo1{view}"), format("&pct=%s", text(old, "pct")))),
	   "403 need_info");
	with_client("viewer", cast_allow_push);
	EQ(outcome(redeem(ticket("photo1{view}"), format("&pct=%s", text(old, "pct")))),
	   "403 need_info");
	EQ(old_now(alice()), "photo1{view}");
}

static void
change_scopes(const char *scopes)
{
	struct said a = say(format("PUT /resource_set/%s", id_of("photo1")), alice(),
			    format("{'resource_scopes':[%s]}", scopes));

	CU_ASSERT_EQUAL(a.status, 200);
}

static void
a_scope_that_was_removed(void)
{
	change_scopes("'print'");
	change_scopes("'print','view'");
	old_is_dead();
	EQ(outcome(redeem(old_ticket, pushed("viewer", "{'sub':'b0b'}"))), "403 request_denied");
	EQ(granted(ask_as_bob("photo1{view}")), "photo1{view}");
}

static void
a_deny_rule_put_above(void)
{
	policy("photo1", "{'effect':'deny','scopes':['view'],'when':{'client':'other'}},"
	       BOB_VIEWS);
	EQ(old_now(alice()), "inactive");
	EQ(outcome(refresh(old, "")), "400 invalid_grant");
}

static void
a_permit_rule_put_above(void)
{
	policy("photo1", "{'effect':'permit','scopes':['view'],'when':{'client':'other'}},"
	       BOB_VIEWS);
	EQ(old_now(alice()), "photo1{view}");
	CU_ASSERT_EQUAL(refresh(old, "").status, 200);
}

static void
leave_groups(const char *account)
{
	struct account acc;

	scene_begin(&world.c.s);
	CU_ASSERT_EQUAL(account_find(&world.c.s.w, account, ERR_NOT_FOUND, &acc), OK);
	acc.groups = (struct strs){ 0 };
	CU_ASSERT_EQUAL(account_put(&world.c.s.w, &acc), OK);
	CU_ASSERT_EQUAL(scene_commit(&world.c.s), OK);
}

static void
a_group_that_was_left(void)
{
	struct said a;

	policy("photo2", "{'effect':'permit','scopes':['print'],'when':{'group':'family'}}");
	a = ask_as_bob("photo2{print}");
	EQ(granted(a), "photo2{print}");
	leave_groups(world.c.bob);
	EQ(granted(a), "inactive");
	EQ(outcome(refresh(a, "")), "400 invalid_grant");
	EQ(old_now(alice()), "photo1{view}");
}

/* Without an edit: the window of a deny rule opens, and it would have decided. */
static void
a_deny_rule_that_opens(void)
{
	struct said a;

	policy("photo2", format("{'effect':'deny','scopes':'all','from':%d,'when':{'anyone':true}},"
				BOB_VIEWS, SCENE_NOW + 100));
	a = ask_as_bob("photo2{view}");
	EQ(granted(a), "photo2{view}");
	world_at(99);
	EQ(granted(a), "photo2{view}");
	world_at(100);
	EQ(granted(a), "inactive");
	EQ(outcome(refresh(a, "")), "400 invalid_grant");
}

static void
an_answer_of_an_owner_who_revoked(void)
{
	struct said a;

	policy("photo2", "{'effect':'ask','scopes':['print'],'when':{'anyone':true}}");
	a = ask_as_bob("photo2{print}");
	EQ(outcome(a), "403 request_submitted");
	answer_question("photo2{print}");
	a = redeem(text(a, "ticket"), "");
	EQ(granted(a), "photo2{print}");
	CU_ASSERT_EQUAL(pair_withdraw(&world.c.s.w, world.c.alice, "photoz"), OK);
	CU_ASSERT_EQUAL(scene_commit(&world.c.s), OK);
	share_new_pat();
	EQ(granted(a), "inactive");
	EQ(outcome(ask_as_bob("photo2{print}")), "403 request_submitted");
}

/* The owner allowed a scope that is not there any more, and then another of its name. */
static void
an_answer_about_a_scope_that_was_removed(void)
{
	struct said a;

	policy("photo1", "{'effect':'ask','scopes':['print'],'when':{'anyone':true}}");
	a = ask_as_bob("photo1{print}");
	answer_question("photo1{print}");
	EQ(granted(redeem(text(a, "ticket"), "")), "photo1{print}");
	change_scopes("'view'");
	change_scopes("'print','view'");
	EQ(outcome(ask_as_bob("photo1{print}")), "403 request_submitted");
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

CU_SuiteInfo withdrawn_suite = { "server/withdrawn", NULL, NULL, start, world_close, tests };
