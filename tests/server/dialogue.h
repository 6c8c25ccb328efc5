/* SPDX-License-Identifier: Apache-2.0 */
#ifndef USHER_TESTS_SERVER_DIALOGUE_H
#define USHER_TESTS_SERVER_DIALOGUE_H

#include "http/exchange.h"
#include "server/serve.h"
#include "tests/model/cast.h"
#include "tests/server/hooked.h"

/*
 * Whole requests without any socket:
 *
 *	struct response a = say("POST /token", basic("viewer"), "grant_type=client_credentials");
 *	CU_ASSERT_EQUAL(a.status, 400);
 *	CU_ASSERT_STRING_EQUAL(text(a, "error"), "unauthorized_client");
 *
 * There is one http_case at a time: the fixture of tests/model/cast.h in tenant "one", served at
 * https://as.example.com, the clock at SCENE_NOW.  Besides the people of the fixture there is "public", a public
 * client.  Bodies are JSON where they begin with a bracket (then ' stands for "), else forms.
 */
struct world {
	struct cast    c;
	struct hooked  store;
	struct server *server;
	const char    *host;		/* of the next requests */
	bool           https;
	struct exchange **asked;	/* requests that live until world_forget */
	size_t         asked_n;
	const char    *origin, *if_match, *if_none_match, *content_type;	/* NULL: as the body is */
};
extern struct world world;

struct said {
	int                    status;
	const char            *body;	/* "" without */
	struct json_object    *json;	/* NULL when it is none */
	const struct http_out *out;
};

/* Serves one batch. */
enum err serve_round(struct server *s, struct exchange **list, size_t n);

void world_open(void);
void world_close(void);
/* The time for everybody, in seconds after SCENE_NOW. */
void world_at(int64_t seconds);
/* A setting of all tenants, as after a restart. */
void world_set(const char *setting, const char *value);

struct said say(const char *line, const char *auth, const char *body);
/* The same in two steps, for batches of several.  A response lives as long as the http_case. */
struct exchange *ask(const char *line, const char *auth, const char *body);
struct said heard(const struct exchange *x);
/* Frees all requests, which world_close does too. */
void world_forget(void);

const char *text(struct said a, const char *member);
int64_t number(struct said a, const char *member);
bool has(struct said a, const char *member);
/* A header's value, "" where there is none. */
const char *header(struct said a, const char *name);
const char *format(const char *form, ...) __attribute__((__format__(printf, 1, 2)));

const char *basic(const char *client);
const char *basic_raw(const char *pair);
const char *bearer(const char *token);
/* A token that is issued without a request; it is valid for a year. */
const char *pat(const char *owner, const char *rs);
const char *access_token(const char *client, const char *owner, const char *scopes);
/* An ID Token of bob@example.net for the client; `members` (JSON) go over the usual ones. */
const char *id_token(const char *client, const char *members);
/* The same, as form parameters. */
const char *pushed(const char *client, const char *members);

#endif
