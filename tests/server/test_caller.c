/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Authentication of clients, each way against each registered method (RFC 6749, 2.3), and by PAT.
 */
#include "http/form.h"
#include "tests/run.h"
#include "tests/server/examples.h"

#define EQ   CU_ASSERT_STRING_EQUAL
#define FORM "grant_type=refresh_token&refresh_token=x"

static void
caller_flow_setup(void)
{
	examples_open();
	fixture_client(&http_case.fixture, "poster", AUTH_POST, "");
}

/*
 * The error code of a token request. An authenticated client gets as far as the check of its
 * refresh token.
 */
static const char *
caller_challenge(const char *auth, const char *credentials)
{
	struct response a = http_send("POST /token", auth, text_format(FORM "%s", credentials));

	return strcmp(response_text(a, "error"), "invalid_grant") == 0 ? "known"
								       : response_text(a, "error");
}

static const char *
caller_post_auth(const char *client)
{
	return text_format("&client_id=%s&client_secret=%s", client,
			   fixture_secret(&http_case.fixture, client));
}

/* RFC 6749, 2.3.1 has two ways to send a secret; libraries use either. */
static void
a_client_secret_is_accepted_by_basic_and_in_the_body(void)
{
	EQ(caller_challenge(auth_basic("viewer"), ""), "known");
	EQ(caller_challenge(NULL, caller_post_auth("viewer")), "known");
	EQ(caller_challenge(NULL, "&client_id=viewer"), "invalid_client");
	EQ(caller_challenge(auth_basic("poster"), ""), "known");
	EQ(caller_challenge(NULL, caller_post_auth("poster")), "known");
	EQ(caller_challenge(NULL, "&client_id=poster"), "invalid_client");
	EQ(caller_challenge(auth_basic("public"), ""), "invalid_client");
	EQ(caller_challenge(auth_basic_raw("public:"), ""), "invalid_client");
	EQ(caller_challenge(NULL, caller_post_auth("public")), "invalid_client");
	EQ(caller_challenge(NULL, "&client_id=public"), "known");
}

static void
a_request_with_two_authentication_methods_is_rejected(void)
{
	EQ(caller_challenge(auth_basic("viewer"), caller_post_auth("viewer")), "invalid_request");
	EQ(caller_challenge(auth_basic("viewer"), "&client_assertion=x"), "invalid_request");
	EQ(caller_challenge(auth_basic("viewer"), "&client_id=other"), "invalid_request");
	EQ(caller_challenge(auth_basic("viewer"), "&client_id=viewer"), "known");
	EQ(caller_challenge(NULL, "&client_id=viewer&client_assertion=x"), "invalid_client");
}

static void
all_wrong_credentials_get_the_same_response(void)
{
	struct response unknown =
		http_send("POST /token", auth_basic_raw("nobody:the-secret-of-nobody"), FORM);
	struct response wrong = http_send("POST /token", auth_basic_raw("viewer:wrong"), FORM);
	struct response missing = http_send("POST /token", NULL, FORM "&client_id=poster");

	CU_ASSERT_EQUAL(unknown.status, 401);
	EQ(response_header(unknown, "WWW-Authenticate"), "Basic realm=\"token\"");
	EQ(unknown.body, wrong.body);
	EQ(wrong.body, missing.body);
	EQ(caller_challenge(auth_basic("other"), ""), "known");
	EQ(caller_challenge(auth_basic_raw("other:the-secret-of-viewer"), ""), "invalid_client");
	EQ(caller_challenge(auth_basic_raw("viewer:"), ""), "invalid_client");
	EQ(caller_challenge(auth_basic_raw(":"), ""), "invalid_client");
	EQ(caller_challenge(NULL, ""), "invalid_client");
	EQ(caller_challenge(auth_bearer("x"), ""), "invalid_client");
	EQ(caller_challenge("Digest x", ""), "invalid_client");
	EQ(caller_challenge("Basic !", ""), "invalid_request");
	EQ(caller_challenge(auth_basic_raw("viewer"), ""), "invalid_request");
}

static void
add_odd(const char *secret)
{
	struct client client = { .id = "odd" };
	const char *shown;

	CU_ASSERT_EQUAL(client_add(http_case.work, &client, secret, &shown), OK);
	CU_ASSERT_EQUAL(harness_commit(http_case.harness), OK);
}

/* The specification's example, and the unencoded form that many clients send. */
static void
basic_credentials_may_be_form_encoded_or_not(void)
{
	add_odd("s3cr3t:c/v %+and-more");
	EQ(caller_challenge(auth_basic_raw("odd:s3cr3t%3Ac%2Fv+%25%2Band-more"), ""), "known");
	EQ(caller_challenge(auth_basic_raw("odd:s3cr3t:c/v %+and-more"), ""), "known");
	EQ(caller_challenge(auth_basic_raw("odd:s3cr3t:c/v"), ""), "invalid_client");
}

#define SECRET "100% secret: a+b"

static void
add_named(const char *id, const char *scopes)
{
	struct client client = { .id = id, .scopes = fixture_scopes(&http_case.fixture, scopes) };
	const char *shown;

	CU_ASSERT_EQUAL_FATAL(client_add(http_case.work, &client, SECRET, &shown), OK);
	CU_ASSERT_EQUAL_FATAL(harness_commit(http_case.harness), OK);
}

/* "a%2Bb" can be read as a+b or as a%2Bb; the form may repeat either, and no other value. */
static void
the_forms_client_id_must_match_the_header_decoded_or_not(void)
{
	const char *raw = "a%2Bb:the-secret-of-a%2Bb";

	fixture_client(&http_case.fixture, "a%2Bb", NULL, "");
	EQ(caller_challenge(auth_basic_raw(raw), "&client_id=a%252Bb"), "known");
	EQ(caller_challenge(auth_basic_raw(raw), "&client_id=a%2Bb"), "known");
	EQ(caller_challenge(auth_basic_raw(raw), "&client_id=a+b"), "invalid_request");
	EQ(caller_challenge(auth_basic_raw(raw), "&client_id=viewer"), "invalid_request");
}

/* RFC 6749, 2.3.1: form-encoded, then joined by a colon. */
static const char *
basic_encoded(const char *id)
{
	struct arena *a = http_case.work->arena;

	return auth_basic_raw(text_format("%s:%s", form_encode(a, id), form_encode(a, SECRET)));
}

static void
a_client_id_may_contain_any_printable_ascii(void)
{
	static const char *const ids[] = {
		"https://app.example.com/cb?x=1&y",
		"a:b",
		"a%41b",
		"a+b",
		"a b",
		"\"a\\",
		"?1",
		"100%",
		"%",
		"+",
		":",
	};

	for (size_t i = 0; i < sizeof ids / sizeof ids[0]; i++) {
		const char *id = form_encode(http_case.work->arena, ids[i]);
		const char *secret = form_encode(http_case.work->arena, SECRET);

		add_named(ids[i], "");
		EQ(caller_challenge(basic_encoded(ids[i]), ""), "known");
		EQ(caller_challenge(basic_encoded(ids[i]), text_format("&client_id=%s", id)),
		   "known");
		EQ(caller_challenge(NULL,
				    text_format("&client_id=%s&client_secret=%s", id, secret)),
		   "known");
		if (strchr(ids[i], ':') == NULL) /* unencoded, as many clients send it */
			EQ(caller_challenge(auth_basic_raw(text_format("%s:%s", ids[i], SECRET)),
					    ""),
			   "known");
	}
	EQ(caller_challenge(auth_basic_raw("a:wrong"), ""), "invalid_client");
}

static void
every_endpoint_accepts_ids_of_the_maximum_length(void)
{
	const char *rs = text_format("https://%0248d", 1), *client = text_format("urn:c:%0250d", 2);
	const char *pat, *resource;
	struct response a;

	add_named(rs, SCOPE_PROTECTION);
	add_named(client, "");
	pat = issue_pat(http_case.fixture.alice, rs);
	resource =
		response_text(http_send("POST /resource_set", pat, "{'resource_scopes':['view']}"),
			      "_id");
	a = http_send(text_format("PUT /policy/%s", resource), pat,
		      "{'rules':[{'id':'all','effect':'permit',"
		      "'scopes':['view'],'when':{'anyone':true}}]}");
	CU_ASSERT_EQUAL(a.status, 200);
	CU_ASSERT_EQUAL(http_send("PUT /policy", pat, "{'rules':[]}").status, 200);
	a = http_send("POST /permission", pat,
		      text_format("{'resource_id':'%s','resource_scopes':['view']}", resource));
	CU_ASSERT_EQUAL_FATAL(a.status, 201);
	a = http_send(
		"POST /token", basic_encoded(client),
		text_format("grant_type=urn:ietf:params:oauth:grant-type:uma-ticket&ticket=%s",
			    response_text(a, "ticket")));
	CU_ASSERT_EQUAL_FATAL(a.status, 200);
	a = http_send("POST /introspect", pat,
		      text_format("token=%s", response_text(a, "access_token")));
	EQ(response_text(a, "client_id"), client);
	EQ(response_text(a, "aud"), rs);
}

/* A secret that contains percent signs is accepted only unencoded. */
static void
a_secret_that_contains_percent_signs_is_not_decoded(void)
{
	add_odd("percent%41percent-long");
	EQ(caller_challenge(auth_basic_raw("odd:percent%41percent-long"), ""), "known");
	EQ(caller_challenge(auth_basic_raw("odd:percentApercent-long"), ""), "invalid_client");
}

static void
a_disabled_client_is_treated_like_an_unknown_one(void)
{
	fixture_change_client(&http_case.fixture, "viewer", fixture_disable);
	fixture_change_client(&http_case.fixture, "public", fixture_disable);
	EQ(caller_challenge(auth_basic("viewer"), ""), "invalid_client");
	EQ(caller_challenge(NULL, "&client_id=public"), "invalid_client");
}

/*
 * A correct secret with the wrong method, or of a disabled client, does not count as a failed
 * attempt.
 */
static void
a_correct_secret_does_not_count_as_a_failed_attempt(void)
{
	http_case_set_setting("misses_max", "3");
	fixture_change_client(&http_case.fixture, "viewer", fixture_disable);
	for (int i = 0; i < 5; i++) {
		EQ(caller_challenge(auth_basic("viewer"), ""), "invalid_client");
		EQ(caller_challenge(auth_basic("poster"), ""), "known");
		EQ(caller_challenge(NULL, caller_post_auth("other")), "known");
	}
	EQ(caller_challenge(auth_basic_raw("viewer:wrong"), ""), "invalid_client");
	EQ(caller_challenge(auth_basic_raw("poster:wrong"), ""), "invalid_client");
	EQ(caller_challenge(auth_basic_raw("other:wrong"), ""), "invalid_client");
}

static void
guesses_are_throttled_without_locking_out_the_client(void)
{
	http_case_set_setting("misses_max", "3");
	for (int i = 0; i < 3; i++)
		EQ(caller_challenge(auth_basic_raw("viewer:wrong"), ""), "invalid_client");
	CU_ASSERT_EQUAL(http_send("POST /token", auth_basic_raw("viewer:wrong"), FORM).status, 429);
	EQ(caller_challenge(auth_basic("viewer"), ""), "known");
	EQ(caller_challenge(auth_basic_raw("other:wrong"), ""), "invalid_client");
	http_case_set_time(60);
	EQ(caller_challenge(auth_basic_raw("viewer:wrong"), ""), "invalid_client");
}

static int commits;

static void
count_commit(void)
{
	commits++;
}

/* Anonymous failures must not take the store's write lock. */
static void
a_wrong_secret_and_an_unknown_ticket_commit_nothing(void)
{
	const char *right = auth_basic("viewer");

	http_case.store.before_commit = count_commit;
	http_case.store.before_commit_calls = 9;
	commits = 0;
	for (int i = 0; i < 3; i++)
		EQ(caller_challenge(auth_basic_raw("viewer:wrong"), ""), "invalid_client");
	CU_ASSERT_EQUAL(http_send("POST /token", right,
				  "grant_type=urn%3Aietf%3Aparams%3Aoauth%3A"
				  "grant-type%3Auma-ticket&ticket=x")
				.status,
			400);
	CU_ASSERT_EQUAL(commits, 0);
	http_case.store.before_commit_calls = 0;
}

/* All spellings of a client_id count as one client: each of these decodes to viewer. */
static void
each_spelling_of_a_client_id_counts_towards_its_limit(void)
{
	static const char *const spelled[] = { "viewer", "v%69ewer", "%76iewer", "viewe%72" };

	http_case_set_setting("misses_max", "3");
	for (size_t i = 0; i < 3; i++)
		EQ(caller_challenge(auth_basic_raw(text_format("%s:wrong%zu", spelled[i], i)), ""),
		   "invalid_client");
	for (size_t i = 0; i < 4; i++)
		CU_ASSERT_EQUAL(http_send("POST /token",
					  auth_basic_raw(text_format("%s:wrong", spelled[i])), FORM)
					.status,
				429);
	CU_ASSERT_EQUAL(http_send("POST /token", auth_basic_raw("viewer:wr%6fng"), FORM).status,
			429);
	EQ(caller_challenge(auth_basic("viewer"), ""), "known");
}

static void
the_limit_does_not_reveal_which_clients_exist(void)
{
	http_case_set_setting("misses_max", "3");
	for (int i = 0; i < 3; i++)
		EQ(caller_challenge(auth_basic_raw("nobody:wrong"), ""), "invalid_client");
	CU_ASSERT_EQUAL(http_send("POST /token", auth_basic_raw("nobody:wrong"), FORM).status, 429);
	EQ(caller_challenge(auth_basic_raw("viewer:wrong"), ""), "invalid_client");
}

static void
a_form_that_is_ambiguous_about_the_client_is_an_invalid_request(void)
{
	EQ(caller_challenge(NULL, "&client_id=public&client_id=public"), "invalid_request");
	EQ(caller_challenge(NULL, "&client_id=%zz"), "invalid_request");
	EQ(caller_challenge(auth_basic_raw("viewer:wrong"), "&x=%zz"), "invalid_client");
}

static const char *
caller_list_tokens(const char *auth)
{
	struct response a = http_send("GET /resource_set", auth, NULL);

	return a.status == 200 ? "200" : text_format("%d %s", a.status, response_text(a, "error"));
}

/* RFC 6750, 3.1. */
static void
an_access_token_outside_the_authorization_header_is_challenged(void)
{
	static const char *const wrong[] = { "Bearer a b", "Bearer ===", "Bearer a,b", "Basic !" };
	const char *challenge = "Bearer realm=\"uma\", error=\"invalid_request\"";
	struct response a =
		http_send("POST /introspect", issue_pat(http_case.fixture.alice, "photoz"),
			  "token=x&access_token=y");

	CU_ASSERT_EQUAL(a.status, 400);
	EQ(response_header(a, "WWW-Authenticate"), challenge);
	for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
		a = http_send("GET /resource_set", wrong[i], NULL);
		CU_ASSERT_EQUAL(a.status, 400);
		EQ(response_header(a, "WWW-Authenticate"), challenge);
	}
}

static void
a_pat_gives_access_to_the_protection_api(void)
{
	const char *token = access_token("photoz", http_case.fixture.alice, "uma_protection");

	EQ(caller_list_tokens(auth_bearer(token)), "200");
	EQ(caller_list_tokens(text_format("bearer %s", token)), "200");
	EQ(caller_list_tokens(text_format("BEARER %s", token)), "200");
	EQ(caller_list_tokens(NULL), "401 ");
	EQ(caller_list_tokens(token), "401 ");
	EQ(caller_list_tokens(auth_bearer("x")), "401 invalid_token");
	EQ(caller_list_tokens(text_format("Bearer %s, Bearer %s", token, token)),
	   "400 invalid_request");
	EQ(caller_list_tokens(auth_bearer(access_token("viewer", NULL, "view"))),
	   "403 insufficient_scope");
	EQ(caller_list_tokens(auth_bearer(access_token("photoz", http_case.fixture.alice, "view"))),
	   "403 insufficient_scope");
	http_case_set_time(365 * 86400);
	EQ(caller_list_tokens(auth_bearer(token)), "401 invalid_token");
}

static void
insufficient_scope_names_the_required_scope(void)
{
	struct response a = http_send("GET /resource_set",
				      auth_bearer(access_token("viewer", NULL, "view")), NULL);

	EQ(response_header(a, "WWW-Authenticate"),
	   "Bearer realm=\"uma\", error=\"insufficient_scope\", scope=\"uma_protection\"");
}

static void
caller_forbid_protection(struct client *client)
{
	client->scopes = (struct str_list){ 0 };
}

static void
a_pat_is_invalid_once_its_resource_server_is_disabled(void)
{
	fixture_change_client(&http_case.fixture, "photoz", caller_forbid_protection);
	EQ(caller_list_tokens(alice_auth()), "403 insufficient_scope");
	fixture_change_client(&http_case.fixture, "photoz", fixture_disable);
	EQ(caller_list_tokens(alice_auth()), "401 invalid_token");
	CU_ASSERT_EQUAL(client_remove(http_case.work, "photoz"), OK);
	CU_ASSERT_EQUAL(harness_commit(http_case.harness), OK);
	EQ(caller_list_tokens(alice_auth()), "401 invalid_token");
}

static void
a_pat_of_another_tenant_is_invalid(void)
{
	CU_ASSERT_EQUAL(http_send("GET /t/two/resource_set", alice_auth(), NULL).status, 401);
}

static void
an_access_token_in_the_query_is_rejected(void)
{
	const char *token = access_token("photoz", http_case.fixture.alice, "uma_protection");

	CU_ASSERT_EQUAL(http_send(text_format("GET /resource_set?access_token=%s", token), NULL,
				  NULL)
				.status,
			401);
	EQ(response_text(http_send("POST /introspect", auth_bearer(token),
				   text_format("token=x&access_token=%s", token)),
			 "error"),
	   "invalid_request");
}

static CU_TestInfo tests[] = {
	{ "a client secret is accepted by Basic and in the body [G-TOK-06 G-TOK-07 G-REG-08 O-6749-02]",
	  a_client_secret_is_accepted_by_basic_and_in_the_body },
	{ "the form's client_id must match the header, decoded or not [O-6749-03]",
	  the_forms_client_id_must_match_the_header_decoded_or_not },
	{ "a client_id may contain any printable ASCII [O-6749-01]",
	  a_client_id_may_contain_any_printable_ascii },
	{ "every endpoint accepts ids of the maximum length",
	  every_endpoint_accepts_ids_of_the_maximum_length },
	{ "a request with two authentication methods is rejected [O-6749-03]",
	  a_request_with_two_authentication_methods_is_rejected },
	{ "all wrong credentials get the same response [G-TOK-07 O-6749-14 T-U16]",
	  all_wrong_credentials_get_the_same_response },
	{ "Basic credentials may be form-encoded or not [O-6749-01]",
	  basic_credentials_may_be_form_encoded_or_not },
	{ "a secret that contains percent signs is not decoded [T-P09]",
	  a_secret_that_contains_percent_signs_is_not_decoded },
	{ "a disabled client is treated like an unknown one [T-U15]",
	  a_disabled_client_is_treated_like_an_unknown_one },
	{ "a correct secret does not count as a failed attempt [O-6749-04 T-C04]",
	  a_correct_secret_does_not_count_as_a_failed_attempt },
	{ "guesses are throttled without locking out the client [O-6749-04 T-C04]",
	  guesses_are_throttled_without_locking_out_the_client },
	{ "a wrong secret and an unknown ticket commit nothing [T-O02 T-C04]",
	  a_wrong_secret_and_an_unknown_ticket_commit_nothing },
	{ "each spelling of a client_id counts towards its limit [O-6749-04 T-C04]",
	  each_spelling_of_a_client_id_counts_towards_its_limit },
	{ "the limit does not reveal which clients exist [T-U16]",
	  the_limit_does_not_reveal_which_clients_exist },
	{ "a form that is ambiguous about the client is an invalid request [G-TOK-03]",
	  a_form_that_is_ambiguous_about_the_client_is_an_invalid_request },
	{ "a PAT gives access to the protection API [F-PAT-02 F-PAT-03 F-PAT-04 F-PAT-05 O-6750-01 O-6750-02]",
	  a_pat_gives_access_to_the_protection_api },
	{ "an access token outside the Authorization header is challenged [F-PAT-11 O-6750-02 O-6750-03]",
	  an_access_token_outside_the_authorization_header_is_challenged },
	{ "insufficient_scope names the required scope [F-PAT-04]",
	  insufficient_scope_names_the_required_scope },
	{ "a PAT is invalid once its resource server is disabled [T-U15]",
	  a_pat_is_invalid_once_its_resource_server_is_disabled },
	{ "a PAT of another tenant is invalid [T-M01]", a_pat_of_another_tenant_is_invalid },
	{ "an access token in the query is rejected [F-PAT-11 O-6750-03]",
	  an_access_token_in_the_query_is_rejected },
	CU_TEST_INFO_NULL
};

CU_SuiteInfo caller_suite = {
	"server/caller", NULL, NULL, caller_flow_setup, http_case_close, tests
};
