/* SPDX-License-Identifier: Apache-2.0 */
/* Scripts of other sites: which doors answer them (Fetch, 3.2; RFC 9700, 2.6). */
#include "tests/run.h"
#include "tests/server/examples.h"

#define EQ CU_ASSERT_STRING_EQUAL

static const char *const open_doors[] = {
	"GET /.well-known/uma2-configuration",
	"GET /.well-known/oauth-authorization-server",
	"GET /jwks",
	"POST /token",
	"POST /revoke",
};
static const char *const other_doors[] = {
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
what_clients_use_is_open_to_every_page(void)
{
	for (EACH(open_doors))
		EQ(cors_allowed_origin(http_send(open_doors[i], NULL, NULL)), "*");
	owner_permits("photo1", "view");
	EQ(cors_allowed_origin(redeem_ticket(new_ticket("photo1{view}"), "")), "*");
	EQ(cors_allowed_origin(redeem_ticket("tk_x", "")), "*");
}

static void
nothing_else_is(void)
{
	for (EACH(other_doors))
		EQ(cors_allowed_origin(http_send(other_doors[i], alice_auth(), NULL)), "");
	EQ(cors_allowed_origin(http_send("GET /nowhere", NULL, NULL)), "");
}

static struct response
ask_before(const char *door)
{
	return http_send(text_format("OPTIONS %s", strchr(door, '/')), NULL, NULL);
}

static void
a_browser_that_asks_before_is_told(void)
{
	for (EACH(open_doors)) {
		struct response a = ask_before(open_doors[i]);

		CU_ASSERT_EQUAL(a.status, 204);
		EQ(cors_allowed_origin(a), "*");
		EQ(response_header(a, "Access-Control-Allow-Methods"), i < 3 ? "GET" : "POST");
		EQ(response_header(a, "Access-Control-Allow-Headers"),
		   "Authorization, Content-Type");
		EQ(a.body, "");
	}
	for (EACH(other_doors)) {
		struct response a = ask_before(other_doors[i]);

		CU_ASSERT_EQUAL(a.status, 405);
		EQ(cors_allowed_origin(a), "");
	}
}

/* Without a page it is a method like others, and not served. */
static void
options_by_itself_is_no_method_of_ours(void)
{
	http_case.origin = NULL;
	CU_ASSERT_EQUAL(ask_before("POST /token").status, 405);
	EQ(response_header(ask_before("POST /token"), "Allow"), "POST");
}

/* No answer may be read with what the browser adds by itself. */
static void
credentials_of_the_browser_are_not_allowed(void)
{
	for (EACH(open_doors)) {
		EQ(response_header(http_send(open_doors[i], NULL, NULL),
				   "Access-Control-Allow-Credentials"),
		   "");
		EQ(response_header(ask_before(open_doors[i]), "Access-Control-Allow-Credentials"),
		   "");
	}
}

static CU_TestInfo tests[] = {
	{ "what clients use is open to every page", what_clients_use_is_open_to_every_page },
	{ "nothing else is", nothing_else_is },
	{ "a browser that asks before is told", a_browser_that_asks_before_is_told },
	{ "OPTIONS by itself is no method of ours", options_by_itself_is_no_method_of_ours },
	{ "credentials of the browser are not allowed",
	  credentials_of_the_browser_are_not_allowed },
	CU_TEST_INFO_NULL
};

CU_SuiteInfo cors_suite = { "server/cors", NULL, NULL, cors_setup, http_case_close, tests };
