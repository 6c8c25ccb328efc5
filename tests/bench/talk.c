/* SPDX-License-Identifier: Apache-2.0 */
/* The kinds of load, a row each: a name, a function that writes the next request, what its answer
 * must be. */
#include "tests/bench/talk.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FORM "application/x-www-form-urlencoded"
#define JSON "application/json"

/* RFC 7617: base64 of "viewer:not-a-secret-but-long-enough", as in names.h. */
static const char basic[] =
	"Authorization: Basic dmlld2VyOm5vdC1hLXNlY3JldC1idXQtbG9uZy1lbm91Z2g=\r\n";

static const char *below = "";

void
bench_set_path(const char *path)
{
	below = path;
}

static size_t
bench_get(const char *path, char out[REQUEST_MAX])
{
	return (size_t)snprintf(out, REQUEST_MAX, "GET %s%s HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n",
				below, path);
}

static size_t
bench_post(const char *path, const char *authorization, const char *type, const char *body,
	   char out[REQUEST_MAX])
{
	return (size_t)snprintf(out, REQUEST_MAX,
				"POST %s%s HTTP/1.1\r\nHost: 127.0.0.1\r\n%s"
				"Content-Type: %s\r\nContent-Length: %zu\r\n\r\n%s",
				below, path, authorization, type, strlen(body), body);
}

static const char *
bench_bearer_header(const struct line *l)
{
	static char text[256];

	snprintf(text, sizeof(text), "Authorization: Bearer %s\r\n", l->pat);
	return text;
}

static size_t
bench_request_fixed(const struct session *t, const struct line *l, char out[REQUEST_MAX])
{
	return bench_get("/fixed", out);
}

static size_t
bench_request_discovery(const struct session *t, const struct line *l, char out[REQUEST_MAX])
{
	return bench_get("/.well-known/uma2-configuration", out);
}

static size_t
bench_request_refused(const struct session *t, const struct line *l, char out[REQUEST_MAX])
{
	return bench_post("/introspect", "", FORM, "token=x", out);
}

static size_t
bench_request_introspect(const struct session *t, const struct line *l, char out[REQUEST_MAX])
{
	char body[REQUEST_MAX / 2];

	snprintf(body, sizeof(body), "token=%s", l->rpt);
	return bench_post("/introspect", bench_bearer_header(l), FORM, body, out);
}

static size_t
bench_request_permission(const struct session *t, const struct line *l, char out[REQUEST_MAX])
{
	char body[256];

	snprintf(body, sizeof(body), "{\"resource_id\":\"%s\",\"resource_scopes\":[\"view\"]}",
		 l->resource);
	return bench_post("/permission", bench_bearer_header(l), JSON, body, out);
}

static size_t
bench_request_grant(const struct session *t, char out[REQUEST_MAX])
{
	char body[512];

	snprintf(body, sizeof(body),
		 "grant_type=urn%%3Aietf%%3Aparams%%3Aoauth%%3Agrant-type%%3Auma-ticket&ticket=%s",
		 t->ticket);
	return bench_post("/token", basic, FORM, body, out);
}

/* A permission, then the grant for its ticket. */
static size_t
bench_request_pair(const struct session *t, const struct line *l, char out[REQUEST_MAX])
{
	return t->ticket[0] != '\0' ? bench_request_grant(t, out)
				    : bench_request_permission(t, l, out);
}

static const struct kind kinds[] = {
	{ "fixed", bench_request_fixed, 200, "" },
	{ "post", bench_request_introspect, 200, "" },
	{ "discovery", bench_request_discovery, 200, "\"permission_endpoint\"" },
	{ "refused", bench_request_refused, 401, "" },
	{ "introspect", bench_request_introspect, 200, "\"active\":true" },
	{ "permission", bench_request_permission, 201, "\"ticket\"" },
	{ "pair", bench_request_pair, 0, "" },
};

const struct kind *
bench_kind_named(const char *name)
{
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (strcmp(kinds[i].name, name) == 0)
			return &kinds[i];
	return NULL;
}

static void
bench_note_ticket(struct session *t, const char *body)
{
	static const char name[] = "\"ticket\":\"";
	const char *at = strstr(body, name);

	t->ticket[0] = '\0';
	if (at != NULL)
		snprintf(t->ticket, sizeof(t->ticket), "%.*s",
			 (int)strcspn(at + strlen(name), "\""), at + strlen(name));
}

static bool
bench_check_two_responses(struct session *t, const struct bench_response *a)
{
	bool grant = t->ticket[0] != '\0';

	bench_note_ticket(t, a->body);
	if (grant)
		return a->status == 200 && strstr(a->body, "\"access_token\"") != NULL;
	return a->status == 201 && t->ticket[0] != '\0';
}

bool
bench_check_response(const struct kind *k, struct session *t, const struct bench_response *a)
{
	if (k->ask == bench_request_pair)
		return bench_check_two_responses(t, a);
	return a->status == k->status && strstr(a->body, k->body_contains) != NULL;
}

static char *
bench_cut_field(char **rest, const char *path)
{
	char *word = strsep(rest, "\t\n");

	if (word == NULL || *rest == NULL) {
		fprintf(stderr, "%s: a line is cut short\n", path);
		exit(1);
	}
	return word;
}

const struct line *
bench_lines_read(const char *path, size_t *n)
{
	struct line *list = NULL;
	FILE *in = fopen(path, "r");
	char *text = NULL;
	size_t room = 0;

	if (in == NULL) {
		perror(path);
		exit(1);
	}
	for (*n = 0; getline(&text, &room, in) > 0; text = NULL, room = 0) {
		char *rest = text;

		list = realloc(list, (*n + 1) * sizeof(*list));
		if (list == NULL)
			abort();
		list[*n].pat = bench_cut_field(&rest, path);
		list[*n].resource = bench_cut_field(&rest, path);
		list[(*n)++].rpt = bench_cut_field(&rest, path);
	}
	free(text);
	fclose(in);
	return list;
}
