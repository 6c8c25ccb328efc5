/* SPDX-License-Identifier: Apache-2.0 */
#ifndef USHER_TESTS_SERVER_HTTP_CASE_H
#define USHER_TESTS_SERVER_HTTP_CASE_H

#include "http/exchange.h"
#include "server/serve.h"
#include "tests/model/fixture.h"
#include "tests/server/fault_store.h"

/*
 * Whole requests without any socket:
 *
 *	struct response a = http_send("POST /token", auth_basic("viewer"), "grant_type=client_credentials");
 *	CU_ASSERT_EQUAL(a.status, 400);
 *	CU_ASSERT_STRING_EQUAL(response_text(a, "error"), "unauthorized_client");
 *
 * There is one http_case at a time: the fixture of tests/model/fixture.h in tenant "one", served at
 * https://as.example.com, the clock at HARNESS_NOW.  Besides the people of the fixture there is "public", a public
 * client.  Bodies are JSON where they begin with a bracket (then ' stands for "), else forms.
 */
struct http_case {
	struct fixture c;
	struct fault_store store;
	struct server *server;
	const char *host; /* of the next requests */
	bool https;
	struct exchange **requests; /* requests that live until http_case_free_requests */
	size_t requests_n;
	const char *origin, *if_match, *if_none_match, *content_type; /* NULL: as the body is */
};
extern struct http_case http_case;

struct response {
	int status;
	const char *body;	  /* "" without */
	struct json_object *json; /* NULL when it is none */
	const struct http_out *out;
};

/* Serves one batch. */
enum err serve_round(struct server *s, struct exchange **list, size_t n);

void http_case_open(void);
void http_case_close(void);
/* The time for everybody, in seconds after HARNESS_NOW. */
void http_case_set_time(int64_t seconds);
/* A setting of all tenants, as after a restart. */
void http_case_set_setting(const char *setting, const char *value);

struct response http_send(const char *line, const char *auth, const char *body);
/* The same in two steps, for batches of several.  A response lives as long as the http_case. */
struct exchange *http_request(const char *line, const char *auth, const char *body);
struct response response_of(const struct exchange *x);
/* Frees all requests, which http_case_close does too. */
void http_case_free_requests(void);

const char *response_text(struct response a, const char *member);
int64_t response_number(struct response a, const char *member);
bool response_has(struct response a, const char *member);
/* A header's value, "" where there is none. */
const char *response_header(struct response a, const char *name);
const char *text_format(const char *form, ...) __attribute__((__format__(printf, 1, 2)));

const char *auth_basic(const char *client);
const char *auth_basic_raw(const char *pair);
const char *auth_bearer(const char *token);
/* A token that is issued without a request; it is valid for a year. */
const char *issue_pat(const char *owner, const char *rs);
const char *access_token(const char *client, const char *owner, const char *scopes);
/* An ID Token of bob@example.net for the client; `members` (JSON) go over the usual ones. */
const char *id_token(const char *client, const char *members);
/* The same, as form parameters. */
const char *push_claims_param(const char *client, const char *members);

#endif
