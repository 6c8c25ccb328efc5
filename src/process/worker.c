/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A worker: opens store and server after the fork, then runs the loop until it is told to go.
 */
#include <sysexits.h>

#include "base/log.h"
#include "process/loop.h"
#include "process/store.h"
#include "process/task.h"
#include "server/serve.h"

static int
serve(const struct task *t, struct server *server)
{
	struct peers peers;
	struct arena *a = arena_new();
	const char *why;
	int code = EX_OK;

	if (peers_parse(a, t->settings->peers, &peers, &why) != OK) {
		log_error("%s", why);
		code = EX_CONFIG;
	} else if (loop_run(t, server, &peers) != OK) {
		code = EX_UNAVAILABLE;
	}
	arena_free(a);
	return code;
}

int
worker_main(const struct task *t)
{
	struct arena *a = arena_new();
	struct store *store = NULL;
	struct server *server = NULL;
	struct key master;
	const char *why = NULL;
	int code;

	crypto_start();
	code = process_store_open(t->settings, &store);
	if (code == EX_OK && master_key_read(a, t->settings->master_key, &master, &why) != OK) {
		log_error("%s", why);
		code = EX_CONFIG;
	}
	if (code == EX_OK && server_new(t->settings, store, &master, &server, &why) != OK) {
		log_error("%s", why);
		code = EX_UNAVAILABLE;
	}
	crypto_wipe(&master, sizeof(master));
	if (code == EX_OK) {
		server_watch(server, t->suspects, &t->watch->running);
		code = serve(t, server);
	}
	if (server != NULL)
		server_free(server);
	if (store != NULL)
		store_close(store);
	arena_free(a);
	return code;
}
