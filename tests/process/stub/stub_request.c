/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/process/stub/stub_request.h"

#include <stdlib.h>

#include "base/config.h"

const struct process_settings *
stub_configure(struct arena *a, const char *path, const char **why)
{
	struct settings *s = arena_alloc(a, sizeof(*s));

	return config_load(a, &usher_settings, path, s, why) == OK ? &s->process : NULL;
}

struct exchange *
stub_request_new(void)
{
	struct stub_request *rq = calloc(1, sizeof(*rq));

	if (rq == NULL)
		abort();
	rq->exchange.arena = rq->jobs.arena = arena_new();
	return &rq->exchange;
}

void
stub_request_reset(struct exchange *x)
{
	struct stub_request *rq = (struct stub_request *)x;
	struct arena *a = x->arena;

	arena_reset(a);
	*rq = (struct stub_request){ .exchange = { .arena = a }, .jobs = { .arena = a } };
}

void
stub_request_free(struct exchange *x)
{
	arena_free(x->arena);
	free(x);
}
