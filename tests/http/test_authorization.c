/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "base/b64.h"
#include "http/authorization.h"
#include "tests/base/assert_for.h"
#include "tests/run.h"

static struct arena *a;
static struct authorization got;

static void
authorization_setup(void)
{
	a = arena_new();
}

static void
authorization_teardown(void)
{
	arena_free(a);
}

static bool
authorization_accepts(const char *header)
{
	const char *why = NULL;
	enum err e = authorization_parse(a, header, &got, &why);

	CU_ASSERT(e == OK || (e == ERR_INVALID_REQUEST && why != NULL));
	return e == OK;
}

static bool
takes_basic(const char *pair, size_t size)
{
	return authorization_accepts(arena_printf(a, "Basic %s", b64_encode(a, BYTES(pair, size))));
}

static void
an_empty_header_has_no_scheme(void)
{
	CU_ASSERT(authorization_accepts(NULL));
	CU_ASSERT_EQUAL(got.scheme, SCHEME_NONE);
	CU_ASSERT(authorization_accepts(""));
	CU_ASSERT_EQUAL(got.scheme, SCHEME_NONE);
}

/* The examples of RFC 6750, 2.1 and RFC 7617, 2. */
static void
the_examples_of_the_rfcs_are_read(void)
{
	CU_ASSERT(authorization_accepts("Bearer mF_9.B5f-4.1JqM"));
	CU_ASSERT_EQUAL(got.scheme, SCHEME_BEARER);
	CU_ASSERT_STRING_EQUAL(got.token, "mF_9.B5f-4.1JqM");
	CU_ASSERT(authorization_accepts("Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ=="));
	CU_ASSERT_EQUAL(got.scheme, SCHEME_BASIC);
	CU_ASSERT_STRING_EQUAL(got.id, "Aladdin");
	CU_ASSERT_STRING_EQUAL(got.secret, "open sesame");
	CU_ASSERT_PTR_NULL(got.alt_id);
	CU_ASSERT_PTR_NULL(got.alt_secret);
	CU_ASSERT(authorization_accepts("Basic dGVzdDoxMjPCow=="));
	CU_ASSERT_STRING_EQUAL(got.secret, "123\xc2\xa3");
}

static void
basic_credentials_are_accepted_form_encoded_and_raw(void)
{
	CU_ASSERT(authorization_accepts("Basic Yy12aWV3ZXI6czNjcjN0JTNBYyUyRnY="));
	CU_ASSERT_STRING_EQUAL(got.id, "c-viewer");
	CU_ASSERT_STRING_EQUAL(got.secret, "s3cr3t:c/v");
	CU_ASSERT_STRING_EQUAL(got.alt_id, "c-viewer");
	CU_ASSERT_STRING_EQUAL(got.alt_secret, "s3cr3t%3Ac%2Fv");
	CU_ASSERT(takes_basic("c+1:a+b", 7));
	CU_ASSERT_STRING_EQUAL(got.id, "c 1");
	CU_ASSERT_STRING_EQUAL(got.secret, "a b");
	CU_ASSERT_STRING_EQUAL(got.alt_id, "c+1");
	CU_ASSERT_STRING_EQUAL(got.alt_secret, "a+b");
}

static void
credentials_that_are_not_form_encoded_are_taken_literally(void)
{
	CU_ASSERT(takes_basic("c-1:100%", 8));
	CU_ASSERT_STRING_EQUAL(got.secret, "100%");
	CU_ASSERT_PTR_NULL(got.alt_secret);
	CU_ASSERT(takes_basic("c-1:a%00b", 9));
	CU_ASSERT_STRING_EQUAL(got.secret, "a%00b");
	CU_ASSERT(takes_basic("c-1:a%0Ab", 9));
	CU_ASSERT_STRING_EQUAL(got.secret, "a%0Ab");
	CU_ASSERT(takes_basic("c-1:a%ffb", 9));
	CU_ASSERT_STRING_EQUAL(got.secret, "a%ffb");
	CU_ASSERT_PTR_NULL(got.alt_secret);
}

static void
the_first_colon_separates_id_and_secret(void)
{
	CU_ASSERT(takes_basic("c-1:a:b:", 8));
	CU_ASSERT_STRING_EQUAL(got.id, "c-1");
	CU_ASSERT_STRING_EQUAL(got.secret, "a:b:");
	CU_ASSERT(takes_basic(":", 1));
	CU_ASSERT_STRING_EQUAL(got.id, "");
	CU_ASSERT_STRING_EQUAL(got.secret, "");
}

static void
schemes_are_case_insensitive(void)
{
	CU_ASSERT(authorization_accepts("bEARER abc"));
	CU_ASSERT_EQUAL(got.scheme, SCHEME_BEARER);
	CU_ASSERT(authorization_accepts("BASIC   YTpi"));
	CU_ASSERT_EQUAL(got.scheme, SCHEME_BASIC);
	CU_ASSERT(authorization_accepts("Bearers abc"));
	CU_ASSERT_EQUAL(got.scheme, SCHEME_OTHER);
	CU_ASSERT(authorization_accepts("Negotiate"));
	CU_ASSERT_EQUAL(got.scheme, SCHEME_OTHER);
	CU_ASSERT_PTR_NULL(got.token);
	CU_ASSERT_PTR_NULL(got.id);
}

static void
malformed_credentials_are_rejected(void)
{
	static const char *const wrong[] = {
		"Bearer",
		"Bearer ",
		"Bearer a b",
		"Bearer =",
		"Bearer a=b",
		"Bearer a\"",
		"Bearer a(b)",
		"Bearer\tabc",
		"Bearer abc ",
		"Bearer abc\n",
		"Bearer caf\xc3\xa9",
		" Bearer abc",
		"Bearer a,Bearer b",
		"Bearer abc, Basic YTpi",
		"Basic YTpi,Bearer abc",
		"Digest a=\"b\", c=\"d\"",
		"=",
		"\"",
		"Basic",
		"Basic ",
		"Basic YTpi YTpi",
		"Basic !",
		"Basic YTpi\n",
		"Basic YTo",
		"Basic YTo==",
		"Basic YWI=",
		"Basic -_-_",
		"Bearer\xc3\xa9 x",
	};

	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
		ASSERT_FOR(wrong[i], !authorization_accepts(wrong[i]));
	CU_ASSERT_FALSE(takes_basic("a\0b:c", 5));
	CU_ASSERT_FALSE(takes_basic("a:b\0", 4));
	CU_ASSERT_FALSE(takes_basic("a:\xff", 3));
	CU_ASSERT_FALSE(takes_basic("a:\xc0\xaf", 4));
	CU_ASSERT_FALSE(takes_basic("a\n:b", 4));
	CU_ASSERT_FALSE(takes_basic("a:\x7f", 3));
	CU_ASSERT_FALSE(takes_basic("", 0));
}

/* RFC 6750, 2.1: 1*( ALPHA / DIGIT / "-" / "." / "_" / "~" / "+" / "/" ) *"=" */
static void
a_token_has_only_the_characters_of_the_grammar(void)
{
	for (int c = 1; c < 256; c++) {
		bool good = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
			    (c >= 'A' && c <= 'Z') || strchr("-._~+/", c) != NULL;

		CU_ASSERT_EQUAL(authorization_accepts(arena_printf(a, "Bearer a%cb", c)), good);
	}
	CU_ASSERT(authorization_accepts("Bearer abc=="));
	CU_ASSERT_STRING_EQUAL(got.token, "abc==");
}

static void
the_length_of_the_header_is_limited(void)
{
	char *header = arena_alloc(a, 20000);

	memset(header, 'x', 19999);
	memcpy(header, "Bearer ", 7);
	CU_ASSERT_FALSE(authorization_accepts(header));
	header[8192 + 7] = '\0';
	CU_ASSERT(authorization_accepts(header));
	CU_ASSERT_EQUAL(strlen(got.token), 8192);
}

static void
the_bound_of_the_header_is_named(void)
{
	char *header = arena_alloc(a, 8706);
	const char *why = "";

	memset(header, 'x', 8705);
	CU_ASSERT_EQUAL(authorization_parse(a, header, &got, &why), ERR_INVALID_REQUEST);
	CU_ASSERT_STRING_EQUAL(why, "the Authorization header must be at most 8704 bytes");
}

static CU_TestInfo tests[] = {
	{ "the bound of the header is named", the_bound_of_the_header_is_named },
	{ "an empty header has no scheme", an_empty_header_has_no_scheme },
	{ "the examples of the RFCs are read", the_examples_of_the_rfcs_are_read },
	{ "Basic credentials are accepted form-encoded and raw [O-6749-01]",
	  basic_credentials_are_accepted_form_encoded_and_raw },
	{ "credentials that are not form-encoded are taken literally",
	  credentials_that_are_not_form_encoded_are_taken_literally },
	{ "the first colon separates id and secret", the_first_colon_separates_id_and_secret },
	{ "schemes are case-insensitive", schemes_are_case_insensitive },
	{ "malformed credentials are rejected [O-6749-03]", malformed_credentials_are_rejected },
	{ "a token has only the characters of the grammar",
	  a_token_has_only_the_characters_of_the_grammar },
	{ "the length of the header is limited [T-J03]", the_length_of_the_header_is_limited },
	CU_TEST_INFO_NULL
};
CU_SuiteInfo authorization_suite = { "http/authorization",   NULL, NULL, authorization_setup,
				     authorization_teardown, tests };
