/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <stdlib.h>

#include "base/json.h"
#include "model/audit.h"
#include "model/consent.h"
#include "tests/server/share.h"

static const struct {
	const char *name, *scopes;
} resources[] = {
	{ "photo1", "'view','resize','print','download'" },
	{ "photo2", "'view','resize','print','download'" },
	{ "album",  "'view','edit','download'" },
	{ "diary",  "'read','download'" },
	{ "badge",  "" },
};
#define RESOURCES (sizeof resources / sizeof resources[0])

/* Of the one http_case. */
static const char *ids[RESOURCES], *her_pat;

static void
must(bool good, const char *what)
{
	if (good)
		return;
	fprintf(stderr, "examples: %s\n", what);
	abort();
}

const char *
alice(void)
{
	return her_pat;
}

const char *
id_of(const char *resource)
{
	for (size_t i = 0; i < RESOURCES; i++)
		if (strcmp(resources[i].name, resource) == 0)
			return ids[i];
	return resource;
}

void
share_open(void)
{
	world_open();
	her_pat = pat(world.c.alice, "photoz");
	for (size_t i = 0; i < RESOURCES; i++) {
		struct said a = say("POST /resource_set", her_pat,
				    format("{'name':'%s','resource_scopes':[%s]}",
					   resources[i].name,
					   resources[i].scopes));

		must(a.status == 201, a.body);
		ids[i] = text(a, "_id");
	}
}

void
share_open_photo1(void)
{
	share_open();
	permits("photo1", "view");
}

void
share_new_pat(void)
{
	her_pat = pat(world.c.alice, "photoz");
}

static const char *new_scopes;

static void
set_scopes(struct client *client)
{
	client->scopes = cast_scopes(&world.c, new_scopes);
}

void
registered(const char *client, const char *scopes)
{
	new_scopes = scopes;
	cast_change(&world.c, client, set_scopes);
}

void
policy(const char *resource, const char *rules)
{
	struct said a = say(format("PUT /policy/%s", id_of(resource)), alice(),
			    format("{'rules':[%s]}", rules));

	must(a.status == 200, a.body);
}

void
no_policy(const char *resource)
{
	must(say(format("DELETE /policy/%s", id_of(resource)), alice(), NULL).status == 204,
	     resource);
}

/* "view print" as the elements of a JSON array. */
static const char *
quoted(const char *scopes, const char *separator)
{
	struct buf b = { .arena = world.c.s.arena };
	char *copy = arena_strdup(b.arena, scopes), *rest = NULL;

	buf_text(&b, "");
	for (char *s = strtok_r(copy, separator, &rest); s; s = strtok_r(NULL, separator, &rest))
		buf_printf(&b, "%s'%s'", b.size > 0 ? "," : "", s);
	return b.data;
}

void
permits(const char *resource, const char *scopes)
{
	if (*scopes == '\0')
		policy(resource, "");
	else if (strcmp(scopes, "all") == 0)
		policy(resource, "{'effect':'permit','scopes':'all','when':{'anyone':true}}");
	else
		policy(resource, format("{'effect':'permit','scopes':[%s],'when':{'anyone':true}}",
					quoted(scopes, " ")));
}

struct said
wish(const char *permissions)
{
	struct buf b = { .arena = world.c.s.arena };
	char *copy = arena_strdup(b.arena, permissions), *rest = NULL;

	buf_text(&b, "[");
	for (char *p = strtok_r(copy, " ", &rest); p != NULL; p = strtok_r(NULL, " ", &rest)) {
		char *scopes = strchr(p, '{');

		*scopes++ = '\0';
		scopes[strlen(scopes) - 1] = '\0';
		buf_printf(&b, "%s{'resource_id':'%s','resource_scopes':[%s]}",
			   b.size > 1 ? "," : "", id_of(p), quoted(scopes, ","));
	}
	buf_text(&b, "]");
	return say("POST /permission", alice(), b.data);
}

const char *
ticket(const char *permissions)
{
	struct said a = wish(permissions);

	must(a.status == 201, a.body);
	return text(a, "ticket");
}

enum err
together(struct exchange **list, size_t n)
{
	enum err e = serve_round(world.server, list, n);

	scene_begin(&world.c.s);
	return e;
}

struct exchange *
ask_rpt(const char *client, const char *t, const char *more)
{
	return ask("POST /token", basic(client),
		   format("grant_type=urn%%3Aietf%%3Aparams%%3Aoauth%%3Agrant-type%%3Auma-ticket&"
			  "ticket=%s%s", t, more));
}

struct said
redeem_as(const char *client, const char *t, const char *more)
{
	struct exchange *x = ask_rpt(client, t, more);

	together(&x, 1);
	return heard(x);
}

struct said
redeem(const char *t, const char *more)
{
	return redeem_as("viewer", t, more);
}

struct said
refresh_as(const char *client, struct said a, const char *more)
{
	return say("POST /token", basic(client), format("grant_type=refresh_token&"
		   "refresh_token=%s%s", text(a, "refresh_token"), more));
}

struct said
refresh(struct said a, const char *more)
{
	return refresh_as("viewer", a, more);
}

const char *
outcome(struct said a)
{
	return a.status == 200 ? "200" : format("%d %s", a.status, text(a, "error"));
}

static int
by_text(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static void
print_one(struct buf *b, const char *name, struct json_object *permission)
{
	struct strs scopes = { 0 };

	must(json_strs(b->arena, permission, "resource_scopes", 64, &scopes) == JSON_FOUND, name);
	if (scopes.n > 0)
		qsort(scopes.list, scopes.n, sizeof *scopes.list, by_text);
	buf_printf(b, "%s%s{%s}", b->size > 0 ? " " : "", name, strs_join(b->arena, &scopes, ","));
}

/* One pass a fixture; a resource that came twice would be printed twice. */
static const char *
print_all(struct json_object *list)
{
	struct buf b = { .arena = world.c.s.arena };

	for (size_t i = 0; i < RESOURCES; i++) {
		for (size_t k = 0; k < json_object_array_length(list); k++) {
			struct json_object *p = json_object_array_get_idx(list, k);
			const char *id = "";

			json_text(p, "resource_id", &id);
			if (strcmp(id, ids[i]) == 0)
				print_one(&b, resources[i].name, p);
		}
	}
	return b.size > 0 ? b.data : "nothing";
}

const char *
introspected(const char *auth, const char *token)
{
	struct said a = say("POST /introspect", auth, format("token=%s", token));
	struct json_object *list;

	must(a.status == 200, a.body);
	if (!has(a, "permissions"))
		return strcmp(a.body, "{\"active\":false}") == 0 ? "inactive" : a.body;
	json_object_object_get_ex(a.json, "permissions", &list);
	return print_all(list);
}

const char *
granted(struct said a)
{
	if (a.status != 200)
		return outcome(a);
	return introspected(alice(), text(a, "access_token"));
}

static enum err
find_open(void *arg, const void *consent)
{
	const struct consent *q = consent;

	if (q->state == CONSENT_OPEN)
		*(struct consent *)arg = *q;
	return OK;
}

void
answer_question(const char *permissions)
{
	struct work *w = &world.c.s.w;
	struct consent q = { 0 };
	struct permission *yes = NULL, **last = &yes;
	char *copy = arena_strdup(w->arena, permissions), *rest = NULL;

	must(consent_each(w, world.c.alice, find_open, &q) == OK && q.id != NULL, "no question");
	for (char *p = strtok_r(copy, " ", &rest); p != NULL; p = strtok_r(NULL, " ", &rest)) {
		char *scopes = strchr(p, '{'), *more = NULL;
		struct permission *one;

		*scopes++ = '\0';
		one = permission_add(w->arena, &last, id_of(p));
		scopes[strlen(scopes) - 1] = '\0';
		for (char *s = strtok_r(scopes, ",", &more); s; s = strtok_r(NULL, ",", &more))
			strs_add(w->arena, &one->scopes, s);
	}
	must(consent_decide(w, &q, yes) == OK, w->refusal.why);
	must(scene_commit(&world.c.s) == OK, "decision");
}

static void
rename_client(struct client *client)
{
	client->name = client->name == NULL ? "a" : NULL;
}

void
touch_viewer(void)
{
	scene_begin(&world.c.s);
	cast_change(&world.c, "viewer", rename_client);
}

struct counting {
	const char *event;
	size_t      n;
};

static enum err
count_event(void *arg, const struct audit_entry *e)
{
	struct counting *c = arg;

	if (c->event == NULL || strcmp(e->event, c->event) == 0)
		c->n += (size_t)e->count;
	return OK;
}

size_t
audited(const char *event)
{
	struct counting c = { event, 0 };

	must(audit_each(&world.c.s.w, 0, count_event, &c) == OK, "audit");
	return c.n;
}
