/* SPDX-License-Identifier: Apache-2.0 */
/* The pushed authorization request endpoint (RFC 9126). */
#include "model/pushed_request.h"
#include "tests/run.h"
#include "tests/server/examples.h"

#define EQ CU_ASSERT_STRING_EQUAL
#define PKCE                                                                                       \
	"&code_challenge=E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM&code_challenge_method=S256"
#define URI "https://photoz.example.com/cb"
#define REQUEST                                                                                    \
	"response_type=code&state=a%20b%2B&redirect_uri=https%3A%2F%2Fphotoz.example.com%2Fcb" PKCE

static void
pushed_allow_codes(struct client *client)
{
	str_list_add(http_case.fixture.s.arena, &client->grants, GRANT_CODE);
	str_list_add(http_case.fixture.s.arena, &client->redirect_uris, URI);
}

static void
add_second_uri(struct client *client)
{
	str_list_add(http_case.fixture.s.arena, &client->redirect_uris, URI "2");
}

static void
pushed_request_open(void)
{
	examples_open();
	fixture_change_client(&http_case.fixture, "photoz", pushed_allow_codes);
	fixture_change_client(&http_case.fixture, "public", pushed_allow_codes);
	register_scopes("public", "view");
}

static struct response
push_request(const char *body)
{
	return http_send("POST /par", auth_basic("photoz"), body);
}

static const char *
outcome_of(struct response a)
{
	return a.status == 201 ? "201" : response_outcome(a);
}

static void
a_pushed_request_has_a_uri_for_90_seconds(void)
{
	struct response a = push_request(REQUEST);
	struct pushed_request p;

	EQ(outcome_of(a), "201");
	CU_ASSERT_EQUAL(response_number(a, "expires_in"), 90);
	EQ(response_header(a, "Cache-Control"), "no-store");
	harness_begin(&http_case.fixture.s);
	CU_ASSERT_EQUAL_FATAL(pushed_request_find(&http_case.fixture.s.w,
						  response_text(a, "request_uri"), "photoz", &p),
			      OK);
	EQ(p.params, "response_type=code&redirect_uri=https%3A%2F%2Fphotoz.example.com%2Fcb"
		     "&state=a+b%2B" PKCE);
	CU_ASSERT_PTR_NULL(strstr(p.params, "secret"));
}

static void
the_client_authenticates_as_at_the_token_endpoint(void)
{
	EQ(outcome_of(http_send("POST /par", NULL, REQUEST)), "401 invalid_client");
	EQ(outcome_of(http_send("POST /par", auth_basic_raw("photoz:wrong"), REQUEST)),
	   "401 invalid_client");
	EQ(outcome_of(http_send("POST /par", NULL, REQUEST "&client_id=photoz")),
	   "401 invalid_client");
	EQ(outcome_of(http_send("POST /par", auth_basic("photoz"), REQUEST "&client_id=filez")),
	   "400 invalid_request");
	EQ(outcome_of(http_send("POST /par", NULL, REQUEST "&client_id=public")), "201");
	EQ(outcome_of(http_send("GET /par", auth_basic("photoz"), NULL)),
	   "405 unsupported_method_type");
}

static void
each_fault_is_reported_at_once(void)
{
	static const struct {
		const char *body, *outcome;
	} cases[] = {
		{ REQUEST "&request_uri=urn%3Ax", "400 invalid_request" },
		{ REQUEST "&scope=view&scope=view", "400 invalid_request" },
		{ REQUEST "&state=2", "400 invalid_request" },
		{ REQUEST "&scope=admin", "400 invalid_scope" },
		{ REQUEST "&scope=%22", "400 invalid_scope" },
		{ REQUEST "&response_mode=fragment", "400 invalid_request" },
		{ REQUEST "&prompt=none+login", "400 invalid_request" },
		{ REQUEST "&prompt=create", "400 invalid_request" },
		{ REQUEST "&max_age=-1", "400 invalid_request" },
		{ REQUEST "&max_age=x", "400 invalid_request" },
		{ REQUEST "&request=e30.e30.", "400 invalid_request" },
		{ "response_type=token" PKCE, "400 unsupported_response_type" },
		{ "state=x" PKCE, "400 invalid_request" },
		{ "response_type=code", "400 invalid_request" },
		{ "response_type=code&code_challenge="
		  "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM",
		  "400 invalid_request" },
		{ "response_type=code&code_challenge_method=plain&code_challenge="
		  "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM",
		  "400 invalid_request" },
		{ "response_type=code&code_challenge_method=S256&code_challenge=short",
		  "400 invalid_request" },
		{ "response_type=code&state=a%0D%0Ab" PKCE, "400 invalid_request" },
		{ "response_type=code&redirect_uri=https%3A%2F%2Fphotoz.example.com%2Fcb%2F" PKCE,
		  "400 invalid_request" },
		{ "response_type=code&redirect_uri=https%3A%2F%2Fevil.example%2Fcb" PKCE,
		  "400 invalid_request" },
		{ "response_type=code" PKCE, "201" },
	};

	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
		EQ(outcome_of(push_request(cases[i].body)), cases[i].outcome);
	fixture_change_client(&http_case.fixture, "photoz", add_second_uri);
	EQ(outcome_of(push_request("response_type=code" PKCE)), "400 invalid_request");
	EQ(outcome_of(http_send("POST /par", auth_basic("viewer"), REQUEST)),
	   "400 invalid_request");
}

static void
its_size_and_number_are_limited(void)
{
	static char state[1100], long_body[2 * 16384];

	memset(state, 'a', 1025);
	EQ(outcome_of(push_request(text_format("response_type=code" PKCE "&state=%s", state))),
	   "400 invalid_request");
	state[1024] = '\0';
	EQ(outcome_of(push_request(text_format("response_type=code" PKCE "&state=%s", state))),
	   "201");
	memset(long_body, 'a', 16385);
	CU_ASSERT_EQUAL(push_request(long_body).status, 413);
	http_case_set_setting("pushed_max", "2");
	EQ(outcome_of(push_request(REQUEST)), "201");
	EQ(outcome_of(push_request("response_type=token")), "400 unsupported_response_type");
	EQ(outcome_of(push_request(REQUEST)), "429 temporarily_unavailable");
	EQ(outcome_of(http_send("POST /par", NULL, REQUEST "&client_id=public")), "201");
	http_case_set_time(60);
	EQ(outcome_of(push_request(REQUEST)), "201");
}

/* Only secrets authenticate clients, so there is no assertion whose audience could be checked. */
static void
client_assertions_are_rejected(void)
{
	EQ(outcome_of(http_send("POST /par", NULL,
				REQUEST "&client_id=photoz&client_assertion=e30.e30.x"
					"&client_assertion_type=urn%3Aietf%3Aparams%3Aoauth"
					"%3Aclient-assertion-type%3Ajwt-bearer")),
	   "401 invalid_client");
}

static CU_TestInfo tests[] = {
	{ "a pushed request has a request_uri for 90 seconds [O-9126-01]",
	  a_pushed_request_has_a_uri_for_90_seconds },
	{ "a client authenticates as at the token endpoint to push a request "
	  "[O-9126-02 O-9126-03]",
	  the_client_authenticates_as_at_the_token_endpoint },
	{ "each fault of a pushed request is reported at once "
	  "[O-9126-02 O-7636-02 O-7636-03 O-9700-01 O-9700-03]",
	  each_fault_is_reported_at_once },
	{ "the size and the number of pushed requests are limited [O-9126-03]",
	  its_size_and_number_are_limited },
	{ "a client assertion is rejected at the endpoint for pushed requests, as at the token "
	  "endpoint [O-9126-05]",
	  client_assertions_are_rejected },
	CU_TEST_INFO_NULL
};

CU_SuiteInfo pushed_request_suite = { "server/pushed_request", NULL, NULL, pushed_request_open,
				      http_case_close,	       tests };
