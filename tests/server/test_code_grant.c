/* SPDX-License-Identifier: Apache-2.0 */
/* The authorization code grant (RFC 6749, 4.1.3). The codes are issued by the model. */
#include "base/b64.h"
#include "model/approval.h"
#include "model/code.h"
#include "model/session.h"
#include "tests/run.h"
#include "tests/server/examples.h"

/* RFC 7636, appendix B */
#define VERIFIER  "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
#define CHALLENGE "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
#define URI	  "https://photoz.example.com/cb"
#define URI_PARAM "&redirect_uri=https%3A%2F%2Fphotoz.example.com%2Fcb"
#define EQ	  CU_ASSERT_STRING_EQUAL

static const char *alice_session;

static void
add_grant(struct client *client, const char *grant)
{
	str_list_add(http_case.work->arena, &client->grants, grant);
}

static void
allow_codes(struct client *client)
{
	add_grant(client, GRANT_CODE);
	str_list_add(http_case.work->arena, &client->redirect_uris, URI);
}

static void
allow_refresh(struct client *client)
{
	add_grant(client, GRANT_REFRESH);
}

static void
forbid_codes(struct client *client)
{
	client->grants.n = 0;
	add_grant(client, GRANT_CLIENT);
}

static void
forget_uri(struct client *client)
{
	client->redirect_uris.n = 0;
	str_list_add(http_case.work->arena, &client->redirect_uris, URI "2");
}

static void
code_grant_open(void)
{
	examples_open();
	fixture_change_client(&http_case.fixture, "photoz", allow_codes);
	fixture_change_client(&http_case.fixture, "filez", allow_codes);
	register_scopes("photoz", "uma_protection view");
	alice_session = http_case_sign_in(http_case.fixture.alice);
}

/* A code by which alice approved `scopes` for photoz. */
static const char *
new_code(const char *scopes)
{
	struct fixture *c = &http_case.fixture;
	struct code code = { .session = alice_session,
			     .token = { .client = "photoz", .scopes = fixture_scopes(c, scopes) },
			     .challenge = CHALLENGE,
			     .redirect_uri = URI,
			     .redirect_sent = true };
	struct approval approval;
	const char *handle = NULL;

	harness_begin(&c->s);
	CU_ASSERT_EQUAL_FATAL(
		approval_give(&c->s.w, c->alice, "photoz", &code.token.scopes, &approval), OK);
	CU_ASSERT_EQUAL_FATAL(harness_commit(&c->s), OK);
	access_set_person(&code.token, c->alice);
	code.token.approval = approval.id;
	CU_ASSERT_EQUAL_FATAL(code_issue(&c->s.w, &code, &handle), OK);
	CU_ASSERT_EQUAL_FATAL(harness_commit(&c->s), OK);
	return handle;
}

static struct exchange *
code_request(const char *client, const char *code, const char *more)
{
	return http_request("POST /token", auth_basic(client),
			    text_format("grant_type=authorization_code&code=%s%s", code, more));
}

static struct response
redeem_code_as(const char *client, const char *code, const char *more)
{
	struct exchange *x = code_request(client, code, more);

	serve_together(&x, 1);
	return response_of(x);
}

#define RIGHT URI_PARAM "&code_verifier=" VERIFIER

static struct response
redeem_code(const char *code)
{
	return redeem_code_as("photoz", code, RIGHT);
}

/* "active" or "inactive", as introspection by photoz reports. */
static const char *
token_state(const char *token)
{
	struct response a =
		http_send("POST /introspect", auth_basic("photoz"), text_format("token=%s", token));

	return strstr(a.body, "\"active\":true") != NULL ? "active" : "inactive";
}

static const char *
pat_outcome(const char *pat)
{
	return response_outcome(http_send("GET /resource_set", auth_bearer(pat), NULL));
}

static struct response
refresh_pat(const char *token, const char *more)
{
	return http_send("POST /token", auth_basic("photoz"),
			 text_format("grant_type=refresh_token&refresh_token=%s%s", token, more));
}

static void
a_code_gives_a_pat(void)
{
	struct response a = redeem_code(new_code("uma_protection"));

	EQ(response_outcome(a), "200");
	EQ(response_text(a, "token_type"), "Bearer");
	EQ(response_text(a, "scope"), "uma_protection");
	CU_ASSERT_EQUAL(response_number(a, "expires_in"), 3600);
	CU_ASSERT_FALSE(response_has(a, "refresh_token"));
	EQ(pat_outcome(response_text(a, "access_token")), "200");
	EQ(token_state(response_text(a, "access_token")), "active");
	CU_ASSERT_EQUAL(count_audit_rows("code.issued"), 1);
	CU_ASSERT_EQUAL(count_audit_rows("token.issued"), 1);
}

static void
other_scopes_give_a_plain_token(void)
{
	struct response a = redeem_code(new_code("view")), state;

	EQ(response_outcome(a), "200");
	EQ(response_text(a, "scope"), "view");
	EQ(pat_outcome(response_text(a, "access_token")), "403 insufficient_scope");
	state = http_send("POST /introspect", auth_basic("photoz"),
			  text_format("token=%s", response_text(a, "access_token")));
	EQ(response_text(state, "sub"), http_case.fixture.alice);
	EQ(response_text(state, "scope"), "view");
}

static void
a_second_use_ends_what_was_issued(void)
{
	const char *code, *pat, *ticket;

	fixture_change_client(&http_case.fixture, "photoz", allow_refresh);
	code = new_code("uma_protection");
	struct response a = redeem_code(code), b;

	pat = response_text(a, "access_token");
	b = refresh_pat(response_text(a, "refresh_token"), "");
	EQ(response_outcome(b), "200");
	owner_permits("photo1", "view");
	examples_new_pat();
	ticket = new_ticket("photo1{view}");
	EQ(response_outcome(redeem_code(code)), "400 invalid_grant");
	EQ(token_state(pat), "inactive");
	EQ(token_state(response_text(b, "access_token")), "inactive");
	EQ(token_state(response_text(b, "refresh_token")), "inactive");
	EQ(pat_outcome(pat), "401 invalid_token");
	EQ(response_outcome(refresh_pat(response_text(b, "refresh_token"), "")),
	   "400 invalid_grant");
	EQ(response_outcome(redeem_ticket(ticket, "")), "400 invalid_grant");
	CU_ASSERT_EQUAL(count_audit_rows("code.replayed"), 1);
	/* further replays end nothing that came later */
	a = redeem_code(new_code("uma_protection"));
	EQ(response_outcome(redeem_code(code)), "400 invalid_grant");
	EQ(pat_outcome(response_text(a, "access_token")), "200");
}

static void
a_plain_token_ends_by_a_replay(void)
{
	const char *code = new_code("view");
	struct response a = redeem_code(code);

	EQ(token_state(response_text(a, "access_token")), "active");
	http_case_set_time(300);
	EQ(response_outcome(redeem_code(code)), "400 invalid_grant");
	EQ(token_state(response_text(a, "access_token")), "inactive");
}

/* All read the code unused; one commit succeeds, and the others run again and find it used. */
static void
of_simultaneous_uses_one_wins_and_all_tokens_end(void)
{
	const char *code = new_code("uma_protection"), *pat = NULL;
	struct exchange *list[4];
	int won = 0;

	for (size_t i = 0; i < 4; i++)
		list[i] = code_request("photoz", code, RIGHT);
	CU_ASSERT_EQUAL(serve_together(list, 4), OK);
	for (size_t i = 0; i < 4; i++) {
		struct response a = response_of(list[i]);

		if (a.status == 200) {
			pat = response_text(a, "access_token");
			won++;
		} else
			EQ(response_outcome(a), "400 invalid_grant");
	}
	CU_ASSERT_EQUAL_FATAL(won, 1);
	EQ(token_state(pat), "inactive");
}

static void
each_failed_attempt_uses_the_code_up(void)
{
	static const char *const wrong[] = {
		URI_PARAM,
		URI_PARAM "&code_verifier=" CHALLENGE,
		URI_PARAM "&code_verifier=short",
		"&code_verifier=" VERIFIER,
		"&redirect_uri=https%3A%2F%2Fphotoz.example.com%2Fcb%2F&code_verifier=" VERIFIER,
		"&redirect_uri=https%3A%2F%2Fevil.example%2Fcb&code_verifier=" VERIFIER,
	};

	for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
		const char *code = new_code("uma_protection");

		EQ(response_outcome(redeem_code_as("photoz", code, wrong[i])), "400 invalid_grant");
		EQ(response_outcome(redeem_code(code)), "400 invalid_grant");
	}
	EQ(response_outcome(redeem_code_as("photoz", "", "")), "400 invalid_request");
}

static void
a_code_of_another_client_is_unknown(void)
{
	const char *code = new_code("uma_protection");

	EQ(response_outcome(redeem_code_as("filez", code, RIGHT)), "400 invalid_grant");
	EQ(response_outcome(redeem_code_as("viewer", code, RIGHT)), "400 unauthorized_client");
	EQ(response_outcome(redeem_code(code)), "200");
}

static void
withdraw_approval(void)
{
	struct fixture *c = &http_case.fixture;

	harness_begin(&c->s);
	CU_ASSERT_EQUAL(approval_withdraw(&c->s.w, c->alice, "photoz"), OK);
	CU_ASSERT_EQUAL(harness_commit(&c->s), OK);
}

static void
disable_alice_for_a_moment(void)
{
	struct fixture *c = &http_case.fixture;
	struct account alice;

	for (int disabled = 1; disabled >= 0; disabled--) {
		harness_begin(&c->s);
		CU_ASSERT_EQUAL(account_find(&c->s.w, c->alice, ABSENT, &alice), OK);
		alice.disabled = disabled;
		CU_ASSERT_EQUAL(account_put(&c->s.w, &alice), OK);
		CU_ASSERT_EQUAL(harness_commit(&c->s), OK);
	}
	alice_session = http_case_sign_in(c->alice); /* the old one has ended */
}

static void
disable_photoz_for_a_moment(void)
{
	fixture_change_client(&http_case.fixture, "photoz", fixture_disable);
	fixture_change_client(&http_case.fixture, "photoz", fixture_enable);
}

static void
lose_the_grant_for_a_moment(void)
{
	fixture_change_client(&http_case.fixture, "photoz", forbid_codes);
	fixture_change_client(&http_case.fixture, "photoz", allow_codes);
	fixture_change_client(&http_case.fixture, "photoz", allow_refresh);
}

static void (*const withdrawals[])(void) = { withdraw_approval, disable_alice_for_a_moment,
					     disable_photoz_for_a_moment,
					     lose_the_grant_for_a_moment };
#define WITHDRAWALS (sizeof withdrawals / sizeof withdrawals[0])

static void
a_code_ends_with_what_it_depends_on(void)
{
	for (size_t i = 0; i < WITHDRAWALS; i++) {
		const char *code = new_code("uma_protection");

		withdrawals[i]();
		EQ(response_outcome(redeem_code(code)), "400 invalid_grant");
		EQ(response_outcome(redeem_code(new_code("uma_protection"))), "200");
	}
	const char *code = new_code("uma_protection");

	fixture_change_client(&http_case.fixture, "photoz", forget_uri);
	EQ(response_outcome(redeem_code(code)), "400 invalid_grant");
}

static void
a_code_ends_with_its_session(void)
{
	struct fixture *c = &http_case.fixture;
	const char *code = new_code("uma_protection"), *pat;
	struct response a = redeem_code(new_code("uma_protection"));

	pat = response_text(a, "access_token");
	harness_begin(&c->s);
	CU_ASSERT_EQUAL(session_end(&c->s.w, c->alice, alice_session), OK);
	CU_ASSERT_EQUAL(harness_commit(&c->s), OK);
	EQ(response_outcome(redeem_code(code)), "400 invalid_grant");
	EQ(pat_outcome(pat), "200");
}

static void
tokens_end_with_what_they_depend_on(void)
{
	static const char *const scopes[] = { "uma_protection", "view" };

	fixture_change_client(&http_case.fixture, "photoz", allow_refresh);
	for (size_t k = 0; k < 2; k++)
		for (size_t i = 0; i < WITHDRAWALS; i++) {
			struct response a = redeem_code(new_code(scopes[k]));
			const char *token = response_text(a, "access_token"),
				   *next = response_text(a, "refresh_token");

			EQ(token_state(token), "active");
			EQ(token_state(next), "active");
			withdrawals[i]();
			EQ(response_outcome(redeem_code(new_code(scopes[k]))), "200");
			EQ(token_state(token), "inactive");
			EQ(token_state(next), "inactive");
			EQ(response_outcome(refresh_pat(next, "")), "400 invalid_grant");
			if (k == 0)
				EQ(pat_outcome(token), "401 invalid_token");
		}
}

static void
a_pat_is_refreshed_with_rotation(void)
{
	const char *first, *pat;

	fixture_change_client(&http_case.fixture, "photoz", allow_refresh);
	struct response a = redeem_code(new_code("uma_protection view")), b;

	first = response_text(a, "refresh_token");
	EQ(response_text(a, "scope"), "uma_protection view");
	EQ(response_outcome(refresh_pat(first, "&scope=uma_protection+edit")), "400 invalid_scope");
	b = refresh_pat(first, "&scope=view");
	EQ(response_text(b, "scope"), "view");
	EQ(pat_outcome(response_text(b, "access_token")), "403 insufficient_scope");
	b = refresh_pat(response_text(b, "refresh_token"), "");
	EQ(response_text(b, "scope"), "uma_protection view");
	pat = response_text(b, "access_token");
	EQ(pat_outcome(pat), "200");
	EQ(response_outcome(refresh_pat(first, "")), "400 invalid_grant");
	EQ(pat_outcome(pat), "401 invalid_token");
	EQ(token_state(response_text(b, "refresh_token")), "inactive");
}

static void
a_revoked_refresh_token_ends_its_pats(void)
{
	fixture_change_client(&http_case.fixture, "photoz", allow_refresh);
	struct response a = redeem_code(new_code("uma_protection"));

	EQ(response_outcome(http_send("POST /revoke", auth_basic("photoz"),
				      text_format("token=%s", response_text(a, "refresh_token")))),
	   "200");
	EQ(pat_outcome(response_text(a, "access_token")), "401 invalid_token");
}

static void
no_other_endpoint_accepts_a_code(void)
{
	fixture_change_client(&http_case.fixture, "photoz", allow_refresh);
	const char *code = new_code("uma_protection");

	EQ(token_state(code), "inactive");
	EQ(response_outcome(
		   http_send("POST /revoke", auth_basic("photoz"), text_format("token=%s", code))),
	   "200");
	EQ(response_outcome(refresh_pat(code, "")), "400 invalid_grant");
	EQ(pat_outcome(code), "401 invalid_token");
	EQ(response_outcome(redeem_code(code)), "200");
}

static CU_TestInfo tests[] = {
	{ "a code gives a PAT for the person who approved it [F-PAT-01 O-6749-09]",
	  a_code_gives_a_pat },
	{ "other scopes give a plain token, with which no resource server can act [F-PAT-04]",
	  other_scopes_give_a_plain_token },
	{ "a second use of a code ends the PAT, its refresh tokens and tickets [O-6749-09 T-U01]",
	  a_second_use_ends_what_was_issued },
	{ "a second use ends a plain token, also minutes later [O-6749-09]",
	  a_plain_token_ends_by_a_replay },
	{ "of simultaneous uses of a code one wins, and its token ends [O-6749-09 T-U01]",
	  of_simultaneous_uses_one_wins_and_all_tokens_end },
	{ "a wrong code_verifier or redirect_uri uses the code up "
	  "[O-6749-10 O-7636-04 O-7636-05 O-7636-06]",
	  each_failed_attempt_uses_the_code_up },
	{ "a code of another client is unknown [O-6749-09]", a_code_of_another_client_is_unknown },
	{ "a code ends with the approval, the account, the client and its grant [T-U15]",
	  a_code_ends_with_what_it_depends_on },
	{ "a code ends when the person signs out, and what was issued before stays [T-L04]",
	  a_code_ends_with_its_session },
	{ "tokens of a code end with the approval, the account, the client and its grant, for good "
	  "[T-U15]",
	  tokens_end_with_what_they_depend_on },
	{ "a PAT of a code is refreshed with rotation; a replay ends its family "
	  "[O-9700-07 O-6749-13]",
	  a_pat_is_refreshed_with_rotation },
	{ "a revoked refresh token ends its PATs", a_revoked_refresh_token_ends_its_pats },
	{ "no other endpoint accepts a code [T-C05]", no_other_endpoint_accepts_a_code },
	CU_TEST_INFO_NULL
};

CU_SuiteInfo code_grant_suite = { "server/code_grant", NULL, NULL, code_grant_open,
				  http_case_close,     tests };
