/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/run.h"
#include "tests/server/examples.h"

#define EQ CU_ASSERT_STRING_EQUAL

static struct response rpt;

static void
revoke_flow_setup(void)
{
	examples_open();
	owner_permits("photo1", "view");
	rpt = redeem_ticket(new_ticket("photo1{view}"), push_claims_param("viewer", "{}"));
	EQ(response_granted(rpt), "photo1{view}");
}

static int
revoke_as(const char *client, const char *token, const char *more)
{
	return http_send("POST /revoke", auth_basic(client), text_format("token=%s%s", token, more))
		.status;
}

static int
revoke_token(const char *token)
{
	return revoke_as("viewer", token, "");
}

static void
a_revoked_rpt_is_inactive(void)
{
	CU_ASSERT_EQUAL(revoke_token(response_text(rpt, "access_token")), 200);
	EQ(response_granted(rpt), "inactive");
	EQ(response_granted(refresh_rpt(rpt, "")), "photo1{view}");
}

static void
revoking_a_refresh_token_revokes_its_grant(void)
{
	CU_ASSERT_EQUAL(revoke_token(response_text(rpt, "refresh_token")), 200);
	EQ(response_granted(refresh_rpt(rpt, "")), "400 invalid_grant");
	EQ(response_granted(rpt), "inactive");
	CU_ASSERT_EQUAL(revoke_token(response_text(rpt, "refresh_token")), 200);
}

static bool
pct_works(const char *pct)
{
	owner_set_policy(
		"photo2",
		"{'effect':'permit','scopes':['view'],'when':{'email':'bob@example.net'}}");
	return redeem_ticket(new_ticket("photo2{view}"), text_format("&pct=%s", pct)).status == 200;
}

static void
token_type_hint_does_not_change_the_result(void)
{
	static const char *const hints[] = { "", "&token_type_hint=pct",
					     "&token_type_hint=access_token",
					     "&token_type_hint=nonsense" };

	for (size_t i = 0; i < 4; i++) {
		struct response a = redeem_ticket(new_ticket("photo1{view}"),
						  push_claims_param("viewer", "{}"));

		CU_ASSERT_EQUAL(revoke_as("viewer", response_text(a, "pct"), hints[i]), 200);
		CU_ASSERT_FALSE(pct_works(response_text(a, "pct")));
	}
}

static void
only_the_client_of_a_token_may_revoke_it(void)
{
	struct response a = http_send("POST /revoke", auth_basic("other"),
				      text_format("token=%s", response_text(rpt, "access_token")));

	EQ(response_text(a, "error"), "invalid_grant");
	CU_ASSERT_EQUAL(revoke_as("other", response_text(rpt, "refresh_token"), ""), 400);
	CU_ASSERT_EQUAL(revoke_as("other", response_text(rpt, "pct"), ""), 400);
	CU_ASSERT_EQUAL(revoke_as("viewer",
				  access_token("photoz", http_case.fixture.alice, "uma_protection"),
				  ""),
			400);
	EQ(response_granted(rpt), "photo1{view}");
	CU_ASSERT(pct_works(response_text(rpt, "pct")));
	EQ(response_granted(refresh_rpt(rpt, "")), "photo1{view}");
}

/* The same holds for inactive tokens of every kind. */
static void
revoking_an_inactive_token_of_another_client_succeeds(void)
{
	revoke_token(response_text(rpt, "refresh_token"));
	revoke_token(response_text(rpt, "access_token"));
	revoke_token(response_text(rpt, "pct"));
	CU_ASSERT_EQUAL(revoke_as("other", response_text(rpt, "refresh_token"), ""), 200);
	CU_ASSERT_EQUAL(revoke_as("other", response_text(rpt, "access_token"), ""), 200);
	CU_ASSERT_EQUAL(revoke_as("other", response_text(rpt, "pct"), ""), 200);
}

static void
a_revoked_pat_is_rejected(void)
{
	const char *token = access_token("photoz", http_case.fixture.alice, "uma_protection");

	CU_ASSERT_EQUAL(http_send("GET /resource_set", auth_bearer(token), NULL).status, 200);
	CU_ASSERT_EQUAL(revoke_as("photoz", token, ""), 200);
	CU_ASSERT_EQUAL(http_send("GET /resource_set", auth_bearer(token), NULL).status, 401);
}

static void
revoking_an_unknown_token_succeeds(void)
{
	const char *t = new_ticket("photo1{view}");

	CU_ASSERT_EQUAL(revoke_token("x"), 200);
	CU_ASSERT_EQUAL(revoke_token("rt_x"), 200);
	CU_ASSERT_EQUAL(revoke_token("pct_x"), 200);
	CU_ASSERT_EQUAL(revoke_token("pat_x"), 200);
	CU_ASSERT_EQUAL(revoke_token(t), 200);
	EQ(response_granted(redeem_ticket(t, "")), "photo1{view}");
}

static void
the_request_is_validated(void)
{
	CU_ASSERT_EQUAL(http_send("POST /revoke", auth_basic("viewer"), "x=y").status, 400);
	CU_ASSERT_EQUAL(http_send("POST /revoke", auth_basic("viewer"), "token=a&token=b").status,
			400);
	CU_ASSERT_EQUAL(http_send("POST /revoke", auth_basic_raw("viewer:wrong"), "token=a").status,
			401);
	CU_ASSERT_EQUAL(http_send("POST /revoke", NULL, "token=a").status, 401);
	CU_ASSERT_EQUAL(http_send("POST /revoke", NULL, "token=a&client_id=public").status, 200);
	CU_ASSERT_EQUAL(http_send("GET /revoke", auth_basic("viewer"), NULL).status, 405);
}

static void
a_revocation_writes_an_audit_row(void)
{
	revoke_token("x");
	CU_ASSERT_EQUAL(count_audit_rows("token.revoked"), 0);
	revoke_token(response_text(rpt, "access_token"));
	revoke_token(response_text(rpt, "refresh_token"));
	revoke_token(response_text(rpt, "pct"));
	CU_ASSERT_EQUAL(count_audit_rows("token.revoked"), 3);
}

static CU_TestInfo tests[] = {
	{ "a revoked RPT is inactive [G-REV-01]", a_revoked_rpt_is_inactive },
	{ "revoking a refresh token revokes its grant [G-REV-01 O-7009-01 O-7009-06]",
	  revoking_a_refresh_token_revokes_its_grant },
	{ "token_type_hint does not change the result [G-REV-02 O-7009-05]",
	  token_type_hint_does_not_change_the_result },
	{ "only the client of a token may revoke it [G-REV-03 O-7009-04]",
	  only_the_client_of_a_token_may_revoke_it },
	{ "revoking an inactive token of another client succeeds [O-7009-03]",
	  revoking_an_inactive_token_of_another_client_succeeds },
	{ "a revoked PAT is rejected [F-PAT-03]", a_revoked_pat_is_rejected },
	{ "revoking an unknown token succeeds [O-7009-03]", revoking_an_unknown_token_succeeds },
	{ "the request is validated [O-7009-02]", the_request_is_validated },
	{ "a revocation writes an audit row [T-G01]", a_revocation_writes_an_audit_row },
	CU_TEST_INFO_NULL
};

CU_SuiteInfo revoke_suite = {
	"server/revoke", NULL, NULL, revoke_flow_setup, http_case_close, tests
};
