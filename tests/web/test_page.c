/* SPDX-License-Identifier: Apache-2.0 */
/* The responses for people. Expected headers are those of the project's rules for pages. */
#include "tests/run.h"
#include "tests/web/page_case.h"

#define EQ	 CU_ASSERT_STRING_EQUAL
#define HAS(t)	 CU_ASSERT_PTR_NOT_NULL(strstr(page_case_body(), t))
#define LACKS(t) CU_ASSERT_PTR_NULL(strstr(page_case_body(), t))

#define CSP	 "default-src 'none'; style-src 'self'; img-src 'self'; "
#define CSP_FORM "form-action 'self'; "
#define CSP_END	 "base-uri 'none'; frame-ancestors 'none'"

static struct request *rq = &page_case.rq;

static void
page_reply_help(const char *target)
{
	struct view *v;

	page_get(target);
	v = page_view(rq);
	view_number(v, "minutes", 5);
	page_reply(rq, 200, "help", v);
}

static void
a_page_has_the_headers_of_pages(void)
{
	static const enum header others[] = {
		HEADER_ALLOW, HEADER_CORS_ORIGIN, HEADER_COOP,	 HEADER_ETAG,
		HEADER_LINK,  HEADER_LOCATION,	  HEADER_PRAGMA, HEADER_REFRESH,
	};

	page_reply_help("/help");
	CU_ASSERT_EQUAL(page_case.out.status, 200);
	EQ(page_case.out.content_type, "text/html; charset=utf-8");
	EQ(page_case_header(HEADER_CSP), CSP CSP_FORM CSP_END);
	EQ(page_case_header(HEADER_FRAME_OPTIONS), "DENY");
	EQ(page_case_header(HEADER_NO_SNIFF), "nosniff");
	EQ(page_case_header(HEADER_REFERRER_POLICY), "no-referrer");
	EQ(page_case_header(HEADER_CORP), "same-origin");
	EQ(page_case_header(HEADER_CACHE_CONTROL), "no-store");
	EQ(page_case_header(HEADER_ACCEPT_RANGES), "none");
	for (size_t i = 0; i < sizeof others / sizeof others[0]; i++)
		EQ(page_case_header(others[i]), "");
}

static void
only_own_pages_are_cut_off_from_their_openers(void)
{
	static const char *const own[] = { "/my", "/my/", "/my/things?q=x" };
	static const char *const others[] = { "/", "/mine", "/signin", "/claims/my" };

	for (size_t i = 0; i < sizeof own / sizeof own[0]; i++) {
		page_reply_help(own[i]);
		EQ(page_case_header(HEADER_COOP), "same-origin");
	}
	for (size_t i = 0; i < sizeof others / sizeof others[0]; i++) {
		page_reply_help(others[i]);
		EQ(page_case_header(HEADER_COOP), "");
	}
}

static void
pages_that_lead_to_a_client_lack_form_action(void)
{
	struct view *v;

	page_get("/authorize");
	page_case.route.no_form_action = true;
	v = page_view(rq);
	view_number(v, "minutes", 5);
	page_reply(rq, 200, "help", v);
	EQ(page_case_header(HEADER_CSP), CSP CSP_END);
	CU_ASSERT_EQUAL(page_require_signin(rq, "/authorize?x=1", "Photoz", "photos.example"), OK);
	EQ(page_case_header(HEADER_CSP), CSP CSP_FORM CSP_END);
	page_error(rq, ERR_NOT_FOUND);
	EQ(page_case_header(HEADER_CSP), CSP CSP_FORM CSP_END);
}

/* --- language ------------------------------------------------------------------------------- */

static const char *
page_language_of(const char *target, const char *cookie, const char *header)
{
	page_case.cookie = cookie;
	page_case.in.languages = header;
	page_get(target);
	return page_language(rq)->tag;
}

static void
the_language_is_the_first_that_is_known(void)
{
	static const char l_fr[] = "__Host-usher-l.one=fr", l_xx[] = "__Host-usher-l.one=xx";
	size_t n;
	const struct language *languages = languages_list(&n);

	EQ(page_language_of("/", NULL, NULL), "en");
	EQ(page_language_of("/", NULL, "de-AT, fr;q=0.5"), "de");
	EQ(page_language_of("/?ui_locales=xx+fr-CA", NULL, "de"), "fr");
	EQ(page_language_of("/?ui_locales=de", l_fr, "de"), "fr");
	EQ(page_language_of("/?lang=de&ui_locales=en", l_fr, "en"), "de");
	EQ(page_language_of("/?lang=xx&ui_locales=yy", l_xx, "zz"), "en");
	for (size_t i = 0; i < n; i++)
		harness_set_setting(&page_case.c.s, "language", languages[i].tag);
	harness_set_setting(&page_case.c.s, "language", "fr");
	page_case_use_tenant("two");
	EQ(page_language_of("/t/two/", NULL, "zz"), "fr");
}

static void
a_chosen_language_is_kept_in_a_cookie(void)
{
	page_reply_help("/help");
	CU_ASSERT_PTR_NULL(page_case.out.cookie[COOKIE_LANGUAGE]);
	page_reply_help("/help?lang=xx");
	CU_ASSERT_PTR_NULL(page_case.out.cookie[COOKIE_LANGUAGE]);
	page_reply_help("/help?lang=de");
	HAS("<html lang=\"de\" dir=\"ltr\">");
	CU_ASSERT_EQUAL(rq->work.changes->n, 0);
	page_case_take();
	EQ(page_case.jar[COOKIE_LANGUAGE], "__Host-usher-l.one=de");
	page_reply_help("/help");
	HAS("<html lang=\"de\"");
	page_post("/help?lang=fr", "");
	page_error(rq, ERR_BUSY);
	CU_ASSERT_PTR_NULL(page_case.out.cookie[COOKIE_LANGUAGE]);
}

static void
languages_are_links_to_the_same_page(void)
{
	page_reply_help("/help?a=1%202&lang=en&b=%3Cx%22&ui_locales=fr");
	HAS("href=\"/help?lang=de&amp;a=1+2&amp;b=%3Cx%22&amp;ui_locales=fr\"");
	LACKS("&amp;lang=");
	page_reply_help("/x%20y/%3Cz%3E%22");
	HAS("href=\"/x%20y/%3Cz%3E%22?lang=de\"");
	page_case_use_tenant("two");
	page_reply_help("/t/two/help");
	HAS("href=\"/t/two/help?lang=fr\"");
	HAS("href=\"/t/two/assets/");
	page_post("/t/two/signin", "");
	page_error(rq, ERR_BUSY);
	LACKS("?lang=");
}

/* --- redirects ------------------------------------------------------------------------------ */

static void
a_redirect_leads_to_a_path_of_the_issuer(void)
{
	page_get("/signin");
	page_redirect(rq, "/my/");
	CU_ASSERT_EQUAL(page_case.out.status, 303);
	EQ(page_case_header(HEADER_LOCATION), "https://as.example.com/my/");
	EQ(page_case_header(HEADER_CACHE_CONTROL), "no-store");
	EQ(page_case_header(HEADER_REFERRER_POLICY), "no-referrer");
	page_case_use_tenant("two");
	page_get("/t/two/signin");
	page_redirect(rq, "/my/");
	EQ(page_case_header(HEADER_LOCATION), "https://as.example.com/t/two/my/");
	page_redirect_client(rq, "https://photos.example/cb?code=1");
	EQ(page_case_header(HEADER_LOCATION), "https://photos.example/cb?code=1");
}

static void
going_on_is_a_page_and_no_redirect(void)
{
	page_get("/signin");
	page_go_on_to(rq, "/claims/x?a=1&b=2", "Photoz");
	CU_ASSERT_EQUAL(page_case.out.status, 200);
	EQ(page_case_header(HEADER_REFRESH), "0; url=https://as.example.com/claims/x?a=1&b=2");
	EQ(page_case_header(HEADER_LOCATION), "");
	HAS("href=\"https://as.example.com/claims/x?a=1&amp;b=2\"");
	HAS("Photoz");
	page_go_on(rq, "https://idp.example/authorize");
	EQ(page_case_header(HEADER_REFRESH), "0; url=https://idp.example/authorize");
	LACKS("Taking you");
}

/* Where the sign-in page that `rq` redirected to goes on. */
static const char *
page_redirected_on(void)
{
	static const char start[] = "https://as.example.com/signin?on=";
	const char *location = page_case_header(HEADER_LOCATION);
	struct page_on on;

	CU_ASSERT_EQUAL(page_case.out.status, 303);
	CU_ASSERT_FATAL(strncmp(location, start, sizeof start - 1) == 0);
	page_case_take();
	page_get("/signin");
	CU_ASSERT_EQUAL(page_unseal_on(rq, location + sizeof start - 1, &on), OK);
	CU_ASSERT_PTR_NULL(on.app);
	return on.path;
}

static void
a_page_for_persons_leads_to_the_sign_in_page_and_back(void)
{
	char *longer = arena_alloc(page_case.c.s.arena, 1500);

	page_get("/my/things/7%20x?q=a%26b&lang=de");
	page_redirect_to_signin(rq);
	EQ(page_redirected_on(), "/my/things/7%20x?q=a%26b");
	page_post("/my/things/7", "");
	page_redirect_to_signin(rq);
	EQ(page_redirected_on(), "/my/");
	memset(longer, 'x', 1400);
	memcpy(longer, "/my/", 4);
	longer[1400] = '\0';
	page_get(longer);
	page_redirect_to_signin(rq);
	EQ(page_redirected_on(), "/my/");
}

static void
the_sign_in_page_continues_where_a_client_waits(void)
{
	struct page_on on;
	const char *at;

	page_get("/authorize?client_id=x");
	page_require_signin(rq, "/authorize?client_id=x", "Photo<z>", "photos.example");
	CU_ASSERT_EQUAL(page_case.out.status, 200);
	HAS("Photo&lt;z&gt;");
	HAS("action=\"/signin\"");
	at = strstr(page_case_body(), "name=\"on\" value=\"");
	CU_ASSERT_PTR_NOT_NULL_FATAL(at);
	at += strlen("name=\"on\" value=\"");
	at = arena_strndup(page_case.c.s.arena, at, strcspn(at, "\""));
	page_case_take();
	page_get("/signin");
	CU_ASSERT_EQUAL(page_unseal_on(rq, at, &on), OK);
	EQ(on.path, "/authorize?client_id=x");
	EQ(on.app, "Photo<z>");
	EQ(on.host, "photos.example");
	CU_ASSERT_EQUAL(page_unseal_on(rq, NULL, &on), OK);
	CU_ASSERT_PTR_NULL(on.path);
	CU_ASSERT_EQUAL(page_unseal_on(rq, "x", &on), ERR_EXPIRED_PAGE);
}

static void
a_form_names_its_path_and_its_token(void)
{
	struct view *v;

	page_case_sign_in(page_case.c.alice);
	page_get("/authorize");
	v = page_view(rq);
	page_account(rq, v, &(struct page_on){ .path = "/authorize?x=1" });
	EQ(view_find(v, "login")->text, "alice");
	EQ(view_find(view_find(v, "another")->first, "action")->text, "/signin/again");
	EQ(view_find(view_find(v, "another")->first, "form")->text,
	   page_form_token(rq, "/signin/again"));
	page_case_use_tenant("two");
	page_get("/t/two/signin");
	v = page_view(rq);
	page_form(rq, v, "/signin");
	EQ(view_find(v, "action")->text, "/t/two/signin");
	EQ(page_path(rq), "/signin");
	EQ(view_find(v, "form")->text, page_form_token(rq, page_path(rq)));
}

/* --- errors --------------------------------------------------------------------------------- */

static void
each_error_has_its_page(void)
{
	static const struct {
		enum err e;
		int status;
		const char *title, *retry;
	} rows[] = {
		{ ERR_NOT_FOUND, 404, "Page not found", "" },
		{ ERR_METHOD, 405, "Page not found", "" },
		{ ERR_EXPIRED_PAGE, 403, "This page has expired", "" },
		{ ERR_INVALID_REQUEST, 400, "This page has expired", "" },
		{ ERR_TOO_LARGE, 413, "This page has expired", "" },
		{ ERR_TOO_MANY, 429, "Usher is busy", "60" },
		{ ERR_SERVER, 500, "Usher is busy", "" },
		{ ERR_STORE, 503, "Usher is busy", "1" },
		{ ERR_BUSY, 503, "Usher is busy", "1" },
	};

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		page_get("/my/x");
		page_error(rq, rows[i].e);
		CU_ASSERT_EQUAL(page_case.out.status, rows[i].status);
		HAS(rows[i].title);
		HAS("<title>");
		EQ(page_case_header(HEADER_RETRY_AFTER), rows[i].retry);
		EQ(page_case_header(HEADER_COOP), "same-origin");
		EQ(page_case_header(HEADER_CACHE_CONTROL), "no-store");
		EQ(rq->error, err_wire(rows[i].e));
	}
}

static void
a_busy_page_repeats_only_a_form_that_may_be_repeated(void)
{
	page_post("/my/undo", "what=a%22b&form=t");
	page_error(rq, ERR_BUSY);
	LACKS("<form");
	page_case.route.may_repeat = true;
	page_case.out = (struct http_out){ 0 };
	page_error(rq, ERR_BUSY);
	HAS("<form method=\"post\" action=\"/my/undo\">");
	HAS("name=\"what\" value=\"a&quot;b\"");
	HAS("name=\"form\" value=\"t\"");
}

static void
a_fault_of_a_client_has_a_reference_and_leads_nowhere(void)
{
	page_get("/authorize?redirect_uri=https%3A%2F%2Fevil.example");
	CU_ASSERT_EQUAL(page_refuse_client(rq, "The return address is not registered.", "Ph<o>"),
			OK);
	CU_ASSERT_EQUAL(page_case.out.status, 400);
	EQ(page_case_header(HEADER_LOCATION), "");
	EQ(page_case_header(HEADER_REFRESH), "");
	HAS("The return address is not registered.");
	HAS("Ph&lt;o&gt;");
	CU_ASSERT_EQUAL(strlen(rq->reference), 12);
	HAS(rq->reference);
	HAS("datetime=\"2023-11-14T22:13Z\"");
	EQ(rq->error, "invalid_request");
}

static void
html_is_sent_to_those_who_accept_it(void)
{
	static const struct {
		const char *accept;
		bool html;
	} rows[] = {
		{ NULL, false },
		{ "*/*", false },
		{ "application/json", false },
		{ "text/html", true },
		{ "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", true },
		{ "application/json, text/HTML;q=0.1", true },
		{ "text/html;q=0", false },
		{ "text/html; q=0.00, */*", false },
		{ "text/html;q=0.001", true },
		{ "text/html2", false },
		{ "x-text/html", false },
		{ ",,,", false },
	};

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		page_case.in.accept = rows[i].accept;
		CU_ASSERT_EQUAL(page_is_accepted(rq), rows[i].html);
	}
}

/* clang-format off */
static CU_TestInfo tests[] = {
	{ "a page has the headers of pages [T-B03 T-B05]", a_page_has_the_headers_of_pages },
	{ "only own pages are cut off from their openers", only_own_pages_are_cut_off_from_their_openers },
	{ "pages that lead to a client lack form-action", pages_that_lead_to_a_client_lack_form_action },
	{ "the language is the first that is known", the_language_is_the_first_that_is_known },
	{ "a chosen language is kept in a cookie", a_chosen_language_is_kept_in_a_cookie },
	{ "languages are links to the same page", languages_are_links_to_the_same_page },
	{ "a redirect leads to a path of the issuer [T-B04]", a_redirect_leads_to_a_path_of_the_issuer },
	{ "going on is a page and no redirect", going_on_is_a_page_and_no_redirect },
	{ "a page for persons leads to the sign-in page and back [T-B04]", a_page_for_persons_leads_to_the_sign_in_page_and_back },
	{ "the sign-in page continues where a client waits [T-B04]", the_sign_in_page_continues_where_a_client_waits },
	{ "a form names its path and its token [T-L05]", a_form_names_its_path_and_its_token },
	{ "each error has its page", each_error_has_its_page },
	{ "a busy page repeats only a form that may be repeated", a_busy_page_repeats_only_a_form_that_may_be_repeated },
	{ "a fault of a client has a reference and leads nowhere [T-B04]", a_fault_of_a_client_has_a_reference_and_leads_nowhere },
	{ "HTML is sent to those who accept it", html_is_sent_to_those_who_accept_it },
	CU_TEST_INFO_NULL,
};
/* clang-format on */
CU_SuiteInfo page_suite = { "web/page", NULL, NULL, page_case_setup, page_case_teardown, tests };
