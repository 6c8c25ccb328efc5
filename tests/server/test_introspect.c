/* SPDX-License-Identifier: Apache-2.0 */
#include "base/json.h"
#include "tests/run.h"
#include "tests/server/examples.h"
#include "web/request.h"

#define EQ	 CU_ASSERT_STRING_EQUAL
#define INACTIVE "{\"active\":false}"

static struct response rpt;
static const char *token;

static void
introspect_setup(void)
{
	examples_open();
	owner_permits("photo1", "view print");
	rpt = redeem_ticket(new_ticket("photo1{view,print}"), push_claims_param("viewer", "{}"));
	token = response_text(rpt, "access_token");
}

static struct response
introspect_token(const char *auth, const char *what)
{
	return http_send("POST /introspect", auth, text_format("token=%s", what));
}

static const char *
introspect_body(const char *auth, const char *what)
{
	struct response a = introspect_token(auth, what);

	return a.status == 200 ? a.body : text_format("%d %s", a.status, response_text(a, "error"));
}

static void
an_active_rpt_is_returned_with_its_permissions(void)
{
	struct response a = introspect_token(alice_auth(), token);

	EQ(response_text(a, "iss"), "https://as.example.com");
	EQ(response_text(a, "aud"), "photoz");
	EQ(response_text(a, "client_id"), "viewer");
	EQ(response_text(a, "token_type"), "Bearer");
	CU_ASSERT_EQUAL(response_number(a, "iat"), HARNESS_NOW);
	CU_ASSERT_EQUAL(response_number(a, "exp"), HARNESS_NOW + 300);
	CU_ASSERT(response_has(a, "jti") && response_has(a, "active"));
	CU_ASSERT_FALSE(response_has(a, "scope"));
	CU_ASSERT_PTR_NOT_NULL(strstr(
		a.body, text_format("\"permissions\":[{\"resource_id\":\"%s\","
				    "\"resource_scopes\":[\"view\",\"print\"],\"exp\":1700000300}]",
				    id_of("photo1"))));
	EQ(response_header(a, "Cache-Control"), "no-store");
}

/* D-12: the requesting party, never the owner; and another sub at each resource server. */
static void
sub_is_pairwise_and_not_the_owner(void)
{
	struct response a = introspect_token(alice_auth(), token);

	CU_ASSERT_EQUAL(strlen(response_text(a, "sub")), 43);
	CU_ASSERT_STRING_NOT_EQUAL(response_text(a, "sub"), http_case.fixture.alice);
	CU_ASSERT_PTR_NULL(strstr(a.body, "bob"));
	owner_permits("photo2", "all");
	a = introspect_token(alice_auth(), response_text(redeem_ticket(new_ticket("photo2{}"), ""),
							 "access_token"));
	EQ(response_text(a, "sub"), "viewer");
}

static void
an_rpt_is_inactive_for_other_pats(void)
{
	EQ(introspect_body(issue_pat(http_case.fixture.erin, "photoz"), token), INACTIVE);
	EQ(introspect_body(issue_pat(http_case.fixture.alice, "filez"), token), INACTIVE);
	EQ(introspect_body(auth_basic("filez"), token), INACTIVE);
	EQ(introspect_body(auth_basic("viewer"), token), INACTIVE);
}

static void
the_resource_server_may_introspect_with_its_own_credentials(void)
{
	EQ(introspect_permissions(auth_basic("photoz"), token), "photo1{print,view}");
}

static void
all_inactive_tokens_get_the_same_response(void)
{
	const char *dead[] = { "x",
			       "tk_x",
			       new_ticket("photo1{view}"),
			       response_text(rpt, "refresh_token"),
			       response_text(rpt, "pct"),
			       text_format("%sA", token),
			       "%00" };

	for (size_t i = 0; i < 6; i++)
		EQ(introspect_body(alice_auth(), dead[i]), INACTIVE);
	http_case_set_time(300);
	EQ(introspect_body(alice_auth(), token), INACTIVE);
}

static void
introspection_requires_authentication(void)
{
	struct response a = introspect_token(NULL, token);

	CU_ASSERT_EQUAL(a.status, 401);
	EQ(response_header(a, "WWW-Authenticate"), "Bearer realm=\"uma\"");
	EQ(a.body, "");
	EQ(introspect_body(auth_bearer("pat_x"), token), "401 invalid_token");
	EQ(introspect_body(auth_bearer(token), token), "401 invalid_token");
	EQ(introspect_body(auth_basic_raw("photoz:wrong"), token), "401 invalid_client");
	EQ(introspect_body(NULL, text_format("%s&client_id=public", token)), "401 invalid_client");
	EQ(introspect_body(NULL, text_format("%s&client_id=photoz&client_secret=wrong", token)),
	   "401 invalid_client");
	a = http_send("POST /introspect", NULL,
		      text_format("token=%s&client_id=photoz&client_secret=the-secret-of-photoz",
				  token));
	CU_ASSERT_EQUAL(a.status, 200);
	EQ(introspect_body(auth_bearer(access_token("viewer", NULL, "view")), token),
	   "403 insufficient_scope");
}

static void
exactly_one_token_is_required_by_post(void)
{
	EQ(response_text(http_send("POST /introspect", alice_auth(), "x=y"), "error"),
	   "invalid_request");
	EQ(introspect_body(alice_auth(), "a&token=b"), "400 invalid_request");
	CU_ASSERT_EQUAL(http_send("GET /introspect?token=x", alice_auth(), NULL).status, 405);
}

static void
introspection_writes_nothing(void)
{
	size_t before = count_audit_rows(NULL);

	http_case.store.fail_commit = true;
	EQ(introspect_permissions(alice_auth(), token), "photo1{print,view}");
	EQ(introspect_body(alice_auth(), "x"), INACTIVE);
	http_case.store.fail_commit = false;
	CU_ASSERT_EQUAL(count_audit_rows(NULL), before);
}

static void
introspection_reflects_changes_of_policies_at_once(void)
{
	owner_permits("photo1", "print");
	EQ(introspect_permissions(alice_auth(), token), "photo1{print}");
	owner_remove_policy("photo1");
	EQ(introspect_body(alice_auth(), token), INACTIVE);
}

static void
tokens_of_a_disabled_client_are_inactive(void)
{
	fixture_change_client(&http_case.fixture, "viewer", fixture_disable);
	EQ(introspect_body(alice_auth(), token), INACTIVE);
}

static void
tokens_of_a_removed_client_are_inactive(void)
{
	CU_ASSERT_EQUAL(client_remove(http_case.work, "viewer"), OK);
	CU_ASSERT_EQUAL(harness_commit(http_case.harness), OK);
	EQ(introspect_body(alice_auth(), token), INACTIVE);
}

static void
rpts_for_a_disabled_owner_are_inactive(void)
{
	struct work *w = http_case.work;
	struct account owner;

	CU_ASSERT_EQUAL(account_find(w, http_case.fixture.alice, ERR_NOT_FOUND, &owner), OK);
	owner.disabled = true;
	CU_ASSERT_EQUAL(account_put(w, &owner), OK);
	CU_ASSERT_EQUAL(harness_commit(http_case.harness), OK);
	EQ(introspect_body(alice_auth(), token), "401 invalid_token");
	EQ(introspect_body(auth_basic("photoz"), token), INACTIVE);
	EQ(introspect_body(auth_basic("photoz"),
			   access_token("photoz", http_case.fixture.alice, "uma_protection")),
	   INACTIVE);
}

static void
introspect_flatten(struct client *client)
{
	client->flat_permissions = true;
}

static void
permissions_may_be_flat_strings(void)
{
	fixture_change_client(&http_case.fixture, "photoz", introspect_flatten);
	CU_ASSERT_PTR_NOT_NULL(strstr(introspect_body(alice_auth(), token),
				      text_format("\"permissions_flat\":[\"%s#view\",\"%s#print\"]",
						  id_of("photo1"), id_of("photo1"))));
}

static void
a_pat_is_active_only_for_its_resource_server_and_owner(void)
{
	const char *own_token = access_token("photoz", http_case.fixture.alice, "uma_protection");
	struct response a = introspect_token(alice_auth(), own_token);

	EQ(response_text(a, "scope"), "uma_protection");
	EQ(response_text(a, "client_id"), "photoz");
	EQ(response_text(a, "sub"), http_case.fixture.alice);
	CU_ASSERT_FALSE(response_has(a, "permissions"));
	EQ(response_text(introspect_token(auth_basic("photoz"), own_token), "scope"),
	   "uma_protection");
	EQ(introspect_body(issue_pat(http_case.fixture.erin, "photoz"), own_token), INACTIVE);
	EQ(introspect_body(issue_pat(http_case.fixture.alice, "filez"), own_token), INACTIVE);
	EQ(introspect_body(auth_basic("viewer"), own_token), INACTIVE);
}

static void
a_clients_own_access_token_is_active_only_for_that_client(void)
{
	const char *plain = access_token("viewer", NULL, "view");

	EQ(response_text(introspect_token(auth_basic("viewer"), plain), "sub"), "viewer");
	EQ(introspect_body(auth_basic("other"), plain), INACTIVE);
	EQ(introspect_body(alice_auth(), plain), INACTIVE);
}

static void
an_owners_token_is_inactive_for_all_resource_servers(void)
{
	const char *own = access_token("", http_case.fixture.alice, SCOPE_OWNER);

	EQ(introspect_body(alice_auth(), own), INACTIVE);
	EQ(introspect_body(auth_bearer(own), token), "403 insufficient_scope");
}

static void
a_refresh_token_is_active_only_for_its_client(void)
{
	const char *refresh_rpt = response_text(rpt, "refresh_token");
	struct response a = introspect_token(auth_basic("viewer"), refresh_rpt);

	EQ(response_text(a, "client_id"), "viewer");
	CU_ASSERT_EQUAL(response_number(a, "exp"), HARNESS_NOW + 604800);
	EQ(introspect_body(auth_basic("other"), refresh_rpt), INACTIVE);
	EQ(response_text(introspect_token(auth_basic("viewer"),
					  text_format("%s&token_type_hint=access_token",
						      refresh_rpt)),
			 "client_id"),
	   "viewer");
	http_send("POST /token", auth_basic("viewer"),
		  text_format("grant_type=refresh_token&refresh_token=%s", refresh_rpt));
	EQ(introspect_body(auth_basic("viewer"), refresh_rpt), INACTIVE);
}

/*
 * None for the tenant, because nothing was committed after the last request; four for the PAT (row,
 * client, account, delegation); five for the RPT (row, client, issuer, identity, family); one for
 * the sharing number of the owner.
 */
#define READS (4 + 5 + 1)

static void
introspection_reads_ten_rows_while_the_owner_withdraws_nothing(void)
{
	introspect_body(alice_auth(), token);
	http_case.store.calls = 0;
	CU_ASSERT_PTR_NOT_NULL(strstr(introspect_body(alice_auth(), token), "\"active\":true"));
	CU_ASSERT_EQUAL(http_case.store.calls, READS);
}

/* After a change the resource is read, too. It contains its rule index. */
static void
introspection_reads_no_policy(void)
{
	harness_corrupt_rows(http_case.harness, T_POLICY, "x");
	introspect_body(alice_auth(), token);
	http_case.store.calls = 0;
	CU_ASSERT_PTR_NOT_NULL(strstr(introspect_body(alice_auth(), token), "\"active\":true"));
	CU_ASSERT_EQUAL(http_case.store.calls, READS + 1);
}

static void
tokens_of_another_tenant_are_inactive(void)
{
	harness_use_tenant(http_case.harness, "two");
	fixture_client(&http_case.fixture, "photoz", NULL, "uma_protection");
	EQ(response_text(http_send("POST /t/two/introspect", auth_basic("photoz"),
				   text_format("token=%s", token)),
			 "error"),
	   "");
	EQ(http_send("POST /t/two/introspect", auth_basic("photoz"), text_format("token=%s", token))
		   .body,
	   INACTIVE);
	EQ(response_text(http_send("POST /t/two/introspect", alice_auth(),
				   text_format("token=%s", token)),
			 "error"),
	   "invalid_token");
	harness_use_tenant(http_case.harness, "one");
}

static CU_TestInfo tests[] = {
	{ "introspection reads ten rows while the owner withdraws nothing [T-O05]",
	  introspection_reads_ten_rows_while_the_owner_withdraws_nothing },
	{ "introspection reads no policy [T-O05]", introspection_reads_no_policy },
	{ "an active RPT is returned with its permissions [F-INT-01 F-INT-03 F-INT-04 F-INT-08 F-INT-14 F-INT-15]",
	  an_active_rpt_is_returned_with_its_permissions },
	{ "sub is pairwise and not the owner [D-12]", sub_is_pairwise_and_not_the_owner },
	{ "an RPT is inactive for other PATs [F-INT-11 G-CONV-04 T-U16]",
	  an_rpt_is_inactive_for_other_pats },
	{ "the resource server may introspect with its own credentials",
	  the_resource_server_may_introspect_with_its_own_credentials },
	{ "all inactive tokens get the same response [F-INT-10 O-7662-03 G-PCT-07 T-U16]",
	  all_inactive_tokens_get_the_same_response },
	{ "introspection requires authentication [F-INT-13 O-7662-01 F-PAT-09]",
	  introspection_requires_authentication },
	{ "exactly one token is required, by POST [F-INT-18 T-P07]",
	  exactly_one_token_is_required_by_post },
	{ "introspection writes nothing", introspection_writes_nothing },
	{ "introspection reflects changes of policies at once [G-PRV-01 F-PRV-02 D-09]",
	  introspection_reflects_changes_of_policies_at_once },
	{ "tokens of a disabled client are inactive [T-U15]",
	  tokens_of_a_disabled_client_are_inactive },
	{ "tokens of a removed client are inactive [T-U15]",
	  tokens_of_a_removed_client_are_inactive },
	{ "RPTs for a disabled owner are inactive [T-U15 F-PAT-13]",
	  rpts_for_a_disabled_owner_are_inactive },
	{ "permissions may be flat strings", permissions_may_be_flat_strings },
	{ "a PAT is active only for its resource server and owner [F-INT-12 D-20]",
	  a_pat_is_active_only_for_its_resource_server_and_owner },
	{ "a client's own access token is active only for that client [D-20]",
	  a_clients_own_access_token_is_active_only_for_that_client },
	{ "an owner's token is inactive for all resource servers [T-J04]",
	  an_owners_token_is_inactive_for_all_resource_servers },
	{ "a refresh token is active only for its client [O-7662-02]",
	  a_refresh_token_is_active_only_for_its_client },
	{ "tokens of another tenant are inactive [T-M01]", tokens_of_another_tenant_are_inactive },
	CU_TEST_INFO_NULL
};

CU_SuiteInfo introspect_suite = { "server/introspect", NULL, NULL, introspect_setup,
				  http_case_close,     tests };
