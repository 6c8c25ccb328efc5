/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/run.h"
#include "tests/server/share.h"

#define EQ CU_ASSERT_STRING_EQUAL

static struct said first;

static void
start(void)
{
	share_open();
	permits("photo1", "view print");
	permits("photo2", "all");
	first = redeem(ticket("photo1{view,print} photo2{}"), "");
	EQ(granted(first), "photo1{print,view} photo2{}");
}

static void
a_refresh_gives_a_new_rpt(void)
{
	struct said a = refresh(first, "");

	EQ(granted(a), "photo1{print,view} photo2{}");
	EQ(text(a, "token_type"), "Bearer");
	CU_ASSERT_EQUAL(number(a, "expires_in"), 300);
	CU_ASSERT_STRING_NOT_EQUAL(text(a, "refresh_token"), text(first, "refresh_token"));
	CU_ASSERT_STRING_NOT_EQUAL(text(a, "access_token"), text(first, "access_token"));
	CU_ASSERT_FALSE(has(a, "scope"));
	CU_ASSERT_EQUAL(audited("rpt.refreshed"), 1);
}

static void
it_goes_on_when_the_rpt_has_expired(void)
{
	struct said a;

	world_at(301);
	EQ(granted(first), "inactive");
	a = refresh(first, "");
	EQ(granted(a), "photo1{print,view} photo2{}");
	world_at(602);
	EQ(granted(refresh(a, "")), "photo1{print,view} photo2{}");
}

/* Claims are asked for anew by no refresh. */
static void
nothing_is_assessed(void)
{
	struct said a;

	policy("album", "{'effect':'permit','scopes':['view'],'when':{'authentication':"
			"{'max_age':60}}}");
	a = redeem(ticket("album{view}"), pushed("viewer", "{'auth_time':1699999990}"));
	EQ(granted(a), "album{view}");
	world_at(3600);
	EQ(granted(refresh(a, "")), "album{view}");
}

static void
a_token_that_comes_twice_ends_the_grant(void)
{
	struct said second = refresh(first, "");

	EQ(granted(refresh(first, "")), "400 invalid_grant");
	EQ(granted(refresh(second, "")), "400 invalid_grant");
	EQ(granted(first), "inactive");
	EQ(granted(second), "inactive");
	CU_ASSERT_EQUAL(audited("refresh.replayed"), 1);
}

static void
it_is_bound_to_its_client(void)
{
	EQ(granted(refresh_as("other", first, "")), "400 invalid_grant");
	EQ(granted(refresh(first, "")), "photo1{print,view} photo2{}");
}

static void
scope_narrows(void)
{
	struct said a = refresh(first, "&scope=view");

	EQ(granted(a), "photo1{view}");
	EQ(granted(refresh(a, "")), "photo1{print,view} photo2{}");
}

static void
scope_never_widens(void)
{
	struct said a = refresh(first, "&scope=view+edit");

	EQ(granted(a), "400 invalid_scope");
	EQ(granted(refresh(first, "&scope=view%22")), "400 invalid_scope");
	EQ(granted(refresh(first, "&scope=view+view")), "photo1{view}");
}

static void
what_is_withdrawn_does_not_come_back(void)
{
	struct said a;

	permits("photo1", "view");
	a = refresh(first, "");
	EQ(granted(a), "photo1{view} photo2{}");
	no_policy("photo1");
	no_policy("photo2");
	EQ(granted(refresh(a, "")), "400 invalid_grant");
	permits("photo1", "view print");
	EQ(granted(refresh(a, "")), "400 invalid_grant");
}

static void
nothing_left_of_the_scope_is_refused(void)
{
	permits("photo1", "view");
	EQ(granted(refresh(first, "&scope=print")), "400 invalid_grant");
	EQ(granted(refresh(first, "&scope=view")), "photo1{view}");
}

static void
expired_permissions_do_not_come_back(void)
{
	struct said a;

	policy("album", "{'effect':'permit','scopes':['view'],'until':1700000100,"
			"'when':{'anyone':true}},"
			"{'effect':'permit','scopes':['edit'],'when':{'anyone':true}}");
	a = redeem(ticket("album{view,edit}"), "");
	EQ(granted(a), "album{edit,view}");
	world_at(100);
	EQ(granted(refresh(a, "")), "album{edit}");
}

static void
it_dies_with_its_server(void)
{
	cast_change(&world.c, "photoz", cast_disable);
	EQ(text(refresh(first, ""), "error"), "invalid_grant");
}

static void
it_dies_with_its_owner(void)
{
	struct work *w = &world.c.s.w;
	struct account her;

	CU_ASSERT_EQUAL(account_find(w, world.c.alice, ERR_NOT_FOUND, &her), OK);
	CU_ASSERT_EQUAL(account_remove(w, &her), OK);
	CU_ASSERT_EQUAL(scene_commit(&world.c.s), OK);
	EQ(text(refresh(first, ""), "error"), "invalid_grant");
}

static void
it_dies_with_the_person(void)
{
	struct work *w = &world.c.s.w;
	struct account bob;
	struct said a;

	CU_ASSERT_EQUAL(account_find(w, world.c.bob, ERR_NOT_FOUND, &bob), OK);
	CU_ASSERT_EQUAL(account_link(w, &bob, IDP, "b0b"), OK);
	CU_ASSERT_EQUAL(scene_commit(&world.c.s), OK);
	a = redeem(ticket("photo1{view}"), pushed("viewer", "{}"));
	EQ(granted(a), "photo1{view}");
	CU_ASSERT_EQUAL(account_find(w, world.c.bob, ERR_NOT_FOUND, &bob), OK);
	bob.disabled = true;
	CU_ASSERT_EQUAL(account_put(w, &bob), OK);
	CU_ASSERT_EQUAL(scene_commit(&world.c.s), OK);
	EQ(granted(refresh(a, "")), "400 invalid_grant");
}

static void
no_refreshing(struct client *client)
{
	client->grants = (struct strs){ 0 };
	strs_add(world.c.s.arena, &client->grants, GRANT_UMA);
}

static void
only_clients_of_that_grant_refresh(void)
{
	cast_change(&world.c, "viewer", no_refreshing);
	EQ(granted(refresh(first, "")), "400 unauthorized_client");
	CU_ASSERT_FALSE(has(redeem(ticket("photo1{view}"), ""), "refresh_token"));
}

static void
what_is_none_is_refused(void)
{
	EQ(text(say("POST /token", basic("viewer"), "grant_type=refresh_token"), "error"),
	   "invalid_request");
	EQ(text(say("POST /token", basic("viewer"), "grant_type=refresh_token&refresh_token=x"),
		"error"), "invalid_grant");
	EQ(text(say("POST /token", basic("viewer"),
		    format("grant_type=refresh_token&refresh_token=%s",
			   text(first, "access_token"))),
		"error"), "invalid_grant");
	EQ(text(say("POST /token", basic("viewer"),
		    format("grant_type=refresh_token&refresh_token=%s&refresh_token=%s",
			   text(first, "refresh_token"), text(first, "refresh_token"))),
		"error"), "invalid_request");
	EQ(granted(refresh(first, "")), "photo1{print,view} photo2{}");
}

static void
an_idle_one_dies(void)
{
	world_at(604800);
	EQ(granted(refresh(first, "")), "400 invalid_grant");
}

static CU_TestInfo tests[] = {
	{ "a refresh gives a new RPT [G-REF-01 G-RES-05]", a_refresh_gives_a_new_rpt },
	{ "it goes on when the RPT has expired [G-REF-01]", it_goes_on_when_the_rpt_has_expired },
	{ "nothing is assessed [G-REF-02]", nothing_is_assessed },
	{ "a token that comes twice ends the grant [T-C07]",
	  a_token_that_comes_twice_ends_the_grant },
	{ "it is bound to its client [G-REF-06]", it_is_bound_to_its_client },
	{ "scope narrows, this once [G-REF-03 O-6749-13]", scope_narrows },
	{ "scope never widens [G-REF-04]", scope_never_widens },
	{ "what is withdrawn does not come back [G-REF-05 G-REF-07 G-PRV-01]",
	  what_is_withdrawn_does_not_come_back },
	{ "nothing left of the scope is refused [G-REF-07]",
	  nothing_left_of_the_scope_is_refused },
	{ "expired permissions do not come back [G-REF-08]",
	  expired_permissions_do_not_come_back },
	{ "it dies with its resource server [T-U15]", it_dies_with_its_server },
	{ "it dies with its owner [T-U15]", it_dies_with_its_owner },
	{ "it dies with the requesting party [T-U15]", it_dies_with_the_person },
	{ "only clients of that grant refresh [G-TOK-08]", only_clients_of_that_grant_refresh },
	{ "what is none is refused [T-C05]", what_is_none_is_refused },
	{ "an idle one dies", an_idle_one_dies },
	CU_TEST_INFO_NULL
};

CU_SuiteInfo refresh_grant_suite = { "server/refresh_grant", NULL, NULL, start, world_close,
				     tests };
