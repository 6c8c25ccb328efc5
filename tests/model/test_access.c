/* SPDX-License-Identifier: Apache-2.0 */
#include "model/token.h"
#include "tests/model/cast.h"
#include "tests/run.h"

static struct cast c;
static struct access found;

static void
start(void)
{
	cast_open(&c);
}

static void
stop(void)
{
	cast_close(&c);
}

static const char *
issue(const char *owner)
{
	struct access t = { .client = "photoz", .owner = owner,
			    .scopes = cast_scopes(&c, SCOPE_PROTECTION) };
	const char *handle;

	CU_ASSERT_EQUAL(access_issue(&c.s.w, &t, 60, &handle), OK);
	CU_ASSERT_EQUAL(scene_commit(&c.s), OK);
	return handle;
}

static void
a_pat_stands_for_owner_and_server(void)
{
	const char *pat = issue(c.alice);

	CU_ASSERT(text_starts(pat, "pat_"));
	CU_ASSERT_EQUAL_FATAL(access_find(&c.s.w, pat, &found), OK);
	CU_ASSERT_STRING_EQUAL(found.client, "photoz");
	CU_ASSERT_STRING_EQUAL(found.owner, c.alice);
	CU_ASSERT(strs_has(&found.scopes, SCOPE_PROTECTION));
	CU_ASSERT_EQUAL(found.issued, SCENE_NOW);
	CU_ASSERT_EQUAL(found.expires, SCENE_NOW + 60);
}

static void
a_plain_token_stands_for_its_client(void)
{
	const char *token = issue(NULL);

	CU_ASSERT(text_starts(token, "at_"));
	CU_ASSERT_EQUAL_FATAL(access_find(&c.s.w, token, &found), OK);
	CU_ASSERT_PTR_NULL(found.owner);
	CU_ASSERT_EQUAL(access_find(&c.s.w, arena_printf(c.s.arena, "pat_%s", token + 3), &found),
			ERR_INVALID_TOKEN);
}

static void
it_expires(void)
{
	const char *pat = issue(c.alice);

	scene_at(&c.s, SCENE_NOW + 59);
	CU_ASSERT_EQUAL(access_find(&c.s.w, pat, &found), OK);
	scene_at(&c.s, SCENE_NOW + 60);
	CU_ASSERT_EQUAL(access_find(&c.s.w, pat, &found), ERR_INVALID_TOKEN);
}

static void
what_is_none_is_refused(void)
{
	const char *pat = issue(c.alice), *ticket;
	struct bytes key;

	handle_new(&c.s.w, HANDLE_TICKET, SCENE_NOW + 9, &ticket, &key);
	CU_ASSERT_EQUAL(access_find(&c.s.w, ticket, &found), ERR_INVALID_TOKEN);
	CU_ASSERT_EQUAL(access_find(&c.s.w, "pat_", &found), ERR_INVALID_TOKEN);
	CU_ASSERT_EQUAL(access_find(&c.s.w, "", &found), ERR_INVALID_TOKEN);
	scene_in(&c.s, "two");
	CU_ASSERT_EQUAL(access_find(&c.s.w, pat, &found), ERR_INVALID_TOKEN);
}

static void
a_row_that_rotted_is_a_fault(void)
{
	const char *pat = issue(c.alice);

	scene_spoil(&c.s, T_ACCESS, "{\"owner\":\"x\"}");
	CU_ASSERT_EQUAL(access_find(&c.s.w, pat, &found), ERR_STORE);
}

static CU_TestInfo tests[] = {
	{ "a PAT stands for owner and server [F-PAT-06]", a_pat_stands_for_owner_and_server },
	{ "a plain token stands for its client [T-C05]", a_plain_token_stands_for_its_client },
	{ "it expires [F-PAT-03]", it_expires },
	{ "what is none is refused [T-C05 T-M01]", what_is_none_is_refused },
	{ "a row that rotted is a fault [T-S11]", a_row_that_rotted_is_a_fault },
	CU_TEST_INFO_NULL
};

CU_SuiteInfo access_suite = { "model/access", NULL, NULL, start, stop, tests };
