/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The floor: usherd with a service that gives one fixed response of 330 bytes, in the place of the
 * real one.  What remains is the front end, libfcgi and our loop.
 */
#include <stdlib.h>

#include "tests/process/stub/stub_request.h"
#include "usherd/command.h"
#include "usherd/service.h"
#include "usherd/store.h"

#define SIZE 330

static char response[SIZE];

/* It opens the store and uses it no further: starting should cost the same. */
static int
trivial_open(const struct task *t, void **worker)
{
	struct store *store = NULL;
	int code = usherd_store_open(usherd_settings(t), "a worker", &store);

	memset(response, 'x', SIZE);
	*worker = store;
	return code;
}

static int
trivial_close(void *worker, int code)
{
	if (worker != NULL)
		store_close(worker);
	return code;
}

static void
trivial_begin(void *worker, size_t max)
{
}

static size_t
trivial_run(void *worker, struct exchange **list, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		list[i]->out.status = 200;
		list[i]->out.content_type = "application/json";
		list[i]->out.body = BYTES(response, SIZE);
	}
	return n;
}

static bool
trivial_may_run(const void *worker)
{
	return false;
}

static enum err
trivial_end(void *worker)
{
	return OK;
}

static const struct service trivial_service = {
	.name = "usherd",
	.role = ROLE_RESPONDER,
	.configure = stub_configure,
	.open = trivial_open,
	.close = trivial_close,
	.request_new = stub_request_new,
	.request_reset = stub_request_reset,
	.request_free = stub_request_free,
	.begin = trivial_begin,
	.run = trivial_run,
	.may_run = trivial_may_run,
	.end = trivial_end,
	.janitor = janitor_main,
};

int
main(int argc, char **argv)
{
	return usherd_main(&trivial_service, argc, argv);
}
