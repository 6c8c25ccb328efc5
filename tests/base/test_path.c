/* SPDX-License-Identifier: Apache-2.0 */
#include "base/buf.h"
#include "base/uri.h"
#include "tests/base/assert_for.h"
#include "tests/run.h"

static struct arena *a;
static struct path path;

static void
path_setup(void)
{
	a = arena_new();
}

static void
path_teardown(void)
{
	arena_free(a);
}

static bool
path_accepts(const char *target)
{
	const char *why = NULL;
	enum err e = path_parse(a, target, &path, &why);

	CU_ASSERT(e == OK || (e == ERR_INVALID_REQUEST && why != NULL));
	return e == OK;
}

/* The segments, each after a bar. */
static const char *
path_segments(const char *target)
{
	struct buf b = { .arena = a };

	if (!path_accepts(target))
		return "rejected";
	for (size_t i = 0; i < path.n; i++)
		buf_printf(&b, "|%s", path.segment[i]);
	return b.data;
}

static void
segments_are_decoded_once(void)
{
	CU_ASSERT_STRING_EQUAL(path_segments("/t/acme/token"), "|t|acme|token");
	CU_ASSERT_STRING_EQUAL(path_segments("/%74oken"), "|token");
	CU_ASSERT_STRING_EQUAL(path_segments("/caf%C3%A9"), "|caf\xc3\xa9");
	CU_ASSERT_STRING_EQUAL(path_segments("/%2574oken"), "|%74oken");
	CU_ASSERT_STRING_EQUAL(path_segments("/a+b"), "|a+b");
	CU_ASSERT_STRING_EQUAL(path_segments("/.well-known/uma2-configuration"),
			       "|.well-known|uma2-configuration");
	CU_ASSERT_STRING_EQUAL(path_segments("/..."), "|...");
}

static void
a_trailing_slash_is_an_empty_last_segment(void)
{
	CU_ASSERT_STRING_EQUAL(path_segments("/"), "|");
	CU_ASSERT_STRING_EQUAL(path_segments("/token/"), "|token|");
	CU_ASSERT_STRING_EQUAL(path_segments("/token/?x"), "|token|");
}

static void
the_path_of_the_absolute_form_is_used(void)
{
	CU_ASSERT_STRING_EQUAL(path_segments("http://as.example.com/token"), "|token");
	CU_ASSERT_STRING_EQUAL(path_segments("https://as.example.com:8443/t/a?b"), "|t|a");
	CU_ASSERT_STRING_EQUAL(path_segments("http://as.example.com"), "|");
	CU_ASSERT_STRING_EQUAL(path_segments("http://as.example.com?x=/y"), "|");
	CU_ASSERT_STRING_EQUAL(path.query, "x=/y");
}

static void
the_query_begins_after_the_first_question_mark(void)
{
	path_accepts("/authorize?a=b?c/d;%2f%zz");
	CU_ASSERT_STRING_EQUAL(path.query, "a=b?c/d;%2f%zz");
	path_accepts("/authorize?");
	CU_ASSERT_STRING_EQUAL(path.query, "");
	path_accepts("/authorize");
	CU_ASSERT_PTR_NULL(path.query);
}

static void
ambiguous_paths_are_rejected(void)
{
	static const char *const wrong[] = {
		"",
		"token",
		"*",
		"?x",
		"as.example.com:443",
		"ftp://a/b",
		"HTTP:/a",
		"//",
		"//token",
		"/a//b",
		"/a//",
		"/./a",
		"/../a",
		"/a/..",
		"/a/.",
		"/a/../b",
		"/%2e/a",
		"/%2e%2e/a",
		"/.%2E/a",
		"/a/%2e.",
		"/a/..;/b",
		"/..;/a",
		"/a;b",
		"/;",
		"/a%3bb",
		"/a%3Bb",
		"/a%2fb",
		"/a%2Fb",
		"/%2f",
		"/a%5cb",
		"/a%5Cb",
		"/a\\b",
		"/\\",
		"/a%00",
		"/%00",
		"/a%00b",
		"/a%0a",
		"/a%0D",
		"/a%1f",
		"/a%7f",
		"/a%09",
		"/a%",
		"/a%4",
		"/a%4g",
		"/a%g4",
		"/a%%41",
		"/a%u0041",
		"/a b",
		"/a\tb",
		"/a\nb",
		"/a\x7f",
		"/a#b",
		"/a?b#c",
		"/a?b c",
		"/a?b\n",
		"/a?b\x7f",
		"/caf\xc3\xa9",
		"/a?\xc3\xa9",
		"/%ff",
		"/%c0%af",
		"/%c0%ae%c0%ae/a",
		"/%ed%a0%80",
		"/%e2%82",
		"http:///",
		"http:////a",
		"http://a//b",
		"\\a",
		"/a/%2e%2e%2fb",
	};

	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
		ASSERT_FOR(wrong[i], !path_accepts(wrong[i]));
}

static void
the_limits_of_segments_and_length_are_exact(void)
{
	struct buf b = { .arena = a };

	for (int i = 0; i < PATH_SEGMENTS_MAX; i++)
		buf_text(&b, "/a");
	CU_ASSERT(path_accepts(b.data));
	CU_ASSERT_EQUAL(path.n, PATH_SEGMENTS_MAX);
	buf_text(&b, "/");
	CU_ASSERT_FALSE(path_accepts(b.data));
	b = (struct buf){ .arena = a };
	buf_char(&b, '/');
	while (b.size < 8192)
		buf_char(&b, 'x');
	CU_ASSERT(path_accepts(b.data));
	buf_char(&b, 'x');
	CU_ASSERT_FALSE(path_accepts(b.data));
}

static CU_TestInfo tests[] = {
	{ "segments are decoded once [T-F10]", segments_are_decoded_once },
	{ "a trailing slash is an empty last segment", a_trailing_slash_is_an_empty_last_segment },
	{ "the path of the absolute form is used", the_path_of_the_absolute_form_is_used },
	{ "the query begins after the first question mark",
	  the_query_begins_after_the_first_question_mark },
	{ "ambiguous paths are rejected [T-F10]", ambiguous_paths_are_rejected },
	{ "the limits of segments and length are exact [T-F10]",
	  the_limits_of_segments_and_length_are_exact },
	CU_TEST_INFO_NULL
};
CU_SuiteInfo path_suite = { "base/path", NULL, NULL, path_setup, path_teardown, tests };
