/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/run.h"
#include "tests/server/share.h"

#define EQ CU_ASSERT_STRING_EQUAL

static struct said rpt;

static void
start(void)
{
	share_open();
	permits("photo1", "view");
	rpt = redeem(ticket("photo1{view}"), pushed("viewer", "{}"));
	EQ(granted(rpt), "photo1{view}");
}

static int
revoke_as(const char *client, const char *token, const char *more)
{
	return say("POST /revoke", basic(client), format("token=%s%s", token, more)).status;
}

static int
revoke(const char *token)
{
	return revoke_as("viewer", token, "");
}

static void
a_revoked_rpt_is_inactive(void)
{
	CU_ASSERT_EQUAL(revoke(text(rpt, "access_token")), 200);
	EQ(granted(rpt), "inactive");
	EQ(granted(refresh(rpt, "")), "photo1{view}");
}

static void
with_a_refresh_token_goes_its_grant(void)
{
	CU_ASSERT_EQUAL(revoke(text(rpt, "refresh_token")), 200);
	EQ(granted(refresh(rpt, "")), "400 invalid_grant");
	EQ(granted(rpt), "inactive");
	CU_ASSERT_EQUAL(revoke(text(rpt, "refresh_token")), 200);
}

static bool
pct_works(const char *pct)
{
	policy("photo2",
	       "{'effect':'permit','scopes':['view'],'when':{'email':'bob@example.net'}}");
	return redeem(ticket("photo2{view}"), format("&pct=%s", pct)).status == 200;
}

static void
hints_change_nothing(void)
{
	static const char *const hints[] = { "", "&token_type_hint=pct",
		"&token_type_hint=access_token", "&token_type_hint=nonsense" };

	for (size_t i = 0; i < 4; i++) {
		struct said a = redeem(ticket("photo1{view}"), pushed("viewer", "{}"));

		CU_ASSERT_EQUAL(revoke_as("viewer", text(a, "pct"), hints[i]), 200);
		CU_ASSERT_FALSE(pct_works(text(a, "pct")));
	}
}

static void
only_its_own_client_revokes(void)
{
	struct said a = say("POST /revoke", basic("other"),
			    format("token=%s", text(rpt, "access_token")));

	EQ(text(a, "error"), "invalid_grant");
	CU_ASSERT_EQUAL(revoke_as("other", text(rpt, "refresh_token"), ""), 400);
	CU_ASSERT_EQUAL(revoke_as("other", text(rpt, "pct"), ""), 400);
	CU_ASSERT_EQUAL(revoke_as("viewer",
				  access_token("photoz", world.c.alice, "uma_protection"), ""),
			400);
	EQ(granted(rpt), "photo1{view}");
	CU_ASSERT(pct_works(text(rpt, "pct")));
	EQ(granted(refresh(rpt, "")), "photo1{view}");
}

/* Which is dead already is nobody's, of every kind alike. */
static void
dead_tokens_of_others_are_revoked_already(void)
{
	revoke(text(rpt, "refresh_token"));
	revoke(text(rpt, "access_token"));
	revoke(text(rpt, "pct"));
	CU_ASSERT_EQUAL(revoke_as("other", text(rpt, "refresh_token"), ""), 200);
	CU_ASSERT_EQUAL(revoke_as("other", text(rpt, "access_token"), ""), 200);
	CU_ASSERT_EQUAL(revoke_as("other", text(rpt, "pct"), ""), 200);
}

static void
a_revoked_pat_opens_nothing(void)
{
	const char *token = access_token("photoz", world.c.alice, "uma_protection");

	CU_ASSERT_EQUAL(say("GET /resource_set", bearer(token), NULL).status, 200);
	CU_ASSERT_EQUAL(revoke_as("photoz", token, ""), 200);
	CU_ASSERT_EQUAL(say("GET /resource_set", bearer(token), NULL).status, 401);
}

static void
unknown_tokens_are_revoked_already(void)
{
	const char *t = ticket("photo1{view}");

	CU_ASSERT_EQUAL(revoke("x"), 200);
	CU_ASSERT_EQUAL(revoke("rt_x"), 200);
	CU_ASSERT_EQUAL(revoke("pct_x"), 200);
	CU_ASSERT_EQUAL(revoke("pat_x"), 200);
	CU_ASSERT_EQUAL(revoke(t), 200);
	EQ(granted(redeem(t, "")), "photo1{view}");
}

static void
the_request_is_checked(void)
{
	CU_ASSERT_EQUAL(say("POST /revoke", basic("viewer"), "x=y").status, 400);
	CU_ASSERT_EQUAL(say("POST /revoke", basic("viewer"), "token=a&token=b").status, 400);
	CU_ASSERT_EQUAL(say("POST /revoke", basic_raw("viewer:wrong"), "token=a").status, 401);
	CU_ASSERT_EQUAL(say("POST /revoke", NULL, "token=a").status, 401);
	CU_ASSERT_EQUAL(say("POST /revoke", NULL, "token=a&client_id=public").status, 200);
	CU_ASSERT_EQUAL(say("GET /revoke", basic("viewer"), NULL).status, 405);
}

static void
it_is_in_the_audit(void)
{
	revoke("x");
	CU_ASSERT_EQUAL(audited("token.revoked"), 0);
	revoke(text(rpt, "access_token"));
	revoke(text(rpt, "refresh_token"));
	revoke(text(rpt, "pct"));
	CU_ASSERT_EQUAL(audited("token.revoked"), 3);
}

static CU_TestInfo tests[] = {
	{ "a revoked RPT is inactive [G-REV-01]", a_revoked_rpt_is_inactive },
	{ "with a refresh token goes its grant [G-REV-01 O-7009-01 O-7009-06]",
	  with_a_refresh_token_goes_its_grant },
	{ "hints change nothing [G-REV-02 O-7009-05]", hints_change_nothing },
	{ "only its own client revokes [G-REV-03 O-7009-04]", only_its_own_client_revokes },
	{ "dead tokens of others are revoked already [O-7009-03]",
	  dead_tokens_of_others_are_revoked_already },
	{ "a revoked PAT opens nothing [F-PAT-03]", a_revoked_pat_opens_nothing },
	{ "unknown tokens are revoked already [O-7009-03]", unknown_tokens_are_revoked_already },
	{ "the request is checked [O-7009-02]", the_request_is_checked },
	{ "it is in the audit [T-G01]", it_is_in_the_audit },
	CU_TEST_INFO_NULL
};

CU_SuiteInfo revoke_suite = { "server/revoke", NULL, NULL, start, world_close, tests };
