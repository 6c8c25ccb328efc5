/* SPDX-License-Identifier: Apache-2.0 */
/* Links with which a person sets a password, and signing in by the web server. */
#include <string.h>

#include "base/text.h"
#include "model/reset.h"
#include "model/session.h"
#include "tests/run.h"
#include "tests/server/browser.h"

#define PASSWORD  "correct-battery-staple"
#define EQ	  CU_ASSERT_STRING_EQUAL
#define STATUS(n) CU_ASSERT_EQUAL(browser.page.status, n)

static const char *link_path; /* of a link for alice */

static const char *
links_issue(void)
{
	const char *handle;
	struct account acc;

	CU_ASSERT_EQUAL_FATAL(account_by_login(http_case.work, "alice", ABSENT, &acc), OK);
	CU_ASSERT_EQUAL_FATAL(reset_issue(http_case.work, &acc, &handle), OK);
	handle = text_format("/reset/%s", handle);
	CU_ASSERT_EQUAL_FATAL(harness_commit(http_case.harness), OK);
	return handle;
}

static void
links_setup(void)
{
	http_case_open();
	browser_set_password("alice", PASSWORD);
	browser_open();
	link_path = links_issue();
}

static void
links_teardown(void)
{
	http_case_close();
}

static void
a_link_sets_the_password_and_ends_all_sessions(void)
{
	struct browser old;

	browser_sign_in("alice", PASSWORD);
	old = browser;
	browser_open();
	browser_get(link_path);
	STATUS(200);
	CU_ASSERT(browser_shows("alice"));
	browser_submit(link_path, "user=alice&new=another-good-one");
	STATUS(303);
	EQ(browser_target(), "/my/");
	browser_get("/my/account");
	STATUS(200);
	CU_ASSERT_EQUAL(harness_count_rows(http_case.harness, T_SESSION), 1);
	browser = old;
	browser_get("/my/account");
	STATUS(303);
	browser_open();
	browser_get("/signin");
	browser_submit("/signin", "name=alice&password=" PASSWORD);
	STATUS(400);
	browser_submit("/signin", "name=alice&password=another-good-one");
	STATUS(303);
}

static void
the_session_of_the_same_browser_ends_once(void)
{
	browser_sign_in("alice", PASSWORD);
	browser_get(link_path);
	browser_submit(link_path, "new=another-good-one");
	STATUS(303);
	CU_ASSERT_EQUAL(harness_count_rows(http_case.harness, T_SESSION), 1);
}

static void
a_link_works_once_and_ends_the_others(void)
{
	const char *other = links_issue(), *token;

	browser_get(link_path);
	token = browser_token(link_path);
	browser_submit(link_path, "new=another-good-one");
	STATUS(303);
	browser_open();
	browser_get(link_path);
	STATUS(403);
	CU_ASSERT(browser_shows("This page has expired"));
	browser_get(other);
	STATUS(403);
	browser_post(link_path, text_format("new=a-third-good-one&form=%s", token));
	STATUS(403);
}

static void
a_link_expires_while_the_page_is_open(void)
{
	browser_get(link_path);
	http_case_set_time(900);
	browser_submit(link_path, "new=another-good-one");
	STATUS(403);
}

static void
a_bad_new_password_does_not_use_up_the_link(void)
{
	browser_get(link_path);
	browser_submit(link_path, "new=short");
	STATUS(400);
	CU_ASSERT(browser_shows("The password must have at least 10 characters"));
	browser_submit(link_path, "new=alice");
	STATUS(400);
	browser_submit(link_path, "new=password123456");
	STATUS(400);
	browser_submit(link_path, "new=another-good-one");
	STATUS(303);
}

static void
a_lost_job_does_not_use_up_the_link(void)
{
	browser_get(link_path);
	browser.lose_jobs = true;
	browser_submit(link_path, "new=another-good-one");
	STATUS(503);
	browser.lose_jobs = false;
	browser_get(link_path);
	browser_submit(link_path, "new=another-good-one");
	STATUS(303);
}

static void
unknown_links_are_expired_pages(void)
{
	browser_get("/reset/rs_unknown");
	STATUS(403);
	browser_get("/reset/x");
	STATUS(403);
	browser_get(text_format("%sA", link_path));
	STATUS(403);
}

/* --- by the web server ---------------------------------------------------------------------- */

#define PARAMETER "parameter USHER_USER"

static void
server_link_alice(void)
{
	struct account acc;

	http_case_set_setting("login", PARAMETER);
	CU_ASSERT_EQUAL_FATAL(account_by_login(http_case.work, "alice", ABSENT, &acc), OK);
	CU_ASSERT_EQUAL_FATAL(
		account_link(http_case.work, &acc, "urn:usher:login:USHER_USER", "asommer"), OK);
	CU_ASSERT_EQUAL_FATAL(harness_commit(http_case.harness), OK);
	browser_open();
}

static void
the_web_server_signs_a_person_in(void)
{
	server_link_alice();
	browser_get("/signin");
	CU_ASSERT(browser_shows("href=\"/signin/by-server\""));
	http_case.login_user = "asommer";
	browser_get("/signin/by-server");
	STATUS(200);
	CU_ASSERT(browser_shows("alice"));
	CU_ASSERT_EQUAL(harness_count_rows(http_case.harness, T_SESSION), 0);
	browser_submit("/signin/by-server", "");
	STATUS(303);
	http_case.login_user = NULL;
	browser_get("/my/devices");
	STATUS(200);
	CU_ASSERT(browser_shows("with your organisation"));
}

static void
the_name_of_the_second_request_decides(void)
{
	server_link_alice();
	http_case.login_user = "asommer";
	browser_get("/signin/by-server");
	http_case.login_user = "mallory";
	browser_submit("/signin/by-server", "");
	STATUS(403);
	CU_ASSERT(browser_shows("You do not have an account here yet"));
	CU_ASSERT_EQUAL(harness_count_rows(http_case.harness, T_SESSION), 0);
}

static void
without_the_parameter_or_the_setting_there_is_no_such_page(void)
{
	http_case.login_user = "asommer";
	browser_get("/signin/by-server");
	STATUS(404);
	browser_get("/signin");
	CU_ASSERT_FALSE(browser_shows("by-server"));
	server_link_alice();
	http_case.login_user = NULL;
	browser_get("/signin/by-server");
	STATUS(404);
}

static void
all_other_pages_ignore_the_parameter(void)
{
	server_link_alice();
	http_case.login_user = "asommer";
	browser_get("/my/account");
	STATUS(303);
	browser_get("/signin");
	browser_submit("/signin", "name=alice&password=wrong-password");
	STATUS(400);
	http_case.login_user = NULL;
}

static void
a_disabled_account_is_not_signed_in_by_the_web_server(void)
{
	struct account acc;

	server_link_alice();
	CU_ASSERT_EQUAL(account_by_login(http_case.work, "alice", ABSENT, &acc), OK);
	acc.disabled = true;
	CU_ASSERT_EQUAL(account_put(http_case.work, &acc), OK);
	CU_ASSERT_EQUAL(harness_commit(http_case.harness), OK);
	http_case.login_user = "asommer";
	browser_get("/signin/by-server");
	STATUS(403);
	http_case.login_user = text_format("%0300d", 1);
	browser_get("/signin/by-server");
	STATUS(403);
	http_case.login_user = NULL;
}

/* clang-format off */
static CU_TestInfo tests[] = {
	{ "a link sets the password and ends all sessions [T-L06]",
	  a_link_sets_the_password_and_ends_all_sessions },
	{ "the session of the same browser ends once", the_session_of_the_same_browser_ends_once },
	{ "a link works once and ends the others [T-L06]", a_link_works_once_and_ends_the_others },
	{ "a link expires while the page is open [T-L06]", a_link_expires_while_the_page_is_open },
	{ "a bad new password does not use up the link",
	  a_bad_new_password_does_not_use_up_the_link },
	{ "a lost job does not use up the link", a_lost_job_does_not_use_up_the_link },
	{ "unknown links are expired pages [T-U16]", unknown_links_are_expired_pages },
	{ "the web server signs a person in", the_web_server_signs_a_person_in },
	{ "the name of the second request decides [T-L04]", the_name_of_the_second_request_decides },
	{ "without the parameter or the setting there is no such page",
	  without_the_parameter_or_the_setting_there_is_no_such_page },
	{ "all other pages ignore the parameter", all_other_pages_ignore_the_parameter },
	{ "a disabled account is not signed in by the web server",
	  a_disabled_account_is_not_signed_in_by_the_web_server },
	CU_TEST_INFO_NULL
};
/* clang-format on */

CU_SuiteInfo password_links_suite = { "server/password_links", NULL, NULL, links_setup,
				      links_teardown,	       tests };
