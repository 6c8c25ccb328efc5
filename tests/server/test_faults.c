/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Each request of a list runs with each of its reads failing in turn: the response is 503, nothing
 * is written, and the same request succeeds afterwards.
 */
#include <stdio.h>

#include "tests/run.h"
#include "tests/server/examples.h"

#define UMA "grant_type=urn:ietf:params:oauth:grant-type:uma-ticket&ticket=%s%s"

static void
faults_setup(void)
{
	examples_open();
	owner_permits("photo1", "view");
	owner_permits("badge", "all");
	owner_set_policy(
		"photo2",
		"{'effect':'permit','scopes':['view'],'when':{'email':'bob@example.net'}}");
	owner_set_policy("album", "{'effect':'ask','scopes':['view'],'when':{'anyone':true}}");
}

static struct response
faults_send_once(struct exchange *x)
{
	x->out = (struct http_out){ 0 };
	http_case.store.calls = 0;
	serve_batch(http_case.server, &x, 1);
	harness_begin(http_case.harness);
	return response_of(x);
}

/*
 * Fails the first read, then the second, and so on until the request succeeds; returns that
 * response.
 */
static struct response
faults_send_with_every_fault(struct exchange *x)
{
	size_t rows = count_audit_rows(NULL), n;
	struct response a;

	for (n = 1; n < 200; n++) {
		http_case.store.fail_call = n;
		a = faults_send_once(x);
		if (http_case.store.calls < n)
			break;
		if (a.status != 503)
			fprintf(stderr, "%s: read %zu failed: %d %s\n", x->in.uri, n, a.status,
				a.body);
		CU_ASSERT_EQUAL(a.status, 503);
		CU_ASSERT_FALSE(response_has(a, "error_description"));
		CU_ASSERT_EQUAL(count_audit_rows(NULL), rows);
	}
	http_case.store.fail_call = 0;
	CU_ASSERT(n > 2 && n < 200);
	return a;
}

static struct response
faults_send(const char *line, const char *auth, const char *body)
{
	return faults_send_with_every_fault(http_request(line, auth, body));
}

static struct response
faults_redeem(const char *permissions, const char *more)
{
	return faults_send("POST /token", auth_basic("viewer"),
			   text_format(UMA, new_ticket(permissions), more));
}

static void
a_grant_succeeds_after_a_failure_of_any_of_its_reads(void)
{
	struct response a = faults_redeem("photo1{view} badge{}", "");
	struct response pushing =
		faults_redeem("photo2{view}", push_claims_param("viewer", "{'jti':'1'}"));

	CU_ASSERT_EQUAL(a.status, 200);
	CU_ASSERT_EQUAL(pushing.status, 200);
	CU_ASSERT_EQUAL(faults_redeem("photo2{view}",
				      text_format("&pct=%s", response_text(pushing, "pct")))
				.status,
			200);
	a = faults_redeem("badge{}", text_format("&rpt=%s", response_text(a, "access_token")));
	CU_ASSERT(response_has(a, "upgraded"));
	CU_ASSERT_EQUAL(faults_send("POST /token", auth_basic("viewer"),
				    text_format("grant_type=refresh_token&refresh_token=%s",
						response_text(a, "refresh_token")))
				.status,
			200);
	CU_ASSERT_EQUAL(faults_send("POST /token", auth_basic("photoz"),
				    "grant_type=client_credentials")
				.status,
			200);
}

static void
a_rejected_request_survives_each_read_failure(void)
{
	struct response a = faults_redeem("photo2{view}", "");
	const char *used;

	CU_ASSERT_STRING_EQUAL(response_text(a, "error"), "need_info");
	a = faults_redeem("album{view}", "");
	CU_ASSERT_STRING_EQUAL(response_text(a, "error"), "request_submitted");
	answer_question("album{view}");
	a = faults_send("POST /token", auth_basic("viewer"),
			text_format(UMA, response_text(a, "ticket"), ""));
	CU_ASSERT_STRING_EQUAL(response_granted(a), "album{view}");
	CU_ASSERT_EQUAL(faults_send("POST /introspect", alice_auth(),
				    text_format("token=%s", response_text(a, "access_token")))
				.status,
			200);
	CU_ASSERT_STRING_EQUAL(response_text(faults_redeem("diary{read}", ""), "error"),
			       "request_denied");
	http_case_set_setting("replay_revokes", "yes");
	used = new_ticket("photo1{view}");
	redeem_ticket(used, "");
	CU_ASSERT_EQUAL(
		faults_send("POST /token", auth_basic("viewer"), text_format(UMA, used, "")).status,
		400);
}

static void
token_requests_survive_each_read_failure(void)
{
	struct response a = redeem_ticket(new_ticket("photo1{view}"), "");
	const char *rpt = response_text(a, "access_token"),
		   *refresh_rpt = response_text(a, "refresh_token");
	const char *token = access_token("photoz", http_case.fixture.alice, "uma_protection");
	const char *pct = response_text(redeem_ticket(new_ticket("photo2{view}"),
						      push_claims_param("viewer", "{}")),
					"pct");

	CU_ASSERT_EQUAL(
		faults_send("POST /introspect", alice_auth(), text_format("token=%s", rpt)).status,
		200);
	CU_ASSERT_EQUAL(faults_send("POST /introspect", auth_basic("photoz"),
				    text_format("token=%s", rpt))
				.status,
			200);
	CU_ASSERT_EQUAL(faults_send("POST /introspect", alice_auth(),
				    text_format("token=%s", token))
				.status,
			200);
	CU_ASSERT_EQUAL(faults_send("POST /introspect", auth_basic("viewer"),
				    text_format("token=%s", refresh_rpt))
				.status,
			200);
	CU_ASSERT_EQUAL(faults_send("POST /revoke", auth_basic("viewer"),
				    text_format("token=%s", rpt))
				.status,
			200);
	CU_ASSERT_EQUAL(faults_send("POST /revoke", auth_basic("viewer"),
				    text_format("token=%s", refresh_rpt))
				.status,
			200);
	CU_ASSERT_EQUAL(faults_send("POST /revoke", auth_basic("viewer"),
				    text_format("token=%s", pct))
				.status,
			200);
	CU_ASSERT_EQUAL(faults_send("POST /revoke", auth_basic("photoz"),
				    text_format("token=%s", token))
				.status,
			200);
}

static void
the_protection_api_succeeds_after_a_failure_of_any_of_its_reads(void)
{
	const char *one = text_format("/resource_set/%s", id_of("photo1"));
	const char *its = text_format("/policy/%s", id_of("photo1"));
	const char *token = auth_bearer(access_token("", http_case.fixture.alice, "usher_owner"));

	CU_ASSERT_EQUAL(
		faults_send("POST /resource_set", alice_auth(), "{'resource_scopes':[]}").status,
		201);
	CU_ASSERT_EQUAL(faults_send("GET /resource_set", alice_auth(), NULL).status, 200);
	CU_ASSERT_EQUAL(faults_send(text_format("GET %s", one), alice_auth(), NULL).status, 200);
	CU_ASSERT_EQUAL(faults_send(text_format("PUT %s", one), alice_auth(),
				    "{'resource_scopes':[]}")
				.status,
			200);
	CU_ASSERT_EQUAL(
		faults_send(text_format("PUT %s", its), alice_auth(), "{'rules':[]}").status, 200);
	CU_ASSERT_EQUAL(faults_send(text_format("GET %s", its), token, NULL).status, 200);
	CU_ASSERT_EQUAL(faults_send(text_format("DELETE %s", its), token, NULL).status, 204);
	CU_ASSERT_EQUAL(faults_send(text_format("DELETE %s", one), alice_auth(), NULL).status, 204);
	CU_ASSERT_EQUAL(faults_send("POST /permission", alice_auth(),
				    text_format("{'resource_id':'%s',"
						"'resource_scopes':[]}",
						id_of("photo2")))
				.status,
			201);
}

/* An unreadable row is a server error, whatever the client sent. */
static int
faults_send_corrupt(enum table t, const char *line, const char *auth, const char *body)
{
	harness_corrupt_rows(http_case.harness, t, "{}");
	return http_send(line, auth, body).status;
}

static void
a_request_that_reads_a_corrupt_row_answers_503(void)
{
	struct response a =
		redeem_ticket(new_ticket("photo1{view}"), push_claims_param("viewer", "{}"));
	const char *t = text_format(UMA, new_ticket("photo1{view}"), "");
	const char *pct = text_format(UMA, new_ticket("photo1{view}"),
				      text_format("&pct=%s", response_text(a, "pct")));
	const char *rpt = text_format("token=%s", response_text(a, "access_token"));
	const char *photo = text_format("GET /resource_set/%s", id_of("photo1"));
	const char *refresh_rpt = text_format("grant_type=refresh_token&refresh_token=%s",
					      response_text(a, "refresh_token"));

	CU_ASSERT_EQUAL(faults_send_corrupt(T_PCT, "POST /token", auth_basic("viewer"), pct), 503);
	CU_ASSERT_EQUAL(faults_send_corrupt(T_FAMILY, "POST /token", auth_basic("viewer"),
					    refresh_rpt),
			503);
	CU_ASSERT_EQUAL(faults_send_corrupt(T_REFRESH, "POST /token", auth_basic("viewer"),
					    refresh_rpt),
			503);
	CU_ASSERT_EQUAL(faults_send_corrupt(T_TICKET, "POST /token", auth_basic("viewer"), t), 503);
	CU_ASSERT_EQUAL(faults_send_corrupt(T_POLICY, "POST /introspect", alice_auth(), rpt), 503);
	CU_ASSERT_EQUAL(faults_send_corrupt(T_RPT, "POST /introspect", alice_auth(), rpt), 503);
	CU_ASSERT_EQUAL(faults_send_corrupt(T_RESOURCE, photo, alice_auth(), NULL), 503);
	CU_ASSERT_EQUAL(faults_send_corrupt(T_ACCOUNT, "GET /resource_set", alice_auth(), NULL),
			503);
	CU_ASSERT_EQUAL(faults_send_corrupt(T_ACCESS, "GET /resource_set", alice_auth(), NULL),
			503);
	CU_ASSERT_EQUAL(faults_send_corrupt(T_CLIENT, "POST /token", auth_basic("viewer"), "a=b"),
			503);
}

static CU_TestInfo tests[] = {
	{ "a grant succeeds after a failure of any of its reads [T-S04]",
	  a_grant_succeeds_after_a_failure_of_any_of_its_reads },
	{ "a rejected request gets the same error after a failure of any of its reads [T-S04]",
	  a_rejected_request_survives_each_read_failure },
	{ "introspection, refresh and revocation succeed after a failure of any of their reads [T-S04]",
	  token_requests_survive_each_read_failure },
	{ "the protection API succeeds after a failure of any of its reads [T-S04]",
	  the_protection_api_succeeds_after_a_failure_of_any_of_its_reads },
	{ "a request that reads a corrupt row answers 503 [T-S11]",
	  a_request_that_reads_a_corrupt_row_answers_503 },
	CU_TEST_INFO_NULL
};

CU_SuiteInfo faults_suite = { "server/faults", NULL, NULL, faults_setup, http_case_close, tests };
