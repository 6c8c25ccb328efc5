/* SPDX-License-Identifier: Apache-2.0 */
#ifndef USHER_TESTS_WEB_PAGE_CASE_H
#define USHER_TESTS_WEB_PAGE_CASE_H

#include "pages/pages.h"
#include "tests/model/fixture.h"
#include "web/cookie.h"
#include "web/page.h"

/*
 * Requests of one browser for pages, as the dispatcher prepares them. The browser keeps the cookies
 * that responses set. There is one at a time; the tenant is "one", https://as.example.com.
 *
 *	page_get("/help?lang=de");
 *	page_view(&page_case.rq) ...
 */
struct page_case {
	struct fixture c;
	struct arena *arena; /* of the pages */
	struct pages *pages;
	struct http_in in;
	struct http_out out;
	struct route route;
	struct request rq;
	const char *jar[COOKIES]; /* "name=value" */
	const char *cookie;	  /* the header Cookie of the next request, instead of these */
};
extern struct page_case page_case;

void page_case_setup(void);
void page_case_teardown(void);

/* A request with the browser's cookies; its session is read. Its route is that of a page, which
 * the test may change. */
void page_get(const char *target);
/* The same with a form; its fault is in rq.fault. */
void page_post(const char *target, const char *body);
/* The browser takes the cookies of the response, and the changes are committed. */
void page_case_take(void);
/* Forgets all cookies: another browser. */
void page_case_forget(void);
/* Signs an account in by the request, takes the response. */
void page_case_sign_in(const char *account);
void page_case_set_time(int64_t now);
void page_case_use_tenant(const char *tenant);

const char *page_case_body(void);
/* "" if the response has none. */
const char *page_case_header(enum header h);
const char *page_case_format(const char *format, ...) __attribute__((format(printf, 1, 2)));

#endif
