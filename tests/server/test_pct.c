/* SPDX-License-Identifier: Apache-2.0 */
/* Persisted claims tokens (UMA Grant, 3.3.5 and 5.2). */
#include "tests/run.h"
#include "tests/server/share.h"

#define EQ CU_ASSERT_STRING_EQUAL

static void
start(void)
{
	share_open();
	policy("photo1", "{'effect':'permit','scopes':['view'],"
			 "'when':{'email':'bob@example.net'}}");
}

static struct said
need(const char *more)
{
	return redeem(ticket("photo1{view}"), more);
}

static const char *
pct_of(struct said a)
{
	EQ(granted(a), "photo1{view}");
	CU_ASSERT(text_starts(text(a, "pct"), "pct_"));
	return format("&pct=%s", text(a, "pct"));
}

static void
a_pct_brings_the_claims_back(void)
{
	struct said a = need(pct_of(need(pushed("viewer", "{}"))));

	pct_of(a);
	EQ(granted(need("")), "403 need_info");
}

static void
a_pct_is_rotated_on_use(void)
{
	const char *first = pct_of(need(pushed("viewer", "{}"))), *second = pct_of(need(first));

	CU_ASSERT_STRING_NOT_EQUAL(first, second);
	EQ(granted(need(first)), "403 need_info");
	EQ(granted(need(second)), "photo1{view}");
}

/* A request that comes to nothing leaves it as it was. */
static void
a_pct_survives_a_refusal(void)
{
	const char *pct = pct_of(need(pushed("viewer", "{}")));

	EQ(granted(redeem(ticket("photo2{view}"), pct)), "403 request_denied");
	EQ(granted(need(pct)), "photo1{view}");
}

static void
a_pct_is_of_one_client(void)
{
	const char *pct = pct_of(need(pushed("viewer", "{}")));

	cast_change(&world.c, "other", cast_allow_push);
	EQ(granted(redeem_as("other", ticket("photo1{view}"), pct)), "403 need_info");
	EQ(granted(need(pct)), "photo1{view}");
}

static void
mark_bad(struct client *client)
{
	client->pct_after = SCENE_NOW + 1;
}

static void
a_pct_marked_bad_is_as_if_absent(void)
{
	const char *pct = pct_of(need(pushed("viewer", "{}")));

	cast_change(&world.c, "viewer", mark_bad);
	EQ(granted(need(pct)), "403 need_info");
	EQ(granted(need("&pct=garbage")), "403 need_info");
	EQ(granted(need(format("%s&pct=garbage", pushed("viewer", "{}")))), "photo1{view}");
}

static void
old_claims_may_be_too_old(void)
{
	const char *pct = pct_of(need(pushed("viewer", "{}")));

	world_at(61);
	policy("photo1", "{'effect':'permit','scopes':['view'],'when':{'authentication':"
			 "{'max_age':60}}}");
	EQ(granted(need(pct)), "403 need_info");
	EQ(granted(need(pushed("viewer", "{'auth_time':1700000060}"))), "photo1{view}");
}

/* Use renews the handle, not the claims. */
static void
claims_end_however_often_they_are_used(void)
{
	const char *pct;

	world_set("pct_life", "100");
	pct = pct_of(need(pushed("viewer", "{}")));
	world_at(99);
	pct = pct_of(need(pct));
	world_at(100);
	EQ(granted(need(pct)), "403 need_info");
}

static void
a_used_pct_goes_where_none_is_given_any_more(void)
{
	const char *pct = pct_of(need(pushed("viewer", "{}")));
	struct said a;

	world_set("issue_pct", "no");
	a = need(pct);
	EQ(granted(a), "photo1{view}");
	CU_ASSERT_FALSE(has(a, "pct"));
	EQ(granted(need(pct)), "403 need_info");
}

static void
no_pct_where_the_tenant_wants_none(void)
{
	world_set("issue_pct", "no");
	CU_ASSERT_FALSE(has(need(pushed("viewer", "{}")), "pct"));
}

static void
nobody_known_no_pct(void)
{
	permits("photo1", "view");
	CU_ASSERT_FALSE(has(need(""), "pct"));
}

static CU_TestInfo tests[] = {
	{ "a PCT brings the claims back [G-PCT-01]", a_pct_brings_the_claims_back },
	{ "a PCT is rotated on use [T-U11]", a_pct_is_rotated_on_use },
	{ "a PCT survives a refusal", a_pct_survives_a_refusal },
	{ "a PCT is of one client [G-PCT-05 T-U11]", a_pct_is_of_one_client },
	{ "a PCT marked bad is as if absent [G-PCT-08 G-PCT-10]",
	  a_pct_marked_bad_is_as_if_absent },
	{ "old claims may be too old [G-PCT-11]", old_claims_may_be_too_old },
	{ "claims end however often they are used [G-PCT-11]",
	  claims_end_however_often_they_are_used },
	{ "a used PCT goes where none is given any more [T-U11]",
	  a_used_pct_goes_where_none_is_given_any_more },
	{ "no PCT where the tenant wants none [G-PCT-09]", no_pct_where_the_tenant_wants_none },
	{ "nobody known, no PCT", nobody_known_no_pct },
	CU_TEST_INFO_NULL
};

CU_SuiteInfo pct_suite = { "server/pct", NULL, NULL, start, world_close, tests };
