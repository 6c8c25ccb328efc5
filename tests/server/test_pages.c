/* SPDX-License-Identifier: Apache-2.0 */
/* Pages: their headers, the language, error pages, files. Expected headers are those of the
 * project's rules for pages. */
#include "base/text.h"
#include "tests/run.h"
#include "tests/server/http_case.h"

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

/* clang-format off */
static CU_TestInfo cases[] = {
	{ "a page has exactly the headers of pages [T-B03 T-B05]", a_page_has_exactly_the_headers_of_pages },
	CU_TEST_INFO_NULL,
};
/* clang-format on */
CU_SuiteInfo pages_suite = { "server/pages", NULL, NULL, http_case_open, http_case_close, cases };
