/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>

#include "http/exchange.h"
#include "tests/base/dies.h"
#include "tests/run.h"

static struct http_out out;

static void
begin(void)
{
	out = (struct http_out){ .status = 200 };
}

static void
methods_have_case(void)
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
headers_are_kept_in_order(void)
{
	http_header(&out, "Cache-Control", "no-store");
	http_header(&out, "Location", "https://as.example.com/a?b=\xc3\xa9");
	CU_ASSERT_EQUAL(out.headers, 2);
	CU_ASSERT_STRING_EQUAL(out.header[0].name, "Cache-Control");
	CU_ASSERT_STRING_EQUAL(out.header[1].value, "https://as.example.com/a?b=\xc3\xa9");
}

static void
add_header(void *value)
{
	http_header(&out, "Location", value);
}

static void
a_control_character_ends_the_process(void)
{
	for (int c = 1; c < 0x80; c++) {
		char value[] = { 'a', (char)c, 'b', '\0' };

		if (c < ' ' || c == 0x7f)
			CU_ASSERT(dies(add_header, value));
	}
}

static void
one_header_too_many_ends_the_process(void)
{
	char value[] = "1";

	for (size_t i = 0; i < HTTP_HEADERS_MAX; i++)
		http_header(&out, "X", "1");
	CU_ASSERT_EQUAL(out.headers, HTTP_HEADERS_MAX);
	CU_ASSERT(dies(add_header, value));
}

static CU_TestInfo tests[] = {
	{ "methods have case [T-F10]", methods_have_case },
	{ "every error has a status line", every_error_has_a_status_line },
	{ "headers are kept in order", headers_are_kept_in_order },
	{ "a control character in a header ends the process [T-B06]",
	  a_control_character_ends_the_process },
	{ "one header too many ends the process", one_header_too_many_ends_the_process },
	CU_TEST_INFO_NULL
};
CU_SuiteInfo exchange_suite = { "http/exchange", NULL, NULL, begin, NULL, tests };
