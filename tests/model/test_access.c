/* SPDX-License-Identifier: Apache-2.0 */
#include "base/text.h"
#include "model/token.h"
#include "tests/model/fixture.h"
#include "tests/run.h"

static struct fixture c;
static struct access found;

static void
access_setup(void)
{
	fixture_open(&c);
}

static void
access_teardown(void)
{
	fixture_close(&c);
}

static const char *
access_issue_token(const char *owner)
{
	struct access t = { .client = "photoz",
			    .owner = owner,
			    .scopes = fixture_scopes(&c, SCOPE_PROTECTION) };
	const char *handle;

	CU_ASSERT_EQUAL(access_issue(&c.s.w, &t, 60, &handle), OK);
	CU_ASSERT_EQUAL(harness_commit(&c.s), OK);
	return handle;
}

static void
a_pat_represents_an_owner_at_a_resource_server(void)
{
	const char *pat = access_issue_token(c.alice);

	CU_ASSERT(text_starts(pat, "pat_"));
	CU_ASSERT_EQUAL_FATAL(access_find(&c.s.w, pat, &found), OK);
	CU_ASSERT_STRING_EQUAL(found.client, "photoz");
	CU_ASSERT_STRING_EQUAL(found.owner, c.alice);
	CU_ASSERT(str_list_has(&found.scopes, SCOPE_PROTECTION));
	CU_ASSERT_EQUAL(found.issued, HARNESS_NOW);
	CU_ASSERT_EQUAL(found.expires, HARNESS_NOW + 60);
}

static void
a_clients_own_access_token_represents_the_client(void)
{
	const char *token = access_issue_token(NULL);

	CU_ASSERT(text_starts(token, "at_"));
	CU_ASSERT_EQUAL_FATAL(access_find(&c.s.w, token, &found), OK);
	CU_ASSERT_PTR_NULL(found.owner);
	CU_ASSERT_EQUAL(access_find(&c.s.w, arena_printf(c.s.arena, "pat_%s", token + 3), &found),
			ERR_INVALID_TOKEN);
}

static void
an_access_token_expires(void)
{
	const char *pat = access_issue_token(c.alice);

	harness_set_time(&c.s, HARNESS_NOW + 59);
	CU_ASSERT_EQUAL(access_find(&c.s.w, pat, &found), OK);
	harness_set_time(&c.s, HARNESS_NOW + 60);
	CU_ASSERT_EQUAL(access_find(&c.s.w, pat, &found), ERR_INVALID_TOKEN);
}

static void
a_malformed_access_token_is_rejected(void)
{
	const char *pat = access_issue_token(c.alice), *ticket;
	struct bytes key;

	handle_new(&c.s.w, HANDLE_TICKET, HARNESS_NOW + 9, &ticket, &key);
	CU_ASSERT_EQUAL(access_find(&c.s.w, ticket, &found), ERR_INVALID_TOKEN);
	CU_ASSERT_EQUAL(access_find(&c.s.w, "pat_", &found), ERR_INVALID_TOKEN);
	CU_ASSERT_EQUAL(access_find(&c.s.w, "", &found), ERR_INVALID_TOKEN);
	harness_use_tenant(&c.s, "two");
	CU_ASSERT_EQUAL(access_find(&c.s.w, pat, &found), ERR_INVALID_TOKEN);
}

static void
a_corrupt_access_row_is_a_fault(void)
{
	const char *pat = access_issue_token(c.alice);

	harness_corrupt_rows(&c.s, T_ACCESS, "{\"owner\":\"x\"}");
	CU_ASSERT_EQUAL(access_find(&c.s.w, pat, &found), ERR_STORE);
}

static CU_TestInfo tests[] = { { "a PAT represents an owner at a resource server [F-PAT-06]",
				 a_pat_represents_an_owner_at_a_resource_server },
			       { "a client's own access token represents the client [T-C05]",
				 a_clients_own_access_token_represents_the_client },
			       { "an access token expires [F-PAT-03]", an_access_token_expires },
			       { "a malformed access token is rejected [T-C05 T-M01]",
				 a_malformed_access_token_is_rejected },
			       { "a corrupt row is a server error [T-S11]",
				 a_corrupt_access_row_is_a_fault },
			       CU_TEST_INFO_NULL };

CU_SuiteInfo access_suite = { "model/access", NULL, NULL, access_setup, access_teardown, tests };
