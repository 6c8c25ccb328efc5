/* SPDX-License-Identifier: Apache-2.0 */
/* A worker: opens the service after the fork and runs the loop until a signal ends it. */
#include <sysexits.h>

#include "base/crypto.h"
#include "base/log.h"
#include "process/loop.h"
#include "process/task.h"

static int
worker_serve(const struct task *t, void *worker)
{
	struct peers peers;
	struct arena *a = arena_new();
	const char *why;
	int code = EX_OK;

	if (peers_parse(a, t->settings->peers, &peers, &why) != OK) {
		log_error("%s", why);
		code = EX_CONFIG;
	} else if (loop_run(t, worker, &peers) != OK) {
		code = EX_UNAVAILABLE;
	}
	arena_free(a);
	return code;
}

int
worker_main(const struct task *t)
{
	void *worker = NULL;
	int code;

	crypto_start();
	code = t->service->open(t, &worker);
	if (code == EX_OK)
		code = worker_serve(t, worker);
	return t->service->close(worker, code);
}
