/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <stdlib.h>

#include "base/json.h"
#include "model/audit.h"
#include "model/consent.h"
#include "tests/server/examples.h"

static const struct {
	const char *name, *scopes;
} resources[] = {
	{ "photo1", "'view','resize','print','download'" },
	{ "photo2", "'view','resize','print','download'" },
	{ "album", "'view','edit','download'" },
	{ "diary", "'read','download'" },
	{ "badge", "" },
};
#define RESOURCES (sizeof resources / sizeof resources[0])

/* State of the current http_case. */
static const char *ids[RESOURCES], *alice_pat;

static void
examples_expect_ok(bool good, const char *what)
{
	if (good)
		return;
	fprintf(stderr, "examples: %s\n", what);
	abort();
}

const char *
alice_auth(void)
{
	return alice_pat;
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
examples_open(void)
{
	http_case_open();
	alice_pat = issue_pat(http_case.fixture.alice, "photoz");
	for (size_t i = 0; i < RESOURCES; i++) {
		struct response a = http_send("POST /resource_set", alice_pat,
					      text_format("{'name':'%s','resource_scopes':[%s]}",
							  resources[i].name, resources[i].scopes));

		examples_expect_ok(a.status == 201, a.body);
		ids[i] = response_text(a, "_id");
	}
}

void
examples_open_photo1(void)
{
	examples_open();
	owner_permits("photo1", "view");
}

void
examples_new_pat(void)
{
	alice_pat = issue_pat(http_case.fixture.alice, "photoz");
}

static const char *new_scopes;

static void
set_scopes(struct client *client)
{
	client->scopes = fixture_scopes(&http_case.fixture, new_scopes);
}

void
register_scopes(const char *client, const char *scopes)
{
	new_scopes = scopes;
	fixture_change_client(&http_case.fixture, client, set_scopes);
}

void
owner_set_policy(const char *resource, const char *rules)
{
	struct response a = http_send(text_format("PUT /policy/%s", id_of(resource)), alice_auth(),
				      text_format("{'rules':[%s]}", rules));

	examples_expect_ok(a.status == 200, a.body);
}

void
owner_remove_policy(const char *resource)
{
	examples_expect_ok(http_send(text_format("DELETE /policy/%s", id_of(resource)),
				     alice_auth(), NULL)
					   .status == 204,
			   resource);
}

/* The scopes of "view print" as elements of a JSON array. */
static const char *
examples_quote(const char *scopes, const char *separator)
{
	struct buf b = { .arena = http_case.work->arena };
	char *copy = arena_strdup(b.arena, scopes), *rest = NULL;

	buf_text(&b, "");
	for (char *s = strtok_r(copy, separator, &rest); s; s = strtok_r(NULL, separator, &rest))
		buf_printf(&b, "%s'%s'", b.size > 0 ? "," : "", s);
	return b.data;
}

void
owner_permits(const char *resource, const char *scopes)
{
	if (*scopes == '\0')
		owner_set_policy(resource, "");
	else if (strcmp(scopes, "all") == 0)
		owner_set_policy(resource,
				 "{'effect':'permit','scopes':'all','when':{'anyone':true}}");
	else
		owner_set_policy(
			resource,
			text_format("{'effect':'permit','scopes':[%s],'when':{'anyone':true}}",
				    examples_quote(scopes, " ")));
}

struct response
request_permission(const char *permissions)
{
	struct buf b = { .arena = http_case.work->arena };
	char *copy = arena_strdup(b.arena, permissions), *rest = NULL;

	buf_text(&b, "[");
	for (char *p = strtok_r(copy, " ", &rest); p != NULL; p = strtok_r(NULL, " ", &rest)) {
		char *scopes = strchr(p, '{');

		*scopes++ = '\0';
		scopes[strlen(scopes) - 1] = '\0';
		buf_printf(&b, "%s{'resource_id':'%s','resource_scopes':[%s]}",
			   b.size > 1 ? "," : "", id_of(p), examples_quote(scopes, ","));
	}
	buf_text(&b, "]");
	return http_send("POST /permission", alice_auth(), b.data);
}

const char *
new_ticket(const char *permissions)
{
	struct response a = request_permission(permissions);

	examples_expect_ok(a.status == 201, a.body);
	return response_text(a, "ticket");
}

enum err
serve_together(struct exchange **list, size_t n)
{
	enum err e = serve_batch(http_case.server, list, n);

	harness_begin(http_case.harness);
	return e;
}

struct exchange *
rpt_request(const char *client, const char *t, const char *more)
{
	return http_request(
		"POST /token", auth_basic(client),
		text_format("grant_type=urn%%3Aietf%%3Aparams%%3Aoauth%%3Agrant-type%%3Auma-ticket&"
			    "ticket=%s%s",
			    t, more));
}

struct response
redeem_ticket_as(const char *client, const char *t, const char *more)
{
	struct exchange *x = rpt_request(client, t, more);

	serve_together(&x, 1);
	return response_of(x);
}

struct response
redeem_ticket(const char *t, const char *more)
{
	return redeem_ticket_as("viewer", t, more);
}

struct response
refresh_rpt_as(const char *client, struct response a, const char *more)
{
	return http_send("POST /token", auth_basic(client),
			 text_format("grant_type=refresh_token&"
				     "refresh_token=%s%s",
				     response_text(a, "refresh_token"), more));
}

struct response
refresh_rpt(struct response a, const char *more)
{
	return refresh_rpt_as("viewer", a, more);
}

const char *
response_outcome(struct response a)
{
	return a.status == 200 ? "200" : text_format("%d %s", a.status, response_text(a, "error"));
}

static int
examples_compare_texts(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static void
print_one(struct buf *b, const char *name, struct json_object *permission)
{
	struct str_list scopes = { 0 };

	examples_expect_ok(json_str_list(b->arena, permission, "resource_scopes", 64, &scopes) ==
				   JSON_FOUND,
			   name);
	if (scopes.n > 0)
		qsort(scopes.list, scopes.n, sizeof *scopes.list, examples_compare_texts);
	buf_printf(b, "%s%s{%s}", b->size > 0 ? " " : "", name,
		   str_list_join(b->arena, &scopes, ","));
}

/* One pass for each fixture, so a resource listed twice would be printed twice. */
static const char *
print_all(struct json_object *list)
{
	struct buf b = { .arena = http_case.work->arena };

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
introspect_permissions(const char *auth, const char *token)
{
	struct response a = http_send("POST /introspect", auth, text_format("token=%s", token));
	struct json_object *list;

	examples_expect_ok(a.status == 200, a.body);
	if (!response_has(a, "permissions"))
		return strcmp(a.body, "{\"active\":false}") == 0 ? "inactive" : a.body;
	json_object_object_get_ex(a.json, "permissions", &list);
	return print_all(list);
}

const char *
response_granted(struct response a)
{
	if (a.status != 200)
		return response_outcome(a);
	return introspect_permissions(alice_auth(), response_text(a, "access_token"));
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
	struct work *w = http_case.work;
	struct consent q = { 0 };
	struct permission *yes = NULL, **last = &yes;
	char *copy = arena_strdup(w->arena, permissions), *rest = NULL;

	examples_expect_ok(consent_each(w, http_case.fixture.alice, find_open, &q) == OK &&
				   q.id != NULL,
			   "no question");
	for (char *p = strtok_r(copy, " ", &rest); p != NULL; p = strtok_r(NULL, " ", &rest)) {
		char *scopes = strchr(p, '{'), *more = NULL;
		struct permission *one;

		*scopes++ = '\0';
		one = permission_add(w->arena, &last, id_of(p));
		scopes[strlen(scopes) - 1] = '\0';
		for (char *s = strtok_r(scopes, ",", &more); s; s = strtok_r(NULL, ",", &more))
			str_list_add(w->arena, &one->scopes, s);
	}
	examples_expect_ok(consent_decide(w, &q, yes) == OK, w->refusal.why);
	examples_expect_ok(harness_commit(http_case.harness) == OK, "decision");
}

static void
rename_client(struct client *client)
{
	client->name = client->name == NULL ? "a" : NULL;
}

void
touch_viewer(void)
{
	harness_begin(http_case.harness);
	fixture_change_client(&http_case.fixture, "viewer", rename_client);
}

struct counting {
	const char *event;
	size_t n;
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
count_audit_rows(const char *event)
{
	struct counting c = { event, 0 };

	examples_expect_ok(audit_each(http_case.work, 0, count_event, &c) == OK, "audit");
	return c.n;
}
