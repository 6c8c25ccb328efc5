/* SPDX-License-Identifier: Apache-2.0 */
/* Scripts of other sites: which doors answer them (Fetch, 3.2; RFC 9700, 2.6). */
#include "tests/run.h"
#include "tests/server/share.h"

#define EQ CU_ASSERT_STRING_EQUAL

static const char *const open_doors[] = {
	"GET /.well-known/uma2-configuration", "GET /.well-known/oauth-authorization-server",
	"GET /jwks", "POST /token", "POST /revoke",
};
static const char *const other_doors[] = {
	"POST /introspect", "GET /resource_set", "POST /resource_set", "POST /permission",
	"GET /policy", "PUT /policy/x",
};

#define EACH(list) size_t i = 0; i < sizeof list / sizeof list[0]; i++

static const char *
allowed(struct said a)
{
	return header(a, "Access-Control-Allow-Origin");
}

static void
start(void)
{
	share_open();
	world.origin = "https://app.example";
}

static void
what_clients_use_is_open_to_every_page(void)
{
	for (EACH(open_doors))
		EQ(allowed(say(open_doors[i], NULL, NULL)), "*");
	permits("photo1", "view");
	EQ(allowed(redeem(ticket("photo1{view}"), "")), "*");
	EQ(allowed(redeem("tk_x", "")), "*");
}

static void
nothing_else_is(void)
{
	for (EACH(other_doors))
		EQ(allowed(say(other_doors[i], alice(), NULL)), "");
	EQ(allowed(say("GET /nowhere", NULL, NULL)), "");
}

static struct said
ask_before(const char *door)
{
	return say(format("OPTIONS %s", strchr(door, '/')), NULL, NULL);
}

static void
a_browser_that_asks_before_is_told(void)
{
	for (EACH(open_doors)) {
		struct said a = ask_before(open_doors[i]);

		CU_ASSERT_EQUAL(a.status, 204);
		EQ(allowed(a), "*");
		EQ(header(a, "Access-Control-Allow-Methods"), i < 3 ? "GET" : "POST");
		EQ(header(a, "Access-Control-Allow-Headers"), "Authorization, Content-Type");
		EQ(a.body, "");
	}
	for (EACH(other_doors)) {
		struct said a = ask_before(other_doors[i]);

		CU_ASSERT_EQUAL(a.status, 405);
		EQ(allowed(a), "");
	}
}

/* Without a page it is a method like others, and not served. */
static void
options_by_itself_is_no_method_of_ours(void)
{
	world.origin = NULL;
	CU_ASSERT_EQUAL(ask_before("POST /token").status, 405);
	EQ(header(ask_before("POST /token"), "Allow"), "POST");
}

/* No answer may be read with what the browser adds by itself. */
static void
credentials_of_the_browser_are_not_allowed(void)
{
	for (EACH(open_doors)) {
		EQ(header(say(open_doors[i], NULL, NULL), "Access-Control-Allow-Credentials"), "");
		EQ(header(ask_before(open_doors[i]), "Access-Control-Allow-Credentials"), "");
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

CU_SuiteInfo cors_suite = { "server/cors", NULL, NULL, start, world_close, tests };
