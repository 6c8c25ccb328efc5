/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/web/page_case.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "http/form.h"

struct page_case page_case;

void
page_case_setup(void)
{
	const char *why;

	page_case = (struct page_case){ .arena = arena_new() };
	fixture_open(&page_case.c);
	page_case.pages = pages_load(page_case.arena, &why);
	if (page_case.pages == NULL)
		abort();
	page_get("/");
}

void
page_case_teardown(void)
{
	fixture_close(&page_case.c);
	arena_free(page_case.arena);
}

const char *
page_case_format(const char *format, ...)
{
	va_list args;
	char *text;

	va_start(args, format);
	text = arena_vprintf(page_case.c.s.arena, format, args);
	va_end(args);
	return text;
}

static const char *
page_case_cookies(void)
{
	struct buf b = { .arena = page_case.c.s.arena };

	for (size_t i = 0; i < COOKIES; i++)
		if (page_case.jar[i] != NULL)
			buf_text(&b, page_case_format("%s%s", b.size > 0 ? "; " : "",
						      page_case.jar[i]));
	return b.data;
}

static void
page_case_begin(enum method method, const char *target)
{
	struct harness *s = &page_case.c.s;
	const char *query = strchr(target, '?'), *why;
	struct request *rq = &page_case.rq;

	harness_begin(s);
	page_case.in.method = method;
	page_case.in.uri = target;
	page_case.in.cookie = page_case.cookie != NULL ? page_case.cookie : page_case_cookies();
	page_case.cookie = NULL;
	page_case.out = (struct http_out){ 0 };
	*rq = (struct request){
		.work = s->w, .in = &page_case.in, .out = &page_case.out, .route = &page_case.route
	};
	rq->work.pages = page_case.pages;
	page_case.route =
		(struct route){ .method = method, .errors = ERRORS_PAGE, .path = "signin" };
	if (query != NULL)
		form_parse(s->arena, bytes_of(query + 1), NULL, &rq->query, &why);
}

static void
page_case_read(void)
{
	if (cookie_read(&page_case.rq) != OK)
		abort();
}

void
page_get(const char *target)
{
	page_case_begin(M_GET, target);
	page_case_read();
}

void
page_post(const char *target, const char *body)
{
	struct request *rq = &page_case.rq;
	const char *why = NULL;

	page_case_begin(M_POST, target);
	if (page_case.in.content_type == NULL)
		page_case.in.content_type = TYPE_FORM;
	rq->fault.code = form_parse(rq->work.arena, bytes_of(body), NULL, &rq->form, &why);
	rq->fault.why = why;
	page_case_read();
}

void
page_case_take(void)
{
	for (size_t i = 0; i < COOKIES; i++) {
		const char *set = page_case.out.cookie[i];

		if (set == NULL)
			continue;
		page_case.jar[i] =
			strstr(set, "Max-Age=0") != NULL
				? NULL
				: arena_strndup(page_case.c.s.arena, set, strcspn(set, ";"));
	}
	if (harness_commit(&page_case.c.s) != OK)
		abort();
}

void
page_case_forget(void)
{
	memset(page_case.jar, 0, sizeof page_case.jar);
}

void
page_case_sign_in(const char *account)
{
	struct session *s = ARENA_NEW(page_case.c.s.arena, struct session);

	s->account_id = account;
	s->amr = "pwd";
	page_get("/signin");
	if (cookie_start_session(&page_case.rq, s) != OK)
		abort();
	page_case_take();
}

void
page_case_set_time(int64_t now)
{
	harness_set_time(&page_case.c.s, now);
}

void
page_case_use_tenant(const char *tenant)
{
	harness_use_tenant(&page_case.c.s, tenant);
}

const char *
page_case_body(void)
{
	return arena_strndup(page_case.c.s.arena, (const char *)page_case.out.body.data,
			     page_case.out.body.size);
}

const char *
page_case_header(enum header h)
{
	return page_case.out.header[h] != NULL ? page_case.out.header[h] : "";
}
