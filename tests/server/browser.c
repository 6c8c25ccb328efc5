/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/server/browser.h"

#include <string.h>

#include "model/password.h"
#include "tests/run.h"

struct browser browser;

void
browser_open(void)
{
	browser = (struct browser){ .jobs = 0 };
}

/* Keeps the cookies of the response; Max-Age=0 removes one. */
static void
browser_keep_cookies(struct response a)
{
	for (size_t i = 0; i < HTTP_COOKIES; i++) {
		const char *c = a.out->cookie[i];

		if (c == NULL)
			continue;
		browser.jar[i] =
			strstr(c, "Max-Age=0") != NULL
				? NULL
				: arena_strndup(http_case.harness->arena, c, strcspn(c, ";"));
	}
}

static const char *
browser_cookie_header(void)
{
	struct buf b = { .arena = http_case.harness->arena };

	for (size_t i = 0; i < HTTP_COOKIES; i++) {
		if (browser.jar[i] == NULL)
			continue;
		if (b.size > 0)
			buf_text(&b, "; ");
		buf_text(&b, browser.jar[i]);
	}
	return b.data;
}

static void
browser_do_jobs(struct jobs *jobs)
{
	struct harness *s = http_case.harness;
	struct password_keeper keeper;

	CU_ASSERT_FATAL(password_keeper_start(&keeper, s->arena, &s->master, &s->settings));
	for (size_t i = 0; i < jobs->n; i++) {
		if (jobs->list[i].state != JOB_NEW)
			continue;
		browser.jobs++;
		if (browser.lose_jobs)
			job_fail(&jobs->list[i]);
	}
	password_keeper_run_all(&keeper, s->arena, jobs);
}

static void
browser_send(const char *method, const char *path, const char *body)
{
	struct exchange *x;

	http_case.cookie = browser_cookie_header();
	browser.jobs = 0;
	x = http_request(text_format("%s %s", method, path), NULL, body);
	serve_batch(http_case.server, &x, 1);
	while (serve_jobs(x) != NULL) {
		browser_do_jobs(serve_jobs(x));
		serve_batch(http_case.server, &x, 1);
	}
	harness_begin(http_case.harness);
	browser.page = response_of(x);
	browser_keep_cookies(browser.page);
	http_case.cookie = NULL;
}

static const char *
browser_path_of(const char *url)
{
	static const char issuer[] = "https://as.example.com";

	return strncmp(url, issuer, sizeof issuer - 1) == 0 ? url + sizeof issuer - 1 : url;
}

void
browser_get(const char *path)
{
	browser_send("GET", browser_path_of(path), NULL);
}

void
browser_post(const char *path, const char *fields)
{
	browser_send("POST", path, fields);
}

/* The value of a hidden field of the form that begins at `form`; NULL: it has none. */
static const char *
browser_hidden(const char *form, const char *name)
{
	const char *end = strstr(form, "</form>"),
		   *field = strstr(form, text_format("name=\"%s\" value=\"", name));

	if (field == NULL || (end != NULL && field > end))
		return NULL;
	field = strstr(field, "value=\"") + sizeof "value=\"" - 1;
	return arena_strndup(http_case.harness->arena, field, strcspn(field, "\""));
}

const char *
browser_token(const char *path)
{
	const char *form = strstr(browser.page.body, text_format("action=\"%s\"", path));

	CU_ASSERT_PTR_NOT_NULL_FATAL(form);
	return browser_hidden(form, "form");
}

void
browser_submit(const char *path, const char *fields)
{
	const char *form = strstr(browser.page.body, text_format("action=\"%s\"", path));
	const char *token, *on;

	CU_ASSERT_PTR_NOT_NULL_FATAL(form);
	token = browser_hidden(form, "form");
	on = browser_hidden(form, "on");
	browser_post(path, text_format("%s%sform=%s%s%s", fields, *fields != '\0' ? "&" : "",
				       token != NULL ? token : "", on != NULL ? "&on=" : "",
				       on != NULL ? on : ""));
}

const char *
browser_target(void)
{
	const char *location = response_header(browser.page, "Location"),
		   *refresh = response_header(browser.page, "Refresh");

	if (*location != '\0')
		return browser_path_of(location);
	return strncmp(refresh, "0; url=", 7) == 0 ? browser_path_of(refresh + 7) : "";
}

bool
browser_shows(const char *text)
{
	return strstr(browser.page.body, text) != NULL;
}

void
browser_set_password(const char *login, const char *password)
{
	struct harness *s = http_case.harness;
	struct account acc;

	if (account_by_login(&s->w, login, ABSENT, &acc) != OK) {
		acc = (struct account){ .login = login };
		CU_ASSERT_EQUAL_FATAL(account_add(&s->w, &acc), OK);
		CU_ASSERT_EQUAL_FATAL(harness_commit(s), OK);
	}
	CU_ASSERT_EQUAL_FATAL(account_by_login(&s->w, login, ABSENT, &acc), OK);
	CU_ASSERT_EQUAL_FATAL(password_set(&s->w, &acc, password), ERR_WAIT);
	harness_do_jobs(s);
	CU_ASSERT_EQUAL_FATAL(password_set(&s->w, &acc, password), OK);
	CU_ASSERT_EQUAL_FATAL(harness_commit(s), OK);
}

void
browser_sign_in(const char *login, const char *password)
{
	browser_open();
	browser_get("/signin");
	browser_submit("/signin", text_format("name=%s&password=%s", login, password));
	CU_ASSERT_EQUAL_FATAL(browser.page.status, 303);
}
