/* SPDX-License-Identifier: Apache-2.0 */
/* Each decision writes one audit row, in the commit that makes the decision. */
#include "base/json.h"
#include "model/audit.h"
#include "tests/run.h"
#include "tests/server/examples.h"

#define EQ CU_ASSERT_STRING_EQUAL

static void
audit_flow_setup(void)
{
	examples_open();
	owner_permits("photo1", "view");
}

static enum err
keep_last(void *arg, const struct audit_entry *e)
{
	struct buf b = { .arena = http_case.work->arena };

	audit_print(&b, e, NULL);
	*(const char **)arg = b.data;
	return OK;
}

/* The latest row. The clock advances before each action, so that row is unique. */
static struct response
audit_last_row(void)
{
	static struct http_out nothing;
	const char *row = "", *why;

	CU_ASSERT_EQUAL(audit_each(http_case.work, 0, keep_last, &row), OK);
	return (struct response){ .body = row,
				  .out = &nothing,
				  .json = json_parse(http_case.work->arena, bytes_of(row), &why) };
}

static size_t rows_before;

static void
next_second(int64_t second)
{
	http_case_set_time(second);
	rows_before = count_audit_rows(NULL);
}

static void
audit_expect_row(const char *event, size_t more)
{
	EQ(response_text(audit_last_row(), "event"), event);
	CU_ASSERT_EQUAL(count_audit_rows(NULL), rows_before + more);
}

static void
the_row_of_a_grant_has_client_party_permissions_and_rule(void)
{
	const char *t;
	struct response a;

	owner_set_policy("photo1", "{'id':'friends','effect':'permit','scopes':['view'],"
				   "'when':{'email':'bob@example.net'}}");
	next_second(1);
	t = new_ticket("photo1{view}");
	audit_expect_row("ticket.issued", 1);
	EQ(response_text(audit_last_row(), "actor"), "photoz");
	next_second(2);
	redeem_ticket(t, push_claims_param("viewer", "{}"));
	audit_expect_row("rpt.granted", 1);
	a = audit_last_row();
	EQ(response_text(a, "actor"), "viewer");
	EQ(response_text(a, "owner"), http_case.fixture.alice);
	EQ(response_text(a, "rs"), "photoz");
	EQ(response_text(a, "party"), "bob@example.net at " IDP);
	CU_ASSERT_PTR_NOT_NULL(
		strstr(a.body, text_format("{\"resource\":\"%s\",\"scopes\":[\"view\"],"
					   "\"rule\":\"friends\"}",
					   id_of("photo1"))));
}

static void
the_row_of_a_denied_request_names_the_rule(void)
{
	const char *t = new_ticket("photo1{view}");

	owner_set_policy("photo1",
			 "{'id':'never','effect':'deny','scopes':'all','when':{'anyone':true}}");
	next_second(1);
	redeem_ticket(t, "");
	audit_expect_row("rpt.denied", 1);
	EQ(response_text(audit_last_row(), "rule"), "never");
}

static void
a_pending_question_and_a_request_for_claims_have_a_row(void)
{
	const char *t = new_ticket("photo1{view}"), *t2 = new_ticket("photo1{view}");

	owner_set_policy("photo1",
			 "{'id':'ask','effect':'ask','scopes':'all','when':{'anyone':true}}");
	next_second(1);
	redeem_ticket(t, "");
	audit_expect_row("rpt.submitted", 1);
	CU_ASSERT_EQUAL(strlen(response_text(audit_last_row(), "object")), 22);
	owner_set_policy("photo1",
			 "{'effect':'permit','scopes':'all','when':{'email':'a@example.net'}}");
	next_second(2);
	redeem_ticket(t2, "&claim_token=x&claim_token_format=y");
	audit_expect_row("rpt.need_info", 1);
	EQ(response_text(audit_last_row(), "why"),
	   "claim_token_format must be "
	   "http://openid.net/specs/openid-connect-core-1_0.html#IDToken");
}

static void
changes_of_resources_and_policies_have_a_row(void)
{
	const char *id;

	next_second(1);
	id = response_text(http_send("POST /resource_set", alice_auth(),
				     "{'resource_scopes':['view']}"),
			   "_id");
	audit_expect_row("resource.created", 1);
	EQ(response_text(audit_last_row(), "object"), id);
	next_second(2);
	http_send(text_format("PUT /resource_set/%s", id), alice_auth(), "{'resource_scopes':[]}");
	audit_expect_row("resource.updated", 1);
	next_second(3);
	owner_set_policy(id, "");
	audit_expect_row("policy.set", 1);
	EQ(response_text(audit_last_row(), "object"), id);
	next_second(4);
	owner_remove_policy(id);
	audit_expect_row("policy.removed", 1);
	next_second(5);
	http_send(text_format("DELETE /resource_set/%s", id), alice_auth(), NULL);
	audit_expect_row("resource.deleted", 1);
}

/* Otherwise requests could fill the store with audit rows. */
static void
a_request_without_a_decision_writes_no_row(void)
{
	const char *token =
		response_text(redeem_ticket(new_ticket("photo1{view}"), ""), "access_token");

	next_second(1);
	http_send("POST /introspect", alice_auth(), text_format("token=%s", token));
	http_send("GET /resource_set", alice_auth(), NULL);
	http_send("POST /token", auth_basic_raw("nobody:wrong"), "grant_type=x");
	http_send("POST /token", NULL, "a=a&a=b");
	http_send("GET /nowhere", NULL, NULL);
	http_send("POST /resource_set", alice_auth(), "{}");
	CU_ASSERT_EQUAL(count_audit_rows(NULL), rows_before);
}

static enum err
has_secret(void *arg, struct bytes key, struct bytes row)
{
	for (const char **secret = arg; *secret != NULL; secret++)
		CU_ASSERT_PTR_NULL(memmem(row.data, row.size, *secret, strlen(*secret)));
	return OK;
}

static void
no_audit_row_contains_a_secret(void)
{
	const char *t = new_ticket("photo1{view}");
	struct response a = redeem_ticket(t, push_claims_param("viewer", "{}"));
	const char *secrets[] = {
		t,
		response_text(a, "access_token"),
		response_text(a, "refresh_token"),
		response_text(a, "pct"),
		fixture_secret(&http_case.fixture, "viewer"),
		alice_auth() + strlen("Bearer "),
		NULL,
	};

	redeem_ticket(t, "");
	http_send("POST /revoke", auth_basic("viewer"), text_format("token=%s", secrets[1]));
	CU_ASSERT_EQUAL(store_scan(http_case.work->db, http_case.work->tenant->id, T_AUDIT,
				   BYTES_NONE, BYTES_NONE, has_secret, secrets),
			OK);
}

static CU_TestInfo tests[] = {
	{ "the row of a grant has the client, the party, the permissions and the rule [T-G01]",
	  the_row_of_a_grant_has_client_party_permissions_and_rule },
	{ "the row of a denied request names the rule [T-G01]",
	  the_row_of_a_denied_request_names_the_rule },
	{ "a pending question and a request for claims have a row [T-G01]",
	  a_pending_question_and_a_request_for_claims_have_a_row },
	{ "changes of resources and policies have a row [T-G01]",
	  changes_of_resources_and_policies_have_a_row },
	{ "a request without a decision writes no row [T-O02]",
	  a_request_without_a_decision_writes_no_row },
	{ "no audit row contains a secret [T-G02]", no_audit_row_contains_a_secret },
	CU_TEST_INFO_NULL
};

CU_SuiteInfo audit_suite = { "server/audit", NULL, NULL, audit_flow_setup, http_case_close, tests };
