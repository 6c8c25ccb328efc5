/* SPDX-License-Identifier: Apache-2.0 */
/* The authorization endpoint: which response a browser gets, and what is stored. */
#include "base/b64.h"
#include "http/form.h"
#include "model/approval.h"
#include "tests/run.h"
#include "tests/server/examples.h"

#define EQ	  CU_ASSERT_STRING_EQUAL
#define URI	  "https://photoz.example.com/cb?keep=1"
#define ISS	  "&iss=https%3A%2F%2Fas.example.com"
#define VERIFIER  "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
#define CHALLENGE "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
#define PKCE	  "&code_challenge=" CHALLENGE "&code_challenge_method=S256"
#define CLIENT	  "client_id=photoz&redirect_uri=https%3A%2F%2Fphotoz.example.com%2Fcb%3Fkeep%3D1"
#define GOOD	  CLIENT "&response_type=code&state=xyz" PKCE

static void
authorize_allow_codes(struct client *client)
{
	client->name = "Photoz";
	str_list_add(http_case.fixture.s.arena, &client->grants, GRANT_CODE);
	str_list_add(http_case.fixture.s.arena, &client->redirect_uris, URI);
}

static void
require_pushed(struct client *client)
{
	client->require_pushed = true;
}

static void
add_uri(struct client *client)
{
	str_list_add(http_case.fixture.s.arena, &client->redirect_uris, "http://127.0.0.1/native");
}

static void
rename_uri(struct client *client)
{
	client->redirect_uris.n = 0;
	str_list_add(http_case.fixture.s.arena, &client->redirect_uris, URI "2");
}

static void
authorize_open(void)
{
	examples_open();
	fixture_change_client(&http_case.fixture, "photoz", authorize_allow_codes);
	register_scopes("photoz", "uma_protection view");
}

static void
authorize_close(void)
{
	http_case.cookie = http_case.purpose = NULL;
	http_case_close();
}

static struct response
visit_page(const char *query)
{
	return http_send(text_format("GET /authorize?%s", query), NULL, NULL);
}

/* The page that the response is, or its redirect: "signin", "consent", "error_client", a URI. */
static const char *
shown_page(struct response a)
{
	if (a.status == 303)
		return response_header(a, "Location");
	CU_ASSERT_EQUAL(*response_header(a, "Location"), '\0');
	if (strstr(a.body, "action=\"/signin\"") != NULL)
		return a.status == 200 ? "signin" : "?";
	if (strstr(a.body, "name=\"answer\" value=\"allow\"") != NULL)
		return a.status == 200 ? "consent" : "?";
	if (strstr(a.body, "There is a problem with the app") != NULL)
		return a.status == 400 ? "error_client" : "?";
	if (strstr(a.body, "This page has expired") != NULL)
		return a.status == 403 ? "error_expired" : "?";
	return text_format("%d %s", a.status, a.body);
}

/* The value of the hidden field in the form with the answers. */
static const char *
field_of(struct response a, const char *name)
{
	const char *at = strstr(a.body, text_format("name=\"%s\" value=\"", name));

	CU_ASSERT_PTR_NOT_NULL_FATAL(at);
	at = strstr(at, "value=\"") + 7;
	return text_format("%.*s", (int)strcspn(at, "\""), at);
}

static struct response
answer_consent(struct response page, const char *word)
{
	return http_send("POST /authorize", NULL,
			 text_format("form=%s&on=%s&answer=%s", field_of(page, "form"),
				     field_of(page, "on"), word));
}

/* The code in a redirect, after which state and iss follow; "" if there is none. */
static const char *
code_of(struct response a)
{
	const char *start = URI "&code=", *location = response_header(a, "Location");
	size_t n = strlen(start);

	if (a.status != 303 || strncmp(location, start, n) != 0)
		return "";
	EQ(location + n + strcspn(location + n, "&"), "&state=xyz" ISS);
	return text_format("%.*s", (int)strcspn(location + n, "&"), location + n);
}

static const char *
redeem_code(const char *code)
{
	return response_outcome(http_send(
		"POST /token", auth_basic("photoz"),
		text_format("grant_type=authorization_code&code=%s&code_verifier=" VERIFIER
			    "&redirect_uri=https%%3A%%2F%%2Fphotoz.example.com%%2Fcb%%3Fkeep%%3D1",
			    code)));
}

static void
sign_in(void)
{
	http_case_sign_in(http_case.fixture.alice);
}

static void
a_person_allows_and_the_client_gets_a_code(void)
{
	struct response a;

	EQ(shown_page(visit_page(GOOD)), "signin");
	sign_in();
	a = visit_page(GOOD);
	EQ(shown_page(a), "consent");
	CU_ASSERT_PTR_NOT_NULL(strstr(a.body, "Photoz"));
	CU_ASSERT_PTR_NOT_NULL(strstr(a.body, "photoz.example.com"));
	CU_ASSERT_PTR_NULL(strstr(response_header(a, "Content-Security-Policy"), "form-action"));
	a = answer_consent(a, "allow");
	CU_ASSERT_EQUAL(a.status, 303);
	EQ(redeem_code(code_of(a)), "200");
	CU_ASSERT_EQUAL(count_audit_rows("approval.given"), 1);
	CU_ASSERT_EQUAL(count_audit_rows("code.issued"), 1);
	/* remembered */
	EQ(redeem_code(code_of(visit_page(GOOD))), "200");
	EQ(shown_page(visit_page(GOOD "&prompt=consent")), "consent");
}

static void
a_person_cancels(void)
{
	sign_in();
	EQ(shown_page(answer_consent(visit_page(GOOD), "cancel")),
	   URI "&error=access_denied&state=xyz" ISS);
	EQ(shown_page(visit_page(GOOD)), "consent");
	CU_ASSERT_EQUAL(harness_count_rows(&http_case.fixture.s, T_APPROVAL), 0);
	CU_ASSERT_EQUAL(harness_count_rows(&http_case.fixture.s, T_CODE), 0);
	CU_ASSERT_EQUAL(answer_consent(visit_page(GOOD), "maybe").status, 400);
}

/* Before and after someone has signed in. */
static void
an_unsafe_request_gets_a_page_and_no_redirect(void)
{
	static const char *const unsafe[] = {
		"response_type=code" PKCE,
		"client_id=nobody&response_type=code" PKCE,
		"client_id=photoz&" GOOD,
		GOOD "&redirect_uri=https%3A%2F%2Fphotoz.example.com%2Fcb%3Fkeep%3D1",
		"client_id=photoz&redirect_uri=https%3A%2F%2Fphotoz.example.com%2Fcb",
		"client_id=photoz&redirect_uri=https%3A%2F%2Fphotoz.example.com%2Fcb%3Fkeep%3D1%26x",
		"client_id=photoz&redirect_uri=https%3A%2F%2Fphotoz.example.com%2FCb%3Fkeep%3D1",
		"client_id=photoz&redirect_uri=https%3A%2F%2Fu%40photoz.example.com%2Fcb%3Fkeep%3D1",
		"client_id=photoz&redirect_uri=https%3A%2F%2Fphotoz.example.com:8443%2Fcb%3Fkeep%3D1",
		"client_id=photoz&redirect_uri=https%3A%2F%2Fevil.example%2Fcb",
		"client_id=photoz&redirect_uri=https%3A%2F%2Fphotoz.example.com%2Fcb%3Fkeep%3D1%23x",
		"client_id=photoz&redirect_uri=javascript%3Aalert(1)",
		"client_id=photoz&redirect_uri=%2F%2Fevil.example",
		"client_id=viewer&response_type=code" PKCE,
		"client_id=photoz&redirect_uri=https%3A%2F%2Fphotoz.example.com%2Fcb%0D%0AX:1",
		"client_id=%ff&response_type=code",
		"",
	};

	for (int signed_in = 0; signed_in < 2; signed_in++) {
		for (size_t i = 0; i < sizeof unsafe / sizeof unsafe[0]; i++)
			EQ(shown_page(visit_page(unsafe[i])), "error_client");
		sign_in();
	}
	fixture_change_client(&http_case.fixture, "photoz", fixture_disable);
	EQ(shown_page(visit_page(GOOD)), "error_client");
}

static void
the_only_redirect_uri_may_be_left_out(void)
{
	sign_in();
	EQ(shown_page(visit_page("client_id=photoz&response_type=code&prompt=none" PKCE)),
	   URI "&error=consent_required" ISS);
	fixture_change_client(&http_case.fixture, "photoz", add_uri);
	EQ(shown_page(visit_page("client_id=photoz&response_type=code&prompt=none" PKCE)),
	   "error_client");
	EQ(shown_page(
		   visit_page("client_id=photoz&redirect_uri=http%3A%2F%2F127.0.0.1:51004%2Fnative"
			      "&response_type=code&prompt=none" PKCE)),
	   "http://127.0.0.1:51004/native?error=consent_required" ISS);
}

static const struct {
	const char *query, *error;
} faults[] = {
	{ CLIENT "&state=xyz" PKCE, "invalid_request" },
	{ CLIENT "&state=xyz&response_type=token" PKCE, "unsupported_response_type" },
	{ CLIENT "&state=xyz&response_type=code%20id_token" PKCE, "unsupported_response_type" },
	{ CLIENT "&state=xyz&response_type=code", "invalid_request" },
	{ CLIENT "&state=xyz&response_type=code&code_challenge=" CHALLENGE, "invalid_request" },
	{ CLIENT
	  "&state=xyz&response_type=code&code_challenge_method=plain&code_challenge=" CHALLENGE,
	  "invalid_request" },
	{ CLIENT "&state=xyz&response_type=code&code_challenge_method=S256&code_challenge=x",
	  "invalid_request" },
	{ GOOD "&response_mode=form_post", "invalid_request" },
	{ GOOD "&scope=view&scope=view", "invalid_request" },
	{ GOOD "&unknown=1&unknown=2", "invalid_request" },
	{ GOOD "&x=%zz", "invalid_request" },
	{ GOOD "&scope=admin", "invalid_scope" },
	{ GOOD "&prompt=create", "invalid_request" },
	{ GOOD "&max_age=soon", "invalid_request" },
	{ GOOD "&request=e30.e30.", "invalid_request" },
	{ GOOD "&request_uri=urn%3Aietf%3Aparams%3Aoauth%3Arequest_uri%3Apr_x", "invalid_request" },
};
#define FAULTS (sizeof faults / sizeof faults[0])

/* RFC 9700, 4.11.2: otherwise the server would be an open redirector for phishers. */
static void
a_fault_goes_back_only_after_someone_signed_in(void)
{
	for (size_t i = 0; i < FAULTS; i++)
		EQ(shown_page(visit_page(faults[i].query)), "signin");
	sign_in();
	for (size_t i = 0; i < FAULTS; i++) {
		const char *location = shown_page(visit_page(faults[i].query));
		const char *start =
			text_format(URI "&error=%s&error_description=", faults[i].error);

		CU_ASSERT_EQUAL(strncmp(location, start, strlen(start)), 0);
		CU_ASSERT_PTR_NOT_NULL(strstr(location, "&state=xyz" ISS));
	}
	EQ(shown_page(visit_page(GOOD "&unknown=1")), "consent");
}

static void
a_bad_state_is_not_returned(void)
{
	static char long_state[1026];
	const char *location;

	memset(long_state, 'a', 1025);
	sign_in();
	location = shown_page(visit_page(
		text_format("%s&state=%s", CLIENT "&response_type=code" PKCE, long_state)));
	CU_ASSERT_PTR_NOT_NULL(strstr(location, "error=invalid_request"));
	CU_ASSERT_PTR_NULL(strstr(location, "&state="));
	static const char *const bad[] = { "a%0D%0AX-Evil:1", "a%00b", "a&state=b", "%C2%85" };
	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
		location = shown_page(visit_page(
			text_format("%s&state=%s", CLIENT "&response_type=code" PKCE, bad[i])));
		CU_ASSERT_PTR_NOT_NULL(strstr(location, "error=invalid_request"));
		CU_ASSERT_PTR_NULL(strstr(location, "&state="));
	}
	location = shown_page(visit_page(CLIENT "&response_type=code&prompt=none" PKCE
						"&state=a%20%26iss%3Devil%23%22%C3%A9"));
	EQ(location, URI "&error=consent_required&state=a+%26iss%3Devil%23%22%C3%A9" ISS);
	long_state[1024] = '\0';
	location = shown_page(visit_page(text_format(
		"%s&state=%s", CLIENT "&response_type=code&prompt=none" PKCE, long_state)));
	CU_ASSERT_PTR_NOT_NULL(strstr(location, long_state));
	EQ(shown_page(visit_page(CLIENT "&response_type=code&prompt=none&state=" PKCE)),
	   URI "&error=consent_required" ISS);
}

static void
prompt_none_shows_no_page(void)
{
	struct response a;

	EQ(shown_page(visit_page(GOOD "&prompt=none")), URI "&error=login_required&state=xyz" ISS);
	sign_in();
	EQ(shown_page(visit_page(GOOD "&prompt=none")),
	   URI "&error=consent_required&state=xyz" ISS);
	answer_consent(visit_page(GOOD), "allow");
	a = visit_page(GOOD "&prompt=none");
	EQ(redeem_code(code_of(a)), "200");
	http_case_set_time(100);
	EQ(shown_page(visit_page(GOOD "&prompt=none&max_age=99")),
	   URI "&error=login_required&state=xyz" ISS);
	EQ(redeem_code(code_of(visit_page(GOOD "&prompt=none&max_age=100"))), "200");
	sign_in();
	EQ(shown_page(visit_page(GOOD "&prompt=none&max_age=0")),
	   URI "&error=login_required&state=xyz" ISS);
	EQ(redeem_code(code_of(visit_page(GOOD "&prompt=none&max_age=1"))), "200");
	a = visit_page(GOOD "&prompt=none+login");
	CU_ASSERT_PTR_NOT_NULL(strstr(shown_page(a), "error="));
}

/* The secret to which the page's sealed fields are bound: that of the session's cookie. */
static struct bytes
session_binding(void)
{
	const char *handle = strchr(http_case.cookie, '=') + 1;

	return bytes_of(text_format("s%.*s", (int)strcspn(handle, "."), handle));
}

/* The request that a browser makes after signing in: it is sealed in the sign-in page. */
static const char *
continued_query(struct response signin)
{
	struct arena *a = http_case.fixture.s.arena;
	struct bytes sealed, plain;
	struct key key;
	const char *path;

	crypto_derive(&http_case.fixture.s.w.tenant->page_key, "sealed", bytes_of("signin"), &key);
	CU_ASSERT_FATAL(b64url_decode(a, field_of(signin, "on"), &sealed));
	CU_ASSERT_FATAL(crypto_open(a, &key, sealed, session_binding(), &plain));
	path = arena_strndup(a, (const char *)plain.data + BYTES_TIME, plain.size - BYTES_TIME);
	path = strstr(path, "/authorize?");
	CU_ASSERT_PTR_NOT_NULL_FATAL(path);
	return text_format("%.*s", (int)strcspn(path, "\"") - 11, path + 11);
}

static void
a_new_sign_in_is_asked_for_once(void)
{
	sign_in();
	answer_consent(visit_page(GOOD), "allow");
	for (size_t i = 0; i < 2; i++) {
		const char *query = i == 0 ? GOOD "&prompt=login" : GOOD "&max_age=0", *next;
		struct response a;

		http_case_set_time(10 + 1000 * (int64_t)i);
		a = visit_page(query);
		EQ(shown_page(a), "signin");
		next = continued_query(a);
		EQ(shown_page(visit_page(next)), "signin"); /* the session is as old as before */
		http_case_set_time(70 + 1000 * (int64_t)i);
		sign_in();
		EQ(redeem_code(code_of(visit_page(next))), "200");
		CU_ASSERT_NOT_EQUAL(*code_of(visit_page(text_format("lang=de&%s", next))), '\0');
		http_case_set_time(75 + 1000 * (int64_t)i);
		/* another request needs a sign-in of its own */
		EQ(shown_page(visit_page(
			   text_format("%s&since=%s", query, strstr(next, "since=") + 7))),
		   "signin");
		EQ(shown_page(visit_page(text_format(
			   "%s&%s",
			   i == 0 ? CLIENT "&prompt=login&response_type=code"
					   "&code_challenge_method=S256&code_challenge=" VERIFIER
				  : CLIENT "&max_age=0&response_type=code"
					   "&code_challenge_method=S256&code_challenge=" VERIFIER,
			   strstr(next, "since=")))),
		   "signin");
		http_case_set_time(1000 * (int64_t)i + 911);
		EQ(shown_page(visit_page(next)), "signin");
	}
}

static void
a_consent_belongs_to_one_session_and_one_request(void)
{
	struct response page;

	sign_in();
	page = visit_page(GOOD);
	EQ(shown_page(http_send("POST /authorize", NULL,
				text_format("form=%s&answer=allow", field_of(page, "form")))),
	   "error_expired");
	EQ(shown_page(http_send("POST /authorize", NULL,
				text_format("form=%s&on=%sA&answer=allow", field_of(page, "form"),
					    field_of(page, "on")))),
	   "error_expired");
	http_case_sign_in(http_case.fixture.erin);
	EQ(shown_page(answer_consent(page, "allow")), "error_expired");
	EQ(shown_page(http_send("POST /authorize", NULL,
				text_format("form=%s&on=%s&answer=allow",
					    field_of(visit_page(GOOD), "form"),
					    field_of(page, "on")))),
	   "error_expired");
	http_case.cookie = NULL;
	EQ(shown_page(answer_consent(page, "allow")), "error_expired");
	CU_ASSERT_EQUAL(harness_count_rows(&http_case.fixture.s, T_APPROVAL), 0);
	sign_in();
	page = visit_page(GOOD);
	http_case_set_time(901);
	EQ(shown_page(answer_consent(page, "allow")), "error_expired");
}

/* Between the page and the answer. */
static void
what_changed_since_the_page_is_checked_again(void)
{
	struct response page;

	sign_in();
	page = visit_page(GOOD);
	register_scopes("photoz", "uma_protection view edit");
	EQ(shown_page(answer_consent(page, "allow")), "error_expired");
	page = visit_page(GOOD);
	fixture_change_client(&http_case.fixture, "photoz", rename_uri);
	EQ(shown_page(answer_consent(page, "allow")), "error_client");
	CU_ASSERT_EQUAL(harness_count_rows(&http_case.fixture.s, T_APPROVAL), 0);
}

static void
new_scopes_are_asked_for_and_marked(void)
{
	struct response a;

	sign_in();
	answer_consent(visit_page(GOOD "&scope=uma_protection"), "allow");
	EQ(redeem_code(code_of(visit_page(GOOD "&scope=uma_protection"))), "200");
	a = visit_page(GOOD "&scope=uma_protection+view");
	EQ(shown_page(a), "consent");
	CU_ASSERT_PTR_NOT_NULL(strstr(a.body, "<li>view (new)</li>"));
	answer_consent(a, "allow");
	EQ(redeem_code(code_of(visit_page(GOOD "&scope=view"))), "200");
}

static void
a_withdrawn_approval_is_not_remembered(void)
{
	struct fixture *c = &http_case.fixture;

	sign_in();
	answer_consent(visit_page(GOOD), "allow");
	CU_ASSERT_NOT_EQUAL(*code_of(visit_page(GOOD)), '\0');
	harness_begin(&c->s);
	CU_ASSERT_EQUAL(approval_withdraw(&c->s.w, c->alice, "photoz"), OK);
	CU_ASSERT_EQUAL(harness_commit(&c->s), OK);
	EQ(shown_page(visit_page(GOOD)), "consent");
}

static const char *
push_params(const char *more)
{
	struct response a = http_send("POST /par", auth_basic("photoz"),
				      text_format("%s%s", strchr(GOOD, '&') + 1, more));

	return text_format("client_id=photoz&request_uri=%s",
			   form_encode(http_case.fixture.s.arena, response_text(a, "request_uri")));
}

static void
a_pushed_request_is_used_up_by_its_code(void)
{
	const char *query = push_params("");
	struct response page;

	EQ(shown_page(visit_page(query)), "signin");
	sign_in();
	page = visit_page(query);
	EQ(shown_page(page), "consent");
	EQ(shown_page(visit_page(query)), "consent"); /* a reload */
	EQ(redeem_code(code_of(answer_consent(page, "allow"))), "200");
	CU_ASSERT_PTR_NOT_NULL(strstr(shown_page(visit_page(query)), "error=invalid_request"));
	CU_ASSERT_PTR_NOT_NULL(
		strstr(shown_page(answer_consent(page, "allow")), "error=invalid_request"));
	query = push_params("");
	EQ(redeem_code(code_of(visit_page(query))), "200");
	CU_ASSERT_PTR_NOT_NULL(strstr(shown_page(visit_page(query)), "error=invalid_request"));
	query = push_params("&prompt=consent");
	EQ(shown_page(answer_consent(visit_page(query), "cancel")),
	   URI "&error=access_denied&state=xyz" ISS);
	CU_ASSERT_PTR_NOT_NULL(strstr(shown_page(visit_page(query)), "error=invalid_request"));
}

static void
a_pushed_request_decides_alone(void)
{
	const char *query = push_params("&prompt=none");

	sign_in();
	EQ(shown_page(visit_page(text_format("%s&state=other&prompt=consent&scope=admin", query))),
	   URI "&error=consent_required&state=xyz" ISS);
	http_case_set_time(90);
	CU_ASSERT_PTR_NOT_NULL(strstr(shown_page(visit_page(query)), "error=invalid_request"));
}

static void
a_client_may_have_to_push(void)
{
	fixture_change_client(&http_case.fixture, "photoz", require_pushed);
	sign_in();
	CU_ASSERT_PTR_NOT_NULL(strstr(shown_page(visit_page(GOOD)), "error=invalid_request"));
	EQ(shown_page(visit_page(push_params(""))), "consent");
}

/* A person may type their password while the request's 90 seconds pass. */
static void
a_person_may_sign_in_for_longer_than_a_request_lives(void)
{
	const char *query, *next;

	sign_in();
	query = push_params("&prompt=login");
	http_case_set_time(89);
	next = continued_query(visit_page(query));
	http_case_set_time(400);
	sign_in();
	CU_ASSERT_PTR_NOT_NULL(strstr(shown_page(visit_page(query)), "signin"));
	EQ(shown_page(visit_page(next)), "consent");
}

/* The consent page may be open while the request's 90 seconds pass. */
static void
a_person_may_read_for_longer_than_a_request_lives(void)
{
	struct response page;

	sign_in();
	page = visit_page(push_params(""));
	http_case_set_time(600);
	EQ(redeem_code(code_of(answer_consent(page, "allow"))), "200");
}

static void
a_prefetch_has_no_effect(void)
{
	sign_in();
	answer_consent(visit_page(GOOD), "allow");
	http_case.purpose = "prefetch";
	CU_ASSERT_EQUAL(visit_page(GOOD).status, 503);
	CU_ASSERT_EQUAL(http_send("HEAD /authorize?" GOOD, NULL, NULL).status, 405);
	http_case.purpose = NULL;
	http_case.origin = "https://evil.example";
	EQ(response_header(visit_page(GOOD), "Access-Control-Allow-Origin"), "");
	http_case.origin = NULL;
	CU_ASSERT_EQUAL(harness_count_rows(&http_case.fixture.s, T_CODE), 2);
}

static CU_TestInfo tests[] = {
	{ "a person allows, and the client gets a code, with state and iss "
	  "[O-6749-06 O-9207-01 O-9207-02 O-9700-12]",
	  a_person_allows_and_the_client_gets_a_code },
	{ "a person cancels, and the client gets access_denied [O-6749-08 O-9207-01]",
	  a_person_cancels },
	{ "an unsafe request gets a page and no redirect "
	  "[O-6749-06 O-6749-07 O-9700-01 O-9700-02 T-B04 T-C03]",
	  an_unsafe_request_gets_a_page_and_no_redirect },
	{ "a redirect URI may be left out if there is only one; the port of loopback is free "
	  "[O-9700-01]",
	  the_only_redirect_uri_may_be_left_out },
	{ "a fault goes back to the client only after someone has signed in "
	  "[O-6749-06 O-6749-08 O-7636-02 O-7636-03 O-9207-01 O-9700-02 O-9700-04]",
	  a_fault_goes_back_only_after_someone_signed_in },
	{ "a state that is too long, repeated or has control characters is not returned "
	  "[O-6749-15 T-B06]",
	  a_bad_state_is_not_returned },
	{ "prompt=none shows no page", prompt_none_shows_no_page },
	{ "prompt=login and max_age ask for a new sign-in once", a_new_sign_in_is_asked_for_once },
	{ "a consent page belongs to one session and one request, for 15 minutes [T-L04 T-L05]",
	  a_consent_belongs_to_one_session_and_one_request },
	{ "what has changed since the consent page was shown is checked again [T-U14]",
	  what_changed_since_the_page_is_checked_again },
	{ "new scopes are asked for, and marked as new", new_scopes_are_asked_for_and_marked },
	{ "a withdrawn approval is not remembered [T-U15]",
	  a_withdrawn_approval_is_not_remembered },
	{ "a pushed request is used up by its code; until then the page may be loaded again "
	  "[O-9126-01]",
	  a_pushed_request_is_used_up_by_its_code },
	{ "a pushed request replaces what the query says, and expires [O-9126-01]",
	  a_pushed_request_decides_alone },
	{ "a client may have to push its requests [O-9126-04]", a_client_may_have_to_push },
	{ "a person may sign in for longer than a pushed request lives",
	  a_person_may_sign_in_for_longer_than_a_request_lives },
	{ "a person may read the page for longer than a pushed request lives",
	  a_person_may_read_for_longer_than_a_request_lives },
	{ "a prefetch gets no code; the endpoint has no CORS [T-B06 O-9700-10]",
	  a_prefetch_has_no_effect },
	CU_TEST_INFO_NULL
};

CU_SuiteInfo authorize_suite = { "server/authorize", NULL, NULL, authorize_open,
				 authorize_close,    tests };
