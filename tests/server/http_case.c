/* SPDX-License-Identifier: Apache-2.0 */
#include "model/session.h"
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/b64.h"
#include "base/clock.h"
#include "base/json.h"
#include "http/form.h"
#include "jose/jwt.h"
#include "model/party.h"
#include "model/token.h"
#include "tests/run.h"
#include "tests/server/http_case.h"

#define YEAR (365 * 86400)

struct http_case http_case;

static void
http_case_expect_ok(bool good, const char *what)
{
	if (good)
		return;
	fprintf(stderr, "http_case: %s\n", what);
	abort();
}

static void
http_case_restart(void)
{
	const char *why = "server";

	if (http_case.server != NULL)
		server_free(http_case.server);
	http_case_expect_ok(server_new(&http_case.harness->settings, &http_case.store.base,
				       &http_case.harness->master, &http_case.server, &why) == OK,
			    why);
	server_limit(http_case.server, INT64_MAX, SIZE_MAX);
}

enum err
serve_batch(struct server *s, struct exchange **list, size_t n)
{
	serve_begin(s, n);
	serve_run(s, list, n);
	return serve_end(s);
}

void
http_case_open(void)
{
	http_case = (struct http_case){ .host = "as.example.com", .https = true };
	clock_set(HARNESS_NOW * 1000LL);
	fixture_open(&http_case.fixture);
	http_case.harness = &http_case.fixture.s;
	http_case.work = &http_case.harness->w;
	fixture_client(&http_case.fixture, "public", AUTH_NONE, "");
	fault_store_open(&http_case.store, http_case.harness->store);
	http_case_restart();
}

void
http_case_free_requests(void)
{
	while (http_case.requests_n > 0)
		serve_request_free(http_case.requests[--http_case.requests_n]);
	free(http_case.requests);
	http_case.requests = NULL;
}

static struct exchange *
http_case_new_request(void)
{
	size_t size = (http_case.requests_n + 1) * sizeof http_case.requests[0];
	struct exchange **more = realloc(http_case.requests, size);

	http_case_expect_ok(more != NULL, "memory");
	http_case.requests = more;
	return more[http_case.requests_n++] = serve_request_new();
}

void
http_case_close(void)
{
	http_case_free_requests();
	server_free(http_case.server);
	fixture_close(&http_case.fixture);
	clock_set(0);
}

void
http_case_set_time(int64_t seconds)
{
	clock_set((HARNESS_NOW + seconds) * 1000LL);
	harness_set_time(http_case.harness, HARNESS_NOW + seconds);
}

void
http_case_set_setting(const char *setting, const char *value)
{
	harness_set_setting(http_case.harness, setting, value);
	http_case_restart();
}

const char *
text_format(const char *form, ...)
{
	va_list args;
	char *made;

	va_start(args, form);
	made = arena_vprintf(http_case.work->arena, form, args);
	va_end(args);
	return made;
}

static struct bytes
body_of(struct exchange *x, const char *body)
{
	char *copy = arena_strdup(x->arena, body);

	if (*copy != '{' && *copy != '[') {
		x->in.content_type = "application/x-www-form-urlencoded";
		return bytes_of(copy);
	}
	x->in.content_type = "application/json";
	for (char *p = copy; *p != '\0'; p++)
		if (*p == '\'')
			*p = '"';
	return bytes_of(copy);
}

struct exchange *
http_request(const char *line, const char *auth, const char *body)
{
	struct exchange *x = http_case_new_request();
	const char *target = strchr(line, ' ') + 1;

	x->in = (struct http_in){
		.method = method_of(arena_strndup(x->arena, line, (size_t)(target - line) - 1)),
		.uri = target,
		.host = http_case.host,
		.https = http_case.https,
		.authorization = auth,
		.origin = http_case.origin,
		.cookie = http_case.cookie,
		.login_user = http_case.login_user,
		.accept = http_case.accept,
		.languages = http_case.languages,
		.user_agent = http_case.user_agent,
		.fetch_site = http_case.fetch_site,
		.purpose = http_case.purpose,
		.fetch_purpose = http_case.fetch_purpose,
		.remote = http_case.remote,
		.if_match = http_case.if_match,
		.if_none_match = http_case.if_none_match,
	};
	if (body != NULL)
		x->in.body = body_of(x, body);
	if (http_case.content_type != NULL)
		x->in.content_type = http_case.content_type;
	return x;
}

/*
 * Copies the response after the batch has ended. If the response still points to memory of the
 * batch outside its request, ASan reports it.
 */
struct response
response_of(const struct exchange *x)
{
	struct arena *a = http_case.work->arena;
	struct http_out *out = arena_copy(a, &x->out, sizeof x->out);
	struct response response = { .status = out->status, .body = "", .out = out };
	const char *why;

	for (enum header h = 0; h < HEADERS; h++)
		out->header[h] = arena_strdup(a, out->header[h]);
	for (size_t i = 0; i < HTTP_COOKIES; i++)
		out->cookie[i] = arena_strdup(a, out->cookie[i]);
	out->body = arena_bytes(a, out->body);
	if (out->content_type == NULL)
		return response;
	response.body = arena_strndup(a, (const char *)out->body.data, out->body.size);
	response.json = json_parse(a, out->body, &why);
	return response;
}

struct response
http_send(const char *line, const char *auth, const char *body)
{
	struct exchange *x = http_request(line, auth, body);

	serve_batch(http_case.server, &x, 1);
	harness_begin(http_case.harness);
	return response_of(x);
}

const char *
response_text(struct response a, const char *member)
{
	const char *value = "";

	if (a.json != NULL)
		json_text(a.json, member, &value);
	return value;
}

int64_t
response_number(struct response a, const char *member)
{
	int64_t value = -1;

	if (a.json != NULL)
		json_int(a.json, member, 0, INT64_MAX, &value);
	return value;
}

bool
response_has(struct response a, const char *member)
{
	return a.json != NULL && json_object_object_get_ex(a.json, member, NULL);
}

const char *
response_header(struct response a, const char *name)
{
	for (enum header h = 0; h < HEADERS; h++)
		if (strcmp(header_name(h), name) == 0)
			return a.out->header[h] != NULL ? a.out->header[h] : "";
	return "";
}

const char *
auth_basic_raw(const char *pair)
{
	return text_format("Basic %s", b64_encode(http_case.work->arena, bytes_of(pair)));
}

const char *
http_case_sign_in(const char *account)
{
	struct harness *s = &http_case.fixture.s;
	struct session session = { .account_id = account, .amr = "pwd" };
	uint8_t hash[CRYPTO_HASH];
	const char *text;
	struct key key;

	harness_begin(s);
	CU_ASSERT_EQUAL_FATAL(session_start(&s->w, &session, NULL), OK);
	CU_ASSERT_EQUAL_FATAL(harness_commit(s), OK);
	text = arena_printf(s->arena, "%s.%lld", session.handle, (long long)s->w.now);
	crypto_derive(&s->w.tenant->page_key, "session cookie", BYTES_NONE, &key);
	crypto_keyed_hash(&key, bytes_of(text), hash);
	http_case.cookie = arena_printf(s->arena, "__Host-usher-s.one=%s.%s", text,
					b64url_encode(s->arena, BYTES(hash, 16)));
	return session.id;
}

const char *
auth_basic(const char *client)
{
	return auth_basic_raw(
		text_format("%s:%s", client, fixture_secret(&http_case.fixture, client)));
}

const char *
auth_bearer(const char *token)
{
	return text_format("Bearer %s", token);
}

const char *
access_token(const char *client, const char *owner, const char *scopes)
{
	struct access t = { .client = client,
			    .owner = owner,
			    .scopes = fixture_scopes(&http_case.fixture, scopes) };
	const char *handle;

	http_case_expect_ok(access_issue(http_case.work, &t, YEAR, &handle) == OK, "token");
	http_case_expect_ok(harness_commit(http_case.harness) == OK, "token");
	return handle;
}

const char *
issue_pat(const char *owner, const char *rs)
{
	return auth_bearer(access_token(rs, owner, SCOPE_PROTECTION));
}

/* Each token is different because the server accepts a token once; `members` may set jti. */
const char *
id_token(const char *client, const char *members)
{
	static unsigned made;
	struct signing_key key = fixture_signer();
	struct json_object *all = fixture_json(
		&http_case.fixture,
		text_format("{'iss':'" IDP "','sub':'b0b','aud':'%s',"
			    "'iat':%lld,'exp':%lld,'email':'bob@example.net','email_verified':true,"
			    "'jti':'made-%u'}",
			    client, (long long)clock_now(), (long long)clock_now() + 300, ++made));
	struct json_object *over = fixture_json(&http_case.fixture, members);

	json_object_object_foreach(over, name, value)
		json_object_object_add(all, name, json_object_get(value));
	return jwt_sign(http_case.work->arena, &key, "JWT",
			bytes_of(json_print(http_case.work->arena, all)));
}

const char *
push_claims_param(const char *client, const char *members)
{
	return text_format("&claim_token=%s&claim_token_format=%s", id_token(client, members),
			   form_encode(http_case.work->arena, FORMAT_ID_TOKEN));
}
