/* SPDX-License-Identifier: Apache-2.0 */
/* Endpoints, tenants, and published metadata. */
#include "base/json.h"
#include "base/text.h"
#include "model/party.h"
#include "src/server/routes.h"
#include "tests/run.h"
#include "tests/server/examples.h"

#define EQ CU_ASSERT_STRING_EQUAL

static int
routes_status_of(const char *line)
{
	return http_send(line, NULL, NULL).status;
}

static void
a_path_without_a_route_is_not_found(void)
{
	static const char *const lines[] = {
		"GET /",
		"GET /tokens",
		"GET /token/x",
		"POST /token/",
		"GET /Token",
		"GET /my",
		"GET /authorization",
		"GET /register",
		"GET /resource_set/a/b",
		"GET /policy/",
		"POST /nowhere",
		"GET /.well-known/openid-federation",
	};

	for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++) {
		struct response a = http_send(lines[i], NULL, NULL);

		CU_ASSERT_EQUAL(a.status, 404);
		EQ(response_text(a, "error"), "not_found");
		EQ(response_text(a, "error_description"),
		   "there is no endpoint at this path; the metadata document lists the endpoints");
	}
}

static void
ambiguous_paths_are_rejected(void)
{
	static const char *const lines[] = {
		"GET /jwks%2f",	  "GET //jwks",	      "GET /./jwks",
		"GET /x/../jwks", "GET /jwks%00",     "GET /jwks;x",
		"GET /%5cjwks",	  "GET /%2e%2e/jwks", "GET /jwks%zz",
	};

	for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++)
		CU_ASSERT_EQUAL(routes_status_of(lines[i]), 400);
}

static void
an_unsupported_method_answers_405_with_allow(void)
{
	static const struct {
		const char *line, *allow;
	} rows[] = {
		{ "GET /token", "POST" },
		{ "PUT /introspect", "POST" },
		{ "POST /jwks", "GET, HEAD" },
		{ "POST /.well-known/uma2-configuration", "GET, HEAD" },
		{ "PUT /resource_set", "GET, HEAD, POST" },
		{ "DELETE /resource_set", "GET, HEAD, POST" },
		{ "PATCH /resource_set/x", "GET, HEAD, PUT, DELETE" },
		{ "POST /resource_set/x", "GET, HEAD, PUT, DELETE" },
		{ "POST /policy", "GET, HEAD, PUT, DELETE" },
		{ "GET /permission", "POST" },
	};

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct response a = http_send(rows[i].line, NULL, NULL);

		CU_ASSERT_EQUAL(a.status, 405);
		EQ(response_header(a, "Allow"), rows[i].allow);
		EQ(response_text(a, "error"), "unsupported_method_type");
		EQ(response_text(a, "error_description"),
		   text_format("this path accepts only the methods %s", rows[i].allow));
	}
}

/* Not a page or a file of pages. */
static bool
routes_is_for_programs(const struct route *r)
{
	return r->errors != ERRORS_PAGE && !text_starts(r->path, "assets/");
}

/* The required caller of each endpoint, written by hand from the specifications. */
static void
every_endpoint_requires_the_specified_caller(void)
{
	for (size_t i = 0; i < routes.n; i++) {
		const char *path = routes.row[i].path;
		bool open = text_starts(path, ".well-known/") || strcmp(path, "jwks") == 0;
		bool client = strcmp(path, "token") == 0 || strcmp(path, "revoke") == 0 ||
			      strcmp(path, "par") == 0;
		struct response a;

		if (!routes_is_for_programs(&routes.row[i]))
			continue;
		a = http_send(text_format("%s /%s", method_name(routes.row[i].method),
					  text_ends(path, ":id")
						  ? text_format("%.*sx", (int)strlen(path) - 3,
								path)
						  : path),
			      NULL, routes.row[i].method == M_GET ? NULL : "a=b");
		CU_ASSERT_EQUAL(a.status, open ? 200 : 401);
		if (!open)
			CU_ASSERT(text_starts(response_header(a, "WWW-Authenticate"),
					      client ? "Basic " : "Bearer "));
	}
}

/* RFC 8414, 2: a member names one URL. */
static void
a_member_of_the_metadata_is_written_once(void)
{
	for (size_t i = 0; i < routes.n; i++)
		for (size_t k = 0; k < i; k++)
			CU_ASSERT(routes.row[i].metadata == NULL ||
				  routes.row[k].metadata == NULL ||
				  strcmp(routes.row[i].metadata, routes.row[k].metadata) != 0);
}

/* A missing access token is challenged (RFC 6750, 3). */
static void
a_route_with_token_authentication_reports_errors_of_rfc_6750(void)
{
	for (size_t i = 0; i < routes.n; i++) {
		const struct route *r = &routes.row[i];
		bool token = r->caller != CALLER_ANYONE && r->caller != CALLER_CLIENT;

		if (!routes_is_for_programs(r))
			continue;
		CU_ASSERT_EQUAL(r->errors, token ? ERRORS_BEARER : ERRORS_JSON);
	}
}

static const char *
routes_padded_body(const char *front, size_t size)
{
	char *body = arena_alloc(http_case.work->arena, size + 1);

	memset(body, 'x', size);
	memcpy(body, front, strlen(front));
	return body;
}

static void
the_limit_of_forms_is_exact_to_the_byte(void)
{
	static const char *const paths[] = { "POST /token", "POST /introspect", "POST /revoke" };
	struct response a;

	for (size_t i = 0; i < sizeof paths / sizeof paths[0]; i++) {
		CU_ASSERT_EQUAL(http_send(paths[i], auth_basic("photoz"),
					  routes_padded_body("x=", 16384))
					.status,
				400);
		a = http_send(paths[i], auth_basic("photoz"), routes_padded_body("x=", 16385));
		CU_ASSERT_EQUAL(a.status, 413);
		EQ(response_text(a, "error"), "invalid_request");
		CU_ASSERT_PTR_NOT_NULL(strstr(response_text(a, "error_description"), "16384"));
		CU_ASSERT_EQUAL(http_send(paths[i], NULL, routes_padded_body("x=", 16385)).status,
				413);
	}
}

/* An ID Token of 32 KiB, encoded in base64 a second time, and the largest form beside it. */
static void
a_claim_token_does_not_count_towards_the_limit_of_forms(void)
{
	const char *rest =
		routes_padded_body("grant_type=x&y=", 16384 - sizeof "&claim_token=" + 1);
	const char *token = routes_padded_body("t", 44000);

	CU_ASSERT_EQUAL(http_send("POST /token", auth_basic("viewer"),
				  text_format("%s&claim_token=%s", rest, token))
				.status,
			400);
	CU_ASSERT_EQUAL(http_send("POST /token", auth_basic("viewer"),
				  text_format("%sx&claim_token=%s", rest, token))
				.status,
			413);
	CU_ASSERT_EQUAL(http_send("POST /introspect", auth_basic("photoz"),
				  text_format("claim_token=%s", token))
				.status,
			413);
}

static void
an_extra_ampersand_is_ignored_and_spends_no_ticket(void)
{
	owner_permits("photo1", "view");
	EQ(response_granted(redeem_ticket(new_ticket("photo1{view}"), "&")),
	   response_granted(redeem_ticket(new_ticket("photo1{view}"), "")));
	CU_ASSERT_EQUAL(redeem_ticket(new_ticket("photo1{view}"), "&&scope=view&").status, 200);
}

static void
head_is_get_without_a_body(void)
{
	struct response get = http_send("GET /jwks", NULL, NULL),
			head = http_send("HEAD /jwks", NULL, NULL);

	CU_ASSERT_EQUAL(head.status, 200);
	EQ(response_header(head, "Cache-Control"), response_header(get, "Cache-Control"));
	CU_ASSERT_EQUAL(http_send("HEAD /resource_set", alice_auth(), NULL).status, 200);
	CU_ASSERT_EQUAL(routes_status_of("HEAD /token"), 405);
}

static void
the_metadata_lists_exactly_the_supported_features(void)
{
	static const char *const endpoints[][2] = {
		{ "token_endpoint", "/token" },
		{ "introspection_endpoint", "/introspect" },
		{ "revocation_endpoint", "/revoke" },
		{ "permission_endpoint", "/permission" },
		{ "resource_registration_endpoint", "/resource_set" },
		{ "jwks_uri", "/jwks" },
		{ "policy_endpoint", "/policy" },
		{ "claims_interaction_endpoint", "/claims" },
	};
	struct response a = http_send("GET /.well-known/uma2-configuration", NULL, NULL);

	CU_ASSERT_EQUAL(a.status, 200);
	EQ(a.out->content_type, "application/json");
	EQ(response_text(a, "issuer"), "https://as.example.com");
	for (size_t i = 0; i < sizeof endpoints / sizeof endpoints[0]; i++)
		EQ(response_text(a, endpoints[i][0]),
		   text_format("https://as.example.com%s", endpoints[i][1]));
	CU_ASSERT_PTR_NOT_NULL(strstr(a.body, "\"urn:ietf:params:oauth:grant-type:uma-ticket\""));
	CU_ASSERT_PTR_NOT_NULL(strstr(a.body, "\"Bearer\""));
	CU_ASSERT_PTR_NOT_NULL(strstr(a.body, "\"uma_protection\""));
	CU_ASSERT_PTR_NOT_NULL(strstr(a.body, "\"" FORMAT_ID_TOKEN "\""));
	CU_ASSERT_PTR_NULL(strstr(a.body, "[]"));
	CU_ASSERT_PTR_NOT_NULL(strstr(response_header(a, "Cache-Control"), "max-age"));
}

static void
both_forms_of_the_metadata_url_return_the_same_document(void)
{
	const char *behind =
		http_send("GET /t/two/.well-known/uma2-configuration", NULL, NULL).body;

	CU_ASSERT_PTR_NOT_NULL(strstr(behind, "\"issuer\":\"https://as.example.com/t/two\""));
	EQ(http_send("GET /.well-known/uma2-configuration/t/two", NULL, NULL).body, behind);
	EQ(http_send("GET /.well-known/oauth-authorization-server/t/two", NULL, NULL).body, behind);
	EQ(http_send("GET /t/two/.well-known/oauth-authorization-server", NULL, NULL).body, behind);
	EQ(http_send("GET /.well-known/openid-configuration/t/two", NULL, NULL).body, behind);
	EQ(http_send("GET /t/two/.well-known/openid-configuration", NULL, NULL).body, behind);
	EQ(http_send("GET /.well-known/oauth-authorization-server", NULL, NULL).body,
	   http_send("GET /.well-known/uma2-configuration", NULL, NULL).body);
	EQ(http_send("GET /.well-known/openid-configuration", NULL, NULL).body,
	   http_send("GET /.well-known/uma2-configuration", NULL, NULL).body);
	CU_ASSERT_EQUAL(routes_status_of("GET /.well-known/uma2-configuration/t"), 404);
	CU_ASSERT_EQUAL(routes_status_of("GET /.well-known/uma2-configuration/"), 404);
	CU_ASSERT_EQUAL(routes_status_of("GET /.well-known/uma2-configuration/t/two/jwks"), 404);
	CU_ASSERT_EQUAL(routes_status_of("GET /.well-known/jwks/t/two"), 404);
}

static void
the_host_selects_the_tenant(void)
{
	http_case.host = "as.example.org";
	CU_ASSERT_EQUAL(routes_status_of("GET /jwks"), 404);
	http_case.host = "";
	CU_ASSERT_EQUAL(routes_status_of("GET /jwks"), 404);
	http_case.host = "as.example.com/t/two";
	CU_ASSERT_EQUAL(routes_status_of("GET /jwks"), 404);
	CU_ASSERT_EQUAL(routes_status_of("GET /a/b/jwks"), 404);
	CU_ASSERT_EQUAL(routes_status_of("GET /.well-known/uma2-configuration/a/b"), 404);
	http_case.host = "evil.example";
	CU_ASSERT_PTR_NULL(strstr(http_send("GET /jwks", NULL, NULL).body, "evil"));
	http_case.host = "as.example.com";
	CU_ASSERT_EQUAL(routes_status_of("GET /jwks"), 200);
}

static void
requests_over_plain_http_are_rejected(void)
{
	size_t before;

	http_case.https = false;
	before = count_audit_rows(NULL);
	CU_ASSERT_EQUAL(request_permission("photo1{view}").status, 400);
	CU_ASSERT_EQUAL(routes_status_of("GET /.well-known/uma2-configuration"), 400);
	CU_ASSERT_EQUAL(redeem_ticket("x", "").status, 400);
	CU_ASSERT_EQUAL(count_audit_rows(NULL), before);
}

static void
routes_add_tenant(const char *name, const char *issuer)
{
	struct harness *s = http_case.harness;

	CU_ASSERT_EQUAL(tenant_add(&s->w, &s->master, name, issuer), OK);
	CU_ASSERT_EQUAL(harness_commit(s), OK);
}

static void
plain_http_is_accepted_on_loopback(void)
{
	routes_add_tenant("local", "http://127.0.0.1:8080");
	http_case.host = "127.0.0.1";
	http_case.https = false;
	CU_ASSERT_EQUAL(routes_status_of("GET /jwks"), 200);
}

static void
a_new_tenant_is_served_at_once(void)
{
	http_case.host = "new.example.com";
	CU_ASSERT_EQUAL(routes_status_of("GET /jwks"), 404);
	routes_add_tenant("new", "https://new.example.com");
	CU_ASSERT_EQUAL(routes_status_of("GET /jwks"), 200);
}

static void
routes_disable_tenant(bool disabled)
{
	struct tenant t = *http_case.work->tenant;

	t.disabled = disabled;
	CU_ASSERT_EQUAL(tenant_put(http_case.work, &t), OK);
	CU_ASSERT_EQUAL(harness_commit(http_case.harness), OK);
}

static void
a_disabled_tenant_is_not_found(void)
{
	struct response missing;

	routes_disable_tenant(true);
	CU_ASSERT_EQUAL(routes_status_of("GET /jwks"), 404);
	CU_ASSERT_EQUAL(http_send("GET /resource_set", alice_auth(), NULL).status, 404);
	CU_ASSERT_EQUAL(routes_status_of("GET /t/two/jwks"), 200);
	missing = http_send("GET /jwks", NULL, NULL);
	http_case.host = "nobody.example";
	EQ(http_send("GET /jwks", NULL, NULL).body, missing.body);
	http_case.host = "as.example.com";
	routes_disable_tenant(false);
	CU_ASSERT_EQUAL(http_send("GET /resource_set", alice_auth(), NULL).status, 200);
}

static void
a_request_that_the_gate_rejected_stays_rejected(void)
{
	struct exchange *x = http_request("POST /token", NULL, "a=b");
	struct response a;

	x->in.fault = ERR_TOO_LARGE;
	x->in.why = "the body is too large";
	CU_ASSERT_EQUAL(serve_batch(http_case.server, &x, 1), OK);
	a = response_of(x);
	CU_ASSERT_EQUAL(a.status, 413);
	EQ(response_text(a, "error_description"), "the body is too large");
}

static CU_TestInfo tests[] = {
	{ "a path without a route is not found [T-F10 T-U06 T-C08]",
	  a_path_without_a_route_is_not_found },
	{ "ambiguous paths are rejected [T-F10]", ambiguous_paths_are_rejected },
	{ "an unsupported method answers 405 with Allow [F-RER-02 F-RER-03 F-PRM-15 F-INT-18 G-TOK-09 G-DISC-09]",
	  an_unsupported_method_answers_405_with_allow },
	{ "every endpoint requires the specified caller [T-U06 F-PAT-02]",
	  every_endpoint_requires_the_specified_caller },
	{ "a member of the metadata is written once [G-DISC-04]",
	  a_member_of_the_metadata_is_written_once },
	{ "a route with token authentication reports errors of RFC 6750 [F-PAT-02]",
	  a_route_with_token_authentication_reports_errors_of_rfc_6750 },
	{ "the limit of forms is exact to the byte [T-F04 T-P07]",
	  the_limit_of_forms_is_exact_to_the_byte },
	{ "a claim token does not count towards the limit of forms [T-F04]",
	  a_claim_token_does_not_count_towards_the_limit_of_forms },
	{ "an extra ampersand is ignored and spends no ticket [T-P07]",
	  an_extra_ampersand_is_ignored_and_spends_no_ticket },
	{ "HEAD is GET without a body [G-DISC-09]", head_is_get_without_a_body },
	{ "the metadata lists exactly the supported features [G-DISC-01 G-DISC-04 G-DISC-07 G-DISC-08 F-DISC-01 F-DISC-02 F-DISC-03 F-DISC-04 F-PAT-12 G-CLM-08 O-8414-02 O-8414-03 O-8414-06]",
	  the_metadata_lists_exactly_the_supported_features },
	{ "both forms of the metadata URL return the same document [G-DISC-02 G-DISC-03 G-DISC-05 O-8414-09]",
	  both_forms_of_the_metadata_url_return_the_same_document },
	{ "the Host selects the tenant [T-F08]", the_host_selects_the_tenant },
	{ "requests over plain HTTP are rejected [F-TLS-01]",
	  requests_over_plain_http_are_rejected },
	{ "plain HTTP is accepted on loopback", plain_http_is_accepted_on_loopback },
	{ "a new tenant is served at once", a_new_tenant_is_served_at_once },
	{ "a disabled tenant is not found", a_disabled_tenant_is_not_found },
	{ "a request that the gate rejected stays rejected [T-F04 F-RER-09]",
	  a_request_that_the_gate_rejected_stays_rejected },
	CU_TEST_INFO_NULL
};

CU_SuiteInfo routes_suite = { "server/routes", NULL, NULL, examples_open, http_case_close, tests };
