/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>

#include "http/exchange.h"
#include "tests/base/child_outcome.h"
#include "tests/run.h"

static struct http_out out;

static void
exchange_setup(void)
{
	out = (struct http_out){ .status = 200 };
}

static void
methods_are_case_sensitive(void)
{
	CU_ASSERT_EQUAL(method_of("GET"), M_GET);
	CU_ASSERT_EQUAL(method_of("HEAD"), M_HEAD);
	CU_ASSERT_EQUAL(method_of("POST"), M_POST);
	CU_ASSERT_EQUAL(method_of("PUT"), M_PUT);
	CU_ASSERT_EQUAL(method_of("DELETE"), M_DELETE);
	CU_ASSERT_EQUAL(method_of("get"), M_OTHER);
	CU_ASSERT_EQUAL(method_of("GET "), M_OTHER);
	CU_ASSERT_EQUAL(method_of("OTHER"), M_OTHER);
	CU_ASSERT_EQUAL(method_of("TRACE"), M_OTHER);
	CU_ASSERT_EQUAL(method_of(""), M_OTHER);
	CU_ASSERT_EQUAL(method_of(NULL), M_OTHER);
	CU_ASSERT_STRING_EQUAL(method_name(M_DELETE), "DELETE");
}

static void
every_error_has_a_status_line(void)
{
	CU_ASSERT_STRING_EQUAL(http_status_line(200), "200 OK");
	CU_ASSERT_STRING_EQUAL(http_status_line(412), "412 Precondition Failed");
	for (enum err e = OK; e <= ERR_CHANGED; e++)
		CU_ASSERT_EQUAL(atoi(http_status_line(err_status(e))), err_status(e));
}

static void
a_header_appears_once(void)
{
	http_header(&out, HEADER_LOCATION, "https://as.example.com/a?b=\xc3\xa9");
	CU_ASSERT_STRING_EQUAL(out.header[HEADER_LOCATION], "https://as.example.com/a?b=\xc3\xa9");
	http_header(&out, HEADER_LOCATION, "/b");
	CU_ASSERT_STRING_EQUAL(out.header[HEADER_LOCATION], "/b");
	http_header(&out, HEADER_LOCATION, NULL);
	CU_ASSERT_PTR_NULL(out.header[HEADER_LOCATION]);
}

/* Field names are tokens, and no two slots share one (RFC 9110, 5.1). */
static void
each_header_has_a_different_name(void)
{
	for (enum header h = 0; h < HEADERS; h++) {
		const char *name = header_name(h);

		CU_ASSERT_PTR_NOT_NULL_FATAL(name);
		CU_ASSERT(*name != '\0' &&
			  strspn(name, "abcdefghijklmnopqrstuvwxyz"
				       "ABCDEFGHIJKLMNOPQRSTUVWXYZ-") == strlen(name));
		for (enum header other = 0; other < h; other++)
			CU_ASSERT_STRING_NOT_EQUAL(name, header_name(other));
	}
}

static void
add_header(void *value)
{
	http_header(&out, HEADER_LOCATION, value);
}

static void
add_cookie(void *value)
{
	http_cookie(&out, 0, value);
}

static void
add_fifth_cookie(void *value)
{
	http_cookie(&out, HTTP_COOKIES, value);
}

static void
a_control_character_ends_the_process(void)
{
	char pair[] = "a=b";

	for (int c = 1; c < 0x80; c++) {
		char value[] = { 'a', (char)c, 'b', '\0' };

		if (c < ' ' || c == 0x7f)
			CU_ASSERT(aborts_in_child(add_header, value) &&
				  aborts_in_child(add_cookie, value));
	}
	CU_ASSERT(aborts_in_child(add_fifth_cookie, pair));
}

static CU_TestInfo tests[] = { { "methods are case-sensitive [T-F10]", methods_are_case_sensitive },
			       { "every error has a status line", every_error_has_a_status_line },
			       { "a header appears once", a_header_appears_once },
			       { "each header has a different name",
				 each_header_has_a_different_name },
			       { "a control character in a header ends the process [T-B06]",
				 a_control_character_ends_the_process },
			       CU_TEST_INFO_NULL };
CU_SuiteInfo exchange_suite = { "http/exchange", NULL, NULL, exchange_setup, NULL, tests };
