/* SPDX-License-Identifier: Apache-2.0 */
/* What an owner lets a resource server do, and takes back. */
#include "model/pair.h"
#include "tests/run.h"
#include "tests/server/share.h"

#define EQ CU_ASSERT_STRING_EQUAL

static const char *before;	/* Authorization of alice's PAT for photoz */
static struct said rpt;

static void
start(void)
{
	share_open();
	permits("photo1", "view");
	permits("photo2", "view");
	before = alice();
	rpt = redeem(ticket("photo1{view}"), "");
	EQ(granted(rpt), "photo1{view}");
}

static void
take_back(const char *owner, const char *rs)
{
	CU_ASSERT_EQUAL(pair_withdraw(&world.c.s.w, owner, rs), OK);
	CU_ASSERT_EQUAL(scene_commit(&world.c.s), OK);
}

static void
her_pat_is_dead_at_every_door(void)
{
	take_back(world.c.alice, "photoz");
	CU_ASSERT_EQUAL(say("GET /resource_set", before, NULL).status, 401);
	CU_ASSERT_EQUAL(say("POST /permission", before, "[]").status, 401);
	CU_ASSERT_EQUAL(say("POST /introspect", before, "token=x").status, 401);
	CU_ASSERT_EQUAL(say("GET /policy", before, NULL).status, 401);
	EQ(introspected(basic("photoz"), before + strlen("Bearer ")), "inactive");
}

/* For a resource server that asks as itself, and for the next PAT. */
static void
what_came_of_it_stops(void)
{
	const char *t = ticket("photo1{view}");

	take_back(world.c.alice, "photoz");
	EQ(introspected(basic("photoz"), text(rpt, "access_token")), "inactive");
	EQ(text(redeem(t, ""), "error"), "invalid_grant");
	EQ(text(refresh(rpt, ""), "error"), "invalid_grant");
	EQ(introspected(pat(world.c.alice, "photoz"), text(rpt, "access_token")), "inactive");
}

static void
resources_wait_for_the_next_pat(void)
{
	const char *photo = format("GET /resource_set/%s", id_of("photo1")), *next;
	struct said a;

	take_back(world.c.alice, "photoz");
	CU_ASSERT_EQUAL(say(photo, before, NULL).status, 401);
	next = pat(world.c.alice, "photoz");
	CU_ASSERT_EQUAL(say(photo, next, NULL).status, 200);
	a = say("POST /permission", next, format("{\"resource_id\":\"%s\",\"resource_scopes\":"
						 "[\"view\"]}", id_of("photo2")));
	CU_ASSERT_EQUAL(a.status, 201);
	a = redeem(text(a, "ticket"), format("&rpt=%s", text(rpt, "access_token")));
	CU_ASSERT_FALSE(has(a, "upgraded"));
	EQ(introspected(next, text(a, "access_token")), "photo2{view}");
}

static void
others_are_not_concerned(void)
{
	const char *own = bearer(access_token("", world.c.alice, SCOPE_OWNER));

	take_back(world.c.erin, "photoz");
	take_back(world.c.alice, "filez");
	EQ(granted(rpt), "photo1{view}");
	CU_ASSERT_EQUAL(refresh(rpt, "").status, 200);
	CU_ASSERT_EQUAL(say(format("GET /policy/%s", id_of("photo1")), own, NULL).status, 200);
	take_back(world.c.alice, "");
	CU_ASSERT_EQUAL(say(format("GET /policy/%s", id_of("photo1")), own, NULL).status, 401);
	EQ(granted(rpt), "photo1{view}");
}

static void
it_may_happen_again(void)
{
	take_back(world.c.alice, "photoz");
	take_back(world.c.alice, "photoz");
	before = pat(world.c.alice, "photoz");
	CU_ASSERT_EQUAL(say("GET /resource_set", before, NULL).status, 200);
	take_back(world.c.alice, "photoz");
	CU_ASSERT_EQUAL(say("GET /resource_set", before, NULL).status, 401);
	CU_ASSERT_EQUAL(audited("pat.revoked"), 3);
}

static CU_TestInfo tests[] = {
	{ "her PAT is dead at every door [F-PAT-13 F-PRV-02]", her_pat_is_dead_at_every_door },
	{ "what came of it stops [F-PAT-13 G-PRV-01 G-REF-05 T-U15]", what_came_of_it_stops },
	{ "resources wait for the next PAT [F-PAT-13 T-U15]", resources_wait_for_the_next_pat },
	{ "others are not concerned [F-PAT-06]", others_are_not_concerned },
	{ "it may happen again [T-G01]", it_may_happen_again },
	CU_TEST_INFO_NULL
};

CU_SuiteInfo pair_suite = { "server/pair", NULL, NULL, start, world_close, tests };
