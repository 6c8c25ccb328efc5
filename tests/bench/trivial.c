/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The floor: usherd with a server that gives one fixed answer of 330 bytes, in the place of the
 * real one.  What remains is the front end, libfcgi and our loop.
 */
#include <stdlib.h>

#include "server/serve.h"

#define SIZE 330

struct server {
	char answer[SIZE];
};

enum err
server_new(const struct settings *settings, struct store *store, const struct key *master,
	   struct server **out, const char **why)
{
	*out = malloc(sizeof(**out));
	if (*out == NULL)
		abort();
	memset((*out)->answer, 'x', SIZE);
	return OK;
}

void
server_free(struct server *s)
{
	free(s);
}

void
server_watch(struct server *s, const struct suspects *all, struct running *mine)
{
}

void
server_throttle(struct server *s, struct throttle *shared)
{
}

struct exchange *
serve_request_new(void)
{
	struct exchange *x = calloc(1, sizeof(*x));

	if (x == NULL)
		abort();
	x->arena = arena_new();
	return x;
}

void
serve_request_reset(struct exchange *x)
{
	arena_reset(x->arena);
	*x = (struct exchange){ .arena = x->arena };
}

void
serve_request_free(struct exchange *x)
{
	arena_free(x->arena);
	free(x);
}

void
serve_begin(struct server *s, size_t max)
{
}

size_t
serve_run(struct server *s, struct exchange **list, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		list[i]->out.status = 200;
		list[i]->out.content_type = "application/json";
		list[i]->out.body = BYTES(s->answer, SIZE);
	}
	return n;
}

bool
serve_may_join(const struct server *s)
{
	return false;
}

enum err
serve_end(struct server *s)
{
	return OK;
}
