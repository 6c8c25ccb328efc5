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
reply_refuse_with(enum err e, const char *why)
{
	out = (struct http_out){ 0 };
	work_fail_with(&rq.work, e, why);
	reply_error(&rq, e);
}

static void
json_is_closed_and_not_kept(void)
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
an_empty_answer_has_no_type(void)
{
	reply_empty(&rq, 204);
	CU_ASSERT_EQUAL(out.status, 204);
	CU_ASSERT_PTR_NULL(out.content_type);
	CU_ASSERT_EQUAL(out.body.size, 0);
}

static void
some_answers_may_be_kept(void)
{
	reply_cacheable(&rq, 60);
	CU_ASSERT_STRING_EQUAL(reply_header_value(HEADER_CACHE_CONTROL), "public, max-age=60");
	out = (struct http_out){ 0 };
	reply_cacheable(&rq, 0);
	CU_ASSERT_STRING_EQUAL(reply_header_value(HEADER_CACHE_CONTROL), "no-cache");
}

/* The order of the two calls does not matter. */
static void
a_document_is_kept_only_where_that_is_said(void)
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
a_refusal_has_code_and_reason(void)
{
	reply_refuse_with(ERR_INVALID_GRANT, "the ticket has expired");
	CU_ASSERT_EQUAL(out.status, 400);
	CU_ASSERT_STRING_EQUAL(reply_body_text(),
			       "{\"error\":\"invalid_grant\","
			       "\"error_description\":\"the ticket has expired\"}");
	CU_ASSERT_STRING_EQUAL(rq.error, "invalid_grant");
	reply_refuse_with(ERR_REQUEST_DENIED, NULL);
	CU_ASSERT_STRING_EQUAL(reply_body_text(), "{\"error\":\"request_denied\"}");
}

/* RFC 6749, 5.2. */
static void
a_reason_is_plain_ascii(void)
{
	reply_refuse_with(ERR_INVALID_REQUEST, "a \"b\" \\ \xc3\xa4 \n c");
	for (const char *p = reply_body_text() + strlen("{\"error\":\"invalid_request\","
							"\"error_description\":\"");
	     *p != '"'; p++)
		CU_ASSERT(*p >= ' ' && *p < 0x7f && *p != '\\');
	CU_ASSERT_PTR_NOT_NULL(strstr(reply_body_text(), " c\"}"));
}

static void
faults_of_ours_say_no_more(void)
{
	static const enum err faults[] = { ERR_SERVER, ERR_STORE, ERR_FULL, ERR_CHANGED };
	static const int status[] = { 500, 503, 503, 503 };

	for (size_t i = 0; i < 4; i++) {
		reply_refuse_with(faults[i], "the secret of the house");
		CU_ASSERT_EQUAL(out.status, status[i]);
		CU_ASSERT_STRING_EQUAL(reply_body_text(), "{\"error\":\"server_error\"}");
		CU_ASSERT_STRING_EQUAL(reply_header_value(HEADER_RETRY_AFTER),
				       status[i] == 503 ? "1" : "");
	}
}

static void
too_many_wait_a_minute(void)
{
	reply_refuse_with(ERR_TOO_MANY, "too many");
	CU_ASSERT_EQUAL(out.status, 429);
	CU_ASSERT_STRING_EQUAL(reply_header_value(HEADER_RETRY_AFTER), "60");
}

static void
challenges_fit_what_was_presented(void)
{
	rq.route = &(struct route){ .errors = ERRORS_BEARER };
	reply_refuse_with(ERR_NO_TOKEN, NULL);
	CU_ASSERT_EQUAL(out.status, 401);
	CU_ASSERT_STRING_EQUAL(reply_header_value(HEADER_WWW_AUTHENTICATE), "Bearer realm=\"uma\"");
	CU_ASSERT_EQUAL(out.body.size, 0);
	reply_refuse_with(ERR_INVALID_TOKEN, NULL);
	CU_ASSERT_PTR_NOT_NULL(
		strstr(reply_header_value(HEADER_WWW_AUTHENTICATE), "error=\"invalid_token\""));
	reply_refuse_with(ERR_INSUFFICIENT_SCOPE, NULL);
	CU_ASSERT_EQUAL(out.status, 403);
	CU_ASSERT_PTR_NOT_NULL(
		strstr(reply_header_value(HEADER_WWW_AUTHENTICATE), "scope=\"uma_protection\""));
	reply_refuse_with(ERR_INVALID_CLIENT, NULL);
	CU_ASSERT_EQUAL(out.status, 401);
	CU_ASSERT_STRING_EQUAL(reply_header_value(HEADER_WWW_AUTHENTICATE),
			       "Basic realm=\"token\"");
	reply_refuse_with(ERR_INVALID_GRANT, NULL);
	CU_ASSERT_STRING_EQUAL(reply_header_value(HEADER_WWW_AUTHENTICATE), "");
}

static void
a_route_reports_errors_in_its_format(void)
{
	rq.route = &(struct route){ .errors = ERRORS_JSON };
	reply_refuse_with(ERR_INVALID_TOKEN, NULL);
	CU_ASSERT_STRING_EQUAL(reply_header_value(HEADER_WWW_AUTHENTICATE), "");
	reply_refuse_with(ERR_INVALID_CLIENT, NULL);
	CU_ASSERT_STRING_EQUAL(reply_header_value(HEADER_WWW_AUTHENTICATE),
			       "Basic realm=\"token\"");
	rq.route = NULL;
	reply_refuse_with(ERR_INVALID_TOKEN, NULL);
	CU_ASSERT_STRING_EQUAL(reply_header_value(HEADER_WWW_AUTHENTICATE), "");
	CU_ASSERT_STRING_EQUAL(reply_body_text(), "{\"error\":\"invalid_token\"}");
}

/* A sentence that was recorded on the way to another error says nothing about this one. */
static void
a_sentence_goes_with_its_own_error(void)
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
	{ "a sentence goes with its own error", a_sentence_goes_with_its_own_error },
	{ "JSON is closed and not kept [G-TOK-15]", json_is_closed_and_not_kept },
	{ "an empty answer has no type", an_empty_answer_has_no_type },
	{ "some answers may be kept", some_answers_may_be_kept },
	{ "a document is kept only where that is said [G-TOK-15]",
	  a_document_is_kept_only_where_that_is_said },
	{ "a refusal has code and reason [G-ERR-01 F-RER-06]", a_refusal_has_code_and_reason },
	{ "a reason is plain ASCII [G-ERR-22]", a_reason_is_plain_ascii },
	{ "faults of ours say no more [T-G02]", faults_of_ours_say_no_more },
	{ "too many wait a minute [T-O01]", too_many_wait_a_minute },
	{ "challenges fit what was presented [F-PAT-02 F-PAT-03 F-PAT-04 O-6750-02 O-6749-14]",
	  challenges_fit_what_was_presented },
	{ "a route reports errors in its format", a_route_reports_errors_in_its_format },
	CU_TEST_INFO_NULL
};

CU_SuiteInfo reply_suite = { "web/reply", NULL, NULL, reply_setup, reply_teardown, tests };
