/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The installed libfcgi, used by its public fields as in http/fcgi.c. The tests fail with a
 * release that works in another way.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/text.h"
#include "http/fcgi.h"
#include "tests/http/fcgi_records.h"
#include "tests/run.h"

/* A connection, its input, and its output. */
struct line {
	int peer, ours;
	struct fcgi *fcgi;
	struct exchange x;
	struct buf params; /* for the next request */
};

static struct line
line_new(void)
{
	struct line l = { .x.arena = arena_new() };
	int pair[2];

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, pair) < 0)
		abort();
	fcgi_start();
	l.peer = pair[0];
	l.ours = pair[1];
	l.fcgi = fcgi_new();
	l.params.arena = l.x.arena;
	return l;
}

static void
line_free(struct line *l)
{
	fcgi_free(l->fcgi);
	close(l->peer);
	if (l->ours >= 0)
		close(l->ours);
	arena_free(l->x.arena);
}

static void
fcgi_add_param(struct line *l, const char *name, const char *value)
{
	record_add_pair(&l->params, name, value, 0);
}

/* Sends the parameters that were added, and a body, and reads the request. */
static bool
fcgi_send_and_read(struct line *l, const char *body)
{
	struct buf b = { .arena = l->x.arena };
	bool read;

	record_add_begin(&b, 1, 1, 1);
	record_add_streams(&b, 1, buf_bytes(&l->params), bytes_of(body));
	if (write(l->peer, b.data, b.size) != (ssize_t)b.size)
		abort();
	read = fcgi_read(l->fcgi, &l->ours, &l->x);
	l->params = (struct buf){ .arena = l->x.arena };
	return read;
}

static bool
post_arrives(struct line *l, const char *length, const char *body)
{
	fcgi_add_param(l, "REQUEST_METHOD", "POST");
	fcgi_add_param(l, "REQUEST_URI", "/token");
	if (length != NULL)
		fcgi_add_param(l, "CONTENT_LENGTH", length);
	return fcgi_send_and_read(l, body);
}

/* The content of FCGI_STDOUT in the response; NULL if the records are not as in 5.5. */
static const char *
comes_back(struct line *l)
{
	struct buf out = { .arena = l->x.arena };
	uint8_t data[200000];
	ssize_t size = 0, n, at = 0;

	while ((n = read(l->peer, data + size, sizeof(data) - (size_t)size)) > 0)
		size += n;
	while (at + 8 <= size) {
		size_t length = (size_t)data[at + 4] << 8 | data[at + 5];

		if (data[at + 1] == R_END)
			return at + 16 == size ? out.data : NULL;
		buf_add(&out, data + at + 8, length);
		at += 8 + (ssize_t)length + data[at + 6];
	}
	return NULL;
}

static void
a_request_arrives_as_an_exchange(void)
{
	struct line l = line_new();
	const struct http_in *in = &l.x.in;

	fcgi_add_param(&l, "REQUEST_METHOD", "POST");
	fcgi_add_param(&l, "REQUEST_URI", "/t/acme/token?a=b");
	fcgi_add_param(&l, "CONTENT_TYPE", "text/plain");
	fcgi_add_param(&l, "CONTENT_LENGTH", "4");
	fcgi_add_param(&l, "HTTP_HOST", "AS.Example.COM:8443");
	fcgi_add_param(&l, "HTTPS", "on");
	fcgi_add_param(&l, "REMOTE_ADDR", "192.0.2.7");
	fcgi_add_param(&l, "HTTP_AUTHORIZATION", "Bearer x");
	fcgi_add_param(&l, "HTTP_ACCEPT", "*/*");
	fcgi_add_param(&l, "HTTP_IF_MATCH", "\"1\"");
	fcgi_add_param(&l, "HTTP_IF_NONE_MATCH", "\"2\"");
	fcgi_add_param(&l, "HTTP_ORIGIN", "https://o.example");
	CU_ASSERT_TRUE_FATAL(fcgi_send_and_read(&l, "body"));
	CU_ASSERT_EQUAL(in->fault, OK);
	CU_ASSERT_EQUAL(in->method, M_POST);
	CU_ASSERT_STRING_EQUAL(in->uri, "/t/acme/token?a=b");
	CU_ASSERT_STRING_EQUAL(in->host, "as.example.com");
	CU_ASSERT_TRUE(in->https);
	CU_ASSERT_STRING_EQUAL(in->content_type, "text/plain");
	CU_ASSERT_STRING_EQUAL(in->remote, "192.0.2.7");
	CU_ASSERT_STRING_EQUAL(in->authorization, "Bearer x");
	CU_ASSERT_STRING_EQUAL(in->if_match, "\"1\"");
	CU_ASSERT_STRING_EQUAL(in->if_none_match, "\"2\"");
	CU_ASSERT_STRING_EQUAL(in->origin, "https://o.example");
	CU_ASSERT_TRUE(bytes_equal(in->body, bytes_of("body")));
	line_free(&l);
}

static void
an_absent_or_empty_parameter_is_null(void)
{
	struct line l = line_new();

	fcgi_add_param(&l, "REQUEST_METHOD", "GET");
	fcgi_add_param(&l, "REQUEST_URI", "/");
	fcgi_add_param(&l, "HTTP_AUTHORIZATION", "");
	fcgi_add_param(&l, "CONTENT_LENGTH", "");
	CU_ASSERT_TRUE_FATAL(fcgi_send_and_read(&l, ""));
	CU_ASSERT_EQUAL(l.x.in.fault, OK);
	CU_ASSERT_PTR_NULL(l.x.in.authorization);
	CU_ASSERT_PTR_NULL(l.x.in.content_type);
	CU_ASSERT_STRING_EQUAL(l.x.in.host, "");
	CU_ASSERT_FALSE(l.x.in.https);
	CU_ASSERT_EQUAL(l.x.in.body.size, 0);
	line_free(&l);
}

static void
a_request_without_method_or_uri_gets_no_response(void)
{
	struct line l = line_new();

	fcgi_add_param(&l, "REQUEST_METHOD", "GET");
	CU_ASSERT_FALSE(fcgi_send_and_read(&l, ""));
	fcgi_add_param(&l, "REQUEST_URI", "/");
	CU_ASSERT_FALSE(fcgi_send_and_read(&l, ""));
	fcgi_add_param(&l, "REQUEST_METHOD", "GET");
	fcgi_add_param(&l, "REQUEST_URI", "");
	CU_ASSERT_FALSE(fcgi_send_and_read(&l, ""));
	line_free(&l);
}

static void
a_repeated_parameter_is_a_fault(void)
{
	static const char *const names[] = {
		"REQUEST_METHOD", "REQUEST_URI",	"CONTENT_TYPE", "HTTP_HOST",
		"HTTPS",	  "HTTP_AUTHORIZATION", "REMOTE_ADDR",
	};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		struct line l = line_new();

		fcgi_add_param(&l, names[i], ""); /* even when one of them is empty */
		fcgi_add_param(&l, "REQUEST_METHOD", "GET");
		fcgi_add_param(&l, "REQUEST_URI", "/");
		fcgi_add_param(&l, names[i], "x");
		CU_ASSERT_TRUE_FATAL(fcgi_send_and_read(&l, ""));
		CU_ASSERT_EQUAL_FATAL(l.x.in.fault, ERR_INVALID_REQUEST);
		CU_ASSERT_PTR_NOT_NULL(strstr(l.x.in.why, names[i]));
		line_free(&l);
	}
}

/* A value of the maximum length arrives. A value that is one byte longer is rejected, and no
 * part of it is stored. */
static void
the_maximum_length_of_each_parameter_is_exact(void)
{
	static const struct {
		const char *name;
		size_t max;
		enum err fault;
	} row[] = {
		{ "REQUEST_METHOD", 64, ERR_INVALID_REQUEST },
		{ "HTTPS", 16, ERR_INVALID_REQUEST },
		{ "REMOTE_ADDR", 64, ERR_INVALID_REQUEST },
		{ "HTTP_HOST", 1024, ERR_HEADERS_TOO_LARGE },
		{ "CONTENT_TYPE", 1024, ERR_HEADERS_TOO_LARGE },
		{ "HTTP_ORIGIN", 1024, ERR_HEADERS_TOO_LARGE },
		{ "HTTP_IF_MATCH", 4096, ERR_HEADERS_TOO_LARGE },
		{ "HTTP_IF_NONE_MATCH", 4096, ERR_HEADERS_TOO_LARGE },
		{ "HTTP_AUTHORIZATION", 16384, ERR_HEADERS_TOO_LARGE },
	};

	for (size_t i = 0; i < 2 * sizeof(row) / sizeof(row[0]); i++) {
		struct line l = line_new();
		size_t size = row[i / 2].max + i % 2;
		char *value = arena_alloc(l.x.arena, size + 1);

		memset(value, 'v', size);
		fcgi_add_param(&l, "REQUEST_URI", "/");
		if (i / 2 > 0)
			fcgi_add_param(&l, "REQUEST_METHOD", "GET");
		fcgi_add_param(&l, row[i / 2].name, value);
		CU_ASSERT_TRUE_FATAL(fcgi_send_and_read(&l, ""));
		CU_ASSERT_EQUAL(l.x.in.fault, i % 2 == 0 ? OK : row[i / 2].fault);
		if (i % 2 != 0)
			CU_ASSERT_PTR_NOT_NULL(strstr(l.x.in.why, row[i / 2].name));
		line_free(&l);
	}
}

static void
other_parameters_are_ignored(void)
{
	struct line l = line_new();

	fcgi_add_param(&l, "REQUEST_METHOD", "GET");
	fcgi_add_param(&l, "REQUEST_URI", "/");
	fcgi_add_param(&l, "HTTP_PROXY", "http://evil.example");
	fcgi_add_param(&l, "HTTP_PROXY", "http://evil.example");
	fcgi_add_param(&l, "REMOTE_USER", "root");
	fcgi_add_param(&l, "HTTP_HTTPS", "on");
	fcgi_add_param(&l, "HTTP_REMOTE_ADDR", "127.0.0.1");
	fcgi_add_param(&l, "HTTP_X_HTTP_METHOD_OVERRIDE", "DELETE");
	fcgi_add_param(&l, "REQUEST_METHO", "PUT");
	fcgi_add_param(&l, "REQUEST_METHOD_", "PUT");
	CU_ASSERT_TRUE_FATAL(fcgi_send_and_read(&l, ""));
	CU_ASSERT_EQUAL(l.x.in.fault, OK);
	CU_ASSERT_EQUAL(l.x.in.method, M_GET);
	CU_ASSERT_FALSE(l.x.in.https);
	CU_ASSERT_PTR_NULL(l.x.in.remote);
	line_free(&l);
}

static void
lengths_must_match_the_body(void)
{
	static const struct {
		const char *length;
		enum err fault;
	} row[] = {
		{ NULL, OK },
		{ "", OK },
		{ "-1", OK },
		{ "4", OK },
		{ "0", ERR_INVALID_REQUEST },
		{ "3", ERR_INVALID_REQUEST },
		{ "5", ERR_INVALID_REQUEST },
		{ "+4", ERR_INVALID_REQUEST },
		{ "4 ", ERR_INVALID_REQUEST },
		{ "0x4", ERR_INVALID_REQUEST },
		{ "-2", ERR_INVALID_REQUEST },
		{ "4,4", ERR_INVALID_REQUEST },
		{ "99999999999999999999", ERR_INVALID_REQUEST },
		{ "65537", ERR_TOO_LARGE },
		{ "4294967300", ERR_TOO_LARGE },
	};

	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		struct line l = line_new();

		CU_ASSERT_TRUE_FATAL(post_arrives(&l, row[i].length, "body"));
		CU_ASSERT_EQUAL(l.x.in.fault, row[i].fault);
		line_free(&l);
	}
}

static void
the_host_is_lower_case_without_port(void)
{
	static const char *const row[][2] = {
		{ "a.example:443", "a.example" },	  { "A.EXAMPLE", "a.example" },
		{ "[2001:DB8::1]:443", "[2001:db8::1]" }, { "[::1]", "[::1]" },
		{ "127.0.0.1:8080", "127.0.0.1" },	  { "a.example:", "a.example" },
	};

	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		struct line l = line_new();

		fcgi_add_param(&l, "REQUEST_METHOD", "GET");
		fcgi_add_param(&l, "REQUEST_URI", "/");
		fcgi_add_param(&l, "HTTP_HOST", row[i][0]);
		CU_ASSERT_TRUE_FATAL(fcgi_send_and_read(&l, ""));
		CU_ASSERT_STRING_EQUAL(l.x.in.host, row[i][1]);
		line_free(&l);
	}
}

static void
https_is_on_or_off(void)
{
	static const struct {
		const char *value;
		bool on;
	} row[] = { { "on", true }, { "ON", true }, { "1", true },   { "off", false },
		    { "", false },  { "0", false }, { "no", false }, { "only", false } };

	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		struct line l = line_new();

		fcgi_add_param(&l, "REQUEST_METHOD", "GET");
		fcgi_add_param(&l, "REQUEST_URI", "/");
		fcgi_add_param(&l, "HTTPS", row[i].value);
		CU_ASSERT_TRUE_FATAL(fcgi_send_and_read(&l, ""));
		CU_ASSERT_EQUAL(l.x.in.https, row[i].on);
		line_free(&l);
	}
}

/* Answers a request of `method` with `status` and a body. Returns the bytes that the front end
 * receives. */
static const char *
answer_to(struct line *l, const char *method, int status, const char *body)
{
	fcgi_add_param(l, "REQUEST_METHOD", method);
	fcgi_add_param(l, "REQUEST_URI", "/");
	if (!fcgi_send_and_read(l, ""))
		return NULL;
	l->x.out.status = status;
	l->x.out.content_type = body != NULL ? "text/plain" : NULL;
	l->x.out.body = bytes_of(body != NULL ? body : "");
	http_header(&l->x.out, HEADER_CACHE_CONTROL, "no-store");
	if (!fcgi_write(l->fcgi, l->ours, &l->x))
		return NULL;
	return comes_back(l);
}

static void
a_response_has_status_headers_and_length(void)
{
	struct line l = line_new();
	const char *got = answer_to(&l, "GET", 200, "hello");

	CU_ASSERT_PTR_NOT_NULL_FATAL(got);
	CU_ASSERT_STRING_EQUAL(got, "Status: 200 OK\r\nContent-Type: text/plain\r\n"
				    "Cache-Control: no-store\r\nContent-Length: 5\r\n\r\nhello");
	line_free(&l);
}

static void
each_cookie_has_a_header_of_its_own(void)
{
	struct line l = line_new();
	const char *got;

	fcgi_add_param(&l, "REQUEST_METHOD", "GET");
	fcgi_add_param(&l, "REQUEST_URI", "/");
	fcgi_add_param(&l, "HTTP_COOKIE", "a=b; c=d");
	CU_ASSERT_TRUE_FATAL(fcgi_send_and_read(&l, ""));
	CU_ASSERT_STRING_EQUAL(l.x.in.cookie, "a=b; c=d");
	l.x.out.status = 303;
	http_cookie(&l.x.out, 3, "l=de; Path=/");
	http_cookie(&l.x.out, 0, "s=1; Path=/");
	http_cookie(&l.x.out, 0, "s=2; Path=/");
	CU_ASSERT_TRUE_FATAL(fcgi_write(l.fcgi, l.ours, &l.x));
	got = comes_back(&l);
	CU_ASSERT_PTR_NOT_NULL_FATAL(got);
	CU_ASSERT_STRING_EQUAL(got, "Status: 303 See Other\r\nSet-Cookie: s=2; Path=/\r\n"
				    "Set-Cookie: l=de; Path=/\r\nContent-Length: 0\r\n\r\n");
	line_free(&l);
}

static void
some_answers_have_no_body(void)
{
	struct line l = line_new();
	const char *got = answer_to(&l, "HEAD", 200, "hello");

	CU_ASSERT_PTR_NOT_NULL_FATAL(got);
	CU_ASSERT_TRUE(text_ends(got, "Content-Length: 5\r\n\r\n"));
	got = answer_to(&l, "DELETE", 204, NULL);
	CU_ASSERT_PTR_NOT_NULL_FATAL(got);
	CU_ASSERT_STRING_EQUAL(got, "Status: 204 No Content\r\nCache-Control: no-store\r\n\r\n");
	got = answer_to(&l, "GET", 304, "must not go out");
	CU_ASSERT_PTR_NOT_NULL_FATAL(got);
	CU_ASSERT_PTR_NULL(strstr(got, "must not"));
	CU_ASSERT_PTR_NULL(strstr(got, "Content-Length"));
	got = answer_to(&l, "POST", 200, NULL);
	CU_ASSERT_PTR_NOT_NULL_FATAL(got);
	CU_ASSERT_TRUE(text_ends(got, "Content-Length: 0\r\n\r\n"));
	line_free(&l);
}

static void
a_thousand_requests_use_one_connection_each_with_its_own_data(void)
{
	struct line l = line_new();

	for (int i = 0; i < 1000; i++) {
		const char *got = answer_to(&l, "GET", 200, i % 2 ? "odd" : "even");

		CU_ASSERT_PTR_NOT_NULL_FATAL(got);
		CU_ASSERT_TRUE(text_ends(got, i % 2 ? "\r\n\r\nodd" : "\r\n\r\neven"));
		arena_reset(l.x.arena);
		l.params = (struct buf){ .arena = l.x.arena };
	}
	CU_ASSERT_TRUE(fcntl(l.ours, F_GETFD) >= 0);
	line_free(&l);
}

static void
headers_too_long_for_nginx_become_500(void)
{
	struct line l = line_new();
	char *value = arena_alloc(l.x.arena, 4200);
	const char *got;

	memset(value, 'v', 4199);
	CU_ASSERT_TRUE_FATAL(post_arrives(&l, "1", "x"));
	l.x.out.status = 200;
	http_header(&l.x.out, HEADER_LOCATION, value);
	CU_ASSERT_TRUE(fcgi_write(l.fcgi, l.ours, &l.x));
	got = comes_back(&l);
	CU_ASSERT_PTR_NOT_NULL_FATAL(got);
	CU_ASSERT_TRUE(text_starts(got, "Status: 500 "));
	CU_ASSERT_PTR_NULL(strstr(got, "vvv"));
	line_free(&l);
}

static void
a_closed_connection_does_not_affect_others(void)
{
	struct line l = line_new();

	CU_ASSERT_TRUE_FATAL(post_arrives(&l, "1", "x"));
	close(l.peer);
	l.peer = dup(0);
	l.x.out.status = 200;
	CU_ASSERT_FALSE(fcgi_write(l.fcgi, l.ours, &l.x)); /* without SIGPIPE */
	CU_ASSERT_TRUE(fcntl(l.ours, F_GETFD) >= 0);
	CU_ASSERT_FALSE(fcgi_read(l.fcgi, &l.ours, &l.x));
	CU_ASSERT_EQUAL(l.ours, -1); /* the library has closed it */
	line_free(&l);
}

static void
a_request_replayed_from_memory_is_the_same(void)
{
	struct line l = line_new();
	uint8_t *body = arena_alloc(l.x.arena, 65536);
	int file = memfd_create("test", MFD_CLOEXEC);
	struct fcgi_request q = { .id = 300, .role = ROLE_RESPONDER, .keep = true };

	memset(body, 'b', 65536);
	fcgi_add_param(&l, "REQUEST_METHOD", "POST");
	fcgi_add_param(&l, "REQUEST_URI", "/again");
	q.params = buf_bytes(&l.params);
	q.body = BYTES(body, 65536);
	for (int i = 0; i < 2; i++) {
		CU_ASSERT_TRUE_FATAL(fcgi_replay(file, l.x.arena, &q));
		CU_ASSERT_TRUE_FATAL(fcgi_read(l.fcgi, &file, &l.x));
		CU_ASSERT_STRING_EQUAL(l.x.in.uri, "/again");
		CU_ASSERT_EQUAL(l.x.in.body.size, 65536);
		CU_ASSERT_EQUAL(l.x.in.body.data[65535], 'b');
	}
	l.x.out.status = 200;
	CU_ASSERT_TRUE(fcgi_write(l.fcgi, l.ours, &l.x));
	CU_ASSERT_PTR_NOT_NULL(comes_back(&l));
	close(file);
	line_free(&l);
}

static CU_TestInfo tests[] = {
	{ "a request arrives as an exchange [O-FCGI-09]", a_request_arrives_as_an_exchange },
	{ "an absent or empty parameter is NULL", an_absent_or_empty_parameter_is_null },
	{ "a request without method or URI gets no response [T-F03]",
	  a_request_without_method_or_uri_gets_no_response },
	{ "a repeated parameter is a fault [T-F07]", a_repeated_parameter_is_a_fault },
	{ "the maximum length of each parameter is exact [T-F02]",
	  the_maximum_length_of_each_parameter_is_exact },
	{ "other parameters are ignored [O-FCGI-09 T-F06 T-F07]", other_parameters_are_ignored },
	{ "lengths must match the body [O-FCGI-08 T-F04]", lengths_must_match_the_body },
	{ "the host is lower case, without port", the_host_is_lower_case_without_port },
	{ "only on and 1 mean https [O-FCGI-09]", https_is_on_or_off },
	{ "a response has status, headers and length [O-FCGI-10]",
	  a_response_has_status_headers_and_length },
	{ "each cookie has a header of its own", each_cookie_has_a_header_of_its_own },
	{ "HEAD, 204 and 304 have no body [O-FCGI-10]", some_answers_have_no_body },
	{ "a thousand requests use one connection, each with its own data [O-FCGI-04 T-F09]",
	  a_thousand_requests_use_one_connection_each_with_its_own_data },
	{ "headers too long for nginx become 500", headers_too_long_for_nginx_become_500 },
	{ "a closed connection does not affect others [T-F05]",
	  a_closed_connection_does_not_affect_others },
	{ "a request replayed from memory is the same [O-FCGI-02]",
	  a_request_replayed_from_memory_is_the_same },
	CU_TEST_INFO_NULL
};
CU_SuiteInfo fcgi_suite = { "http/fcgi", NULL, NULL, NULL, NULL, tests };
