/* SPDX-License-Identifier: Apache-2.0 */
#include "base/b64.h"
#include "model/token.h"
#include "tests/model/fixture.h"
#include "tests/run.h"

#define CLAIMS "{\"iss\":\"" IDP "\",\"email\":\"bob@example.net\"}"

static struct fixture c;
static const char *handle;
static struct client viewer;
static struct pct p;

static void
pct_setup(void)
{
	fixture_open(&c);
	client_find(&c.s.w, "viewer", ERR_NOT_FOUND, &viewer);
	CU_ASSERT_EQUAL(pct_issue(&c.s.w, &viewer, CLAIMS, c.s.w.now, false, &handle), OK);
	CU_ASSERT_EQUAL(harness_commit(&c.s), OK);
}

static void
pct_teardown(void)
{
	fixture_close(&c);
}

static enum err
pct_find_party(const char *text, const char *client)
{
	struct client who;

	CU_ASSERT_EQUAL_FATAL(client_find(&c.s.w, client, ERR_NOT_FOUND, &who), OK);
	return pct_find(&c.s.w, &who, text, &p);
}

static void
a_pct_restores_the_claims(void)
{
	CU_ASSERT_EQUAL_FATAL(pct_find_party(handle, "viewer"), OK);
	CU_ASSERT_STRING_EQUAL(p.claims, CLAIMS);
	CU_ASSERT_STRING_EQUAL(p.client, "viewer");
	CU_ASSERT_EQUAL(p.expires, HARNESS_NOW + 2592000);
}

static void
a_pct_is_bound_to_its_client(void)
{
	CU_ASSERT_EQUAL(pct_find_party(handle, "other"), ERR_INVALID_GRANT);
	CU_ASSERT_EQUAL(pct_find_party(handle, "viewer"), OK);
}

static void
a_pct_expires_after_30_days(void)
{
	harness_set_time(&c.s, HARNESS_NOW + 2591999);
	CU_ASSERT_EQUAL(pct_find_party(handle, "viewer"), OK);
	harness_set_time(&c.s, HARNESS_NOW + 2592000);
	CU_ASSERT_EQUAL(pct_find_party(handle, "viewer"), ERR_INVALID_TOKEN);
}

static void
corrupt_claims(struct client *client)
{
	client->pct_after = HARNESS_NOW + 1;
}

static void
an_administrator_may_mark_pcts_as_bad(void)
{
	fixture_change_client(&c, "viewer", corrupt_claims);
	CU_ASSERT_EQUAL(pct_find_party(handle, "viewer"), ERR_INVALID_TOKEN);
	harness_set_time(&c.s, HARNESS_NOW + 1);
	CU_ASSERT_EQUAL(pct_issue(&c.s.w, &viewer, CLAIMS, c.s.w.now, false, &handle), OK);
	CU_ASSERT_EQUAL(harness_commit(&c.s), OK);
	CU_ASSERT_EQUAL(pct_find_party(handle, "viewer"), OK);
}

static void
a_used_pct_is_removed(void)
{
	CU_ASSERT_EQUAL(pct_find_party(handle, "viewer"), OK);
	pct_remove(&c.s.w, &p);
	CU_ASSERT_EQUAL(harness_commit(&c.s), OK);
	CU_ASSERT_EQUAL(pct_find_party(handle, "viewer"), ERR_INVALID_TOKEN);
}

static void
neither_handle_nor_row_reveals_the_claims(void)
{
	struct bytes row = harness_row(&c.s, T_PCT, BYTES_NONE), raw;

	CU_ASSERT_PTR_NULL(memmem(row.data, row.size, "bob", 3));
	CU_ASSERT_PTR_NULL(memmem(row.data, row.size, handle + 12, 20));
	CU_ASSERT(b64url_decode(c.s.arena, handle + 4, &raw));
	CU_ASSERT_PTR_NULL(memmem(raw.data, raw.size, "bob", 3));
}

/* Sealed claims that are moved to the row of another handle do not decrypt. */
static void
sealed_claims_are_bound_to_their_row(void)
{
	struct bytes row = arena_bytes(c.s.arena, harness_row(&c.s, T_PCT, BYTES_NONE));
	const char *second;

	CU_ASSERT_EQUAL(pct_issue(&c.s.w, &viewer, "{}", c.s.w.now, false, &second), OK);
	CU_ASSERT_EQUAL(harness_commit(&c.s), OK);
	harness_corrupt_rows(&c.s, T_PCT,
			     arena_strndup(c.s.arena, (const char *)row.data, row.size));
	CU_ASSERT_EQUAL(pct_find_party(handle, "viewer"), OK);
	CU_ASSERT_EQUAL(pct_find_party(second, "viewer"), ERR_INVALID_TOKEN);
}

static void
a_malformed_pct_is_ignored(void)
{
	CU_ASSERT_EQUAL(pct_find_party("pct_x", "viewer"), ERR_INVALID_TOKEN);
	CU_ASSERT_EQUAL(pct_find_party("", "viewer"), ERR_INVALID_TOKEN);
	harness_use_tenant(&c.s, "two");
	fixture_client(&c, "viewer", NULL, "");
	CU_ASSERT_EQUAL(pct_find_party(handle, "viewer"), ERR_INVALID_TOKEN);
}

static void
a_corrupt_pct_row_is_a_fault(void)
{
	harness_corrupt_rows(&c.s, T_PCT, "{\"client\":\"viewer\"}");
	CU_ASSERT_EQUAL(pct_find_party(handle, "viewer"), ERR_STORE);
	harness_corrupt_rows(&c.s, T_PCT,
			     "{\"client\":\"viewer\",\"claims\":\"!\",\"iat\":1700000000,"
			     "\"exp\":1800000000}");
	CU_ASSERT_EQUAL(pct_find_party(handle, "viewer"), ERR_INVALID_TOKEN);
}

static CU_TestInfo tests[] = {
	{ "a PCT restores the claims", a_pct_restores_the_claims },
	{ "a PCT is bound to its client [G-PCT-05 T-U11]", a_pct_is_bound_to_its_client },
	{ "a PCT expires after 30 days [T-U11]", a_pct_expires_after_30_days },
	{ "an administrator may mark PCTs as bad [G-PCT-08]",
	  an_administrator_may_mark_pcts_as_bad },
	{ "a used PCT is removed [T-U11]", a_used_pct_is_removed },
	{ "neither handle nor row reveals the claims [G-PCT-03 G-PCT-04 G-PCT-07 T-S10]",
	  neither_handle_nor_row_reveals_the_claims },
	{ "sealed claims are bound to their row [T-S11]", sealed_claims_are_bound_to_their_row },
	{ "a malformed PCT is ignored [G-PCT-10 T-C05 T-M01]", a_malformed_pct_is_ignored },
	{ "a corrupt row is a server error [T-S11]", a_corrupt_pct_row_is_a_fault },
	CU_TEST_INFO_NULL
};

CU_SuiteInfo pct_suite = { "model/pct", NULL, NULL, pct_setup, pct_teardown, tests };
