/* SPDX-License-Identifier: Apache-2.0 */
/* Which callers a route may ask for; each way of authenticating is in server/test_caller.c. */
#include "base/b64.h"
#include "tests/model/fixture.h"
#include "tests/run.h"
#include "web/request.h"

static struct fixture c;
static struct http_in in;
static struct request rq;

static void
caller_setup(void)
{
	fixture_open(&c);
	in = (struct http_in){ 0 };
	rq = (struct request){ .in = &in };
}

static void
caller_teardown(void)
{
	fixture_close(&c);
}

static enum err
caller_authenticate_kind(enum caller_kind kind, const char *authorization)
{
	in.authorization = authorization;
	rq.work = c.s.w;
	return caller_authenticate(&rq, kind);
}

static const char *
caller_basic_auth(const char *id)
{
	return arena_printf(c.s.arena, "Basic %s",
			    b64_encode(c.s.arena, bytes_of(arena_printf(c.s.arena, "%s:%s", id,
									fixture_secret(&c, id)))));
}

static const char *
caller_issue_token(const char *client, const char *owner, const char *scope)
{
	struct access t = { .client = client, .owner = owner, .scopes = fixture_scopes(&c, scope) };
	const char *handle;

	CU_ASSERT_EQUAL(access_issue(&c.s.w, &t, 60, &handle), OK);
	CU_ASSERT_EQUAL(harness_commit(&c.s), OK);
	return arena_printf(c.s.arena, "Bearer %s", handle);
}

static void
anyone_is_not_looked_at(void)
{
	CU_ASSERT_EQUAL(caller_authenticate_kind(CALLER_ANYONE, "nonsense"), OK);
	CU_ASSERT_PTR_NULL(rq.caller.client.id);
}

static void
a_client_is_itself(void)
{
	CU_ASSERT_EQUAL(caller_authenticate_kind(CALLER_CLIENT, caller_basic_auth("viewer")), OK);
	CU_ASSERT_STRING_EQUAL(rq.caller.client.id, "viewer");
	CU_ASSERT_PTR_NULL(rq.caller.owner);
	CU_ASSERT_EQUAL(caller_authenticate_kind(CALLER_CLIENT,
						 caller_issue_token("photoz", c.alice,
								    SCOPE_PROTECTION)),
			ERR_INVALID_CLIENT);
}

static void
a_pat_is_server_and_owner(void)
{
	CU_ASSERT_EQUAL(caller_authenticate_kind(CALLER_PAT, caller_issue_token("photoz", c.alice,
										SCOPE_PROTECTION)),
			OK);
	CU_ASSERT_STRING_EQUAL(rq.caller.client.id, "photoz");
	CU_ASSERT_STRING_EQUAL(rq.caller.owner, c.alice);
	CU_ASSERT_EQUAL(caller_authenticate_kind(CALLER_PAT, caller_basic_auth("photoz")),
			ERR_NO_TOKEN);
	CU_ASSERT_EQUAL(caller_authenticate_kind(CALLER_PAT, caller_issue_token("viewer", c.alice,
										SCOPE_PROTECTION)),
			ERR_INSUFFICIENT_SCOPE);
	CU_ASSERT_EQUAL(caller_authenticate_kind(CALLER_PAT, caller_issue_token("photoz", NULL,
										SCOPE_PROTECTION)),
			ERR_INSUFFICIENT_SCOPE);
	CU_ASSERT_EQUAL(caller_authenticate_kind(CALLER_PAT, caller_issue_token("photoz", "nobody",
										SCOPE_PROTECTION)),
			ERR_INVALID_TOKEN);
}

static void
either_is_one_or_the_other(void)
{
	CU_ASSERT_EQUAL(caller_authenticate_kind(CALLER_PAT_OR_CLIENT, caller_basic_auth("photoz")),
			OK);
	CU_ASSERT_PTR_NULL(rq.caller.owner);
	CU_ASSERT_EQUAL(caller_authenticate_kind(CALLER_PAT_OR_CLIENT,
						 caller_issue_token("photoz", c.alice,
								    SCOPE_PROTECTION)),
			OK);
	CU_ASSERT_STRING_EQUAL(rq.caller.owner, c.alice);
	CU_ASSERT_EQUAL(caller_authenticate_kind(CALLER_PAT_OR_CLIENT, NULL), ERR_NO_TOKEN);
	CU_ASSERT_EQUAL(caller_authenticate_kind(CALLER_PAT_OR_CLIENT, "Basic !"),
			ERR_BEARER_REQUEST);
}

static void
an_owner_comes_by_her_own_token_or_a_pat(void)
{
	const char *own = caller_issue_token("", c.alice, SCOPE_OWNER);

	CU_ASSERT_EQUAL(caller_authenticate_kind(CALLER_PAT_OR_OWNER, own), OK);
	CU_ASSERT_PTR_NULL(rq.caller.client.id);
	CU_ASSERT_STRING_EQUAL(rq.caller.owner, c.alice);
	CU_ASSERT_EQUAL(caller_authenticate_kind(CALLER_PAT_OR_OWNER,
						 caller_issue_token("photoz", c.alice,
								    SCOPE_PROTECTION)),
			OK);
	CU_ASSERT_STRING_EQUAL(rq.caller.client.id, "photoz");
	CU_ASSERT_EQUAL(caller_authenticate_kind(CALLER_PAT, own), ERR_INSUFFICIENT_SCOPE);
	CU_ASSERT_EQUAL(caller_authenticate_kind(CALLER_PAT_OR_CLIENT, own),
			ERR_INSUFFICIENT_SCOPE);
}

/* A client that is registered for the scope's name gets no owner's powers by it. */
static void
a_clients_token_is_no_owners(void)
{
	CU_ASSERT_NOT_EQUAL(caller_authenticate_kind(CALLER_PAT_OR_OWNER,
						     caller_issue_token("viewer", NULL,
									SCOPE_OWNER)),
			    OK);
	CU_ASSERT_PTR_NULL(rq.caller.owner);
}

static void
what_is_no_caller_is_refused(void)
{
	CU_ASSERT_EQUAL(caller_authenticate_kind((enum caller_kind)99, NULL), ERR_SERVER);
}

static CU_TestInfo tests[] = {
	{ "anyone is not looked at", anyone_is_not_looked_at },
	{ "a client is itself", a_client_is_itself },
	{ "a PAT is resource server and owner [F-PAT-06]", a_pat_is_server_and_owner },
	{ "either is one or the other", either_is_one_or_the_other },
	{ "an owner comes by her own token or a PAT [T-J04]",
	  an_owner_comes_by_her_own_token_or_a_pat },
	{ "a client's token is no owner's [T-U06]", a_clients_token_is_no_owners },
	{ "what is no caller is refused [T-U06]", what_is_no_caller_is_refused },
	CU_TEST_INFO_NULL
};

CU_SuiteInfo caller_suite = { "web/caller", NULL, NULL, caller_setup, caller_teardown, tests };
