/* SPDX-License-Identifier: Apache-2.0 */
/* Pages: their headers, the language, error pages, files. Expected headers are those of the
 * project's rules for pages. */
#include "base/text.h"
#include "model/session.h"
#include "src/server/routes.h"
#include "tests/run.h"
#include "tests/server/http_case.h"
#include "web/cookie.h"

#define EQ     CU_ASSERT_STRING_EQUAL
#define HAS(a) CU_ASSERT_PTR_NOT_NULL(a)

#define CSP                                                                                        \
	"default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; "               \
	"base-uri 'none'; frame-ancestors 'none'"

/* The headers of a response, one in a line. */
static const char *
test_pages_headers(struct response a)
{
	struct buf b = { .arena = http_case.work->arena };

	for (enum header h = 0; h < HEADERS; h++)
		if (a.out->header[h] != NULL)
			buf_text(&b, text_format("%s: %s\n", header_name(h), a.out->header[h]));
	return b.size > 0 ? b.data : "";
}

/* The cookie that a browser has of a session that was started in the store. */
static const char *
test_pages_session_cookie(const struct session *s)
{
	struct harness *h = http_case.harness;
	struct http_in in = { .method = M_GET };
	struct http_out out = { 0 };
	struct request rq = { .work = h->w, .in = &in, .out = &out };

	cookie_set_session(&rq, s->handle, h->w.now);
	return text_format("%.*s", (int)strcspn(out.cookie[0], ";"), out.cookie[0]);
}

static void
a_page_has_exactly_the_headers_of_pages(void)
{
	struct response a = http_send("GET /help", NULL, NULL);

	CU_ASSERT_EQUAL(a.status, 200);
	EQ(a.out->content_type, "text/html; charset=utf-8");
	EQ(test_pages_headers(a), "Accept-Ranges: none\n"
				  "Cache-Control: no-store\n"
				  "Cross-Origin-Resource-Policy: same-origin\n"
				  "Content-Security-Policy: " CSP "\n"
				  "X-Content-Type-Options: nosniff\n"
				  "X-Frame-Options: DENY\n"
				  "Referrer-Policy: no-referrer\n");
	for (size_t i = 0; i < HTTP_COOKIES; i++)
		CU_ASSERT_PTR_NULL(a.out->cookie[i]);
	HAS(strstr(a.body, "<h1>What is Usher?</h1>"));
}

static void
the_files_of_pages_are_kept_for_ever(void)
{
	const char *body = http_send("GET /help", NULL, NULL).body, *at = strstr(body, "/assets/");
	bool css = false, svg = false;

	for (; at != NULL; at = strstr(at + 1, "/assets/")) {
		const char *path = text_format("%.*s", (int)strcspn(at, "\""), at);
		struct response a = http_send(text_format("GET %s", path), NULL, NULL);

		CU_ASSERT_EQUAL(a.status, 200);
		CU_ASSERT(a.out->body.size > 100);
		EQ(response_header(a, "Cache-Control"), "public, max-age=31536000, immutable");
		EQ(response_header(a, "X-Content-Type-Options"), "nosniff");
		EQ(response_header(a, "Pragma"), "");
		if (text_ends(path, ".css")) {
			css = true;
			EQ(a.out->content_type, "text/css; charset=utf-8");
			EQ(response_header(a, "Content-Security-Policy"), "");
		} else {
			svg = true;
			EQ(a.out->content_type, "image/svg+xml");
			EQ(response_header(a, "Content-Security-Policy"),
			   "default-src 'none'; sandbox");
		}
	}
	CU_ASSERT(css && svg);
	CU_ASSERT_EQUAL(http_send("GET /assets/usher.css", NULL, NULL).status, 404);
	CU_ASSERT_EQUAL(http_send("GET /assets/", NULL, NULL).status, 404);
}

/* An address that no route has: programs get JSON, browsers a page. */
static void
an_unknown_address_is_a_page_for_browsers_only(void)
{
	struct response a = http_send("GET /nowhere", NULL, NULL);

	CU_ASSERT_EQUAL(a.status, 404);
	EQ(response_text(a, "error"), "not_found");
	http_case.accept = "*/*";
	EQ(response_text(http_send("GET /nowhere", NULL, NULL), "error"), "not_found");
	http_case.accept = "text/html,application/xhtml+xml,*/*;q=0.8";
	a = http_send("GET /my/nowhere?lang=de", NULL, NULL);
	CU_ASSERT_EQUAL(a.status, 404);
	EQ(a.out->content_type, "text/html; charset=utf-8");
	EQ(response_header(a, "Content-Security-Policy"), CSP);
	EQ(response_header(a, "Cross-Origin-Opener-Policy"), "same-origin");
	http_case.accept = NULL;
	a = http_send("POST /help", NULL, "a=b");
	CU_ASSERT_EQUAL(a.status, 405);
	EQ(response_header(a, "Allow"), "GET, HEAD");
	EQ(a.out->content_type, "text/html; charset=utf-8");
	http_case.accept = "text/html";
	EQ(response_text(http_send("GET /my/api/nowhere", NULL, NULL), "error"), "not_found");
	/* An endpoint of programs answers as ever. */
	EQ(response_text(http_send("GET /token", NULL, NULL), "error"), "unsupported_method_type");
	EQ(response_text(http_send("GET /resource_set/x", NULL, NULL), "error"), "");
	CU_ASSERT_EQUAL(http_send("GET /resource_set/x", NULL, NULL).status, 401);
	EQ(response_text(http_send("POST /token", NULL, "a=b"), "error"), "invalid_client");
	http_case.host = "other.example";
	a = http_send("GET /nowhere", NULL, NULL);
	CU_ASSERT_EQUAL(a.status, 404);
	EQ(response_text(a, "error"), "not_found");
}

static void
a_malformed_query_of_a_page_is_a_page(void)
{
	struct response a = http_send("GET /help?lang=de&lang=fr", NULL, NULL);

	CU_ASSERT_EQUAL(a.status, 400);
	EQ(a.out->content_type, "text/html; charset=utf-8");
	CU_ASSERT_EQUAL(http_send("GET /help?a=%zz", NULL, NULL).status, 400);
}

static void
head_is_get_without_effect(void)
{
	struct response a = http_send("HEAD /help?lang=fr", NULL, NULL);

	CU_ASSERT_EQUAL(a.status, 200);
	EQ(response_header(a, "Content-Security-Policy"), CSP);
	CU_ASSERT_PTR_NOT_NULL(a.out->cookie[3]);
}

/* The tenants of one host have pages of their own. */
static void
a_tenant_with_a_path_has_its_pages_below_it(void)
{
	struct response a = http_send("GET /t/two/help?lang=de", NULL, NULL);
	const char *at = strstr(a.body, "/t/two/assets/");

	CU_ASSERT_EQUAL(a.status, 200);
	EQ(a.out->cookie[3], "__Host-usher-l.two=de; Path=/; Secure; HttpOnly; SameSite=Lax; "
			     "Max-Age=31536000");
	CU_ASSERT_PTR_NOT_NULL_FATAL(at);
	a = http_send(text_format("GET %.*s", (int)strcspn(at, "\""), at), NULL, NULL);
	CU_ASSERT_EQUAL(a.status, 200);
}

/* A fault of the store while a page reads the session. */
static void
a_fault_of_the_store_is_a_page(void)
{
	struct session s = { .account_id = http_case.fixture.alice };
	struct response a;

	CU_ASSERT_EQUAL(session_start(http_case.work, &s, NULL), OK);
	CU_ASSERT_EQUAL(harness_commit(http_case.harness), OK);
	http_case.cookie = test_pages_session_cookie(&s);
	a = http_send("GET /help", NULL, NULL);
	CU_ASSERT_EQUAL(a.status, 200);
	harness_corrupt_rows(http_case.harness, T_SESSION, "{");
	a = http_send("GET /help", NULL, NULL);
	CU_ASSERT_EQUAL(a.status, 503);
	EQ(a.out->content_type, "text/html; charset=utf-8");
	EQ(response_header(a, "Retry-After"), "1");
	/* Endpoints of programs do not read it. */
	CU_ASSERT_EQUAL(http_send("GET /jwks", NULL, NULL).status, 200);
}

/* --- every page in the table of routes ------------------------------------------------------ */

static bool
test_pages_is_page(const struct route *r)
{
	return r->errors == ERRORS_PAGE;
}

static const char *
test_pages_line(const char *method, const struct route *r)
{
	struct buf b = { .arena = http_case.harness->arena };

	for (const char *s = r->path; *s != '\0'; s++)
		if (strncmp(s, ":id", 3) == 0) {
			buf_text(&b, "x");
			s += 2;
		} else {
			buf_char(&b, *s);
		}
	return text_format("%s /%s", method, b.data);
}

static void
each_row_of_a_page_is_complete(void)
{
	for (size_t i = 0; i < routes.n; i++) {
		const struct route *r = &routes.row[i];
		bool person = r->caller == CALLER_VISITOR || r->caller == CALLER_PERSON;

		CU_ASSERT_EQUAL(person, test_pages_is_page(r));
		if (!test_pages_is_page(r)) {
			CU_ASSERT(r->fields == NULL && !r->may_write_on_get && !r->may_repeat);
			continue;
		}
		CU_ASSERT_EQUAL(r->cors, CORS_NONE);
		CU_ASSERT(r->method == M_GET || r->method == M_POST);
		if (r->method == M_POST) {
			CU_ASSERT_EQUAL(r->body, BODY_FORM);
			CU_ASSERT(r->body_max > 0 && r->body_max <= 16384);
			CU_ASSERT(r->repeatable == NULL && !r->may_write_on_get);
		} else {
			CU_ASSERT(r->fields == NULL && !r->may_repeat);
		}
	}
}

/* Without a token of a page, whatever is in the form. */
static void
each_form_needs_its_token(void)
{
	for (size_t i = 0; i < routes.n; i++) {
		const struct route *r = &routes.row[i];
		struct response a;

		if (!test_pages_is_page(r) || r->method != M_POST)
			continue;
		a = http_send(test_pages_line("POST", r), NULL, "form=x");
		CU_ASSERT_EQUAL(a.status, 403);
		EQ(a.out->content_type, "text/html; charset=utf-8");
		CU_ASSERT_PTR_NOT_NULL(strstr(a.body, "This page has expired"));
	}
}

static void
each_page_for_persons_leads_to_the_sign_in_page(void)
{
	for (size_t i = 0; i < routes.n; i++) {
		const struct route *r = &routes.row[i];
		struct response a;

		if (!test_pages_is_page(r) || r->method != M_GET || r->caller != CALLER_PERSON)
			continue;
		a = http_send(test_pages_line("GET", r), NULL, NULL);
		CU_ASSERT_EQUAL(a.status, 303);
		CU_ASSERT(text_starts(response_header(a, "Location"),
				      "https://as.example.com/signin?on="));
	}
}

static void
a_get_that_may_write_does_nothing_for_a_browser_that_looks_ahead(void)
{
	for (size_t i = 0; i < routes.n; i++) {
		const struct route *r = &routes.row[i];
		struct response a;

		if (!r->may_write_on_get)
			continue;
		http_case.fetch_purpose = "prefetch;prerender";
		CU_ASSERT_EQUAL(http_send(test_pages_line("GET", r), NULL, NULL).status, 503);
		http_case.fetch_purpose = NULL;
		http_case.purpose = "prefetch";
		CU_ASSERT_EQUAL(http_send(test_pages_line("GET", r), NULL, NULL).status, 503);
		http_case.purpose = NULL;
		a = http_send(test_pages_line("HEAD", r), NULL, NULL);
		CU_ASSERT_EQUAL(a.status, 405);
		CU_ASSERT_PTR_NULL(strstr(response_header(a, "Allow"), "HEAD"));
	}
}

/* clang-format off */
static CU_TestInfo tests[] = {
	{ "a page has exactly the headers of pages [T-B03 T-B05]", a_page_has_exactly_the_headers_of_pages },
	{ "the files of pages are kept for ever", the_files_of_pages_are_kept_for_ever },
	{ "an unknown address is a page for browsers only", an_unknown_address_is_a_page_for_browsers_only },
	{ "a malformed query of a page is a page", a_malformed_query_of_a_page_is_a_page },
	{ "HEAD is GET without effect [T-B06]", head_is_get_without_effect },
	{ "a tenant with a path has its pages below it", a_tenant_with_a_path_has_its_pages_below_it },
	{ "a fault of the store is a page", a_fault_of_the_store_is_a_page },
	{ "each row of a page is complete [T-L06]", each_row_of_a_page_is_complete },
	{ "each form needs its token [T-L05]", each_form_needs_its_token },
	{ "each page for persons leads to the sign-in page", each_page_for_persons_leads_to_the_sign_in_page },
	{ "a GET that may write does nothing for a browser that looks ahead [T-B06]", a_get_that_may_write_does_nothing_for_a_browser_that_looks_ahead },
	CU_TEST_INFO_NULL,
};
/* clang-format on */
CU_SuiteInfo pages_suite = { "server/pages", NULL, NULL, http_case_open, http_case_close, tests };
