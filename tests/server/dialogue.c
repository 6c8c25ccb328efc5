/* SPDX-License-Identifier: Apache-2.0 */
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
#include "tests/server/dialogue.h"

#define YEAR (365 * 86400)

struct world world;

static void
must(bool good, const char *what)
{
	if (good)
		return;
	fprintf(stderr, "http_case: %s\n", what);
	abort();
}

static void
serve_anew(void)
{
	const char *why = "server";

	if (world.server != NULL)
		server_free(world.server);
	must(server_new(&world.c.s.settings, &world.store.base, &world.c.s.master, &world.server,
			&why) == OK, why);
	server_limit(world.server, INT64_MAX, SIZE_MAX);
}

enum err
serve_round(struct server *s, struct exchange **list, size_t n)
{
	serve_begin(s, n);
	serve_run(s, list, n);
	return serve_end(s);
}

void
world_open(void)
{
	world = (struct world){ .host = "as.example.com", .https = true };
	clock_set(SCENE_NOW * 1000LL);
	cast_open(&world.c);
	cast_client(&world.c, "public", AUTH_NONE, "");
	hooked_open(&world.store, world.c.s.store);
	serve_anew();
}

void
world_forget(void)
{
	while (world.asked_n > 0)
		serve_request_free(world.asked[--world.asked_n]);
	free(world.asked);
	world.asked = NULL;
}

static struct exchange *
request(void)
{
	size_t size = (world.asked_n + 1) * sizeof world.asked[0];
	struct exchange **more = realloc(world.asked, size);

	must(more != NULL, "memory");
	world.asked = more;
	return more[world.asked_n++] = serve_request_new();
}

void
world_close(void)
{
	world_forget();
	server_free(world.server);
	cast_close(&world.c);
	clock_set(0);
}

void
world_at(int64_t seconds)
{
	clock_set((SCENE_NOW + seconds) * 1000LL);
	scene_at(&world.c.s, SCENE_NOW + seconds);
}

void
world_set(const char *setting, const char *value)
{
	scene_set(&world.c.s, setting, value);
	serve_anew();
}

const char *
format(const char *form, ...)
{
	va_list args;
	char *made;

	va_start(args, form);
	made = arena_vprintf(world.c.s.arena, form, args);
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
ask(const char *line, const char *auth, const char *body)
{
	struct exchange *x = request();
	const char *target = strchr(line, ' ') + 1;

	x->in = (struct http_in){
		.method = method_of(arena_strndup(x->arena, line, (size_t)(target - line) - 1)),
		.uri = target, .host = world.host, .https = world.https, .authorization = auth,
		.origin = world.origin, .if_match = world.if_match,
		.if_none_match = world.if_none_match,
	};
	if (body != NULL)
		x->in.body = body_of(x, body);
	if (world.content_type != NULL)
		x->in.content_type = world.content_type;
	return x;
}

/* A copy, made after the batch has ended: whatever the response still points to outside its request
 * is gone by now, and the sanitizer tells. */
struct said
heard(const struct exchange *x)
{
	struct arena *a = world.c.s.arena;
	struct http_out *out = arena_copy(a, &x->out, sizeof x->out);
	struct said said = { .status = out->status, .body = "", .out = out };
	const char *why;

	for (enum header h = 0; h < HEADERS; h++)
		out->header[h] = arena_strdup(a, out->header[h]);
	out->body = arena_bytes(a, out->body);
	if (out->content_type == NULL)
		return said;
	said.body = arena_strndup(a, (const char *)out->body.data, out->body.size);
	said.json = json_parse(a, out->body, &why);
	return said;
}

struct said
say(const char *line, const char *auth, const char *body)
{
	struct exchange *x = ask(line, auth, body);

	serve_round(world.server, &x, 1);
	scene_begin(&world.c.s);
	return heard(x);
}

const char *
text(struct said a, const char *member)
{
	const char *value = "";

	if (a.json != NULL)
		json_text(a.json, member, &value);
	return value;
}

int64_t
number(struct said a, const char *member)
{
	int64_t value = -1;

	if (a.json != NULL)
		json_int(a.json, member, 0, INT64_MAX, &value);
	return value;
}

bool
has(struct said a, const char *member)
{
	return a.json != NULL && json_object_object_get_ex(a.json, member, NULL);
}

const char *
header(struct said a, const char *name)
{
	for (enum header h = 0; h < HEADERS; h++)
		if (strcmp(header_name(h), name) == 0)
			return a.out->header[h] != NULL ? a.out->header[h] : "";
	return "";
}

const char *
basic_raw(const char *pair)
{
	return format("Basic %s", b64_encode(world.c.s.arena, bytes_of(pair)));
}

const char *
basic(const char *client)
{
	return basic_raw(format("%s:%s", client, cast_secret(&world.c, client)));
}

const char *
bearer(const char *token)
{
	return format("Bearer %s", token);
}

const char *
access_token(const char *client, const char *owner, const char *scopes)
{
	struct access t = { .client = client, .owner = owner,
			    .scopes = cast_scopes(&world.c, scopes) };
	const char *handle;

	must(access_issue(&world.c.s.w, &t, YEAR, &handle) == OK, "token");
	must(scene_commit(&world.c.s) == OK, "token");
	return handle;
}

const char *
pat(const char *owner, const char *rs)
{
	return bearer(access_token(rs, owner, SCOPE_PROTECTION));
}

/* Each another one, since one counts once; unless `members` name the jti. */
const char *
id_token(const char *client, const char *members)
{
	static unsigned made;
	struct signing_key key = cast_signer();
	struct json_object *all = cast_json(&world.c,
					    format("{'iss':'" IDP "','sub':'b0b','aud':'%s',"
		"'iat':%lld,'exp':%lld,'email':'bob@example.net','email_verified':true,"
		"'jti':'made-%u'}", client, (long long)clock_now(), (long long)clock_now() + 300,
		++made));
	struct json_object *over = cast_json(&world.c, members);

	json_object_object_foreach(over, name, value)
		json_object_object_add(all, name, json_object_get(value));
	return jwt_sign(world.c.s.arena, &key, "JWT", bytes_of(json_print(world.c.s.arena, all)));
}

const char *
pushed(const char *client, const char *members)
{
	return format("&claim_token=%s&claim_token_format=%s", id_token(client, members),
		      form_encode(world.c.s.arena, FORMAT_ID_TOKEN));
}
