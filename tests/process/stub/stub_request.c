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
	struct exchange *x = calloc(1, sizeof(*x));

	if (x == NULL)
		abort();
	x->arena = arena_new();
	return x;
}

void
stub_request_reset(struct exchange *x)
{
	arena_reset(x->arena);
	*x = (struct exchange){ .arena = x->arena };
}

void
stub_request_free(struct exchange *x)
{
	arena_free(x->arena);
	free(x);
}
