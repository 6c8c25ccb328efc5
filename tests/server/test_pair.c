/* SPDX-License-Identifier: Apache-2.0 */
/* What an owner lets a resource server do, and takes back. */
#include "model/delegation.h"
#include "tests/run.h"
#include "tests/server/examples.h"

#define EQ CU_ASSERT_STRING_EQUAL

static const char *before; /* Authorization of alice's PAT for photoz */
static struct response rpt;

static void
delegation_flow_setup(void)
{
	examples_open();
	owner_permits("photo1", "view");
	owner_permits("photo2", "view");
	before = alice_auth();
	rpt = redeem_ticket(new_ticket("photo1{view}"), "");
	EQ(response_granted(rpt), "photo1{view}");
}

static void
take_back(const char *owner, const char *rs)
{
	CU_ASSERT_EQUAL(delegation_revoke(&http_case.c.s.w, owner, rs), OK);
	CU_ASSERT_EQUAL(harness_commit(&http_case.c.s), OK);
}

static void
her_pat_is_dead_at_every_door(void)
{
	take_back(http_case.c.alice, "photoz");
	CU_ASSERT_EQUAL(http_send("GET /resource_set", before, NULL).status, 401);
	CU_ASSERT_EQUAL(http_send("POST /permission", before, "[]").status, 401);
	CU_ASSERT_EQUAL(http_send("POST /introspect", before, "token=x").status, 401);
	CU_ASSERT_EQUAL(http_send("GET /policy", before, NULL).status, 401);
	EQ(introspect_permissions(auth_basic("photoz"), before + strlen("Bearer ")), "inactive");
}

/* For a resource server that asks as itself, and for the next PAT. */
static void
what_came_of_it_stops(void)
{
	const char *t = new_ticket("photo1{view}");

	take_back(http_case.c.alice, "photoz");
	EQ(introspect_permissions(auth_basic("photoz"), response_text(rpt, "access_token")),
	   "inactive");
	EQ(response_text(redeem_ticket(t, ""), "error"), "invalid_grant");
	EQ(response_text(refresh_rpt(rpt, ""), "error"), "invalid_grant");
	EQ(introspect_permissions(issue_pat(http_case.c.alice, "photoz"),
				  response_text(rpt, "access_token")),
	   "inactive");
}

static void
resources_wait_for_the_next_pat(void)
{
	const char *photo = text_format("GET /resource_set/%s", id_of("photo1")), *next;
	struct response a;

	take_back(http_case.c.alice, "photoz");
	CU_ASSERT_EQUAL(http_send(photo, before, NULL).status, 401);
	next = issue_pat(http_case.c.alice, "photoz");
	CU_ASSERT_EQUAL(http_send(photo, next, NULL).status, 200);
	a = http_send("POST /permission", next,
		      text_format("{\"resource_id\":\"%s\",\"resource_scopes\":"
				  "[\"view\"]}",
				  id_of("photo2")));
	CU_ASSERT_EQUAL(a.status, 201);
	a = redeem_ticket(response_text(a, "ticket"),
			  text_format("&rpt=%s", response_text(rpt, "access_token")));
	CU_ASSERT_FALSE(response_has(a, "upgraded"));
	EQ(introspect_permissions(next, response_text(a, "access_token")), "photo2{view}");
}

static void
others_are_not_concerned(void)
{
	const char *own = auth_bearer(access_token("", http_case.c.alice, SCOPE_OWNER));

	take_back(http_case.c.erin, "photoz");
	take_back(http_case.c.alice, "filez");
	EQ(response_granted(rpt), "photo1{view}");
	CU_ASSERT_EQUAL(refresh_rpt(rpt, "").status, 200);
	CU_ASSERT_EQUAL(http_send(text_format("GET /policy/%s", id_of("photo1")), own, NULL).status,
			200);
	take_back(http_case.c.alice, "");
	CU_ASSERT_EQUAL(http_send(text_format("GET /policy/%s", id_of("photo1")), own, NULL).status,
			401);
	EQ(response_granted(rpt), "photo1{view}");
}

static void
it_may_happen_again(void)
{
	take_back(http_case.c.alice, "photoz");
	take_back(http_case.c.alice, "photoz");
	before = issue_pat(http_case.c.alice, "photoz");
	CU_ASSERT_EQUAL(http_send("GET /resource_set", before, NULL).status, 200);
	take_back(http_case.c.alice, "photoz");
	CU_ASSERT_EQUAL(http_send("GET /resource_set", before, NULL).status, 401);
	CU_ASSERT_EQUAL(count_audit_rows("pat.revoked"), 3);
}

static CU_TestInfo tests[] = {
	{ "her PAT is dead at every door [F-PAT-13 F-PRV-02]", her_pat_is_dead_at_every_door },
	{ "what came of it stops [F-PAT-13 G-PRV-01 G-REF-05 T-U15]", what_came_of_it_stops },
	{ "resources wait for the next PAT [F-PAT-13 T-U15]", resources_wait_for_the_next_pat },
	{ "others are not concerned [F-PAT-06]", others_are_not_concerned },
	{ "it may happen again [T-G01]", it_may_happen_again },
	CU_TEST_INFO_NULL
};

CU_SuiteInfo pair_suite = {
	"server/pair", NULL, NULL, delegation_flow_setup, http_case_close, tests
};
