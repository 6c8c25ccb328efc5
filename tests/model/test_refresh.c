/* SPDX-License-Identifier: Apache-2.0 */
#include "model/permission.h"
#include "model/token.h"
#include "tests/model/fixture.h"
#include "tests/run.h"

static struct fixture c;
static const char *first;
static struct family f;
static struct refresh r;

static void
refresh_setup(void)
{
	fixture_open(&c);
	f = (struct family){ .grant.client = "viewer",
			     .grant.rs = "photoz",
			     .grant.owner = c.alice,
			     .sub = "s",
			     .grant.party = "p",
			     .granted = fixture_permissions(&c, "photo1", "view") };
	CU_ASSERT_EQUAL(family_start(&c.s.w, &f), OK);
	CU_ASSERT_EQUAL(refresh_issue(&c.s.w, &f, &first), OK);
	CU_ASSERT_EQUAL(harness_commit(&c.s), OK);
}

static void
refresh_teardown(void)
{
	fixture_close(&c);
}

static enum err
refresh_check_token(const char *handle, const char *client)
{
	enum err e = refresh_check(&c.s.w, handle, client, &r, &f);

	CU_ASSERT(e == OK || e == ERR_STORE || c.s.w.refusal.why != NULL);
	return e;
}

/* Rotates `handle`; returns the next handle. */
static const char *
refresh_rotate_commit(const char *handle)
{
	const char *next = NULL;

	CU_ASSERT_EQUAL_FATAL(refresh_check_token(handle, "viewer"), OK);
	refresh_mark_used(&c.s.w, &r);
	CU_ASSERT_EQUAL(refresh_issue(&c.s.w, &f, &next), OK);
	CU_ASSERT_EQUAL(harness_commit(&c.s), OK);
	return next;
}

static void
a_refresh_token_leads_to_its_grant(void)
{
	CU_ASSERT_EQUAL_FATAL(refresh_check_token(first, "viewer"), OK);
	CU_ASSERT_STRING_EQUAL(f.grant.rs, "photoz");
	CU_ASSERT_STRING_EQUAL(f.sub, "s");
	CU_ASSERT_STRING_EQUAL(f.grant.party, "p");
	CU_ASSERT_STRING_EQUAL(f.granted->resource, "photo1");
	CU_ASSERT_EQUAL(f.expires, HARNESS_NOW + 2592000);
	CU_ASSERT_EQUAL(r.expires, HARNESS_NOW + 604800);
}

static void
each_use_rotates_the_refresh_token(void)
{
	const char *second = refresh_rotate_commit(first), *third = refresh_rotate_commit(second);

	CU_ASSERT_STRING_NOT_EQUAL(first, second);
	CU_ASSERT_STRING_NOT_EQUAL(second, third);
	CU_ASSERT_EQUAL(refresh_check_token(third, "viewer"), OK);
}

static void
a_replayed_refresh_token_revokes_its_family(void)
{
	const char *second = refresh_rotate_commit(first);
	size_t audits = harness_count_rows(&c.s, T_AUDIT);

	CU_ASSERT_EQUAL(refresh_check_token(first, "viewer"), ERR_INVALID_GRANT);
	CU_ASSERT(c.s.changes.essential);
	CU_ASSERT_EQUAL(harness_commit(&c.s), OK);
	CU_ASSERT_EQUAL(harness_count_rows(&c.s, T_AUDIT), audits + 1);
	CU_ASSERT_EQUAL(refresh_check_token(second, "viewer"), ERR_INVALID_GRANT);
	CU_ASSERT_EQUAL(refresh_check_token(first, "viewer"), ERR_INVALID_GRANT);
}

static void
of_two_concurrent_uses_one_succeeds(void)
{
	struct changes second, *list = &second;

	CU_ASSERT_EQUAL(refresh_check_token(first, "viewer"), OK);
	refresh_mark_used(&c.s.w, &r);
	changes_start(&second, c.s.arena, c.s.w.tenant->id);
	c.s.w.changes = &second;
	refresh_mark_used(&c.s.w, &r);
	CU_ASSERT_EQUAL(store_commit(c.s.store, &list, 1), OK);
	CU_ASSERT_EQUAL(harness_commit(&c.s), ERR_CHANGED);
}

static void
a_family_revoked_before_the_commit_issues_no_token(void)
{
	struct changes second, *list = &second;

	CU_ASSERT_EQUAL(refresh_check_token(first, "viewer"), OK);
	refresh_mark_used(&c.s.w, &r);
	changes_start(&second, c.s.arena, c.s.w.tenant->id);
	c.s.w.changes = &second;
	family_end(&c.s.w, &f);
	CU_ASSERT_EQUAL(store_commit(c.s.store, &list, 1), OK);
	CU_ASSERT_EQUAL(harness_commit(&c.s), ERR_CHANGED);
	CU_ASSERT_EQUAL(refresh_check_token(first, "viewer"), ERR_INVALID_GRANT);
}

/* An attempt by another client revokes nothing. */
static void
a_refresh_token_is_bound_to_its_client(void)
{
	CU_ASSERT_EQUAL(refresh_check_token(first, "other"), ERR_INVALID_GRANT);
	CU_ASSERT_EQUAL(harness_commit(&c.s), OK);
	CU_ASSERT_EQUAL(refresh_check_token(first, "viewer"), OK);
	refresh_rotate_commit(first);
	CU_ASSERT_EQUAL(refresh_check_token(first, "other"), ERR_INVALID_GRANT);
	CU_ASSERT_EQUAL(c.s.changes.writes, 0);
}

static void
a_refresh_token_expires_unused_and_ends_with_its_family(void)
{
	harness_set_time(&c.s, HARNESS_NOW + 604800);
	CU_ASSERT_EQUAL(refresh_check_token(first, "viewer"), ERR_INVALID_GRANT);
	harness_set_time(&c.s, HARNESS_NOW + 604799);
	CU_ASSERT_EQUAL(refresh_check_token(first, "viewer"), OK);
	harness_set_setting(&c.s, "refresh_idle", "315360000");
	CU_ASSERT_EQUAL(refresh_issue(&c.s.w, &f, &first), OK);
	CU_ASSERT_EQUAL(harness_commit(&c.s), OK);
	harness_set_time(&c.s, HARNESS_NOW + 2591999);
	CU_ASSERT_EQUAL(refresh_check_token(first, "viewer"), OK);
	CU_ASSERT_EQUAL(r.expires, HARNESS_NOW + 2592000);
	harness_set_time(&c.s, HARNESS_NOW + 2592000);
	CU_ASSERT_EQUAL(refresh_check_token(first, "viewer"), ERR_INVALID_GRANT);
}

static void
a_malformed_refresh_token_is_rejected(void)
{
	CU_ASSERT_EQUAL(refresh_check_token("rt_x", "viewer"), ERR_INVALID_GRANT);
	CU_ASSERT_EQUAL(refresh_check_token(arena_printf(c.s.arena, "tk_%s", first + 3), "viewer"),
			ERR_INVALID_GRANT);
	CU_ASSERT_EQUAL(family_find(&c.s.w, "!", ERR_NOT_FOUND, &f), ERR_NOT_FOUND);
	CU_ASSERT_EQUAL(family_find(&c.s.w, "AAAA", ERR_NOT_FOUND, &f), ERR_NOT_FOUND);
	harness_use_tenant(&c.s, "two");
	CU_ASSERT_EQUAL(refresh_check_token(first, "viewer"), ERR_INVALID_GRANT);
}

static void
corrupt_rows_are_a_server_error(void)
{
	harness_corrupt_rows(&c.s, T_FAMILY, "{\"rs\":\"x\"}");
	CU_ASSERT_EQUAL(refresh_check_token(first, "viewer"), ERR_STORE);
	harness_corrupt_rows(&c.s, T_REFRESH, "{\"client\":\"viewer\"}");
	CU_ASSERT_EQUAL(refresh_check_token(first, "viewer"), ERR_STORE);
	CU_ASSERT_EQUAL(refresh_find(&c.s.w, first, &r), ERR_STORE);
}

static CU_TestInfo tests[] = {
	{ "a refresh token leads to its grant", a_refresh_token_leads_to_its_grant },
	{ "each use rotates the refresh token [O-6749-13]", each_use_rotates_the_refresh_token },
	{ "a replayed refresh token revokes its family [T-C07]",
	  a_replayed_refresh_token_revokes_its_family },
	{ "of two concurrent uses one succeeds [T-C07]", of_two_concurrent_uses_one_succeeds },
	{ "a family revoked before the commit issues no token [T-C07]",
	  a_family_revoked_before_the_commit_issues_no_token },
	{ "a refresh token is bound to its client [G-REF-06]",
	  a_refresh_token_is_bound_to_its_client },
	{ "a refresh token expires unused and ends with its family",
	  a_refresh_token_expires_unused_and_ends_with_its_family },
	{ "a malformed refresh token is rejected [T-C05 T-M01]",
	  a_malformed_refresh_token_is_rejected },
	{ "corrupt rows are a server error [T-S11]", corrupt_rows_are_a_server_error },
	CU_TEST_INFO_NULL
};

CU_SuiteInfo refresh_suite = {
	"model/refresh", NULL, NULL, refresh_setup, refresh_teardown, tests
};
