/* SPDX-License-Identifier: Apache-2.0 */
#ifndef USHER_TESTS_SERVER_HTTP_CASE_H
#define USHER_TESTS_SERVER_HTTP_CASE_H

#include "http/exchange.h"
#include "server/serve.h"
#include "tests/model/fixture.h"
#include "tests/server/fault_store.h"

/*
 * Runs whole requests without a socket:
 *
 * 	struct response a = http_send("POST /token", auth_basic("viewer"), "grant_type=client_credentials");
 * 	CU_ASSERT_EQUAL(a.status, 400);
 * 	CU_ASSERT_STRING_EQUAL(response_text(a, "error"), "unauthorized_client");
 *
 * There is one http_case at a time. It contains the fixture of tests/model/fixture.h in tenant "one",
 * served at https://as.example.com, with the clock at HARNESS_NOW, and also a public client "public".
 * A body is JSON if it begins with a bracket (' is then replaced by "), otherwise a form.
 */
struct http_case {
	struct fixture fixture;
	struct harness *harness; /* of the fixture */
	struct work *work;	 /* of the harness */
	struct fault_store store;
	struct server *server;
	const char *host; /* Host header of the next requests */
	bool https;
	struct exchange **requests; /* freed by http_case_free_requests */
	size_t requests_n;
	const char *cookie, *accept, *languages, *user_agent, *fetch_site, *purpose, *fetch_purpose,
		*remote, *login_user;
	const char *origin, *if_match, *if_none_match,
		*content_type; /* NULL: derived from the body */
};
extern struct http_case http_case;

struct response {
	int status;
	const char *body;	  /* "" if there is none */
	struct json_object *json; /* NULL if the body is not JSON */
	const struct http_out *out;
};

/* Serves the requests in one batch; returns the result of serve_end. */
enum err serve_batch(struct server *s, struct exchange **list, size_t n);

void http_case_open(void);
void http_case_close(void);
/* Sets the time of the server and the fixture, in seconds after HARNESS_NOW. */
void http_case_set_time(int64_t seconds);
/* Changes a setting of all tenants and restarts the server. */
void http_case_set_setting(const char *setting, const char *value);

struct response http_send(const char *line, const char *auth, const char *body);
/*
 * http_send in two steps, for batches of several requests. A response is valid until
 * http_case_close.
 */
struct exchange *http_request(const char *line, const char *auth, const char *body);
struct response response_of(const struct exchange *x);
/* Frees all requests; http_case_close does it too. */
void http_case_free_requests(void);

const char *response_text(struct response a, const char *member);
int64_t response_number(struct response a, const char *member);
bool response_has(struct response a, const char *member);
/* The value of a header, "" if it is absent. */
const char *response_header(struct response a, const char *name);
const char *text_format(const char *form, ...) __attribute__((__format__(printf, 1, 2)));

/* Starts a session of the account, as after signing in; further requests have its cookie. Returns
 * the id of the session. */
const char *http_case_sign_in(const char *account);

const char *auth_basic(const char *client);
const char *auth_basic_raw(const char *pair);
const char *auth_bearer(const char *token);
/* Issues a token without a request, valid for a year. */
const char *issue_pat(const char *owner, const char *rs);
const char *access_token(const char *client, const char *owner, const char *scopes);
/* An ID Token of bob@example.net for the client; `members` (JSON) override the default claims. */
const char *id_token(const char *client, const char *members);
/* The same token as form parameters. */
const char *push_claims_param(const char *client, const char *members);

#endif
