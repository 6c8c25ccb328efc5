/* SPDX-License-Identifier: Apache-2.0 */
/* The checks of forms, and sealed fields. */
#include "base/b64.h"
#include "tests/run.h"
#include "tests/web/page_case.h"
#include "web/form_check.h"

static struct request *rq = &page_case.rq;
static const char *const fields[] = { "name", "on", "do.*", NULL };

/* The token for /signin that this browser gets with a page. */
static const char *
form_check_token(const char *path)
{
	const char *token;

	page_get("/signin");
	token = page_form_token(rq, path);
	page_case_take();
	return token;
}

static enum err
form_check_body(const char *body)
{
	page_post("/signin", body);
	page_case.route.fields = fields;
	return form_check(rq);
}

static enum err
form_check_sent(const char *token)
{
	return form_check_body(page_case_format("form=%s&name=x", token));
}

static void
form_check_setup(void)
{
	page_case_setup();
	page_case.in.origin = "https://as.example.com";
	page_case.in.fetch_site = "same-origin";
}

static void
a_form_of_this_page_is_accepted(void)
{
	CU_ASSERT_EQUAL(form_check_sent(form_check_token("/signin")), OK);
	page_case_sign_in(page_case.c.alice);
	CU_ASSERT_EQUAL(form_check_sent(form_check_token("/signin")), OK);
}

static void
a_form_of_another_site_is_refused(void)
{
	static const char *const sites[] = { "cross-site", "same-site", "none", "Same-Origin",
					     "x" };
	static const char *const origins[] = {
		"https://evil.example",	       "https://as.example.com:8443",
		"http://as.example.com",       "https://as.example.com.evil.example",
		"https://as.example.com/",     "https://as.example.co",
		"https://as.example.com:443",  "NULL",
		"https://as.example.com null",
	};
	const char *token = form_check_token("/signin");

	for (size_t i = 0; i < sizeof sites / sizeof sites[0]; i++) {
		page_case.in.fetch_site = sites[i];
		CU_ASSERT_EQUAL(form_check_sent(token), ERR_EXPIRED_PAGE);
	}
	page_case.in.fetch_site = NULL;
	for (size_t i = 0; i < sizeof origins / sizeof origins[0]; i++) {
		page_case.in.origin = origins[i];
		CU_ASSERT_EQUAL(form_check_sent(token), ERR_EXPIRED_PAGE);
	}
	page_case.in.origin = NULL;
	CU_ASSERT_EQUAL(form_check_sent(token), OK);
	page_case.in.origin = "null";
	CU_ASSERT_EQUAL(form_check_sent(token), OK);
}

static void
a_form_of_another_page_browser_or_session_is_refused(void)
{
	const char *token = form_check_token("/signin"), *other;

	CU_ASSERT_EQUAL(form_check_sent(form_check_token("/signin/again")), ERR_EXPIRED_PAGE);
	CU_ASSERT_EQUAL(form_check_sent(form_check_token("/")), ERR_EXPIRED_PAGE);
	page_case_forget();
	form_check_token("/signin");
	CU_ASSERT_EQUAL(form_check_sent(token), ERR_EXPIRED_PAGE);
	page_case_forget();
	CU_ASSERT_EQUAL(form_check_sent(token), ERR_EXPIRED_PAGE);
	CU_ASSERT_PTR_NULL(page_case.out.cookie[COOKIE_BROWSER]);
	page_case_sign_in(page_case.c.alice);
	CU_ASSERT_EQUAL(form_check_sent(token), ERR_EXPIRED_PAGE);
	other = form_check_token("/signin");
	page_case_sign_in(page_case.c.alice);
	CU_ASSERT_EQUAL(form_check_sent(other), ERR_EXPIRED_PAGE);
}

static void
a_form_of_another_tenant_is_refused(void)
{
	const char *token = form_check_token("/signin");
	const char *browser = strchr(page_case.jar[COOKIE_BROWSER], '=');

	page_case_use_tenant("two");
	page_case.cookie = page_case_format("__Host-usher-b.two%s", browser);
	page_post("/t/two/signin", page_case_format("form=%s", token));
	page_case.route.fields = fields;
	CU_ASSERT_EQUAL(rq->browser.size, 16);
	CU_ASSERT_STRING_EQUAL(page_path(rq), "/signin");
	CU_ASSERT_EQUAL(form_check(rq), ERR_EXPIRED_PAGE);
}

static void
a_form_without_a_good_token_is_refused(void)
{
	const char *good = form_check_token("/signin");

	CU_ASSERT_EQUAL(form_check_body("name=x"), ERR_EXPIRED_PAGE);
	CU_ASSERT_EQUAL(form_check_sent(""), ERR_EXPIRED_PAGE);
	for (size_t i = 0; good[i] != '\0'; i++) {
		char *bad = arena_strdup(page_case.c.s.arena, good);

		bad[i] = bad[i] == 'A' ? 'B' : 'A';
		CU_ASSERT_EQUAL(form_check_sent(bad), ERR_EXPIRED_PAGE);
		bad[i] = '\0';
		CU_ASSERT_EQUAL(form_check_sent(bad), ERR_EXPIRED_PAGE);
	}
	CU_ASSERT_EQUAL(form_check_sent(page_case_format("%sA", good)), ERR_EXPIRED_PAGE);
	CU_ASSERT_EQUAL(form_check_sent(good), OK);
}

static void
a_form_of_another_media_type_is_refused(void)
{
	static const char *const types[] = { "text/plain", "multipart/form-data; boundary=x",
					     "application/json",
					     "application/x-www-form-urlencoded2" };
	const char *token = form_check_token("/signin");

	for (size_t i = 0; i < sizeof types / sizeof types[0]; i++) {
		page_case.in.content_type = types[i];
		CU_ASSERT_EQUAL(form_check_sent(token), ERR_EXPIRED_PAGE);
	}
	page_case.in.content_type = "application/x-www-form-urlencoded; charset=utf-8";
	CU_ASSERT_EQUAL(form_check_sent(token), OK);
}

static void
a_form_has_the_listed_fields_each_once(void)
{
	static const char *const bad[] = {
		"name=x&role=admin", "name=x&name=y", "do=1", "do.a=1&do.a=1", "nam=x", "names=x",
		"on=1&on=",	     "Name=x",	      "=x",   "name=%zz",
	};
	const char *token = form_check_token("/signin");

	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
		CU_ASSERT_EQUAL(form_check_body(page_case_format("form=%s&%s", token, bad[i])),
				ERR_INVALID_REQUEST);
	CU_ASSERT_EQUAL(form_check_body(page_case_format("form=%s&form=%s", token, token)),
			ERR_INVALID_REQUEST);
	CU_ASSERT_EQUAL(form_check_body(page_case_format("form=%s&do.a=1&do.b=1&on=", token)), OK);
	CU_ASSERT_EQUAL(form_check_body(page_case_format("form=%s", token)), OK);
	page_post("/signin", page_case_format("form=%s&name=x", token));
	page_case.route.fields = NULL;
	CU_ASSERT_EQUAL(form_check(rq), ERR_INVALID_REQUEST);
}

/* --- sealed fields -------------------------------------------------------------------------- */

static const char *
form_check_seal(void)
{
	const char *sealed;

	page_get("/signin");
	sealed = page_seal(rq, "draft", bytes_of("secret"), 900);
	page_case_take();
	return sealed;
}

static enum err
form_check_unseal(const char *purpose, const char *sealed)
{
	struct bytes content;
	enum err e;

	page_get("/signin");
	e = page_unseal(rq, purpose, sealed, &content);
	if (e == OK)
		CU_ASSERT(bytes_equal(content, bytes_of("secret")));
	return e;
}

static void
a_sealed_field_comes_back_from_the_same_browser(void)
{
	const char *sealed = form_check_seal();

	CU_ASSERT_PTR_NULL(strstr(sealed, "secret"));
	CU_ASSERT_EQUAL(form_check_unseal("draft", sealed), OK);
	page_case_sign_in(page_case.c.alice);
	CU_ASSERT_EQUAL(form_check_unseal("draft", form_check_seal()), OK);
}

static void
a_sealed_field_of_something_else_is_refused(void)
{
	const char *sealed = form_check_seal();

	CU_ASSERT_EQUAL(form_check_unseal("undo", sealed), ERR_EXPIRED_PAGE);
	CU_ASSERT_EQUAL(form_check_unseal("draft", NULL), ERR_EXPIRED_PAGE);
	CU_ASSERT_EQUAL(form_check_unseal("draft", ""), ERR_EXPIRED_PAGE);
	CU_ASSERT_EQUAL(form_check_unseal("draft", "AAAA"), ERR_EXPIRED_PAGE);
	for (size_t i = 0; sealed[i] != '\0'; i++) {
		char *bad = arena_strdup(page_case.c.s.arena, sealed);

		bad[i] = bad[i] == 'A' ? 'B' : 'A';
		CU_ASSERT_EQUAL(form_check_unseal("draft", bad), ERR_EXPIRED_PAGE);
	}
	page_case_sign_in(page_case.c.alice);
	CU_ASSERT_EQUAL(form_check_unseal("draft", sealed), ERR_EXPIRED_PAGE);
	sealed = form_check_seal();
	page_case_sign_in(page_case.c.alice);
	CU_ASSERT_EQUAL(form_check_unseal("draft", sealed), ERR_EXPIRED_PAGE);
	page_case_forget();
	CU_ASSERT_EQUAL(form_check_unseal("draft", sealed), ERR_EXPIRED_PAGE);
}

static void
a_sealed_field_of_another_tenant_is_refused(void)
{
	const char *sealed = form_check_seal();
	const char *browser = strchr(page_case.jar[COOKIE_BROWSER], '=');

	page_case_use_tenant("two");
	page_case.cookie = page_case_format("__Host-usher-b.two%s", browser);
	CU_ASSERT_EQUAL(form_check_unseal("draft", sealed), ERR_EXPIRED_PAGE);
	CU_ASSERT_EQUAL(rq->browser.size, 16);
}

static void
a_sealed_field_expires(void)
{
	const char *sealed = form_check_seal();

	page_case_set_time(HARNESS_NOW + 899);
	CU_ASSERT_EQUAL(form_check_unseal("draft", sealed), OK);
	page_case_set_time(HARNESS_NOW + 900);
	CU_ASSERT_EQUAL(form_check_unseal("draft", sealed), ERR_EXPIRED_PAGE);
}

/* clang-format off */
static CU_TestInfo tests[] = {
	{ "a form of this page is accepted", a_form_of_this_page_is_accepted },
	{ "a form of another site is refused [T-L05]", a_form_of_another_site_is_refused },
	{ "a form of another page, browser or session is refused [T-L05]", a_form_of_another_page_browser_or_session_is_refused },
	{ "a form of another tenant is refused [T-L05 T-M01]", a_form_of_another_tenant_is_refused },
	{ "a form without a good token is refused [T-L05]", a_form_without_a_good_token_is_refused },
	{ "a form of another media type is refused [T-L05]", a_form_of_another_media_type_is_refused },
	{ "a form has the listed fields, each once [T-L06]", a_form_has_the_listed_fields_each_once },
	{ "a sealed field comes back from the same browser", a_sealed_field_comes_back_from_the_same_browser },
	{ "a sealed field of something else is refused [T-B04]", a_sealed_field_of_something_else_is_refused },
	{ "a sealed field of another tenant is refused [T-M01]", a_sealed_field_of_another_tenant_is_refused },
	{ "a sealed field expires", a_sealed_field_expires },
	CU_TEST_INFO_NULL,
};
/* clang-format on */
CU_SuiteInfo form_check_suite = { "web/form_check",   NULL, NULL, form_check_setup,
				  page_case_teardown, tests };
