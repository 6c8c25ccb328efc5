/* SPDX-License-Identifier: Apache-2.0 */
#include "base/buf.h"
#include "base/uri.h"
#include "tests/base/assert_for.h"
#include "tests/run.h"

static struct arena *a;

static void
uri_setup(void)
{
	a = arena_new();
}

static void
uri_teardown(void)
{
	arena_free(a);
}

static bool
is_uri(const char *text)
{
	const char *why = NULL;
	struct uri u;
	enum err e = uri_parse(a, text, &u, &why);

	CU_ASSERT_EQUAL(e == OK, why == NULL);
	return e == OK;
}

static bool
is_issuer(const char *text)
{
	const char *why;
	struct uri u;

	return uri_check_issuer(a, text, &u, &why) == OK;
}

static bool
is_redirect(const char *text)
{
	const char *why;

	return uri_check_redirect(a, text, &why) == OK;
}

static void
each_is(bool wanted, bool (*what)(const char *), const char *const *text)
{
	for (; *text != NULL; text++)
		ASSERT_FOR(*text, what(*text) == wanted);
}

static struct uri
uri_parse_text(const char *text)
{
	const char *why;
	struct uri u = { 0 };

	CU_ASSERT_EQUAL(uri_parse(a, text, &u, &why), OK);
	return u;
}

/* RFC 3986, 3 and 1.1.2 */
static void
the_parts_of_a_uri_are_split(void)
{
	struct uri u =
		uri_parse_text("HTTPS://Bob:x@As.Example.COM:8443/Over/There%2F?name=Ferret#nose");

	CU_ASSERT_STRING_EQUAL(u.scheme, "https");
	CU_ASSERT_STRING_EQUAL(u.host, "as.example.com");
	CU_ASSERT_STRING_EQUAL(u.port, "8443");
	CU_ASSERT_STRING_EQUAL(u.path, "/Over/There%2F");
	CU_ASSERT(u.has_userinfo && u.has_query && u.has_fragment);
	u = uri_parse_text("http://[2001:DB8::7]/c=GB?one");
	CU_ASSERT_STRING_EQUAL(u.host, "[2001:db8::7]");
	CU_ASSERT_PTR_NULL(u.port);
	CU_ASSERT(!u.has_userinfo && u.has_query && !u.has_fragment);
	u = uri_parse_text("urn:example:animal:ferret:nose");
	CU_ASSERT_STRING_EQUAL(u.scheme, "urn");
	CU_ASSERT_PTR_NULL(u.host);
	CU_ASSERT_STRING_EQUAL(u.path, "example:animal:ferret:nose");
	u = uri_parse_text("https://as.example.com");
	CU_ASSERT_STRING_EQUAL(u.path, "");
	u = uri_parse_text("https://@as.example.com/?#");
	CU_ASSERT(u.has_userinfo && u.has_query && u.has_fragment);
	u = uri_parse_text("com.example.app:/oauth/cb");
	CU_ASSERT_STRING_EQUAL(u.path, "/oauth/cb");
}

static void
text_that_is_not_an_absolute_uri_is_rejected(void)
{
	struct buf b = { .arena = a };

	each_is(false, is_uri,
		(const char *const[]){ "",
				       "/path",
				       "//host/path",
				       "?q",
				       "#f",
				       "as.example.com",
				       "as.example.com/x",
				       "1http://a/",
				       "https://a b/",
				       "https://a/ b",
				       "https://a/\\b",
				       "https://a\\@b/",
				       "https://a/\n",
				       "https://a/%",
				       "https://a/%4",
				       "https://a/%zz",
				       "https://a/<x>",
				       "https://a/\"",
				       "https://a/{x}",
				       "https://a/`",
				       "https://a/|",
				       "https://a/^",
				       "https://caf\xc3\xa9/",
				       "https://a/\x7f",
				       " https://a/",
				       "https://a/ ",
				       "https://[::1",
				       "https://[::g]/",
				       "https://a:x/",
				       "https://a:/",
				       "https://a:0/",
				       "https://a:65536/",
				       "https://a:080/",
				       "https://a:99999999999/",
				       "https://a:1:2/",
				       "https://a@b@c/",
				       "https://a/#b#c",
				       "://a/",
				       "ht~tp://a/",
				       NULL });
	CU_ASSERT_FALSE(is_uri(NULL));
	CU_ASSERT(is_uri("https://a:65535/"));
	buf_text(&b, "https://a/");
	while (b.size < 2048)
		buf_char(&b, 'x');
	CU_ASSERT(is_uri(b.data));
	buf_char(&b, 'x');
	CU_ASSERT_FALSE(is_uri(b.data));
}

static void
an_issuer_must_use_https_or_http_on_loopback(void)
{
	each_is(true, is_issuer,
		(const char *const[]){ "https://as.example.com", "https://as.example.com:8443",
				       "https://host.example/t/acme", "http://127.0.0.1:8080",
				       "http://127.8.9.10/t/a", "http://[::1]:8080",
				       "http://localhost", "HTTPS://as.example.com", NULL });
	each_is(false, is_issuer,
		(const char *const[]){ "http://as.example.com",
				       "http://126.0.0.1",
				       "http://128.0.0.1",
				       "http://localhost.example.com",
				       "http://127.0.0.1.example.com",
				       "http://127.1",
				       "http://[::2]",
				       "http://0x7f.0.0.1",
				       "https://as.example.com/",
				       "https://as.example.com/t/",
				       "https://as.example.com?x",
				       "https://as.example.com/t?x=1",
				       "https://as.example.com#x",
				       "https://a@as.example.com",
				       "https://as.example.com/t?",
				       "https://as.example.com/t#",
				       "https:///t",
				       "https:t",
				       "https://",
				       "ftp://as.example.com",
				       "urn:x:y",
				       "as.example.com",
				       "https://as.example.com//t",
				       "https://as.example.com/../t",
				       "https://as.example.com/t/.",
				       "https://as.example.com/%2e",
				       "https://as.example.com/a%2Fb",
				       "https://as.example.com/a;b",
				       NULL });
}

static void
an_ambiguous_redirect_uri_is_rejected(void)
{
	each_is(true, is_redirect,
		(const char *const[]){
			"https://client.example.com/cb", "https://client.example.com/cb?a=b",
			"https://client.example", "http://127.0.0.1/cb",
			"http://127.0.0.1:51004/oauth2redirect/x", "http://[::1]:61023/cb",
			"http://localhost:3000/cb", "com.example.app:/oauth2redirect/x",
			"com.example.app://cb", NULL });
	each_is(false, is_redirect,
		(const char *const[]){ "http://client.example.com/cb",
				       "https://client.example.com/cb#",
				       "https://c.example/cb#frag",
				       "https://user@client.example.com/cb",
				       "https://@client.example.com/cb",
				       "https://a@b@client.example.com/cb",
				       "https://client.example.com\\@evil.example/cb",
				       "https://client.example.com/..;/cb",
				       "https://client.example.com/../cb",
				       "https://client.example.com/a/..",
				       "https://client.example.com/./cb",
				       "https://client.example.com/%2e%2e/cb",
				       "https://client.example.com/%2E./cb",
				       "https://client.example.com/a%5Cb",
				       "https://client.example.com/a%5cb",
				       "https://client.example.com/a%00",
				       "https://client.example.com/a%0dX:y",
				       "https://client.example.com/a%0aX:y",
				       "com.example.app://user@cb",
				       "https:client.example.com/cb",
				       "https:/client.example.com/cb",
				       "https:///cb",
				       "https://*.example.com/cb\n",
				       "javascript:alert(1)",
				       "data:text/html,x",
				       "vbscript:x",
				       "file:///etc/passwd",
				       "myapp:/cb",
				       "about:blank",
				       "ftp://client.example.com/cb",
				       "https://evil.example;client.example/cb",
				       "https://a%2eb/cb",
				       "https://a!b/cb",
				       "http://localhost.evil.example/cb",
				       "http://127.0.0.1.evil.example/cb",
				       "http://127.0.0.1@evil.example/cb",
				       "http://2130706433/cb",
				       "http://127.1/cb",
				       "http://[::ffff:127.0.0.1]/cb",
				       "http://0.0.0.0/cb",
				       "/cb",
				       "//client.example.com/cb",
				       "cb",
				       "",
				       "https://client.example.com:99999/cb",
				       "https://client.example.com/ cb",
				       "\thttps://client.example.com/cb",
				       NULL });
	CU_ASSERT_FALSE(is_redirect(NULL));
}

/* RFC 8252, 7.3 and 8.3; RFC 9700, 2.1. */
static void
a_redirect_uri_is_compared_byte_by_byte(void)
{
	static const char *const cases[][3] = {
		{ "y", "https://c.example/cb", "https://c.example/cb" },
		{ "y", "https://c.example/cb?a=1", "https://c.example/cb?a=1" },
		{ "n", "https://c.example/cb", "https://c.example/cb/" },
		{ "n", "https://c.example/cb", "https://c.example/Cb" },
		{ "n", "https://c.example/cb", "https://C.example/cb" },
		{ "n", "https://c.example/cb", "HTTPS://c.example/cb" },
		{ "n", "https://c.example/cb", "http://c.example/cb" },
		{ "n", "https://c.example/cb", "https://c.example:443/cb" },
		{ "n", "https://c.example/cb", "https://c.example:8443/cb" },
		{ "n", "https://c.example/cb", "https://u@c.example/cb" },
		{ "n", "https://c.example/cb", "https://c.example@evil.example/cb" },
		{ "n", "https://c.example/cb", "https://c.example.evil.example/cb" },
		{ "n", "https://c.example/cb", "https://c.example/cb#x" },
		{ "n", "https://c.example/cb", "https://c.example/cb?x=1" },
		{ "n", "https://c.example/cb", "https://c.example/cb/../x" },
		{ "n", "https://c.example/cb", "https://c.example/%63b" },
		{ "n", "https://c.example/cb", " https://c.example/cb" },
		{ "n", "https://c.example/cb", "" },
		{ "y", "http://127.0.0.1/cb", "http://127.0.0.1/cb" },
		{ "y", "http://127.0.0.1/cb", "http://127.0.0.1:50000/cb" },
		{ "y", "http://127.0.0.1:1234/cb?a", "http://127.0.0.1:65535/cb?a" },
		{ "y", "http://127.0.0.1:1234/cb", "http://127.0.0.1/cb" },
		{ "y", "http://[::1]/cb", "http://[::1]:1/cb" },
		{ "n", "http://127.0.0.1/cb", "http://127.0.0.1:0/cb" },
		{ "n", "http://127.0.0.1/cb", "http://127.0.0.1:65536/cb" },
		{ "n", "http://127.0.0.1/cb", "http://127.0.0.1:/cb" },
		{ "n", "http://127.0.0.1/cb", "http://127.0.0.1:08/cb" },
		{ "n", "http://127.0.0.1/cb", "http://127.0.0.1:999999999999999999999/cb" },
		{ "n", "http://127.0.0.1/cb", "http://127.0.0.1:80/cb/" },
		{ "n", "http://127.0.0.1/cb", "http://127.0.0.1:80/Cb" },
		{ "n", "http://127.0.0.1/cb", "http://127.0.0.1:80@evil.example/cb" },
		{ "n", "http://127.0.0.1/cb", "http://127.0.0.1.evil.example/cb" },
		{ "n", "http://127.0.0.1/cb", "http://127.0.0.1:80.evil.example/cb" },
		{ "n", "http://127.0.0.1/cb", "https://127.0.0.1:80/cb" },
		{ "n", "http://127.0.0.1/cb", "http://[::1]:80/cb" },
		{ "n", "http://127.0.0.1/cb", "http://localhost:80/cb" },
		{ "n", "http://localhost/cb", "http://localhost:80/cb" },
		{ "n", "https://127.0.0.1/cb", "https://127.0.0.1:80/cb" },
		{ "n", "http://127.0.0.1", "http://127.0.0.1/" },
	};

	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
		ASSERT_FOR(cases[i][2], uri_redirect_matches(cases[i][1], cases[i][2]) ==
						(cases[i][0][0] == 'y'));
}

static void
links_that_people_follow_must_use_http_or_https(void)
{
	CU_ASSERT(uri_is_web(a, "https://client.example.com/logo.png"));
	CU_ASSERT(uri_is_web(a, "http://client.example.com/logo.png?x#y"));
	CU_ASSERT_FALSE(uri_is_web(a, "javascript:alert(1)"));
	CU_ASSERT_FALSE(uri_is_web(a, "https:logo.png"));
	CU_ASSERT_FALSE(uri_is_web(a, "https:///logo.png"));
	CU_ASSERT_FALSE(uri_is_web(a, "https://paypal.example@evil.example/"));
	CU_ASSERT_FALSE(uri_is_web(a, "logo.png"));
}

static CU_TestInfo tests[] = {
	{ "the parts of a URI are split", the_parts_of_a_uri_are_split },
	{ "text that is not an absolute URI is rejected [T-P08]",
	  text_that_is_not_an_absolute_uri_is_rejected },
	{ "an issuer must use https, or http on loopback [O-8414-01]",
	  an_issuer_must_use_https_or_http_on_loopback },
	{ "an ambiguous redirect URI is rejected [T-P08]", an_ambiguous_redirect_uri_is_rejected },
	{ "a redirect URI is compared byte by byte; only the port of a loopback address is free "
	  "[O-9700-01]",
	  a_redirect_uri_is_compared_byte_by_byte },
	{ "links that people follow must use http or https",
	  links_that_people_follow_must_use_http_or_https },
	CU_TEST_INFO_NULL
};
CU_SuiteInfo uri_suite = { "base/uri", NULL, NULL, uri_setup, uri_teardown, tests };
