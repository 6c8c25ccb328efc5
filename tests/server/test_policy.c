/* SPDX-License-Identifier: Apache-2.0 */
/* The policy endpoint. */
#include "tests/run.h"
#include "tests/server/examples.h"
#include "web/request.h"

#define EQ    CU_ASSERT_STRING_EQUAL
#define RULES "{'rules':[{'id':'r','effect':'permit','scopes':['view'],'when':{'anyone':true}}]}"
#define DOC                                                                                        \
	"{\"rules\":[{\"id\":\"r\",\"effect\":\"permit\",\"scopes\":[\"view\"],"                   \
	"\"when\":{\"anyone\":true}}]}"

static const char *owner_token;

static void
policy_endpoint_setup(void)
{
	examples_open();
	owner_token = auth_bearer(access_token("", http_case.fixture.alice, SCOPE_OWNER));
}

static const char *
policy_request_line(const char *method, const char *resource)
{
	return text_format("%s /policy/%s", method, id_of(resource));
}

static void
a_policy_is_set_read_and_removed(void)
{
	struct response a = http_send(policy_request_line("PUT", "photo1"), alice_auth(), RULES);

	CU_ASSERT_EQUAL(a.status, 200);
	EQ(a.body, DOC);
	EQ(response_header(a, "ETag"), "\"1\"");
	EQ(http_send(policy_request_line("GET", "photo1"), alice_auth(), NULL).body, DOC);
	CU_ASSERT_EQUAL(
		http_send(policy_request_line("DELETE", "photo1"), alice_auth(), NULL).status, 204);
	CU_ASSERT_EQUAL(http_send(policy_request_line("GET", "photo1"), alice_auth(), NULL).status,
			404);
	CU_ASSERT_EQUAL(
		http_send(policy_request_line("DELETE", "photo1"), alice_auth(), NULL).status, 404);
	CU_ASSERT_EQUAL(count_audit_rows("policy.set"), 1);
	CU_ASSERT_EQUAL(count_audit_rows("policy.removed"), 1);
}

static void
an_owner_has_a_default_policy_for_each_resource_server(void)
{
	struct response missing = http_send("GET /policy", alice_auth(), NULL);

	CU_ASSERT_EQUAL(missing.status, 404);
	EQ(response_text(missing, "error_description"),
	   "no default policy is stored for this owner at this resource server");
	CU_ASSERT_EQUAL(http_send("PUT /policy", alice_auth(), RULES).status, 200);
	EQ(http_send("GET /policy", alice_auth(), NULL).body, DOC);
	EQ(response_granted(redeem_ticket(new_ticket("photo1{view} album{view}"), "")),
	   "photo1{view} album{view}");
	CU_ASSERT_EQUAL(
		http_send("GET /policy", issue_pat(http_case.fixture.alice, "filez"), NULL).status,
		404);
	CU_ASSERT_EQUAL(
		http_send("GET /policy", issue_pat(http_case.fixture.erin, "photoz"), NULL).status,
		404);
	CU_ASSERT_EQUAL(http_send("DELETE /policy", alice_auth(), NULL).status, 204);
	EQ(response_granted(redeem_ticket(new_ticket("photo1{view}"), "")), "403 request_denied");
}

static void
a_foreign_resource_gets_the_same_response_as_a_missing_one(void)
{
	const char *others[] = { issue_pat(http_case.fixture.erin, "photoz"),
				 issue_pat(http_case.fixture.alice, "filez"),
				 auth_bearer(
					 access_token("", http_case.fixture.erin, SCOPE_OWNER)) };

	http_send(policy_request_line("PUT", "photo1"), alice_auth(), RULES);
	for (size_t i = 0; i < 3; i++) {
		EQ(http_send(policy_request_line("GET", "photo1"), others[i], NULL).body,
		   http_send(policy_request_line("GET", "00000000000000000000000000"), others[i],
			     NULL)
			   .body);
		CU_ASSERT_EQUAL(
			http_send(policy_request_line("GET", "photo1"), others[i], NULL).status,
			404);
		CU_ASSERT_EQUAL(http_send(policy_request_line("PUT", "photo1"), others[i],
					  "{'rules':[]}")
					.status,
				404);
		CU_ASSERT_EQUAL(
			http_send(policy_request_line("DELETE", "photo1"), others[i], NULL).status,
			404);
	}
	EQ(http_send(policy_request_line("GET", "photo1"), alice_auth(), NULL).body, DOC);
}

static void
an_owners_token_reaches_the_policies_of_all_their_resources(void)
{
	const char *elsewhere = response_text(http_send("POST /resource_set",
							issue_pat(http_case.fixture.alice, "filez"),
							"{'resource_scopes':['view']}"),
					      "_id");

	EQ(http_send(policy_request_line("PUT", "photo1"), owner_token, RULES).body, DOC);
	EQ(http_send(policy_request_line("PUT", elsewhere), owner_token, RULES).body, DOC);
	EQ(response_granted(redeem_ticket(new_ticket("photo1{view}"), "")), "photo1{view}");
	EQ(http_send(policy_request_line("GET", elsewhere),
		     issue_pat(http_case.fixture.alice, "filez"), NULL)
		   .body,
	   DOC);
	CU_ASSERT_EQUAL(
		http_send(policy_request_line("DELETE", "photo1"), owner_token, NULL).status, 204);
}

static void
an_owners_token_is_rejected_at_all_other_endpoints(void)
{
	static const char *const lines[] = { "GET /policy", "GET /resource_set", "POST /permission",
					     "POST /introspect" };

	for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++) {
		struct response a = http_send(lines[i], owner_token,
					      i == 3   ? "token=x"
					      : i == 2 ? "{}"
						       : NULL);

		CU_ASSERT_EQUAL(a.status, 403);
		EQ(response_header(a, "WWW-Authenticate"),
		   "Bearer realm=\"uma\", "
		   "error=\"insufficient_scope\", scope=\"uma_protection\"");
	}
}

static void
an_owners_token_is_invalid_once_their_account_is_disabled(void)
{
	struct work *w = http_case.work;
	struct account owner;

	CU_ASSERT_EQUAL(account_find(w, http_case.fixture.alice, ERR_NOT_FOUND, &owner), OK);
	owner.disabled = true;
	CU_ASSERT_EQUAL(account_put(w, &owner), OK);
	CU_ASSERT_EQUAL(harness_commit(http_case.harness), OK);
	CU_ASSERT_EQUAL(http_send(policy_request_line("PUT", "photo1"), owner_token, RULES).status,
			401);
	CU_ASSERT_EQUAL(account_find(w, http_case.fixture.alice, ERR_NOT_FOUND, &owner), OK);
	CU_ASSERT_EQUAL(account_remove(w, &owner), OK);
	CU_ASSERT_EQUAL(harness_commit(http_case.harness), OK);
	CU_ASSERT_EQUAL(http_send(policy_request_line("PUT", "photo1"), owner_token, RULES).status,
			401);
}

static void
an_invalid_policy_is_rejected_with_the_position_of_its_error(void)
{
	struct response a = http_send(policy_request_line("PUT", "photo1"), alice_auth(),
				      "{'rules':[{'effect':'permit',"
				      "'scopes':'all','when':{'all':[]}}]}");

	CU_ASSERT_EQUAL(a.status, 400);
	CU_ASSERT_PTR_NOT_NULL(strstr(response_text(a, "error_description"), "rules[0].when.all"));
	CU_ASSERT_EQUAL(http_send(policy_request_line("PUT", "photo1"), alice_auth(), "[]").status,
			400);
	CU_ASSERT_EQUAL(http_send(policy_request_line("PUT", "photo1"), alice_auth(), "{").status,
			400);
	CU_ASSERT_EQUAL(http_send(policy_request_line("GET", "photo1"), alice_auth(), NULL).status,
			404);
}

static void
entity_tags_prevent_lost_updates(void)
{
	http_send(policy_request_line("PUT", "photo1"), alice_auth(), RULES);
	http_case.if_none_match = "\"1\"";
	CU_ASSERT_EQUAL(http_send(policy_request_line("GET", "photo1"), alice_auth(), NULL).status,
			304);
	http_case.if_none_match = NULL;
	http_case.if_match = "\"2\"";
	CU_ASSERT_EQUAL(http_send(policy_request_line("PUT", "photo1"), alice_auth(), RULES).status,
			412);
	CU_ASSERT_EQUAL(
		http_send(policy_request_line("DELETE", "photo1"), alice_auth(), NULL).status, 412);
	http_case.if_match = "\"1\"";
	EQ(response_header(http_send(policy_request_line("PUT", "photo1"), alice_auth(), RULES),
			   "ETag"),
	   "\"2\"");
}

static CU_TestInfo tests[] = {
	{ "a policy is set, read and removed", a_policy_is_set_read_and_removed },
	{ "an owner has a default policy for each resource server",
	  an_owner_has_a_default_policy_for_each_resource_server },
	{ "a foreign resource gets the same response as a missing one [D-19 T-U04 T-U16]",
	  a_foreign_resource_gets_the_same_response_as_a_missing_one },
	{ "an owner's token gives access to the policies of all their resources",
	  an_owners_token_reaches_the_policies_of_all_their_resources },
	{ "an owner's token is rejected at all other endpoints [T-U06 T-J04]",
	  an_owners_token_is_rejected_at_all_other_endpoints },
	{ "an owner's token is invalid once their account is disabled [T-U15]",
	  an_owners_token_is_invalid_once_their_account_is_disabled },
	{ "an invalid policy is rejected with the position of its error [G-ASM-13 T-U13]",
	  an_invalid_policy_is_rejected_with_the_position_of_its_error },
	{ "entity tags prevent lost updates", entity_tags_prevent_lost_updates },
	CU_TEST_INFO_NULL
};

CU_SuiteInfo policy_suite = { "server/policy", NULL, NULL, policy_endpoint_setup,
			      http_case_close, tests };
