/* SPDX-License-Identifier: Apache-2.0 */
/* Persisted claims tokens (UMA Grant, 3.3.5 and 5.2). */
#include "tests/run.h"
#include "tests/server/examples.h"
#include "base/text.h"

#define EQ CU_ASSERT_STRING_EQUAL

static void
pct_flow_setup(void)
{
	examples_open();
	owner_set_policy("photo1", "{'effect':'permit','scopes':['view'],"
				   "'when':{'email':'bob@example.net'}}");
}

static struct response
pct_required_claims(const char *more)
{
	return redeem_ticket(new_ticket("photo1{view}"), more);
}

static const char *
pct_of(struct response a)
{
	EQ(response_granted(a), "photo1{view}");
	CU_ASSERT(text_starts(response_text(a, "pct"), "pct_"));
	return text_format("&pct=%s", response_text(a, "pct"));
}

static void
a_pct_restores_the_claims(void)
{
	struct response a =
		pct_required_claims(pct_of(pct_required_claims(push_claims_param("viewer", "{}"))));

	pct_of(a);
	EQ(response_granted(pct_required_claims("")), "403 need_info");
}

static void
a_pct_is_rotated_on_use(void)
{
	const char *first = pct_of(pct_required_claims(push_claims_param("viewer", "{}"))),
		   *second = pct_of(pct_required_claims(first));

	CU_ASSERT_STRING_NOT_EQUAL(first, second);
	EQ(response_granted(pct_required_claims(first)), "403 need_info");
	EQ(response_granted(pct_required_claims(second)), "photo1{view}");
}

/* A rejected request does not use up the PCT. */
static void
a_rejected_request_does_not_use_up_the_pct(void)
{
	const char *pct = pct_of(pct_required_claims(push_claims_param("viewer", "{}")));

	EQ(response_granted(redeem_ticket(new_ticket("photo2{view}"), pct)), "403 request_denied");
	EQ(response_granted(pct_required_claims(pct)), "photo1{view}");
}

static void
a_pct_is_bound_to_its_client(void)
{
	const char *pct = pct_of(pct_required_claims(push_claims_param("viewer", "{}")));

	fixture_change_client(&http_case.fixture, "other", fixture_allow_push);
	EQ(response_granted(redeem_ticket_as("other", new_ticket("photo1{view}"), pct)),
	   "403 need_info");
	EQ(response_granted(pct_required_claims(pct)), "photo1{view}");
}

static void
corrupt_claims(struct client *client)
{
	client->pct_after = HARNESS_NOW + 1;
}

static void
a_pct_that_is_marked_bad_is_ignored(void)
{
	const char *pct = pct_of(pct_required_claims(push_claims_param("viewer", "{}")));

	fixture_change_client(&http_case.fixture, "viewer", corrupt_claims);
	EQ(response_granted(pct_required_claims(pct)), "403 need_info");
	EQ(response_granted(pct_required_claims("&pct=garbage")), "403 need_info");
	EQ(response_granted(pct_required_claims(
		   text_format("%s&pct=garbage", push_claims_param("viewer", "{}")))),
	   "photo1{view}");
}

static void
a_rule_may_require_claims_that_are_newer_than_those_of_the_pct(void)
{
	const char *pct = pct_of(pct_required_claims(push_claims_param("viewer", "{}")));

	http_case_set_time(61);
	owner_set_policy("photo1", "{'effect':'permit','scopes':['view'],'when':{'authentication':"
				   "{'max_age':60}}}");
	EQ(response_granted(pct_required_claims(pct)), "403 need_info");
	EQ(response_granted(
		   pct_required_claims(push_claims_param("viewer", "{'auth_time':1700000060}"))),
	   "photo1{view}");
}

/* Using a PCT renews the handle, not the claims. */
static void
claims_expire_even_if_their_pct_is_used(void)
{
	const char *pct;

	http_case_set_setting("pct_life", "100");
	pct = pct_of(pct_required_claims(push_claims_param("viewer", "{}")));
	http_case_set_time(99);
	pct = pct_of(pct_required_claims(pct));
	http_case_set_time(100);
	EQ(response_granted(pct_required_claims(pct)), "403 need_info");
}

static void
a_used_pct_is_removed_if_the_tenant_no_longer_issues_pcts(void)
{
	const char *pct = pct_of(pct_required_claims(push_claims_param("viewer", "{}")));
	struct response a;

	http_case_set_setting("issue_pct", "no");
	a = pct_required_claims(pct);
	EQ(response_granted(a), "photo1{view}");
	CU_ASSERT_FALSE(response_has(a, "pct"));
	EQ(response_granted(pct_required_claims(pct)), "403 need_info");
}

static void
a_tenant_may_disable_pcts(void)
{
	http_case_set_setting("issue_pct", "no");
	CU_ASSERT_FALSE(
		response_has(pct_required_claims(push_claims_param("viewer", "{}")), "pct"));
}

static void
no_pct_is_issued_without_claims(void)
{
	owner_permits("photo1", "view");
	CU_ASSERT_FALSE(response_has(pct_required_claims(""), "pct"));
}

static CU_TestInfo tests[] = {
	{ "a PCT restores the claims [G-PCT-01]", a_pct_restores_the_claims },
	{ "a PCT is rotated on use [T-U11]", a_pct_is_rotated_on_use },
	{ "a rejected request does not use up the PCT",
	  a_rejected_request_does_not_use_up_the_pct },
	{ "a PCT is bound to its client [G-PCT-05 T-U11]", a_pct_is_bound_to_its_client },
	{ "a PCT that is marked bad is ignored [G-PCT-08 G-PCT-10]",
	  a_pct_that_is_marked_bad_is_ignored },
	{ "a rule may require claims that are newer than those of the PCT [G-PCT-11]",
	  a_rule_may_require_claims_that_are_newer_than_those_of_the_pct },
	{ "claims expire even if their PCT is used [G-PCT-11]",
	  claims_expire_even_if_their_pct_is_used },
	{ "a used PCT is removed if the tenant no longer issues PCTs [T-U11]",
	  a_used_pct_is_removed_if_the_tenant_no_longer_issues_pcts },
	{ "a tenant may disable PCTs [G-PCT-09]", a_tenant_may_disable_pcts },
	{ "no PCT is issued without claims", no_pct_is_issued_without_claims },
	CU_TEST_INFO_NULL
};

CU_SuiteInfo pct_suite = { "server/pct", NULL, NULL, pct_flow_setup, http_case_close, tests };
