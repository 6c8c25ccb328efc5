/* SPDX-License-Identifier: Apache-2.0 */
/* Delegations from an owner to a resource server, and their revocation. */
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
revoke_delegation(const char *owner, const char *rs)
{
	CU_ASSERT_EQUAL(delegation_revoke(http_case.work, owner, rs), OK);
	CU_ASSERT_EQUAL(harness_commit(http_case.harness), OK);
}

static void
a_pat_of_a_revoked_delegation_is_rejected_at_every_endpoint(void)
{
	revoke_delegation(http_case.fixture.alice, "photoz");
	CU_ASSERT_EQUAL(http_send("GET /resource_set", before, NULL).status, 401);
	CU_ASSERT_EQUAL(http_send("POST /permission", before, "[]").status, 401);
	CU_ASSERT_EQUAL(http_send("POST /introspect", before, "token=x").status, 401);
	CU_ASSERT_EQUAL(http_send("GET /policy", before, NULL).status, 401);
	EQ(introspect_permissions(auth_basic("photoz"), before + strlen("Bearer ")), "inactive");
}

/*
 * The RPT is inactive also for a resource server that authenticates as itself, and for the next
 * PAT.
 */
static void
tickets_and_tokens_of_a_revoked_delegation_are_invalid(void)
{
	const char *t = new_ticket("photo1{view}");

	revoke_delegation(http_case.fixture.alice, "photoz");
	EQ(introspect_permissions(auth_basic("photoz"), response_text(rpt, "access_token")),
	   "inactive");
	EQ(response_text(redeem_ticket(t, ""), "error"), "invalid_grant");
	EQ(response_text(refresh_rpt(rpt, ""), "error"), "invalid_grant");
	EQ(introspect_permissions(issue_pat(http_case.fixture.alice, "photoz"),
				  response_text(rpt, "access_token")),
	   "inactive");
}

static void
the_resources_become_available_again_with_the_next_pat(void)
{
	const char *photo = text_format("GET /resource_set/%s", id_of("photo1")), *next;
	struct response a;

	revoke_delegation(http_case.fixture.alice, "photoz");
	CU_ASSERT_EQUAL(http_send(photo, before, NULL).status, 401);
	next = issue_pat(http_case.fixture.alice, "photoz");
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
other_owners_and_resource_servers_are_not_affected(void)
{
	const char *own = auth_bearer(access_token("", http_case.fixture.alice, SCOPE_OWNER));

	revoke_delegation(http_case.fixture.erin, "photoz");
	revoke_delegation(http_case.fixture.alice, "filez");
	EQ(response_granted(rpt), "photo1{view}");
	CU_ASSERT_EQUAL(refresh_rpt(rpt, "").status, 200);
	CU_ASSERT_EQUAL(http_send(text_format("GET /policy/%s", id_of("photo1")), own, NULL).status,
			200);
	revoke_delegation(http_case.fixture.alice, "");
	CU_ASSERT_EQUAL(http_send(text_format("GET /policy/%s", id_of("photo1")), own, NULL).status,
			401);
	EQ(response_granted(rpt), "photo1{view}");
}

static void
a_delegation_may_be_revoked_again(void)
{
	revoke_delegation(http_case.fixture.alice, "photoz");
	revoke_delegation(http_case.fixture.alice, "photoz");
	before = issue_pat(http_case.fixture.alice, "photoz");
	CU_ASSERT_EQUAL(http_send("GET /resource_set", before, NULL).status, 200);
	revoke_delegation(http_case.fixture.alice, "photoz");
	CU_ASSERT_EQUAL(http_send("GET /resource_set", before, NULL).status, 401);
	CU_ASSERT_EQUAL(count_audit_rows("pat.revoked"), 3);
}

static CU_TestInfo tests[] = {
	{ "a PAT of a revoked delegation is rejected at every endpoint [F-PAT-13 F-PRV-02]",
	  a_pat_of_a_revoked_delegation_is_rejected_at_every_endpoint },
	{ "tickets and tokens of a revoked delegation are invalid [F-PAT-13 G-PRV-01 G-REF-05 T-U15]",
	  tickets_and_tokens_of_a_revoked_delegation_are_invalid },
	{ "the resources become available again with the next PAT [F-PAT-13 T-U15]",
	  the_resources_become_available_again_with_the_next_pat },
	{ "other owners and resource servers are not affected [F-PAT-06]",
	  other_owners_and_resource_servers_are_not_affected },
	{ "a delegation may be revoked again [T-G01]", a_delegation_may_be_revoked_again },
	CU_TEST_INFO_NULL
};

CU_SuiteInfo delegation_suite = { "server/delegation", NULL, NULL, delegation_flow_setup,
				  http_case_close,     tests };
