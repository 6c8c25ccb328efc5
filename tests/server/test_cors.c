/* SPDX-License-Identifier: Apache-2.0 */
/* Scripts of other sites: the endpoints that send them CORS headers (Fetch, 3.2; RFC 9700, 2.6). */
#include "tests/run.h"
#include "tests/server/examples.h"

#define EQ CU_ASSERT_STRING_EQUAL

static const char *const open_endpoints[] = {
	"GET /.well-known/uma2-configuration",
	"GET /.well-known/oauth-authorization-server",
	"GET /jwks",
	"POST /token",
	"POST /revoke",
};
static const char *const other_endpoints[] = {
	"POST /introspect", "GET /resource_set", "POST /resource_set",
	"POST /permission", "GET /policy",	 "PUT /policy/x",
};

#define EACH(list)                                                                                 \
	size_t i = 0;                                                                              \
	i < sizeof list / sizeof list[0];                                                          \
	i++

static const char *
cors_allowed_origin(struct response a)
{
	return response_header(a, "Access-Control-Allow-Origin");
}

static void
cors_setup(void)
{
	examples_open();
	http_case.origin = "https://app.example";
}

static void
endpoints_for_clients_allow_every_origin(void)
{
	for (EACH(open_endpoints))
		EQ(cors_allowed_origin(http_send(open_endpoints[i], NULL, NULL)), "*");
	owner_permits("photo1", "view");
	EQ(cors_allowed_origin(redeem_ticket(new_ticket("photo1{view}"), "")), "*");
	EQ(cors_allowed_origin(redeem_ticket("tk_x", "")), "*");
}

static void
other_endpoints_allow_no_origin(void)
{
	for (EACH(other_endpoints))
		EQ(cors_allowed_origin(http_send(other_endpoints[i], alice_auth(), NULL)), "");
	EQ(cors_allowed_origin(http_send("GET /nowhere", NULL, NULL)), "");
}

static struct response
send_preflight(const char *line)
{
	return http_send(text_format("OPTIONS %s", strchr(line, '/')), NULL, NULL);
}

static void
a_preflight_request_is_answered(void)
{
	for (EACH(open_endpoints)) {
		struct response a = send_preflight(open_endpoints[i]);

		CU_ASSERT_EQUAL(a.status, 204);
		EQ(cors_allowed_origin(a), "*");
		EQ(response_header(a, "Access-Control-Allow-Methods"), i < 3 ? "GET" : "POST");
		EQ(response_header(a, "Access-Control-Allow-Headers"),
		   "Authorization, Content-Type");
		EQ(a.body, "");
	}
	for (EACH(other_endpoints)) {
		struct response a = send_preflight(other_endpoints[i]);

		CU_ASSERT_EQUAL(a.status, 405);
		EQ(cors_allowed_origin(a), "");
	}
}

/*
 * An OPTIONS request without Origin is not a preflight request, and the server has no OPTIONS
 * method.
 */
static void
options_without_a_preflight_request_is_not_supported(void)
{
	http_case.origin = NULL;
	CU_ASSERT_EQUAL(send_preflight("POST /token").status, 405);
	EQ(response_header(send_preflight("POST /token"), "Allow"), "POST");
}

/* No response permits scripts to send the browser's own credentials (cookies). */
static void
credentials_of_the_browser_are_not_allowed(void)
{
	for (EACH(open_endpoints)) {
		EQ(response_header(http_send(open_endpoints[i], NULL, NULL),
				   "Access-Control-Allow-Credentials"),
		   "");
		EQ(response_header(send_preflight(open_endpoints[i]),
				   "Access-Control-Allow-Credentials"),
		   "");
	}
}

static CU_TestInfo tests[] = {
	{ "endpoints for clients allow every origin", endpoints_for_clients_allow_every_origin },
	{ "other endpoints allow no origin", other_endpoints_allow_no_origin },
	{ "a preflight request is answered", a_preflight_request_is_answered },
	{ "OPTIONS without a preflight request is not supported",
	  options_without_a_preflight_request_is_not_supported },
	{ "credentials of the browser are not allowed",
	  credentials_of_the_browser_are_not_allowed },
	CU_TEST_INFO_NULL
};

CU_SuiteInfo cors_suite = { "server/cors", NULL, NULL, cors_setup, http_case_close, tests };
