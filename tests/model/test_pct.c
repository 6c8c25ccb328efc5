/* SPDX-License-Identifier: Apache-2.0 */
#include "base/b64.h"
#include "model/token.h"
#include "tests/model/cast.h"
#include "tests/run.h"

#define CLAIMS "{\"iss\":\"" IDP "\",\"email\":\"bob@example.net\"}"

static struct cast c;
static const char *handle;
static struct client viewer;
static struct pct p;

static void
start(void)
{
	cast_open(&c);
	client_find(&c.s.w, "viewer", ERR_NOT_FOUND, &viewer);
	CU_ASSERT_EQUAL(pct_issue(&c.s.w, &viewer, CLAIMS, c.s.w.now, &handle), OK);
	CU_ASSERT_EQUAL(scene_commit(&c.s), OK);
}

static void
stop(void)
{
	cast_close(&c);
}

static enum err
find(const char *text, const char *client)
{
	struct client who;

	CU_ASSERT_EQUAL_FATAL(client_find(&c.s.w, client, ERR_NOT_FOUND, &who), OK);
	return pct_find(&c.s.w, &who, text, &p);
}

static void
it_gives_the_claims_back(void)
{
	CU_ASSERT_EQUAL_FATAL(find(handle, "viewer"), OK);
	CU_ASSERT_STRING_EQUAL(p.claims, CLAIMS);
	CU_ASSERT_STRING_EQUAL(p.client, "viewer");
	CU_ASSERT_EQUAL(p.expires, SCENE_NOW + 2592000);
}

static void
it_is_bound_to_its_client(void)
{
	CU_ASSERT_EQUAL(find(handle, "other"), ERR_INVALID_GRANT);
	CU_ASSERT_EQUAL(find(handle, "viewer"), OK);
}

static void
it_expires(void)
{
	scene_at(&c.s, SCENE_NOW + 2591999);
	CU_ASSERT_EQUAL(find(handle, "viewer"), OK);
	scene_at(&c.s, SCENE_NOW + 2592000);
	CU_ASSERT_EQUAL(find(handle, "viewer"), ERR_INVALID_TOKEN);
}

static void
mark_bad(struct client *client)
{
	client->pct_after = SCENE_NOW + 1;
}

static void
the_administrator_may_mark_them_bad(void)
{
	cast_change(&c, "viewer", mark_bad);
	CU_ASSERT_EQUAL(find(handle, "viewer"), ERR_INVALID_TOKEN);
	scene_at(&c.s, SCENE_NOW + 1);
	CU_ASSERT_EQUAL(pct_issue(&c.s.w, &viewer, CLAIMS, c.s.w.now, &handle), OK);
	CU_ASSERT_EQUAL(scene_commit(&c.s), OK);
	CU_ASSERT_EQUAL(find(handle, "viewer"), OK);
}

static void
a_used_one_is_gone(void)
{
	CU_ASSERT_EQUAL(find(handle, "viewer"), OK);
	pct_use_up(&c.s.w, &p);
	CU_ASSERT_EQUAL(scene_commit(&c.s), OK);
	CU_ASSERT_EQUAL(find(handle, "viewer"), ERR_INVALID_TOKEN);
}

static void
neither_handle_nor_row_show_the_claims(void)
{
	struct bytes row = scene_row(&c.s, T_PCT, BYTES_NONE), raw;

	CU_ASSERT_PTR_NULL(memmem(row.data, row.size, "bob", 3));
	CU_ASSERT_PTR_NULL(memmem(row.data, row.size, handle + 12, 20));
	CU_ASSERT(b64url_decode(c.s.arena, handle + 4, &raw));
	CU_ASSERT_PTR_NULL(memmem(raw.data, raw.size, "bob", 3));
}

/* Claims moved to the row of another handle do not open. */
static void
sealed_claims_stay_where_they_are(void)
{
	struct bytes row = arena_bytes(c.s.arena, scene_row(&c.s, T_PCT, BYTES_NONE));
	const char *second;

	CU_ASSERT_EQUAL(pct_issue(&c.s.w, &viewer, "{}", c.s.w.now, &second), OK);
	CU_ASSERT_EQUAL(scene_commit(&c.s), OK);
	scene_spoil(&c.s, T_PCT, arena_strndup(c.s.arena, (const char *)row.data, row.size));
	CU_ASSERT_EQUAL(find(handle, "viewer"), OK);
	CU_ASSERT_EQUAL(find(second, "viewer"), ERR_INVALID_TOKEN);
}

static void
what_is_none_does_not_count(void)
{
	CU_ASSERT_EQUAL(find("pct_x", "viewer"), ERR_INVALID_TOKEN);
	CU_ASSERT_EQUAL(find("", "viewer"), ERR_INVALID_TOKEN);
	scene_in(&c.s, "two");
	cast_client(&c, "viewer", NULL, "");
	CU_ASSERT_EQUAL(find(handle, "viewer"), ERR_INVALID_TOKEN);
}

static void
a_row_that_rotted_is_a_fault(void)
{
	scene_spoil(&c.s, T_PCT, "{\"client\":\"viewer\"}");
	CU_ASSERT_EQUAL(find(handle, "viewer"), ERR_STORE);
	scene_spoil(&c.s, T_PCT, "{\"client\":\"viewer\",\"claims\":\"!\",\"iat\":1700000000,"
		    "\"exp\":1800000000}");
	CU_ASSERT_EQUAL(find(handle, "viewer"), ERR_INVALID_TOKEN);
}

static CU_TestInfo tests[] = {
	{ "it gives the claims back", it_gives_the_claims_back },
	{ "it is bound to its client [G-PCT-05 T-U11]", it_is_bound_to_its_client },
	{ "it expires after 30 days [T-U11]", it_expires },
	{ "the administrator may mark them bad [G-PCT-08]", the_administrator_may_mark_them_bad },
	{ "a used one is gone [T-U11]", a_used_one_is_gone },
	{ "neither handle nor row show the claims [G-PCT-03 G-PCT-04 G-PCT-07 T-S10]",
	  neither_handle_nor_row_show_the_claims },
	{ "sealed claims stay where they are [T-S11]", sealed_claims_stay_where_they_are },
	{ "what is none does not count [G-PCT-10 T-C05 T-M01]", what_is_none_does_not_count },
	{ "a row that rotted is a fault [T-S11]", a_row_that_rotted_is_a_fault },
	CU_TEST_INFO_NULL
};

CU_SuiteInfo pct_suite = { "model/pct", NULL, NULL, start, stop, tests };
