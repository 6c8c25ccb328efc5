/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/run.h"
#include "web/reply.h"

static struct http_in in;
static struct http_out out;
static struct request rq;

static void
reply_setup(void)
{
	out = (struct http_out){ 0 };
	rq = (struct request){ .work = { .arena = arena_new() }, .in = &in, .out = &out };
}

static void
reply_teardown(void)
{
	arena_free(rq.work.arena);
}

static const char *
reply_header_value(enum header h)
{
	return out.header[h] != NULL ? out.header[h] : "";
}

static const char *
reply_body_text(void)
{
	return arena_strndup(rq.work.arena, (const char *)out.body.data, out.body.size);
}

static void
reply_reject_with(enum err e, const char *why)
{
	out = (struct http_out){ 0 };
	work_fail_with(&rq.work, e, why);
	reply_error(&rq, e);
}

static void
a_json_response_is_complete_and_has_no_store(void)
{
	struct buf b = reply_object(&rq);

	out_text(&b, "a", "b");
	reply_json(&rq, 201, &b);
	CU_ASSERT_EQUAL(out.status, 201);
	CU_ASSERT_STRING_EQUAL(out.content_type, "application/json");
	CU_ASSERT_STRING_EQUAL(reply_body_text(), "{\"a\":\"b\"}");
	CU_ASSERT_STRING_EQUAL(reply_header_value(HEADER_CACHE_CONTROL), "no-store");
	CU_ASSERT_STRING_EQUAL(reply_header_value(HEADER_PRAGMA), "no-cache");
}

static void
an_empty_response_has_no_content_type(void)
{
	reply_empty(&rq, 204);
	CU_ASSERT_EQUAL(out.status, 204);
	CU_ASSERT_PTR_NULL(out.content_type);
	CU_ASSERT_EQUAL(out.body.size, 0);
}

static void
a_response_may_be_cacheable(void)
{
	reply_cacheable(&rq, 60);
	CU_ASSERT_STRING_EQUAL(reply_header_value(HEADER_CACHE_CONTROL), "public, max-age=60");
	out = (struct http_out){ 0 };
	reply_cacheable(&rq, 0);
	CU_ASSERT_STRING_EQUAL(reply_header_value(HEADER_CACHE_CONTROL), "no-cache");
}

/* The order of the two calls does not matter. */
static void
a_response_is_cacheable_only_if_the_handler_allows_it(void)
{
	reply_document(&rq, 200, "text/plain", bytes_of("x"));
	CU_ASSERT_STRING_EQUAL(out.content_type, "text/plain");
	CU_ASSERT_STRING_EQUAL(reply_body_text(), "x");
	CU_ASSERT_STRING_EQUAL(reply_header_value(HEADER_CACHE_CONTROL), "no-store");
	reply_cacheable(&rq, 60);
	CU_ASSERT_STRING_EQUAL(reply_header_value(HEADER_CACHE_CONTROL), "public, max-age=60");
	CU_ASSERT_STRING_EQUAL(reply_header_value(HEADER_PRAGMA), "");
	out = (struct http_out){ 0 };
	reply_cacheable(&rq, 60);
	reply_document(&rq, 200, "text/plain", bytes_of("x"));
	CU_ASSERT_STRING_EQUAL(reply_header_value(HEADER_CACHE_CONTROL), "public, max-age=60");
	CU_ASSERT_STRING_EQUAL(reply_header_value(HEADER_PRAGMA), "");
}

static void
an_error_response_has_a_code_and_a_description(void)
{
	reply_reject_with(ERR_INVALID_GRANT, "the ticket has expired");
	CU_ASSERT_EQUAL(out.status, 400);
	CU_ASSERT_STRING_EQUAL(reply_body_text(),
			       "{\"error\":\"invalid_grant\","
			       "\"error_description\":\"the ticket has expired\"}");
	CU_ASSERT_STRING_EQUAL(rq.error, "invalid_grant");
	reply_reject_with(ERR_REQUEST_DENIED, NULL);
	CU_ASSERT_STRING_EQUAL(reply_body_text(), "{\"error\":\"request_denied\"}");
}

/* RFC 6749, 5.2. */
static void
an_error_description_is_printable_ascii(void)
{
	reply_reject_with(ERR_INVALID_REQUEST, "a \"b\" \\ \xc3\xa4 \n c");
	for (const char *p = reply_body_text() + strlen("{\"error\":\"invalid_request\","
							"\"error_description\":\"");
	     *p != '"'; p++)
		CU_ASSERT(*p >= ' ' && *p < 0x7f && *p != '\\');
	CU_ASSERT_PTR_NOT_NULL(strstr(reply_body_text(), " c\"}"));
}

static void
a_server_error_has_no_details(void)
{
	static const enum err faults[] = { ERR_SERVER, ERR_STORE, ERR_FULL, ERR_CHANGED };
	static const int status[] = { 500, 503, 503, 503 };

	for (size_t i = 0; i < 4; i++) {
		reply_reject_with(faults[i], "the secret of the house");
		CU_ASSERT_EQUAL(out.status, status[i]);
		CU_ASSERT_STRING_EQUAL(reply_body_text(), "{\"error\":\"server_error\"}");
		CU_ASSERT_STRING_EQUAL(reply_header_value(HEADER_RETRY_AFTER),
				       status[i] == 503 ? "1" : "");
	}
}

static void
a_throttled_response_has_retry_after_60(void)
{
	reply_reject_with(ERR_TOO_MANY, "too many");
	CU_ASSERT_EQUAL(out.status, 429);
	CU_ASSERT_STRING_EQUAL(reply_header_value(HEADER_RETRY_AFTER), "60");
}

static void
the_challenge_depends_on_the_credentials_that_were_sent(void)
{
	rq.route = &(struct route){ .errors = ERRORS_BEARER };
	reply_reject_with(ERR_NO_TOKEN, NULL);
	CU_ASSERT_EQUAL(out.status, 401);
	CU_ASSERT_STRING_EQUAL(reply_header_value(HEADER_WWW_AUTHENTICATE), "Bearer realm=\"uma\"");
	CU_ASSERT_EQUAL(out.body.size, 0);
	reply_reject_with(ERR_INVALID_TOKEN, NULL);
	CU_ASSERT_PTR_NOT_NULL(
		strstr(reply_header_value(HEADER_WWW_AUTHENTICATE), "error=\"invalid_token\""));
	reply_reject_with(ERR_INSUFFICIENT_SCOPE, NULL);
	CU_ASSERT_EQUAL(out.status, 403);
	CU_ASSERT_PTR_NOT_NULL(
		strstr(reply_header_value(HEADER_WWW_AUTHENTICATE), "scope=\"uma_protection\""));
	reply_reject_with(ERR_INVALID_CLIENT, NULL);
	CU_ASSERT_EQUAL(out.status, 401);
	CU_ASSERT_STRING_EQUAL(reply_header_value(HEADER_WWW_AUTHENTICATE),
			       "Basic realm=\"token\"");
	reply_reject_with(ERR_INVALID_GRANT, NULL);
	CU_ASSERT_STRING_EQUAL(reply_header_value(HEADER_WWW_AUTHENTICATE), "");
}

static void
a_route_reports_errors_in_its_own_format(void)
{
	rq.route = &(struct route){ .errors = ERRORS_JSON };
	reply_reject_with(ERR_INVALID_TOKEN, NULL);
	CU_ASSERT_STRING_EQUAL(reply_header_value(HEADER_WWW_AUTHENTICATE), "");
	reply_reject_with(ERR_INVALID_CLIENT, NULL);
	CU_ASSERT_STRING_EQUAL(reply_header_value(HEADER_WWW_AUTHENTICATE),
			       "Basic realm=\"token\"");
	rq.route = NULL;
	reply_reject_with(ERR_INVALID_TOKEN, NULL);
	CU_ASSERT_STRING_EQUAL(reply_header_value(HEADER_WWW_AUTHENTICATE), "");
	CU_ASSERT_STRING_EQUAL(reply_body_text(), "{\"error\":\"invalid_token\"}");
}

/* A message recorded for an earlier error is not sent with a later one. */
static void
a_message_is_sent_only_with_the_error_that_it_was_recorded_for(void)
{
	out = (struct http_out){ 0 };
	work_fail_with(&rq.work, ERR_INVALID_SCOPE, "about the scope");
	reply_error(&rq, ERR_INVALID_GRANT);
	CU_ASSERT_STRING_EQUAL(reply_body_text(), "{\"error\":\"invalid_grant\"}");
	out = (struct http_out){ 0 };
	reply_error(&rq, ERR_INVALID_SCOPE);
	CU_ASSERT_PTR_NOT_NULL(strstr(reply_body_text(), "about the scope"));
}

static CU_TestInfo tests[] = {
	{ "a message is sent only with the error that it was recorded for",
	  a_message_is_sent_only_with_the_error_that_it_was_recorded_for },
	{ "a JSON response is complete and has no-store [G-TOK-15]",
	  a_json_response_is_complete_and_has_no_store },
	{ "an empty response has no Content-Type", an_empty_response_has_no_content_type },
	{ "a response may be cacheable", a_response_may_be_cacheable },
	{ "a response is cacheable only if the handler allows it [G-TOK-15]",
	  a_response_is_cacheable_only_if_the_handler_allows_it },
	{ "an error response has a code and a description [G-ERR-01 F-RER-06]",
	  an_error_response_has_a_code_and_a_description },
	{ "an error description is printable ASCII [G-ERR-22]",
	  an_error_description_is_printable_ascii },
	{ "a server error has no details [T-G02]", a_server_error_has_no_details },
	{ "a throttled response has Retry-After: 60 [T-O01]",
	  a_throttled_response_has_retry_after_60 },
	{ "the challenge depends on the credentials that were sent [F-PAT-02 F-PAT-03 F-PAT-04 O-6750-02 O-6749-14]",
	  the_challenge_depends_on_the_credentials_that_were_sent },
	{ "a route reports errors in its own format", a_route_reports_errors_in_its_own_format },
	CU_TEST_INFO_NULL
};

CU_SuiteInfo reply_suite = { "web/reply", NULL, NULL, reply_setup, reply_teardown, tests };
