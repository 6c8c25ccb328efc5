/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The kinds of callers that a route may require; server/test_caller.c tests each way of
 * authenticating.
 */
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
caller_anyone_ignores_credentials(void)
{
	CU_ASSERT_EQUAL(caller_authenticate_kind(CALLER_ANYONE, "nonsense"), OK);
	CU_ASSERT_PTR_NULL(rq.caller.client.id);
}

static void
caller_client_is_the_authenticated_client(void)
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
a_pat_is_resource_server_and_owner(void)
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
a_route_may_accept_a_client_or_a_pat(void)
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
an_owner_authenticates_with_their_own_token_or_a_pat(void)
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

/* A client that is registered for the scope's name gets no rights of an owner by it. */
static void
a_clients_own_token_gives_no_rights_of_an_owner(void)
{
	CU_ASSERT_NOT_EQUAL(caller_authenticate_kind(CALLER_PAT_OR_OWNER,
						     caller_issue_token("viewer", NULL,
									SCOPE_OWNER)),
			    OK);
	CU_ASSERT_PTR_NULL(rq.caller.owner);
}

static void
other_credentials_are_rejected(void)
{
	CU_ASSERT_EQUAL(caller_authenticate_kind((enum caller_kind)99, NULL), ERR_SERVER);
}

static CU_TestInfo tests[] = {
	{ "CALLER_ANYONE ignores credentials", caller_anyone_ignores_credentials },
	{ "CALLER_CLIENT is the authenticated client", caller_client_is_the_authenticated_client },
	{ "a PAT is resource server and owner [F-PAT-06]", a_pat_is_resource_server_and_owner },
	{ "a route may accept a client or a PAT", a_route_may_accept_a_client_or_a_pat },
	{ "an owner authenticates with their own token or a PAT [T-J04]",
	  an_owner_authenticates_with_their_own_token_or_a_pat },
	{ "a client's own token gives no rights of an owner [T-U06]",
	  a_clients_own_token_gives_no_rights_of_an_owner },
	{ "other credentials are rejected [T-U06]", other_credentials_are_rejected },
	CU_TEST_INFO_NULL
};

CU_SuiteInfo caller_suite = { "web/caller", NULL, NULL, caller_setup, caller_teardown, tests };
