/* SPDX-License-Identifier: Apache-2.0 */
/* Requests at the token endpoint, and which of them spend a ticket (D-02). */
#include "tests/run.h"
#include "tests/server/examples.h"
#include "base/text.h"

#define UMA "grant_type=urn:ietf:params:oauth:grant-type:uma-ticket"
#define EQ  CU_ASSERT_STRING_EQUAL

static struct response
token_request_post(const char *body)
{
	return http_send("POST /token", auth_basic("viewer"), body);
}

static void
grant_type_is_compared_exactly(void)
{
	EQ(response_outcome(token_request_post("ticket=x")), "400 invalid_request");
	EQ(response_outcome(token_request_post(
		   "Grant_Type=urn:ietf:params:oauth:grant-type:uma-ticket&ticket=x")),
	   "400 invalid_request");
	EQ(response_outcome(token_request_post("grant_type=&ticket=x")), "400 invalid_request");
	EQ(response_outcome(token_request_post(
		   "grant_type=URN:IETF:PARAMS:oauth:grant-type:uma-ticket&ticket=x")),
	   "400 unsupported_grant_type");
	EQ(response_outcome(token_request_post("grant_type=password&username=a&password=b")),
	   "400 unsupported_grant_type");
	EQ(response_text(token_request_post("grant_type=password"), "error_description"),
	   "grant_type is not supported; the metadata document lists the supported ones in "
	   "grant_types_supported");
	EQ(response_outcome(token_request_post("grant_type=implicit")),
	   "400 unsupported_grant_type");
	EQ(response_outcome(token_request_post("grant_type=authorization_code&code=x")),
	   "400 unauthorized_client");
}

static void
a_ticket_is_required(void)
{
	EQ(response_outcome(token_request_post(UMA)), "400 invalid_request");
	EQ(response_outcome(token_request_post(UMA "&ticket=")), "400 invalid_request");
}

static void
an_unknown_ticket_is_invalid(void)
{
	EQ(response_outcome(token_request_post(UMA "&ticket=x")), "400 invalid_grant");
	EQ(response_outcome(token_request_post(UMA "&ticket=tk_x")), "400 invalid_grant");
	EQ(response_outcome(redeem_ticket(new_ticket("photo1{view}"), "")), "200");
}

static void
a_ticket_works_once(void)
{
	const char *t = new_ticket("photo1{view}");

	EQ(response_outcome(redeem_ticket(t, "")), "200");
	EQ(response_outcome(redeem_ticket(t, "")), "400 invalid_grant");
	CU_ASSERT_EQUAL(count_audit_rows("ticket.replayed"), 1);
}

static void
a_ticket_expires(void)
{
	const char *t = new_ticket("photo1{view}"), *last = new_ticket("photo1{view}");

	http_case_set_time(299);
	EQ(response_outcome(redeem_ticket(last, "")), "200");
	http_case_set_time(300);
	EQ(response_outcome(redeem_ticket(t, "")), "400 invalid_grant");
}

static void
a_replayed_ticket_may_revoke_the_rpt(void)
{
	const char *t;
	struct response a;

	http_case_set_setting("replay_revokes", "yes");
	t = new_ticket("photo1{view}");
	a = redeem_ticket(t, "");
	EQ(response_granted(a), "photo1{view}");
	EQ(response_outcome(redeem_ticket_as("other", t, "")), "400 invalid_grant");
	EQ(response_granted(a), "inactive");
	EQ(response_outcome(
		   token_request_post(text_format("grant_type=refresh_token&refresh_token=%s",
						  response_text(a, "refresh_token")))),
	   "400 invalid_grant");
}

/*
 * Redeems a ticket with the parameter `more`, then the same ticket without; returns both outcomes.
 */
static const char *
redeem_with_then_without(const char *more)
{
	const char *t = new_ticket("photo1{view}");
	struct response first = redeem_ticket(t, more), second = redeem_ticket(t, "");

	return text_format("%s, %s", response_outcome(first), response_outcome(second));
}

static void
an_invalid_request_of_an_authenticated_client_spends_the_ticket(void)
{
	const char *spent = "400 invalid_request, 400 invalid_grant";

	EQ(redeem_with_then_without("&claim_token=abc"), spent);
	EQ(redeem_with_then_without("&claim_token_format=abc"), spent);
	EQ(redeem_with_then_without("&scope=view&scope=view"), spent);
	EQ(redeem_with_then_without("&rpt=a&rpt=b"), spent);
	EQ(redeem_with_then_without("&x=%zz"), spent);
	EQ(redeem_with_then_without("&scope=view%22"), "400 invalid_scope, 400 invalid_grant");
	EQ(redeem_with_then_without("&scope=view%00"), spent);
	EQ(redeem_with_then_without("&scope=a++b"), "400 invalid_scope, 400 invalid_grant");
}

/*
 * Posts a whole body in which T is the ticket, then redeems the same ticket; returns both outcomes.
 */
static const char *
post_then_redeem(const char *body)
{
	const char *t = new_ticket("photo1{view}");
	struct buf b = { .arena = http_case.work->arena };
	struct response first;

	for (; *body != '\0'; body++) {
		if (*body == 'T')
			buf_text(&b, t);
		else
			buf_char(&b, *body);
	}
	first = token_request_post(b.data);
	return text_format("%s, %s", response_outcome(first),
			   response_outcome(redeem_ticket(t, "")));
}

/* The fault may be anywhere in the body, also where it hides the grant type. */
static void
an_invalid_request_spends_the_ticket_in_any_order_of_parameters(void)
{
	static const char *const bodies[] = {
		UMA "&scope=view&scope=view&ticket=T",
		"ticket=T&x=1&x=1&" UMA,
		UMA "&" UMA "&ticket=T",
		"ticket=T&ticket=a&" UMA,
		UMA "&foo=%zz&ticket=T",
		"=x&ticket=T&" UMA,
		"ticket=T&claim_token=x&" UMA,
		"ticket=T",
	};

	for (size_t i = 0; i < sizeof bodies / sizeof bodies[0]; i++)
		EQ(post_then_redeem(bodies[i]), "400 invalid_request, 400 invalid_grant");
	EQ(post_then_redeem("grant_type=urn:x&ticket=T"),
	   "400 unsupported_grant_type, 400 invalid_grant");
}

static void
an_ambiguous_query_spends_the_ticket(void)
{
	const char *t = new_ticket("photo1{view}");

	EQ(response_outcome(http_send("POST /token?a=1&a=2", auth_basic("viewer"),
				      text_format(UMA "&ticket=%s", t))),
	   "400 invalid_request");
	EQ(response_outcome(redeem_ticket(t, "")), "400 invalid_grant");
}

/* For other grants `ticket` is an unknown parameter and ignored (RFC 6749, 3.2). */
static void
other_grants_ignore_the_ticket(void)
{
	EQ(post_then_redeem("grant_type=refresh_token&refresh_token=x&ticket=T"),
	   "400 invalid_grant, 200");
}

static void
the_grant_type_is_checked_before_the_parameters(void)
{
	const char *t = new_ticket("photo1{view}");

	EQ(response_outcome(redeem_ticket_as("photoz", t, "&a=1&a=1")), "400 unauthorized_client");
	EQ(response_outcome(redeem_ticket(t, "")), "400 invalid_grant");
	EQ(response_outcome(http_send("POST /token", NULL,
				      "client_id=viewer&client_secret=wrong&" UMA
				      "&ticket=x&a=1&a=1")),
	   "401 invalid_client");
}

static void
may_not_redeem(struct client *client)
{
	client->grants = (struct str_list){ 0 };
	str_list_add(http_case.work->arena, &client->grants, GRANT_CLIENT);
}

static void
a_client_without_the_uma_grant_spends_the_ticket(void)
{
	const char *t = new_ticket("photo1{view}");

	fixture_change_client(&http_case.fixture, "other", may_not_redeem);
	EQ(response_outcome(redeem_ticket_as("other", t, "")), "400 unauthorized_client");
	EQ(response_outcome(redeem_ticket(t, "")), "400 invalid_grant");
}

/* An unauthenticated client cannot have presented the ticket. */
static void
an_unauthenticated_client_does_not_spend_the_ticket(void)
{
	const char *t = new_ticket("photo1{view}");

	EQ(response_outcome(http_send("POST /token", auth_basic_raw("viewer:wrong"),
				      text_format(UMA "&ticket=%s", t))),
	   "401 invalid_client");
	EQ(response_outcome(http_send("POST /token", NULL, text_format(UMA "&ticket=%s", t))),
	   "401 invalid_client");
	EQ(response_outcome(http_send("GET /token", auth_basic("viewer"), NULL)),
	   "405 unsupported_method_type");
	EQ(response_outcome(redeem_ticket(t, "")), "200");
}

static void
a_repeated_ticket_parameter_is_an_invalid_request(void)
{
	const char *t = new_ticket("photo1{view}");

	EQ(response_outcome(token_request_post(text_format(UMA "&ticket=%s&ticket=%s", t, t))),
	   "400 invalid_request");
}

static void
empty_and_unknown_parameters_are_ignored(void)
{
	EQ(response_granted(redeem_ticket(new_ticket("photo1{view}"),
					  "&rpt=&pct=&scope=&claim_token=&foo=bar")),
	   "photo1{view}");
}

static void
the_body_must_be_a_form(void)
{
	const char *t = new_ticket("photo1{view}");

	EQ(response_outcome(token_request_post(text_format("{'grant_type':'x','ticket':'%s'}", t))),
	   "400 invalid_request");
	EQ(response_outcome(http_send(text_format("POST /token?" UMA "&ticket=%s", t),
				      auth_basic("viewer"), "a=b")),
	   "400 invalid_request");
	http_case.content_type = "text/plain";
	EQ(response_outcome(redeem_ticket(t, "")), "400 invalid_request");
	http_case.content_type = "application/x-www-form-urlencoded-not";
	EQ(response_outcome(redeem_ticket(t, "")), "400 invalid_request");
	http_case.content_type = "Application/X-WWW-Form-Urlencoded; charset=UTF-8";
	EQ(response_outcome(redeem_ticket(t, "")), "200");
}

static void
an_ambiguous_query_is_rejected(void)
{
	EQ(response_outcome(
		   http_send("POST /token?a=1&a=2", auth_basic("viewer"), UMA "&ticket=x")),
	   "400 invalid_request");
}

static void
checks_run_in_the_specified_order(void)
{
	EQ(response_outcome(
		   http_send("POST /token", auth_basic_raw("viewer:wrong"), UMA "&ticket=x")),
	   "401 invalid_client");
	EQ(response_outcome(token_request_post(UMA "&ticket=x&scope=%22")), "400 invalid_grant");
	EQ(response_outcome(token_request_post(UMA "&ticket=x&claim_token=y")),
	   "400 invalid_request");
}

static void
public_clients_send_only_client_id(void)
{
	EQ(response_outcome(http_send("POST /token", NULL,
				      text_format(UMA "&client_id=public&ticket=%s",
						  new_ticket("photo1{view}")))),
	   "200");
}

static void
all_responses_have_cache_control_no_store(void)
{
	struct response answers[] = {
		redeem_ticket(new_ticket("photo1{view}"), ""),
		redeem_ticket("x", ""),
		redeem_ticket(new_ticket("photo2{view}"), ""),
		http_send("POST /token", auth_basic_raw("viewer:wrong"), UMA),
	};
	int status[] = { 200, 400, 403, 401 };

	for (size_t i = 0; i < 4; i++) {
		CU_ASSERT_EQUAL(answers[i].status, status[i]);
		EQ(response_header(answers[i], "Cache-Control"), "no-store");
		EQ(response_header(answers[i], "Pragma"), "no-cache");
		EQ(answers[i].out->content_type, "application/json");
	}
}

static void
the_response_with_an_rpt_has_the_specified_members(void)
{
	struct response a = redeem_ticket(new_ticket("photo1{view}"), "");
	const char *token = response_text(a, "access_token");

	EQ(response_text(a, "token_type"), "Bearer");
	CU_ASSERT_EQUAL(response_number(a, "expires_in"), 300);
	CU_ASSERT_EQUAL(strspn(token, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
				      "0123456789-._~+/"),
			strlen(token));
	CU_ASSERT(response_has(a, "refresh_token"));
	CU_ASSERT_FALSE(response_has(a, "ticket") || response_has(a, "scope") ||
			response_has(a, "pct") || response_has(a, "upgraded"));
}

/* The resource server sends the ticket in a quoted-string of its challenge. */
static void
a_ticket_has_no_character_that_needs_quoting(void)
{
	const char *t = new_ticket("photo1{view}");

	CU_ASSERT(text_is_id(t, 100));
}

/* RFC 6749, 5.2: printable ASCII without '"' and '\\'; and nothing of the request is reflected. */
static void
error_description_is_printable_ascii_and_reflects_no_input(void)
{
	struct response a = token_request_post("grant_type=%22%5C%3Cx%3E%C3%A4%0A");
	const char *why = response_text(a, "error_description");

	CU_ASSERT(*why != '\0');
	for (const char *p = why; *p != '\0'; p++)
		CU_ASSERT(*p >= ' ' && *p < 0x7f && *p != '"' && *p != '\\');
	CU_ASSERT_PTR_NULL(strstr(a.body, "<x>"));
	a = token_request_post(UMA "&ticket=%22%5C%3Cx%3E");
	CU_ASSERT_PTR_NULL(strstr(a.body, "<x>"));
}

static void
change_viewer(void (*change)(struct client *))
{
	fixture_change_client(&http_case.fixture, "photoz", change);
}

static void
a_ticket_is_invalid_once_its_resource_server_is_disabled(void)
{
	const char *t = new_ticket("photo1{view}"), *t2 = new_ticket("photo1{view}");

	change_viewer(fixture_disable);
	EQ(response_outcome(redeem_ticket(t, "")), "400 invalid_grant");
	CU_ASSERT_EQUAL(client_remove(http_case.work, "photoz"), OK);
	CU_ASSERT_EQUAL(harness_commit(http_case.harness), OK);
	EQ(response_outcome(redeem_ticket(t2, "")), "400 invalid_grant");
}

static void
a_ticket_is_invalid_once_its_owner_is_disabled(void)
{
	const char *t = new_ticket("photo1{view}"), *t2 = new_ticket("photo1{view}");
	struct work *w = http_case.work;
	struct account owner;

	CU_ASSERT_EQUAL(account_find(w, http_case.fixture.alice, ERR_NOT_FOUND, &owner), OK);
	owner.disabled = true;
	CU_ASSERT_EQUAL(account_put(w, &owner), OK);
	CU_ASSERT_EQUAL(harness_commit(http_case.harness), OK);
	EQ(response_outcome(redeem_ticket(t, "")), "400 invalid_grant");
	CU_ASSERT_EQUAL(account_find(w, http_case.fixture.alice, ERR_NOT_FOUND, &owner), OK);
	CU_ASSERT_EQUAL(account_remove(w, &owner), OK);
	CU_ASSERT_EQUAL(harness_commit(http_case.harness), OK);
	EQ(response_outcome(redeem_ticket(t2, "")), "400 invalid_grant");
}

static void
guessed_tickets_are_throttled_valid_tickets_are_accepted(void)
{
	const char *t = new_ticket("photo1{view}");
	struct response a;

	http_case_set_setting("misses_max", "3");
	for (int i = 0; i < 3; i++)
		EQ(response_outcome(redeem_ticket("x", "")), "400 invalid_grant");
	a = redeem_ticket("x", "");
	CU_ASSERT_EQUAL(a.status, 429);
	EQ(response_header(a, "Retry-After"), "60");
	EQ(response_outcome(redeem_ticket(t, "")), "200");
	http_case_set_time(60);
	EQ(response_outcome(redeem_ticket("x", "")), "400 invalid_grant");
}

/* A replayed ticket is known, so it is not a guess. */
static void
replayed_tickets_do_not_count_as_guesses(void)
{
	const char *t = new_ticket("photo1{view}");

	http_case_set_setting("misses_max", "1");
	for (int i = 0; i < 5; i++)
		redeem_ticket(t, "");
	EQ(response_outcome(redeem_ticket(t, "")), "400 invalid_grant");
}

static CU_TestInfo tests[] = {
	{ "grant_type is compared exactly [G-TOK-01 G-CONV-01 T-C08]",
	  grant_type_is_compared_exactly },
	{ "a ticket is required [G-TOK-02 G-TOK-05]", a_ticket_is_required },
	{ "an unknown ticket is invalid [G-ERR-02]", an_unknown_ticket_is_invalid },
	{ "a ticket works once [G-ERR-04 G-TKT-02 T-U02]", a_ticket_works_once },
	{ "a ticket expires [G-ERR-03 G-TKT-05]", a_ticket_expires },
	{ "a replayed ticket may revoke the RPT [G-TKT-10]", a_replayed_ticket_may_revoke_the_rpt },
	{ "an invalid request of an authenticated client spends the ticket [G-TKT-03 G-TKT-11 G-TOK-03 G-TOK-04 G-TOK-12 T-P07]",
	  an_invalid_request_of_an_authenticated_client_spends_the_ticket },
	{ "an invalid request spends the ticket in any order of parameters [G-TKT-03 G-TKT-11 G-TOK-03]",
	  an_invalid_request_spends_the_ticket_in_any_order_of_parameters },
	{ "an ambiguous query spends the ticket [G-TKT-03 T-P07]",
	  an_ambiguous_query_spends_the_ticket },
	{ "other grants ignore the ticket", other_grants_ignore_the_ticket },
	{ "the grant type is checked before the parameters [G-ERR-24]",
	  the_grant_type_is_checked_before_the_parameters },
	{ "a client without the UMA grant spends the ticket [G-TOK-08 D-02]",
	  a_client_without_the_uma_grant_spends_the_ticket },
	{ "an unauthenticated client does not spend the ticket [G-TKT-12 D-02]",
	  an_unauthenticated_client_does_not_spend_the_ticket },
	{ "a repeated ticket parameter is an invalid request [G-TOK-03]",
	  a_repeated_ticket_parameter_is_an_invalid_request },
	{ "empty and unknown parameters are ignored [G-TOK-05 G-TOK-14]",
	  empty_and_unknown_parameters_are_ignored },
	{ "the body must be a form [G-TOK-09 O-6749-02 D-21]", the_body_must_be_a_form },
	{ "an ambiguous query is rejected [T-P07]", an_ambiguous_query_is_rejected },
	{ "checks run in the specified order [G-ERR-24]", checks_run_in_the_specified_order },
	{ "public clients send only client_id [G-REG-08 G-TOK-06]",
	  public_clients_send_only_client_id },
	{ "all responses have Cache-Control: no-store [G-TOK-15 G-ERR-01]",
	  all_responses_have_cache_control_no_store },
	{ "the response with an RPT has the specified members [G-RES-01 G-RES-02 G-RES-03 G-RES-04 G-RES-07 G-RES-08]",
	  the_response_with_an_rpt_has_the_specified_members },
	{ "a ticket has no character that needs quoting [G-RS-06]",
	  a_ticket_has_no_character_that_needs_quoting },
	{ "error_description is printable ASCII and reflects no input [G-ERR-22]",
	  error_description_is_printable_ascii_and_reflects_no_input },
	{ "a ticket is invalid once its resource server is disabled [T-U15]",
	  a_ticket_is_invalid_once_its_resource_server_is_disabled },
	{ "a ticket is invalid once its owner is disabled [T-U15]",
	  a_ticket_is_invalid_once_its_owner_is_disabled },
	{ "guessed tickets are throttled, valid tickets are accepted [G-TKT-13 T-U03]",
	  guessed_tickets_are_throttled_valid_tickets_are_accepted },
	{ "replayed tickets do not count as guesses", replayed_tickets_do_not_count_as_guesses },
	CU_TEST_INFO_NULL
};

CU_SuiteInfo token_request_suite = { "server/token_request", NULL, NULL, examples_open_photo1,
				     http_case_close,	     tests };
