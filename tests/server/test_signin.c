/* SPDX-License-Identifier: Apache-2.0 */
/* Signing in by password, signing out, devices, and the person's own password. */
#include <string.h>

#include "base/text.h"
#include "model/session.h"
#include "tests/run.h"
#include "tests/server/browser.h"

#define PASSWORD  "correct-battery-staple"
#define INCORRECT "The username or password is incorrect"

#define EQ	  CU_ASSERT_STRING_EQUAL
#define STATUS(n) CU_ASSERT_EQUAL(browser.page.status, n)

static void
signin_setup(void)
{
	http_case_open();
	http_case.harness->settings.password_memory = 8;
	browser_set_password("alice", PASSWORD);
	browser_open();
}

static void
signin_teardown(void)
{
	http_case_close();
}

static void
signin_try(const char *name, const char *password)
{
	browser_get("/signin");
	browser_submit("/signin", text_format("name=%s&password=%s", name, password));
}

static size_t
sessions_stored(void)
{
	return harness_count_rows(http_case.harness, T_SESSION);
}

static void
the_right_password_starts_a_session(void)
{
	browser_get("/my/account");
	STATUS(303);
	CU_ASSERT(text_starts(browser_target(), "/signin?on="));
	browser_get(browser_target());
	STATUS(200);
	browser_submit("/signin", "name=alice&password=" PASSWORD);
	STATUS(303);
	EQ(browser_target(), "/my/account");
	CU_ASSERT_EQUAL(sessions_stored(), 1);
	browser_get(browser_target());
	STATUS(200);
	CU_ASSERT(browser_shows("<bdi class=\"id\">alice</bdi>"));
	browser_get("/signin");
	STATUS(303);
	EQ(browser_target(), "/my/");
}

/* The page of a wrong attempt of "userN", with the digit and the token of the form masked. */
static const char *
signin_wrong_page(char digit, const char *password)
{
	static const char token[] = "name=\"form\" value=\"", name[] = "value=\"user";
	char *body, *at;

	browser_open();
	signin_try(text_format("user%c", digit), password);
	STATUS(400);
	CU_ASSERT_EQUAL(browser.jobs, 1);
	CU_ASSERT(browser_shows(INCORRECT));
	body = arena_strdup(http_case.harness->arena, browser.page.body);
	at = strstr(body, token);
	CU_ASSERT_PTR_NOT_NULL_FATAL(at);
	memset(at + sizeof token - 1, '.', 43);
	at = strstr(body, name);
	CU_ASSERT_PTR_NOT_NULL_FATAL(at);
	at[sizeof name - 1] = '.';
	return body;
}

static void
all_refusals_are_the_same_page_after_the_same_work(void)
{
	const char *wrong;
	struct account acc;

	browser_set_password("user1", PASSWORD);
	browser_set_password("user2", PASSWORD);
	CU_ASSERT_EQUAL(account_by_login(http_case.work, "user2", ABSENT, &acc), OK);
	acc.disabled = true;
	CU_ASSERT_EQUAL(account_put(http_case.work, &acc), OK);
	CU_ASSERT_EQUAL(harness_commit(http_case.harness), OK);
	fixture_account(&http_case.fixture, "user3", NULL);
	wrong = signin_wrong_page('1', "wrong-password");
	EQ(signin_wrong_page('1', ""), wrong);
	EQ(signin_wrong_page('2', PASSWORD), wrong);
	EQ(signin_wrong_page('3', PASSWORD), wrong);
	EQ(signin_wrong_page('3', ""), wrong);
	EQ(signin_wrong_page('4', PASSWORD), wrong);
	EQ(signin_wrong_page('4', ""), wrong);
	CU_ASSERT_EQUAL(sessions_stored(), 0);
}

static void
a_name_that_no_account_can_have_is_like_an_unknown_one(void)
{
	struct buf b = { .arena = http_case.harness->arena };

	for (int i = 0; i < 300; i++)
		buf_char(&b, 'x');
	signin_try(b.data, PASSWORD);
	STATUS(400);
	CU_ASSERT_EQUAL(browser.jobs, 1);
	browser_get("/signin");
	browser_submit("/signin", "password=" PASSWORD);
	STATUS(400);
	CU_ASSERT_EQUAL(browser.jobs, 1);
	browser_get("/signin");
	browser_submit("/signin", "name=alice");
	STATUS(400);
	CU_ASSERT_EQUAL(browser.jobs, 1);
}

/* Every guess has another address and its own browser. */
static int
signin_guess(const char *name, int n)
{
	int hashes = 0;

	for (int i = 0; i < n; i++) {
		http_case.remote = text_format("10.%d.%d.1", i >> 8, i & 255);
		signin_try(name, "wrong-password");
		CU_ASSERT(browser.page.status == (browser.jobs == 1 ? 400 : 429));
		hashes += browser.jobs;
	}
	http_case.remote = NULL;
	return hashes;
}

static void
of_1000_guesses_three_are_tested(void)
{
	CU_ASSERT_EQUAL(signin_guess("alice", 1000), 3);
	STATUS(429);
	EQ(response_header(browser.page, "Retry-After"), "2");
	CU_ASSERT(browser_shows("Try again in 2 seconds"));
	CU_ASSERT_EQUAL(signin_guess("nobody", 1000), 3);
	http_case_set_time(2);
	signin_try("alice", PASSWORD);
	STATUS(303);
}

static void
a_long_wait_is_told_in_minutes(void)
{
	for (int i = 0; i < 12; i++) {
		signin_guess("alice", 3);
		http_case_set_time(1000 * (i + 1));
	}
	signin_guess("alice", 2);
	STATUS(429);
	EQ(response_header(browser.page, "Retry-After"), "1000");
	CU_ASSERT(browser_shows("Try again in 17 minutes"));
}

static void
guesses_of_strangers_do_not_delay_a_known_device(void)
{
	struct browser known, stranger;

	browser_sign_in("alice", PASSWORD);
	browser_get("/my/account");
	browser_submit("/signout", "");
	STATUS(303);
	EQ(browser_target(), "/signed-out");
	known = browser;
	browser_open();
	CU_ASSERT_EQUAL(signin_guess("alice", 50), 3);
	stranger = browser;
	browser = known;
	signin_try("alice", PASSWORD);
	STATUS(303);
	/* the cookie of one account is worth nothing for another */
	browser_set_password("bob", PASSWORD);
	browser = stranger;
	signin_guess("bob", 4);
	browser.jar[2] = known.jar[2];
	signin_try("bob", PASSWORD);
	STATUS(429);
}

static void
a_password_that_cannot_be_tested_is_a_busy_page(void)
{
	for (int i = 0; i < 10; i++) {
		browser.lose_jobs = true;
		signin_try("alice", PASSWORD);
		STATUS(503);
		CU_ASSERT(*response_header(browser.page, "Retry-After") != '\0');
		CU_ASSERT_PTR_NULL(strstr(browser.page.body, PASSWORD));
		CU_ASSERT_EQUAL(sessions_stored(), 0);
	}
	browser.lose_jobs = false;
	signin_try("alice", PASSWORD);
	STATUS(303);
}

static void
a_session_that_has_ended_stays_ended(void)
{
	const char *first;
	struct browser old;

	browser_sign_in("alice", PASSWORD);
	first = browser.jar[0];
	old = browser;
	browser_open();
	browser.jar[0] = first;
	browser_get("/my/account");
	STATUS(200);
	browser_submit("/signout", "");
	browser = old;
	browser_get("/my/account");
	STATUS(303);
	CU_ASSERT_EQUAL(sessions_stored(), 0);
}

static void
a_cookie_of_before_the_sign_in_is_no_session(void)
{
	browser_open();
	browser.jar[0] = "__Host-usher-s.one=ss_AAAA.1700000000.AAAA";
	browser_get("/my/account");
	STATUS(303);
	signin_try("alice", PASSWORD);
	STATUS(303);
	CU_ASSERT_PTR_NULL(strstr(browser.jar[0], "ss_AAAA"));
}

static void
forms_of_elsewhere_do_nothing(void)
{
	const char *good;

	browser_get("/signin");
	good = browser_token("/signin");
	browser_post("/signin", "name=alice&password=" PASSWORD);
	STATUS(403);
	browser_post("/signin", text_format("name=alice&password=" PASSWORD "&form=%.42s.", good));
	STATUS(403);
	http_case.origin = "https://evil.example.net";
	browser_post("/signin", text_format("name=alice&password=" PASSWORD "&form=%s", good));
	STATUS(403);
	http_case.origin = NULL;
	http_case.fetch_site = "cross-site";
	browser_post("/signin", text_format("name=alice&password=" PASSWORD "&form=%s", good));
	STATUS(403);
	http_case.fetch_site = NULL;
	browser.jar[1] = NULL;
	browser_post("/signin", text_format("name=alice&password=" PASSWORD "&form=%s", good));
	STATUS(403);
	CU_ASSERT_EQUAL(sessions_stored(), 0);
}

static void
a_field_that_the_form_does_not_have_is_refused(void)
{
	browser_get("/signin");
	browser_submit("/signin", "name=alice&password=" PASSWORD "&admin=1");
	STATUS(400);
	browser_get("/signin");
	browser_submit("/signin", "name=alice&name=bob&password=" PASSWORD);
	STATUS(400);
	CU_ASSERT_EQUAL(sessions_stored(), 0);
}

static void
signing_out_needs_no_session_but_its_form(void)
{
	browser_sign_in("alice", PASSWORD);
	browser_post("/signout", "");
	STATUS(403);
	CU_ASSERT_EQUAL(sessions_stored(), 1);
	browser_get("/signed-out");
	STATUS(200);
	CU_ASSERT(browser_shows("You are signed out"));
}

/* --- devices -------------------------------------------------------------------------------- */

static void
a_person_ends_their_other_sessions_and_no_others(void)
{
	struct browser phone, bob;
	const char *end;

	browser_set_password("bob", PASSWORD);
	browser_sign_in("bob", PASSWORD);
	bob = browser;
	http_case.user_agent = "Mozilla/5.0 (Android 14; Mobile) Gecko/118.0 Firefox/118.0";
	http_case.remote = "203.0.113.7";
	browser_sign_in("alice", PASSWORD);
	phone = browser;
	browser_sign_in("alice", PASSWORD);
	http_case.user_agent = http_case.remote = NULL;
	browser_sign_in("alice", PASSWORD);
	CU_ASSERT_EQUAL(sessions_stored(), 4);
	browser_get("/my/devices");
	STATUS(200);
	CU_ASSERT(browser_shows("Firefox on Android"));
	CU_ASSERT(browser_shows("203.0.113.7"));
	end = strstr(browser.page.body, "action=\"/my/devices/0");
	CU_ASSERT_PTR_NOT_NULL_FATAL(end);
	end = arena_strndup(http_case.harness->arena, end + 8, strcspn(end + 8, "\""));
	browser_submit(end, "");
	STATUS(303);
	CU_ASSERT_EQUAL(sessions_stored(), 3);
	browser_get("/my/devices");
	browser_submit("/my/devices/end", "");
	STATUS(303);
	CU_ASSERT_EQUAL(sessions_stored(), 2);
	browser_get("/my/devices");
	STATUS(200);
	CU_ASSERT_FALSE(browser_shows("/my/devices/end"));
	browser = phone;
	browser_get("/my/devices");
	STATUS(303);
	browser = bob;
	browser_get("/my/devices");
	STATUS(200);
}

static void
the_form_of_someone_else_does_nothing(void)
{
	struct browser bob;
	const char *page, *id;

	browser_set_password("bob", PASSWORD);
	browser_sign_in("bob", PASSWORD);
	browser_sign_in("bob", PASSWORD);
	browser_get("/my/devices");
	page = strstr(browser.page.body, "action=\"/my/devices/0");
	CU_ASSERT_PTR_NOT_NULL_FATAL(page);
	id = arena_strndup(http_case.harness->arena, page + 8, strcspn(page + 8, "\""));
	bob = browser;
	browser_sign_in("alice", PASSWORD);
	browser_get("/my/account");
	browser_post(id, text_format("form=%s", browser_token("/signout")));
	STATUS(403);
	browser = bob;
	browser_get("/my/devices");
	CU_ASSERT(browser_shows(id));
}

/* --- the person's password ------------------------------------------------------------------ */

static void
a_new_password_needs_the_old_one_and_ends_other_sessions(void)
{
	struct browser other, copy;

	browser_sign_in("alice", PASSWORD);
	other = browser;
	browser_sign_in("alice", PASSWORD);
	copy = browser; /* somebody else has the same cookies */
	browser_get("/my/password");
	browser_submit("/my/password", "old=wrong-password&new=another-good-one");
	STATUS(400);
	CU_ASSERT(browser_shows("The password is incorrect"));
	browser_submit("/my/password", "old=" PASSWORD "&new=short");
	STATUS(400);
	CU_ASSERT(browser_shows("The password must have at least 10 characters"));
	browser_submit("/my/password", "old=" PASSWORD "&new=another-good-one");
	STATUS(303);
	browser_get("/my/account");
	STATUS(200);
	browser = copy;
	browser_get("/my/account");
	STATUS(303);
	browser = other;
	browser_get("/my/account");
	STATUS(303);
	browser_open();
	signin_try("alice", PASSWORD);
	STATUS(400);
	signin_try("alice", "another-good-one");
	STATUS(303);
}

static void
guesses_of_the_old_password_are_throttled(void)
{
	int hashes = 0;

	browser_sign_in("alice", PASSWORD);
	browser_get("/my/password");
	for (int i = 0; i < 20; i++) {
		browser_submit("/my/password", "old=wrong-password&new=another-good-one");
		hashes += browser.jobs;
	}
	CU_ASSERT_EQUAL(hashes, 3);
	STATUS(429);
}

static void
a_disabled_account_is_signed_out_for_good(void)
{
	struct account acc;

	browser_sign_in("alice", PASSWORD);
	for (int i = 0; i < 2; i++) {
		CU_ASSERT_EQUAL(account_by_login(http_case.work, "alice", ABSENT, &acc), OK);
		acc.disabled = i == 0;
		CU_ASSERT_EQUAL(account_put(http_case.work, &acc), OK);
		CU_ASSERT_EQUAL(harness_commit(http_case.harness), OK);
		browser_get("/my/account");
		STATUS(303);
	}
}

/* clang-format off */
static CU_TestInfo tests[] = {
	{ "the right password starts a session [T-L04]", the_right_password_starts_a_session },
	{ "all refusals are the same page after the same work [T-L02]",
	  all_refusals_are_the_same_page_after_the_same_work },
	{ "a name that no account can have is like an unknown one [T-L02]",
	  a_name_that_no_account_can_have_is_like_an_unknown_one },
	{ "of 1,000 guesses three are tested [T-L01]", of_1000_guesses_three_are_tested },
	{ "a long wait is told in minutes", a_long_wait_is_told_in_minutes },
	{ "guesses of strangers do not delay a known device [T-L01]",
	  guesses_of_strangers_do_not_delay_a_known_device },
	{ "a password that cannot be tested is a busy page and not counted [T-L03]",
	  a_password_that_cannot_be_tested_is_a_busy_page },
	{ "a session that has ended stays ended [T-L04]",
	  a_session_that_has_ended_stays_ended },
	{ "a cookie from before the sign-in is no session [T-L04]",
	  a_cookie_of_before_the_sign_in_is_no_session },
	{ "forms of elsewhere do nothing [T-L05]", forms_of_elsewhere_do_nothing },
	{ "a field that the form does not have is refused [T-L06]",
	  a_field_that_the_form_does_not_have_is_refused },
	{ "signing out needs its form [T-L05]", signing_out_needs_no_session_but_its_form },
	{ "a person ends their other sessions and no others",
	  a_person_ends_their_other_sessions_and_no_others },
	{ "the form of someone else does nothing [T-L05]",
	  the_form_of_someone_else_does_nothing },
	{ "a new password needs the old one and ends other sessions [T-L04 T-L06]",
	  a_new_password_needs_the_old_one_and_ends_other_sessions },
	{ "guesses of the old password are throttled [T-L01]",
	  guesses_of_the_old_password_are_throttled },
	{ "a disabled account is signed out for good [T-L04]",
	  a_disabled_account_is_signed_out_for_good },
	CU_TEST_INFO_NULL
};
/* clang-format on */

CU_SuiteInfo signin_suite = { "server/signin", NULL, NULL, signin_setup, signin_teardown, tests };
