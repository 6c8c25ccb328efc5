/* SPDX-License-Identifier: Apache-2.0 */
/* Cookies of pages, and the session that one of them holds. */
#include <string.h>

#include "base/b64.h"
#include "base/text.h"
#include "tests/run.h"
#include "tests/web/page_case.h"

#define EQ	   CU_ASSERT_STRING_EQUAL
#define ATTRIBUTES "; Path=/; Secure; HttpOnly; SameSite=Lax"

static struct request *rq = &page_case.rq;

static void
cookies_have_their_names_and_attributes(void)
{
	cookie_set(rq, COOKIE_SESSION, "x");
	cookie_set(rq, COOKIE_BROWSER, "x");
	cookie_set(rq, COOKIE_DEVICE, "x");
	cookie_set(rq, COOKIE_LANGUAGE, "de");
	EQ(page_case.out.cookie[0], "__Host-usher-s.one=x" ATTRIBUTES);
	EQ(page_case.out.cookie[1], "__Host-usher-b.one=x" ATTRIBUTES);
	EQ(page_case.out.cookie[2], "__Host-usher-d.one=x" ATTRIBUTES "; Max-Age=15552000");
	EQ(page_case.out.cookie[3], "__Host-usher-l.one=de" ATTRIBUTES "; Max-Age=31536000");
	cookie_set(rq, COOKIE_SESSION, NULL);
	EQ(page_case.out.cookie[0], "__Host-usher-s.one=" ATTRIBUTES "; Max-Age=0");
}

static const char *
cookie_read_language(const char *header)
{
	const char *value;

	page_case.cookie = header;
	page_get("/");
	value = cookie_get(rq, COOKIE_LANGUAGE);
	return value != NULL ? value : "(none)";
}

static void
a_cookie_is_found_by_its_exact_name(void)
{
	EQ(cookie_read_language("__Host-usher-l.one=de"), "de");
	EQ(cookie_read_language("a=b; __Host-usher-l.one=de; c=d"), "de");
	EQ(cookie_read_language("a=b;__Host-usher-l.one=de;c"), "de");
	EQ(cookie_read_language("__Host-usher-l.one="), "");
	EQ(cookie_read_language("__Host-usher-l.two=de"), "(none)");
	EQ(cookie_read_language("__host-usher-l.one=de"), "(none)");
	EQ(cookie_read_language("x__Host-usher-l.one=de"), "(none)");
	EQ(cookie_read_language("__Host-usher-l.one2=de"), "(none)");
	EQ(cookie_read_language("a=__Host-usher-l.one=de"), "(none)");
	EQ(cookie_read_language(";;; ; =;="), "(none)");
}

/* Another site below the same domain may have set one of them. */
static void
a_cookie_that_arrives_twice_counts_as_absent(void)
{
	EQ(cookie_read_language("__Host-usher-l.one=de; __Host-usher-l.one=fr"), "(none)");
	EQ(cookie_read_language("__Host-usher-l.one=de; __Host-usher-l.one=de"), "(none)");
	page_case_sign_in(page_case.c.alice);
	page_case.cookie = page_case_format("%s; %s", page_case.jar[0], page_case.jar[0]);
	page_get("/");
	CU_ASSERT_PTR_NULL(rq->session);
}

static void
many_and_large_cookies_do_no_harm(void)
{
	struct buf b = { .arena = page_case.c.s.arena };

	page_case_sign_in(page_case.c.alice);
	for (int i = 0; i < 50; i++)
		buf_text(&b, page_case_format("c%d=%d; ", i, i));
	buf_text(&b, "large=");
	for (int i = 0; i < 8192; i++)
		buf_char(&b, 'x');
	buf_text(&b, page_case_format("; %s", page_case.jar[0]));
	page_case.cookie = b.data;
	page_get("/");
	CU_ASSERT_PTR_NOT_NULL(rq->session);
}

static void
the_cookie_of_a_browser_is_made_once(void)
{
	struct bytes first, second;

	CU_ASSERT_EQUAL(rq->browser.size, 0);
	first = cookie_browser(rq);
	CU_ASSERT_EQUAL(first.size, 16);
	CU_ASSERT(bytes_equal(first, cookie_browser(rq)));
	page_case_take();
	page_get("/");
	CU_ASSERT(bytes_equal(first, rq->browser));
	second = cookie_browser(rq);
	CU_ASSERT(bytes_equal(first, second));
	CU_ASSERT_PTR_NULL(page_case.out.cookie[COOKIE_BROWSER]);
	page_case_forget();
	page_get("/");
	CU_ASSERT_FALSE(bytes_equal(first, cookie_browser(rq)));
	page_case.cookie = "__Host-usher-b.one=dG9vIHNob3J0";
	page_get("/");
	CU_ASSERT_EQUAL(rq->browser.size, 0);
}

static void
a_session_is_found_by_its_cookie(void)
{
	const char *handle;

	page_case.in.user_agent = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Firefox/140.0";
	page_case.in.remote = "192.0.2.7";
	page_case_sign_in(page_case.c.alice);
	handle = rq->session->handle;
	CU_ASSERT(text_starts(handle, "ss_"));
	page_get("/");
	CU_ASSERT_PTR_NOT_NULL_FATAL(rq->session);
	EQ(rq->session->handle, handle);
	EQ(rq->session->account_id, page_case.c.alice);
	EQ(rq->session->account.login, "alice");
	EQ(rq->session->amr, "pwd");
	EQ(rq->session->device, "Firefox on Linux");
	EQ(rq->session->address, "192.0.2.7");
	CU_ASSERT_EQUAL(rq->session->signed_in, HARNESS_NOW);
	CU_ASSERT_EQUAL(rq->session->ends, HARNESS_NOW + 12 * 3600);
	CU_ASSERT_EQUAL(rq->work.changes->writes, 0);
	CU_ASSERT_PTR_NULL(page_case.out.cookie[COOKIE_SESSION]);
}

/* Each character of the value changed, one after the other. */
static void
an_altered_cookie_signs_nobody_in(void)
{
	const char *good;

	page_case_sign_in(page_case.c.alice);
	good = page_case.jar[COOKIE_SESSION];
	for (size_t i = strlen("__Host-usher-s.one="); good[i] != '\0'; i++) {
		char *bad = arena_strdup(page_case.c.s.arena, good);

		bad[i] = bad[i] == '1' ? '2' : '1';
		page_case.cookie = bad;
		page_get("/");
		CU_ASSERT_PTR_NULL(rq->session);
	}
	for (size_t n = strlen("__Host-usher-s.one="); n < strlen(good); n++) {
		page_case.cookie = arena_strndup(page_case.c.s.arena, good, n);
		page_get("/");
		CU_ASSERT_PTR_NULL(rq->session);
	}
	page_get("/");
	CU_ASSERT_PTR_NOT_NULL(rq->session);
}

/* The tenants of one host get the cookies of each other. */
static void
a_session_of_another_tenant_is_unknown(void)
{
	const char *value;

	page_case_sign_in(page_case.c.alice);
	value = strchr(page_case.jar[COOKIE_SESSION], '=') + 1;
	page_case_use_tenant("two");
	page_get("/");
	CU_ASSERT_PTR_NULL(rq->session);
	page_case.cookie = page_case_format("__Host-usher-s.two=%s", value);
	page_get("/");
	CU_ASSERT_PTR_NULL(rq->session);
}

static bool
cookie_is_signed_in_at(int64_t seconds)
{
	page_case_set_time(HARNESS_NOW + seconds);
	page_get("/");
	return rq->session != NULL;
}

static void
a_session_ends_half_an_hour_after_its_last_use(void)
{
	page_case_sign_in(page_case.c.alice);
	CU_ASSERT(cookie_is_signed_in_at(1800));
	CU_ASSERT_FALSE(cookie_is_signed_in_at(1801));
}

static void
a_session_ends_twelve_hours_after_its_start(void)
{
	page_case_sign_in(page_case.c.alice);
	for (int64_t t = 0; t < 12 * 3600; t += 1500) {
		CU_ASSERT(cookie_is_signed_in_at(t));
		page_case_take();
	}
	CU_ASSERT(cookie_is_signed_in_at(12 * 3600 - 1));
	CU_ASSERT_FALSE(cookie_is_signed_in_at(12 * 3600));
}

static void
the_time_in_a_cookie_is_renewed_after_five_minutes(void)
{
	page_case_sign_in(page_case.c.alice);
	CU_ASSERT(cookie_is_signed_in_at(300));
	CU_ASSERT_PTR_NULL(page_case.out.cookie[COOKIE_SESSION]);
	CU_ASSERT(cookie_is_signed_in_at(301));
	CU_ASSERT_PTR_NOT_NULL_FATAL(page_case.out.cookie[COOKIE_SESSION]);
	CU_ASSERT_EQUAL(rq->work.changes->writes, 0);
	page_case_take();
	CU_ASSERT(cookie_is_signed_in_at(301 + 1800));
	CU_ASSERT_FALSE(cookie_is_signed_in_at(301 + 1801));
}

static void
signing_in_again_ends_the_earlier_session(void)
{
	const char *earlier;

	page_case_sign_in(page_case.c.alice);
	earlier = page_case.jar[COOKIE_SESSION];
	page_case_sign_in(page_case.c.bob);
	page_get("/");
	EQ(rq->session->account_id, page_case.c.bob);
	page_case.cookie = earlier;
	page_get("/");
	CU_ASSERT_PTR_NULL(rq->session);
	CU_ASSERT_EQUAL(harness_count_rows(&page_case.c.s, T_SESSION), 1);
	CU_ASSERT_EQUAL(harness_count_rows(&page_case.c.s, T_SESSION_INDEX), 1);
}

static void
signing_out_ends_the_session(void)
{
	const char *earlier;

	page_case_sign_in(page_case.c.alice);
	earlier = page_case.jar[COOKIE_SESSION];
	page_get("/");
	CU_ASSERT_EQUAL(cookie_end_session(rq), OK);
	CU_ASSERT_PTR_NULL(rq->session);
	page_case_take();
	CU_ASSERT_PTR_NULL(page_case.jar[COOKIE_SESSION]);
	page_case.cookie = earlier;
	page_get("/");
	CU_ASSERT_PTR_NULL(rq->session);
	CU_ASSERT_EQUAL(cookie_end_session(rq), OK);
	CU_ASSERT_EQUAL(harness_count_rows(&page_case.c.s, T_SESSION_INDEX), 0);
}

static void
a_device_is_known_by_the_words_of_its_browser(void)
{
	static const char *const agents[][2] = {
		{ "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) "
		  "Chrome/141.0.0.0 Safari/537.36 Edg/141.0.0.0",
		  "Edge on Windows" },
		{ "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) "
		  "Chrome/141.0.0.0 Mobile Safari/537.36",
		  "Chrome on Android" },
		{ "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 "
		  "(KHTML, like Gecko) Version/18.5 Mobile/15E148 Safari/604.1",
		  "Safari on iPhone" },
		{ "Mozilla/5.0 (Macintosh; Intel Mac OS X 10.15; rv:140.0) Gecko/20100101 "
		  "Firefox/140.0",
		  "Firefox on Mac" },
		{ "Firefox/1", "Firefox" },
		{ "curl (Linux)", "Linux" },
	};

	for (size_t i = 0; i < sizeof agents / sizeof agents[0]; i++)
		EQ(cookie_device_words(rq->work.arena, agents[i][0]), agents[i][1]);
	CU_ASSERT_PTR_NULL(cookie_device_words(rq->work.arena, "curl/8.14"));
	CU_ASSERT_PTR_NULL(cookie_device_words(rq->work.arena, NULL));
}

/* clang-format off */
static CU_TestInfo tests[] = {
	{ "cookies have their names and attributes [T-L04]", cookies_have_their_names_and_attributes },
	{ "a cookie is found by its exact name", a_cookie_is_found_by_its_exact_name },
	{ "a cookie that arrives twice counts as absent", a_cookie_that_arrives_twice_counts_as_absent },
	{ "many and large cookies do no harm", many_and_large_cookies_do_no_harm },
	{ "the cookie of a browser is made once", the_cookie_of_a_browser_is_made_once },
	{ "a session is found by its cookie", a_session_is_found_by_its_cookie },
	{ "an altered cookie signs nobody in [T-L04]", an_altered_cookie_signs_nobody_in },
	{ "a session of another tenant is unknown [T-L04 T-M01]", a_session_of_another_tenant_is_unknown },
	{ "a session ends half an hour after its last use [T-L04]", a_session_ends_half_an_hour_after_its_last_use },
	{ "a session ends twelve hours after its start [T-L04]", a_session_ends_twelve_hours_after_its_start },
	{ "the time in a cookie is renewed after five minutes, and no row is written", the_time_in_a_cookie_is_renewed_after_five_minutes },
	{ "signing in again ends the earlier session [T-L04]", signing_in_again_ends_the_earlier_session },
	{ "signing out ends the session [T-L04]", signing_out_ends_the_session },
	{ "a device is known by the words of its browser", a_device_is_known_by_the_words_of_its_browser },
	CU_TEST_INFO_NULL,
};
/* clang-format on */
CU_SuiteInfo cookie_suite = {
	"web/cookie", NULL, NULL, page_case_setup, page_case_teardown, tests
};
