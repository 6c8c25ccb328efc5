/* SPDX-License-Identifier: Apache-2.0 */
/* The request at the token endpoint, and which requests spend a ticket (D-02). */
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
the_grant_type_is_judged_to_the_letter(void)
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
	EQ(response_outcome(token_request_post("grant_type=authorization_code&code=x")),
	   "400 unsupported_grant_type");
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
a_replay_may_revoke(void)
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

/* One parameter of the request with `more`, the ticket in it; then the same ticket by itself. */
static const char *
then_plainly(const char *more)
{
	const char *t = new_ticket("photo1{view}");
	struct response first = redeem_ticket(t, more), second = redeem_ticket(t, "");

	return text_format("%s, %s", response_outcome(first), response_outcome(second));
}

static void
faults_of_a_known_client_spend_the_ticket(void)
{
	const char *spent = "400 invalid_request, 400 invalid_grant";

	EQ(then_plainly("&claim_token=abc"), spent);
	EQ(then_plainly("&claim_token_format=abc"), spent);
	EQ(then_plainly("&scope=view&scope=view"), spent);
	EQ(then_plainly("&rpt=a&rpt=b"), spent);
	EQ(then_plainly("&x=%zz"), spent);
	EQ(then_plainly("&scope=view%22"), "400 invalid_scope, 400 invalid_grant");
	EQ(then_plainly("&scope=view%00"), spent);
	EQ(then_plainly("&scope=a++b"), "400 invalid_scope, 400 invalid_grant");
}

/* The whole body, T standing for the ticket; then the same ticket by itself. */
static const char *
body_then_plainly(const char *body)
{
	const char *t = new_ticket("photo1{view}");
	struct buf b = { .arena = http_case.c.s.arena };
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

/* Wherever in the body the fault stands, and also where it hides the grant. */
static void
no_order_of_parameters_saves_the_ticket(void)
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
		EQ(body_then_plainly(bodies[i]), "400 invalid_request, 400 invalid_grant");
	EQ(body_then_plainly("grant_type=urn:x&ticket=T"),
	   "400 unsupported_grant_type, 400 invalid_grant");
}

static void
a_query_of_two_readings_spends_it_too(void)
{
	const char *t = new_ticket("photo1{view}");

	EQ(response_outcome(http_send("POST /token?a=1&a=2", auth_basic("viewer"),
				      text_format(UMA "&ticket=%s", t))),
	   "400 invalid_request");
	EQ(response_outcome(redeem_ticket(t, "")), "400 invalid_grant");
}

/* To them it is a parameter that they do not know (RFC 6749, 3.2). */
static void
other_grants_do_not_look_at_tickets(void)
{
	EQ(body_then_plainly("grant_type=refresh_token&refresh_token=x&ticket=T"),
	   "400 invalid_grant, 200");
}

static void
the_grant_is_judged_before_the_parameters(void)
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
	str_list_add(http_case.c.s.arena, &client->grants, GRANT_CLIENT);
}

static void
a_client_without_the_grant_spends_it_too(void)
{
	const char *t = new_ticket("photo1{view}");

	fixture_change_client(&http_case.c, "other", may_not_redeem);
	EQ(response_outcome(redeem_ticket_as("other", t, "")), "400 unauthorized_client");
	EQ(response_outcome(redeem_ticket(t, "")), "400 invalid_grant");
}

/* Who cannot tell who he is has presented nothing. */
static void
a_stranger_does_not_spend_it(void)
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
a_ticket_given_twice_is_none(void)
{
	const char *t = new_ticket("photo1{view}");

	EQ(response_outcome(token_request_post(text_format(UMA "&ticket=%s&ticket=%s", t, t))),
	   "400 invalid_request");
}

static void
what_is_empty_or_unknown_does_not_count(void)
{
	EQ(response_granted(redeem_ticket(new_ticket("photo1{view}"),
					  "&rpt=&pct=&scope=&claim_token=&foo=bar")),
	   "photo1{view}");
}

static void
only_form_bodies_are_read(void)
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
a_query_that_can_be_read_in_two_ways_is_refused(void)
{
	EQ(response_outcome(
		   http_send("POST /token?a=1&a=2", auth_basic("viewer"), UMA "&ticket=x")),
	   "400 invalid_request");
}

static void
checks_come_in_their_order(void)
{
	EQ(response_outcome(
		   http_send("POST /token", auth_basic_raw("viewer:wrong"), UMA "&ticket=x")),
	   "401 invalid_client");
	EQ(response_outcome(token_request_post(UMA "&ticket=x&scope=%22")), "400 invalid_grant");
	EQ(response_outcome(token_request_post(UMA "&ticket=x&claim_token=y")),
	   "400 invalid_request");
}

static void
public_clients_are_served_by_their_id(void)
{
	EQ(response_outcome(http_send("POST /token", NULL,
				      text_format(UMA "&client_id=public&ticket=%s",
						  new_ticket("photo1{view}")))),
	   "200");
}

static void
all_answers_are_no_store(void)
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
an_rpt_is_answered_as_the_texts_say(void)
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

/* A ticket travels in a quoted-string of the resource server's challenge. */
static void
tickets_need_no_quoting(void)
{
	const char *t = new_ticket("photo1{view}");

	CU_ASSERT(text_is_id(t, 100));
}

/* RFC 6749, 5.2: printable ASCII without '"' and '\'; and nothing of the request comes back. */
static void
descriptions_are_plain_and_reflect_nothing(void)
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
	fixture_change_client(&http_case.c, "photoz", change);
}

static void
a_ticket_dies_with_its_server(void)
{
	const char *t = new_ticket("photo1{view}"), *t2 = new_ticket("photo1{view}");

	change_viewer(fixture_disable);
	EQ(response_outcome(redeem_ticket(t, "")), "400 invalid_grant");
	CU_ASSERT_EQUAL(client_remove(&http_case.c.s.w, "photoz"), OK);
	CU_ASSERT_EQUAL(harness_commit(&http_case.c.s), OK);
	EQ(response_outcome(redeem_ticket(t2, "")), "400 invalid_grant");
}

static void
a_ticket_dies_with_its_owner(void)
{
	const char *t = new_ticket("photo1{view}"), *t2 = new_ticket("photo1{view}");
	struct work *w = &http_case.c.s.w;
	struct account her;

	CU_ASSERT_EQUAL(account_find(w, http_case.c.alice, ERR_NOT_FOUND, &her), OK);
	her.disabled = true;
	CU_ASSERT_EQUAL(account_put(w, &her), OK);
	CU_ASSERT_EQUAL(harness_commit(&http_case.c.s), OK);
	EQ(response_outcome(redeem_ticket(t, "")), "400 invalid_grant");
	CU_ASSERT_EQUAL(account_find(w, http_case.c.alice, ERR_NOT_FOUND, &her), OK);
	CU_ASSERT_EQUAL(account_remove(w, &her), OK);
	CU_ASSERT_EQUAL(harness_commit(&http_case.c.s), OK);
	EQ(response_outcome(redeem_ticket(t2, "")), "400 invalid_grant");
}

static void
guesses_are_slowed_and_good_tickets_pass(void)
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

/* A known ticket that is spent is no guess. */
static void
replays_do_not_count_as_guesses(void)
{
	const char *t = new_ticket("photo1{view}");

	http_case_set_setting("misses_max", "1");
	for (int i = 0; i < 5; i++)
		redeem_ticket(t, "");
	EQ(response_outcome(redeem_ticket(t, "")), "400 invalid_grant");
}

static CU_TestInfo tests[] = {
	{ "the grant_type is judged to the letter [G-TOK-01 G-CONV-01 T-C08]",
	  the_grant_type_is_judged_to_the_letter },
	{ "a ticket is required [G-TOK-02 G-TOK-05]", a_ticket_is_required },
	{ "an unknown ticket is invalid [G-ERR-02]", an_unknown_ticket_is_invalid },
	{ "a ticket works once [G-ERR-04 G-TKT-02 T-U02]", a_ticket_works_once },
	{ "a ticket expires [G-ERR-03 G-TKT-05]", a_ticket_expires },
	{ "a replay may revoke [G-TKT-10]", a_replay_may_revoke },
	{ "faults of a known client spend the ticket [G-TKT-03 G-TKT-11 G-TOK-03 G-TOK-04 "
	  "G-TOK-12 "
	  "T-P07]",
	  faults_of_a_known_client_spend_the_ticket },
	{ "no order of parameters saves the ticket [G-TKT-03 G-TKT-11 G-TOK-03]",
	  no_order_of_parameters_saves_the_ticket },
	{ "a query of two readings spends it, too [G-TKT-03 T-P07]",
	  a_query_of_two_readings_spends_it_too },
	{ "other grants do not look at tickets", other_grants_do_not_look_at_tickets },
	{ "the grant is judged before the parameters [G-ERR-24]",
	  the_grant_is_judged_before_the_parameters },
	{ "a client without the grant spends it too [G-TOK-08 D-02]",
	  a_client_without_the_grant_spends_it_too },
	{ "a stranger does not spend it [G-TKT-12 D-02]", a_stranger_does_not_spend_it },
	{ "a ticket given twice is none [G-TOK-03]", a_ticket_given_twice_is_none },
	{ "what is empty or unknown does not count [G-TOK-05 G-TOK-14]",
	  what_is_empty_or_unknown_does_not_count },
	{ "only form bodies are read [G-TOK-09 O-6749-02 D-21]", only_form_bodies_are_read },
	{ "a query that can be read in two ways is refused [T-P07]",
	  a_query_that_can_be_read_in_two_ways_is_refused },
	{ "checks come in their order [G-ERR-24]", checks_come_in_their_order },
	{ "public clients are served by their id [G-REG-08 G-TOK-06]",
	  public_clients_are_served_by_their_id },
	{ "all answers are no-store [G-TOK-15 G-ERR-01]", all_answers_are_no_store },
	{ "an RPT is answered as the texts say [G-RES-01 G-RES-02 G-RES-03 G-RES-04 G-RES-07 "
	  "G-RES-08]",
	  an_rpt_is_answered_as_the_texts_say },
	{ "tickets need no quoting [G-RS-06]", tickets_need_no_quoting },
	{ "descriptions are plain and reflect nothing [G-ERR-22]",
	  descriptions_are_plain_and_reflect_nothing },
	{ "a ticket dies with its resource server [T-U15]", a_ticket_dies_with_its_server },
	{ "a ticket dies with its owner [T-U15]", a_ticket_dies_with_its_owner },
	{ "guesses are slowed and good tickets pass [G-TKT-13 T-U03]",
	  guesses_are_slowed_and_good_tickets_pass },
	{ "replays do not count as guesses", replays_do_not_count_as_guesses },
	CU_TEST_INFO_NULL
};

CU_SuiteInfo token_request_suite = { "server/token_request", NULL, NULL, examples_open_photo1,
				     http_case_close,	     tests };
