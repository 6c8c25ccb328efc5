/* SPDX-License-Identifier: Apache-2.0 */
/* Access tokens that a client gets for itself (RFC 6749, 4.4). */
#include "tests/run.h"
#include "tests/server/examples.h"

#define EQ CU_ASSERT_STRING_EQUAL

static void
a_client_gets_an_access_token_for_itself(void)
{
	struct response a = http_send("POST /token", auth_basic("photoz"),
				      "grant_type=client_credentials&scope=uma_protection");

	CU_ASSERT_EQUAL(a.status, 200);
	EQ(response_text(a, "scope"), "uma_protection");
	EQ(response_text(a, "token_type"), "Bearer");
	CU_ASSERT_EQUAL(response_number(a, "expires_in"), 3600);
	CU_ASSERT_FALSE(response_has(a, "refresh_token"));
	EQ(http_send("GET /resource_set", auth_bearer(response_text(a, "access_token")), NULL).body,
	   "[]");
	a = http_send("POST /token", auth_basic("photoz"), "grant_type=client_credentials");
	EQ(response_text(a, "scope"), "uma_protection");
	CU_ASSERT_EQUAL(count_audit_rows("token.issued"), 2);
}

static void
credentials_only(struct client *client)
{
	client->grants = (struct str_list){ 0 };
	str_list_add(http_case.work->arena, &client->grants, GRANT_CLIENT);
}

static const char *
own_token(const char *client, const char *more)
{
	struct response a = http_send("POST /token", auth_basic(client),
				      text_format("grant_type=client_credentials%s", more));

	return a.status == 200 ? response_text(a, "scope") : response_text(a, "error");
}

static void
only_registered_scopes_are_granted(void)
{
	EQ(own_token("viewer", ""), "unauthorized_client");
	fixture_change_client(&http_case.fixture, "viewer", credentials_only);
	EQ(own_token("viewer", ""), "invalid_scope");
	register_scopes("viewer", "view edit");
	EQ(own_token("viewer", ""), "view edit");
	EQ(own_token("viewer", "&scope=edit"), "edit");
	EQ(own_token("viewer", "&scope=edit+print"), "invalid_scope");
	EQ(own_token("viewer", "&scope=%22"), "invalid_scope");
	EQ(response_text(http_send("POST /token", NULL,
				   "grant_type=client_credentials&client_id=public"),
			 "error"),
	   "unauthorized_client");
}

static void
no_owner(struct client *client)
{
	client->owner = NULL;
}

static void
a_pat_requires_a_client_with_a_linked_account(void)
{
	struct work *w = http_case.work;
	struct account own;

	CU_ASSERT_EQUAL(account_by_login(w, "photoz", ERR_NOT_FOUND, &own), OK);
	own.disabled = true;
	CU_ASSERT_EQUAL(account_put(w, &own), OK);
	CU_ASSERT_EQUAL(harness_commit(http_case.harness), OK);
	EQ(own_token("photoz", ""), "unauthorized_client");
	CU_ASSERT_EQUAL(account_by_login(w, "photoz", ERR_NOT_FOUND, &own), OK);
	CU_ASSERT_EQUAL(account_remove(w, &own), OK);
	CU_ASSERT_EQUAL(harness_commit(http_case.harness), OK);
	EQ(own_token("photoz", ""), "unauthorized_client");
	fixture_change_client(&http_case.fixture, "filez", no_owner);
	EQ(own_token("filez", ""), "unauthorized_client");
}

static CU_TestInfo tests[] = {
	{ "a client gets an access token for itself [F-PAT-01 F-PAT-07 O-6749-12]",
	  a_client_gets_an_access_token_for_itself },
	{ "only registered scopes are granted [O-6749-11 G-TOK-08]",
	  only_registered_scopes_are_granted },
	{ "a PAT requires a client with a linked account [T-U15]",
	  a_pat_requires_a_client_with_a_linked_account },
	CU_TEST_INFO_NULL
};

CU_SuiteInfo client_credentials_suite = {
	"server/client_credentials", NULL, NULL, examples_open, http_case_close, tests
};
