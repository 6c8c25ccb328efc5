/* SPDX-License-Identifier: Apache-2.0 */
/* The claims interaction endpoint (UMA Grant, 3.3.2 and 3.3.3). */
#include "base/b64.h"
#include "model/account.h"
#include "model/claims_flow.h"
#include "model/session.h"
#include "tests/run.h"
#include "tests/server/examples.h"

#define EQ     CU_ASSERT_STRING_EQUAL
#define HAS(a) CU_ASSERT_PTR_NOT_NULL(a)
#define BACK   "https://viewer.example.org/claims?x=1"
/* BACK in a query, for text_format */
#define ENCODED "https%%3A%%2F%%2Fviewer.example.org%%2Fclaims%%3Fx%%3D1"
#define BROWSER "__Host-usher-b.one"

static const char *browser; /* the cookie that the server set; NULL: none */
static const char *session; /* the cookie of the session; NULL: nobody is signed in */

static void
set_claims_uris(struct client *c)
{
	str_list_add(http_case.harness->arena, &c->claims_redirect_uris, BACK);
}

static void
add_claims_uri(struct client *c)
{
	str_list_add(http_case.harness->arena, &c->claims_redirect_uris,
		     "https://viewer.example.org/other");
}

static void
claims_page_setup(void)
{
	examples_open();
	fixture_change_client(&http_case.fixture, "viewer", set_claims_uris);
	fixture_change_client(&http_case.fixture, "other", set_claims_uris);
	owner_set_policy("photo1",
			 "{'effect':'permit','scopes':['view'],'when':{'account':'bob'}}");
	browser = session = NULL;
}

/* Signs an account in, as the sign-in page does. */
static void
sign_in_as(struct session s)
{
	struct work *w = http_case.work;
	uint8_t hash[CRYPTO_HASH];
	const char *text;
	struct key key;

	harness_begin(http_case.harness);
	CU_ASSERT_EQUAL_FATAL(session_start(w, &s, NULL), OK);
	text = text_format("%s.%lld", s.handle, (long long)w->now);
	crypto_derive(&w->tenant->page_key, "session cookie", BYTES_NONE, &key);
	crypto_keyed_hash(&key, bytes_of(text), hash);
	session = text_format("__Host-usher-s.one=%s.%s", text,
			      b64url_encode(http_case.harness->arena, BYTES(hash, 16)));
	CU_ASSERT_EQUAL_FATAL(harness_commit(http_case.harness), OK);
}

static void
sign_in(const char *account)
{
	sign_in_as((struct session){ .account_id = account, .amr = "pwd" });
}

/* Sends a request with the cookies, and keeps the browser's cookie. */
static struct response
claims_page_visit(const char *line, const char *body)
{
	struct response a;

	http_case.cookie = text_format("%s%s%s", browser != NULL ? browser : "",
				       browser != NULL && session != NULL ? "; " : "",
				       session != NULL ? session : "");
	if (*http_case.cookie == '\0')
		http_case.cookie = NULL;
	http_case.accept = "text/html";
	a = http_send(line, NULL, body);
	http_case.cookie = http_case.accept = NULL;
	for (size_t i = 0; i < HTTP_COOKIES; i++)
		if (a.out->cookie[i] != NULL && strncmp(a.out->cookie[i], BROWSER, 18) == 0)
			browser = text_format("%.*s", (int)strcspn(a.out->cookie[i], ";"),
					      a.out->cookie[i]);
	return a;
}

static struct response
claims_page_arrive(const char *query)
{
	return claims_page_visit(text_format("GET /claims?%s", query), NULL);
}

/* Begins a flow with a ticket that needs information; returns the path of its page. */
static const char *
begin_flow(void)
{
	const char *ticket = response_text(redeem_ticket(new_ticket("photo1{view}"), ""), "ticket");
	struct response a = claims_page_arrive(
		text_format("client_id=viewer&state=a%%2Bb%%20c&ticket=%s", ticket));
	const char *path = strstr(response_header(a, "Location"), "/claims/");

	CU_ASSERT_EQUAL(a.status, 303);
	CU_ASSERT_PTR_NOT_NULL_FATAL(path);
	return text_format("%s", path);
}

static const char *
form_of(struct response a)
{
	const char *at = strstr(a.body, "name=\"form\" value=\"");

	CU_ASSERT_PTR_NOT_NULL_FATAL(at);
	at += strlen("name=\"form\" value=\"");
	return text_format("%.*s", (int)strcspn(at, "\""), at);
}

static struct response
claims_page_answer(const char *path, const char *fields)
{
	struct response page = claims_page_visit(text_format("GET %s", path), NULL);

	CU_ASSERT_EQUAL_FATAL(page.status, 200);
	return claims_page_visit(text_format("POST %s", path),
				 text_format("form=%s&%s", form_of(page), fields));
}

/* The value of a parameter of the Location, as it is encoded there; "" if it is absent. */
static const char *
claims_page_returned(struct response a, const char *name)
{
	const char *at = strstr(response_header(a, "Location"), text_format("&%s=", name));

	if (at == NULL)
		return "";
	at += strlen(name) + 2;
	return text_format("%.*s", (int)strcspn(at, "&"), at);
}

static void
a_person_who_signs_in_and_continues_gets_access(void)
{
	struct response a = redeem_ticket(new_ticket("photo1{view}"), ""), page;
	const char *ticket = response_text(a, "ticket"), *path;

	EQ(response_outcome(a), "403 need_info");
	EQ(response_text(a, "redirect_user"), "https://as.example.com/claims");
	a = claims_page_arrive(text_format("client_id=viewer&claims_redirect_uri=" ENCODED
					   "&state=a%%2Bb%%20c&ticket=%s",
					   ticket));
	CU_ASSERT_EQUAL(a.status, 303);
	path = text_format("%s", strstr(response_header(a, "Location"), "/claims/"));
	page = claims_page_visit(text_format("GET %s", path), NULL);
	CU_ASSERT_EQUAL(page.status, 200);
	HAS(strstr(page.body, "action=\"/signin\""));
	EQ(response_outcome(redeem_ticket(ticket, "")), "400 invalid_grant");
	sign_in(http_case.fixture.bob);
	a = claims_page_answer(path, "answer=go");
	CU_ASSERT_EQUAL(a.status, 303);
	CU_ASSERT_EQUAL(strncmp(response_header(a, "Location"),
				BACK "&ticket=", strlen(BACK "&ticket=")),
			0);
	CU_ASSERT_STRING_NOT_EQUAL(claims_page_returned(a, "ticket"), ticket);
	EQ(claims_page_returned(a, "state"), "a%2Bb+c");
	EQ(claims_page_returned(a, "iss"), "https%3A%2F%2Fas.example.com");
	EQ(claims_page_returned(a, "error"), "");
	a = redeem_ticket(claims_page_returned(a, "ticket"), "");
	EQ(response_granted(a), "photo1{view}");
	CU_ASSERT_FALSE(response_has(a, "pct"));
}

static void
a_person_who_is_not_meant_gets_nothing(void)
{
	const char *path = begin_flow();
	struct response a;

	sign_in(http_case.fixture.erin);
	a = claims_page_answer(path, "answer=go");
	EQ(response_outcome(redeem_ticket(claims_page_returned(a, "ticket"), "")),
	   "403 request_denied");
	a = claims_page_arrive(
		text_format("client_id=viewer&ticket=%s", new_ticket("photo1{view}")));
	HAS(strstr(response_header(a, "Location"), "/claims/cf_"));
}

static void
faults_of_client_or_uri_are_shown_to_the_person(void)
{
	static const char *const queries[] = {
		"",
		"client_id=unknown",
		"client_id=viewer&client_id=viewer",
		"client_id=viewer&claims_redirect_uri=https%3A%2F%2Fviewer.example.org%2Fclaims",
		("client_id=viewer&claims_redirect_uri="
		 "HTTPS%3A%2F%2Fviewer.example.org%2Fclaims%3Fx%3D1"),
		("client_id=viewer&claims_redirect_uri="
		 "https%3A%2F%2Fviewer.example.org%2Fclaims%3Fx%3D1%23f"),
		("client_id=viewer&claims_redirect_uri="
		 "https%3A%2F%2Fviewer.example.org%3A443%2Fclaims%3Fx%3D1"),
		"client_id=viewer&claims_redirect_uri=%2Fclaims%3Fx%3D1",
		"client_id=viewer&claims_redirect_uri=a&claims_redirect_uri=b",
		"client_id=public",
	};
	const char *ticket = new_ticket("photo1{view}");

	for (size_t i = 0; i < sizeof queries / sizeof queries[0]; i++) {
		struct response a =
			claims_page_arrive(text_format("%s&ticket=%s", queries[i], ticket));

		CU_ASSERT_EQUAL(a.status, 400);
		EQ(response_header(a, "Location"), "");
		HAS(strstr(a.body, "<html"));
	}
	fixture_change_client(&http_case.fixture, "viewer", add_claims_uri);
	CU_ASSERT_EQUAL(
		claims_page_arrive(text_format("client_id=viewer&ticket=%s", ticket)).status, 400);
	EQ(response_outcome(redeem_ticket(ticket, "")), "403 need_info");
}

static void
faults_of_the_ticket_go_back_to_the_client(void)
{
	const char *used = new_ticket("photo1{view}"), *others;
	struct response a;

	redeem_ticket(used, "");
	a = claims_page_arrive(text_format("client_id=viewer&state=s1&ticket=%s", used));
	CU_ASSERT_EQUAL(a.status, 303);
	EQ(claims_page_returned(a, "error"), "invalid_request");
	EQ(claims_page_returned(a, "state"), "s1");
	EQ(claims_page_returned(a, "ticket"), "");
	EQ(claims_page_returned(claims_page_arrive("client_id=viewer&state="), "error"),
	   "invalid_request");
	EQ(claims_page_returned(claims_page_arrive("client_id=viewer&state="), "state"), "");
	EQ(claims_page_returned(claims_page_arrive("client_id=viewer&ticket=nonsense"), "error"),
	   "invalid_request");
	EQ(claims_page_returned(claims_page_arrive("client_id=viewer&ticket=a&ticket=b"), "error"),
	   "invalid_request");
	others = response_text(redeem_ticket(new_ticket("photo1{view}"), ""), "ticket");
	a = claims_page_arrive(text_format("client_id=other&ticket=%s", others));
	EQ(claims_page_returned(a, "error"), "invalid_request");
	EQ(response_outcome(redeem_ticket(others, "")), "400 invalid_grant");
}

static void
a_state_that_is_too_long_is_not_returned(void)
{
	char state[1200];
	struct response a;

	memset(state, 's', sizeof state - 1);
	state[sizeof state - 1] = '\0';
	a = claims_page_arrive(text_format("client_id=viewer&state=%s&ticket=%s", state,
					   new_ticket("photo1{view}")));
	EQ(claims_page_returned(a, "error"), "invalid_request");
	EQ(claims_page_returned(a, "state"), "");
}

static void
the_person_may_decline(void)
{
	const char *path = begin_flow();
	struct response a;

	sign_in(http_case.fixture.bob);
	a = claims_page_answer(path, "answer=cancel");
	EQ(claims_page_returned(a, "error"), "access_denied");
	EQ(claims_page_returned(a, "iss"), "https%3A%2F%2Fas.example.com");
	EQ(claims_page_returned(a, "state"), "a%2Bb+c");
	EQ(claims_page_returned(a, "ticket"), "");
	CU_ASSERT_EQUAL(claims_page_visit(text_format("GET %s", path), NULL).status, 403);
}

static void
a_flow_belongs_to_one_browser_and_is_used_once(void)
{
	const char *path = begin_flow(), *first = browser;
	struct response page;

	sign_in(http_case.fixture.bob);
	page = claims_page_visit(text_format("GET %s", path), NULL);
	CU_ASSERT_EQUAL(page.status, 200);
	browser = NULL;
	CU_ASSERT_EQUAL(claims_page_visit(text_format("GET %s", path), NULL).status, 403);
	begin_flow();
	CU_ASSERT_STRING_NOT_EQUAL(browser, first);
	CU_ASSERT_EQUAL(claims_page_visit(text_format("POST %s", path),
					  text_format("form=%s&answer=go", form_of(page)))
				.status,
			403);
	browser = first;
	CU_ASSERT_EQUAL(claims_page_visit(text_format("POST %s", path), "answer=go").status, 403);
	CU_ASSERT_EQUAL(claims_page_answer(path, "answer=go").status, 303);
	CU_ASSERT_EQUAL(claims_page_visit(text_format("POST %s", path),
					  text_format("form=%s&answer=go", form_of(page)))
				.status,
			403);
	CU_ASSERT_EQUAL(claims_page_visit("GET /claims/cf_nonsense", NULL).status, 403);
}

static void
a_flow_ends_after_a_quarter_of_an_hour(void)
{
	const char *path = begin_flow();

	http_case_set_time(CLAIMS_FLOW_LIFE - 1);
	CU_ASSERT_EQUAL(claims_page_visit(text_format("GET %s", path), NULL).status, 200);
	http_case_set_time(CLAIMS_FLOW_LIFE);
	CU_ASSERT_EQUAL(claims_page_visit(text_format("GET %s", path), NULL).status, 403);
}

static void
the_page_names_item_and_owner_only_to_those_who_have_access(void)
{
	const char *path = begin_flow();
	struct response a;

	sign_in(http_case.fixture.erin);
	a = claims_page_visit(text_format("GET %s", path), NULL);
	CU_ASSERT_PTR_NULL(strstr(a.body, "alice"));
	HAS(strstr(a.body, "something"));
	sign_in(http_case.fixture.bob);
	a = claims_page_visit(text_format("GET %s", path), NULL);
	HAS(strstr(a.body, "alice"));
	CU_ASSERT_PTR_NULL(strstr(response_header(a, "Content-Security-Policy"), "form-action"));
}

static void
a_sign_in_that_is_too_old_is_repeated(void)
{
	const char *path;
	struct response a;

	owner_set_policy("photo1", "{'effect':'permit','scopes':['view'],'when':{'all':["
				   "{'account':'bob'},{'authentication':{'max_age':600}}]}}");
	sign_in(http_case.fixture.bob);
	http_case_set_time(700);
	path = begin_flow();
	a = claims_page_visit(text_format("GET %s", path), NULL);
	HAS(strstr(a.body, "action=\"/signin\""));
	sign_in(http_case.fixture.bob);
	a = claims_page_answer(path, "answer=go");
	EQ(response_granted(redeem_ticket(claims_page_returned(a, "ticket"), "")), "photo1{view}");
}

static void
claims_are_kept_only_if_the_person_agrees(void)
{
	struct response a;
	const char *pct;

	sign_in(http_case.fixture.bob);
	fixture_change_client(&http_case.fixture, "viewer", fixture_forbid_push);
	a = claims_page_answer(begin_flow(), "answer=go&remember=30");
	a = redeem_ticket(claims_page_returned(a, "ticket"), "");
	EQ(response_granted(a), "photo1{view}");
	pct = response_text(a, "pct");
	a = redeem_ticket(new_ticket("photo1{view}"), text_format("&pct=%s", pct));
	EQ(response_granted(a), "photo1{view}");
	a = claims_page_answer(begin_flow(), "answer=go");
	a = redeem_ticket(claims_page_returned(a, "ticket"), "");
	EQ(response_granted(a), "photo1{view}");
	CU_ASSERT_FALSE(response_has(a, "pct"));
}

static void
need_info_sends_nobody_where_it_does_not_help(void)
{
	struct response a;

	owner_set_policy("photo1", "{'effect':'permit','scopes':['view'],'when':{'claim':"
				   "{'issuer':'https://idp.example.net','name':'age','op':'ge',"
				   "'value':18}}}");
	a = redeem_ticket(new_ticket("photo1{view}"), "");
	EQ(response_outcome(a), "403 need_info");
	CU_ASSERT_FALSE(response_has(a, "redirect_user"));
	owner_set_policy("photo1",
			 "{'effect':'permit','scopes':['view'],'when':{'account':'bob'}}");
	a = redeem_ticket_as("public", new_ticket("photo1{view}"), "");
	CU_ASSERT_FALSE(response_has(a, "redirect_user"));
}

static void
an_arrival_is_not_prefetched(void)
{
	const char *ticket = new_ticket("photo1{view}");

	http_case.fetch_purpose = "prefetch";
	CU_ASSERT_EQUAL(
		claims_page_arrive(text_format("client_id=viewer&ticket=%s", ticket)).status, 503);
	http_case.fetch_purpose = NULL;
	CU_ASSERT_EQUAL(claims_page_visit(text_format("HEAD /claims?client_id=viewer&ticket=%s",
						      ticket),
					  NULL)
				.status,
			405);
	EQ(response_outcome(redeem_ticket(ticket, "")), "403 need_info");
}

static void
what_was_withdrawn_meanwhile_ends_the_flow(void)
{
	const char *path = begin_flow();

	sign_in(http_case.fixture.bob);
	CU_ASSERT_EQUAL(claims_page_visit(text_format("GET %s", path), NULL).status, 200);
	fixture_change_client(&http_case.fixture, "photoz", fixture_disable);
	CU_ASSERT_EQUAL(claims_page_visit(text_format("GET %s", path), NULL).status, 403);
	fixture_change_client(&http_case.fixture, "photoz", fixture_enable);
	CU_ASSERT_EQUAL(claims_page_visit(text_format("GET %s", path), NULL).status, 403);
}

static void
a_ticket_that_arrives_with_a_malformed_request_is_used_up(void)
{
	static const char *const faults[] = {
		"state=a&state=b",
		"x=a&x=b",
		"state=%zz",
	};
	char state[1200];
	const char *ticket = new_ticket("photo1{view}");

	memset(state, 's', sizeof state - 1);
	state[sizeof state - 1] = '\0';
	claims_page_arrive(text_format("client_id=viewer&state=%s&ticket=%s", state, ticket));
	EQ(response_outcome(redeem_ticket(ticket, "")), "400 invalid_grant");
	for (size_t i = 0; i < sizeof faults / sizeof faults[0]; i++) {
		struct response a;

		ticket = new_ticket("photo1{view}");
		a = claims_page_arrive(text_format("client_id=viewer&claims_redirect_uri=" ENCODED
						   "&%s&ticket=%s",
						   faults[i], ticket));
		EQ(claims_page_returned(a, "error"), "invalid_request");
		EQ(response_outcome(redeem_ticket(ticket, "")), "400 invalid_grant");
	}
	ticket = new_ticket("photo1{view}");
	claims_page_arrive(text_format("client_id=viewer&ticket=%s&ticket=%s", ticket, ticket));
	EQ(response_outcome(redeem_ticket(ticket, "")), "400 invalid_grant");
}

static void
a_uri_that_cannot_be_read_is_not_an_absent_one(void)
{
	static const char *const uris[] = { "%FF", "%zz", "a%00b" };

	for (size_t i = 0; i < sizeof uris / sizeof uris[0]; i++) {
		struct response a = claims_page_arrive(
			text_format("client_id=viewer&claims_redirect_uri=%s&ticket=x", uris[i]));

		CU_ASSERT_EQUAL(a.status, 400);
		EQ(response_header(a, "Location"), "");
	}
}

static void
a_rejected_claim_token_is_no_consent(void)
{
	struct response a;

	sign_in(http_case.fixture.bob);
	fixture_change_client(&http_case.fixture, "viewer", fixture_allow_push);
	a = claims_page_answer(begin_flow(), "answer=go");
	a = redeem_ticket(claims_page_returned(a, "ticket"),
			  "&claim_token=x&claim_token_format=http%3A%2F%2Fopenid.net%2Fspecs%2F"
			  "openid-connect-core-1_0.html%23IDToken");
	EQ(response_outcome(a), "403 need_info");
	a = redeem_ticket(response_text(a, "ticket"), "");
	EQ(response_granted(a), "photo1{view}");
	CU_ASSERT_FALSE(response_has(a, "pct"));
}

static void
a_person_whom_the_web_server_signed_in_has_the_claims_of_their_account(void)
{
	const char *path = begin_flow();
	struct response a;

	sign_in_as((struct session){ .account_id = http_case.fixture.bob,
				     .amr = "server",
				     .issuer = "urn:usher:login:USHER_USER",
				     .subject = "bob" });
	a = claims_page_answer(path, "answer=go");
	EQ(response_granted(redeem_ticket(claims_page_returned(a, "ticket"), "")), "photo1{view}");
}

static void
an_account_of_an_older_store_gets_an_identity_when_it_signs_in(void)
{
	struct work *w = http_case.work;
	struct response a;

	harness_begin(http_case.harness);
	change_drop(w->changes, T_ACCOUNT_IDENTITY,
		    account_identity_key(w, w->tenant->issuer, http_case.fixture.bob));
	CU_ASSERT_EQUAL_FATAL(harness_commit(http_case.harness), OK);
	sign_in(http_case.fixture.bob);
	a = claims_page_answer(begin_flow(), "answer=go");
	EQ(response_granted(redeem_ticket(claims_page_returned(a, "ticket"), "")), "photo1{view}");
}

static void
set_email(const char *account, const char *email)
{
	struct account acc;

	harness_begin(http_case.harness);
	CU_ASSERT_EQUAL_FATAL(account_find(http_case.work, account, ERR_NOT_FOUND, &acc), OK);
	acc.email = email;
	CU_ASSERT_EQUAL_FATAL(account_put(http_case.work, &acc), OK);
	CU_ASSERT_EQUAL_FATAL(harness_commit(http_case.harness), OK);
}

static void
an_address_that_an_account_lost_is_claimed_no_longer(void)
{
	const char *pct, *ticket;
	struct response a;

	owner_set_policy(
		"photo1",
		"{'effect':'permit','scopes':['view'],'when':{'email':'old@example.net'}}");
	set_email(http_case.fixture.bob, "old@example.net");
	sign_in(http_case.fixture.bob);
	a = claims_page_answer(begin_flow(), "answer=go&remember=30");
	a = redeem_ticket(claims_page_returned(a, "ticket"), "");
	EQ(response_granted(a), "photo1{view}");
	pct = response_text(a, "pct");
	a = claims_page_answer(begin_flow(), "answer=go");
	ticket = text_format("%s", claims_page_returned(a, "ticket"));
	set_email(http_case.fixture.bob, "new@example.net");
	EQ(response_outcome(redeem_ticket(ticket, "")), "403 need_info");
	EQ(response_outcome(redeem_ticket(new_ticket("photo1{view}"), text_format("&pct=%s", pct))),
	   "403 need_info");
}

static void
a_fault_of_the_server_goes_back_to_the_client(void)
{
	const char *path = begin_flow();
	struct response page, a;

	sign_in(http_case.fixture.bob);
	page = claims_page_visit(text_format("GET %s", path), NULL);
	harness_corrupt_rows(http_case.harness, T_RESOURCE, "{");
	a = claims_page_visit(text_format("POST %s", path),
			      text_format("form=%s&answer=go", form_of(page)));
	CU_ASSERT_EQUAL(a.status, 303);
	HAS(strstr(response_header(a, "Location"), "error=temporarily_unavailable"));
	EQ(claims_page_returned(a, "state"), "a%2Bb+c");
	EQ(claims_page_returned(a, "ticket"), "");
}

static void
a_form_belongs_to_the_person_to_whom_it_was_shown(void)
{
	const char *path = begin_flow();
	struct response page;

	sign_in(http_case.fixture.erin);
	page = claims_page_visit(text_format("GET %s", path), NULL);
	sign_in(http_case.fixture.bob);
	CU_ASSERT_EQUAL(claims_page_visit(text_format("POST %s", path),
					  text_format("form=%s&answer=go", form_of(page)))
				.status,
			403);
	CU_ASSERT_EQUAL(claims_page_answer(path, "answer=go").status, 303);
}

static void
of_two_answers_at_once_one_counts(void)
{
	const char *path = begin_flow();
	struct response page;
	struct exchange *answers[2];

	sign_in(http_case.fixture.bob);
	page = claims_page_visit(text_format("GET %s", path), NULL);
	http_case.cookie = text_format("%s; %s", browser, session);
	for (size_t i = 0; i < 2; i++)
		answers[i] = http_request(text_format("POST %s", path), NULL,
					  text_format("form=%s&answer=go", form_of(page)));
	http_case.cookie = NULL;
	CU_ASSERT_EQUAL(serve_together(answers, 2), OK);
	CU_ASSERT_EQUAL(answers[0]->out.status + answers[1]->out.status, 303 + 403);
}

static void
the_flows_of_one_ticket_are_bounded(void)
{
	const char *ticket = new_ticket("photo1{view}"), *path;
	struct response a;
	int n = -1;

	sign_in(http_case.fixture.erin);
	do {
		a = claims_page_arrive(text_format("client_id=viewer&ticket=%s", ticket));
		path = strstr(response_header(a, "Location"), "/claims/");
		CU_ASSERT_PTR_NOT_NULL_FATAL(path);
		a = claims_page_answer(text_format("%s", path), "answer=go");
		ticket = text_format("%s", claims_page_returned(a, "ticket"));
		n++;
	} while (*ticket != '\0' && n <= TICKET_ROTATIONS_MAX);
	CU_ASSERT_EQUAL(n, TICKET_ROTATIONS_MAX);
	EQ(claims_page_returned(a, "error"), "invalid_request");
}

/* clang-format off */
static CU_TestInfo cases[] = {
	{ "a person who signs in and continues gets access [G-INT-01 G-INT-03 G-INT-07 G-INT-10 G-INT-11 G-INT-12 G-INT-16 G-INT-17 G-TKT-04]",
	  a_person_who_signs_in_and_continues_gets_access },
	{ "a person whom the policy does not name gets nothing [G-INT-18]", a_person_who_is_not_meant_gets_nothing },
	{ "faults of the client or its URI are shown to the person, and the ticket stays [G-INT-02 G-INT-04 G-INT-05 G-INT-06 G-INT-08 G-INT-09 G-INT-21]",
	  faults_of_client_or_uri_are_shown_to_the_person },
	{ "faults of the ticket go back to the client [G-INT-13 G-INT-21 G-INT-25]", faults_of_the_ticket_go_back_to_the_client },
	{ "a state that is too long is not returned [G-INT-11]", a_state_that_is_too_long_is_not_returned },
	{ "the person may decline [G-INT-14 O-9207-04]", the_person_may_decline },
	{ "a flow belongs to one browser and is used once [G-INT-19 G-INT-23]", a_flow_belongs_to_one_browser_and_is_used_once },
	{ "a flow ends after a quarter of an hour", a_flow_ends_after_a_quarter_of_an_hour },
	{ "the page names item and owner only to people who have access [G-INT-20]", the_page_names_item_and_owner_only_to_those_who_have_access },
	{ "a sign-in that is too old is repeated [G-INT-22]", a_sign_in_that_is_too_old_is_repeated },
	{ "claims are kept only if the person agrees [G-INT-24]", claims_are_kept_only_if_the_person_agrees },
	{ "need_info sends nobody where it does not help", need_info_sends_nobody_where_it_does_not_help },
	{ "an arrival is not prefetched", an_arrival_is_not_prefetched },
	{ "what was withdrawn meanwhile ends the flow [T-U19]", what_was_withdrawn_meanwhile_ends_the_flow },
	{ "a ticket that arrives with a malformed request is used up [G-INT-12 G-INT-21 G-TKT-04]",
	  a_ticket_that_arrives_with_a_malformed_request_is_used_up },
	{ "a URI that cannot be read is not an absent one [G-INT-05]", a_uri_that_cannot_be_read_is_not_an_absent_one },
	{ "a rejected claim token is no consent [G-PCT-09 G-INT-24]", a_rejected_claim_token_is_no_consent },
	{ "a person whom the web server signed in has the claims of their account",
	  a_person_whom_the_web_server_signed_in_has_the_claims_of_their_account },
	{ "an account of an older store gets an identity when it signs in",
	  an_account_of_an_older_store_gets_an_identity_when_it_signs_in },
	{ "an address that an account lost is claimed no longer [T-U19]", an_address_that_an_account_lost_is_claimed_no_longer },
	{ "a fault of the server goes back to the client [G-INT-15]", a_fault_of_the_server_goes_back_to_the_client },
	{ "a form belongs to the person to whom it was shown [G-INT-19]", a_form_belongs_to_the_person_to_whom_it_was_shown },
	{ "of two answers at once one counts", of_two_answers_at_once_one_counts },
	{ "the flows of one ticket are bounded", the_flows_of_one_ticket_are_bounded },
	CU_TEST_INFO_NULL,
};
/* clang-format on */
CU_SuiteInfo claims_page_suite = { "server/claims_page", NULL, NULL, claims_page_setup,
				   http_case_close,	 cases };
