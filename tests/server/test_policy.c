/* SPDX-License-Identifier: Apache-2.0 */
/* The owner's policies over HTTP. */
#include "tests/run.h"
#include "tests/server/examples.h"
#include "web/request.h"

#define EQ    CU_ASSERT_STRING_EQUAL
#define RULES "{'rules':[{'id':'r','effect':'permit','scopes':['view'],'when':{'anyone':true}}]}"
#define DOC                                                                                        \
	"{\"rules\":[{\"id\":\"r\",\"effect\":\"permit\",\"scopes\":[\"view\"],"                   \
	"\"when\":{\"anyone\":true}}]}"

static const char *her_token;

static void
policy_endpoint_setup(void)
{
	examples_open();
	her_token = auth_bearer(access_token("", http_case.c.alice, SCOPE_OWNER));
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
an_owner_has_a_default_for_a_server(void)
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
		http_send("GET /policy", issue_pat(http_case.c.alice, "filez"), NULL).status, 404);
	CU_ASSERT_EQUAL(
		http_send("GET /policy", issue_pat(http_case.c.erin, "photoz"), NULL).status, 404);
	CU_ASSERT_EQUAL(http_send("DELETE /policy", alice_auth(), NULL).status, 204);
	EQ(response_granted(redeem_ticket(new_ticket("photo1{view}"), "")), "403 request_denied");
}

static void
foreign_and_missing_look_alike(void)
{
	const char *others[] = { issue_pat(http_case.c.erin, "photoz"),
				 issue_pat(http_case.c.alice, "filez"),
				 auth_bearer(access_token("", http_case.c.erin, SCOPE_OWNER)) };

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
an_owners_token_reaches_all_her_resources(void)
{
	const char *elsewhere =
		response_text(http_send("POST /resource_set", issue_pat(http_case.c.alice, "filez"),
					"{'resource_scopes':['view']}"),
			      "_id");

	EQ(http_send(policy_request_line("PUT", "photo1"), her_token, RULES).body, DOC);
	EQ(http_send(policy_request_line("PUT", elsewhere), her_token, RULES).body, DOC);
	EQ(response_granted(redeem_ticket(new_ticket("photo1{view}"), "")), "photo1{view}");
	EQ(http_send(policy_request_line("GET", elsewhere), issue_pat(http_case.c.alice, "filez"),
		     NULL)
		   .body,
	   DOC);
	CU_ASSERT_EQUAL(http_send(policy_request_line("DELETE", "photo1"), her_token, NULL).status,
			204);
}

static void
an_owners_token_reaches_nothing_else(void)
{
	static const char *const doors[] = { "GET /policy", "GET /resource_set", "POST /permission",
					     "POST /introspect" };

	for (size_t i = 0; i < sizeof doors / sizeof doors[0]; i++) {
		struct response a = http_send(doors[i], her_token,
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
an_owners_token_dies_with_her_account(void)
{
	struct work *w = &http_case.c.s.w;
	struct account her;

	CU_ASSERT_EQUAL(account_find(w, http_case.c.alice, ERR_NOT_FOUND, &her), OK);
	her.disabled = true;
	CU_ASSERT_EQUAL(account_put(w, &her), OK);
	CU_ASSERT_EQUAL(harness_commit(&http_case.c.s), OK);
	CU_ASSERT_EQUAL(http_send(policy_request_line("PUT", "photo1"), her_token, RULES).status,
			401);
	CU_ASSERT_EQUAL(account_find(w, http_case.c.alice, ERR_NOT_FOUND, &her), OK);
	CU_ASSERT_EQUAL(account_remove(w, &her), OK);
	CU_ASSERT_EQUAL(harness_commit(&http_case.c.s), OK);
	CU_ASSERT_EQUAL(http_send(policy_request_line("PUT", "photo1"), her_token, RULES).status,
			401);
}

static void
what_is_no_policy_is_refused(void)
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
entity_tags_guard_against_lost_changes(void)
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
	{ "an owner has a default for a server", an_owner_has_a_default_for_a_server },
	{ "foreign and missing look alike [D-19 T-U04 T-U16]", foreign_and_missing_look_alike },
	{ "an owner's token reaches all her resources", an_owners_token_reaches_all_her_resources },
	{ "an owner's token reaches nothing else [T-U06 T-J04]",
	  an_owners_token_reaches_nothing_else },
	{ "an owner's token dies with her account [T-U15]", an_owners_token_dies_with_her_account },
	{ "what is no policy is refused with its place [G-ASM-13 T-U13]",
	  what_is_no_policy_is_refused },
	{ "entity tags guard against lost changes", entity_tags_guard_against_lost_changes },
	CU_TEST_INFO_NULL
};

CU_SuiteInfo policy_suite = { "server/policy", NULL, NULL, policy_endpoint_setup,
			      http_case_close, tests };
