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

/* EX_OK, or what to exit with; logged. */
static int
server_open(const struct task *t, struct store *store, struct server **out)
{
	const char *path = t->settings->master_key, *why = NULL;
	struct arena *a = arena_new();
	struct key master = { { 0 } };
	enum err key = master_key_read(a, path, &master, &why), e = key;

	if (key == OK)
		e = server_new(t->settings, store, &master, out, &why);
	if (key == OK && e != OK && e != ERR_STORE)
		log_error("%s: is %s the key that this store was made with?", why, path);
	else if (e != OK)
		log_error("%s", why);
	crypto_wipe(&master, sizeof(master));
	arena_free(a);
	return e == OK ? EX_OK : e == ERR_STORE ? EX_UNAVAILABLE : EX_CONFIG;
}

int
worker_main(const struct task *t)
{
	struct store *store = NULL;
	struct server *server = NULL;
	int code;

	crypto_start();
	code = process_store_open(t->settings, &store);
	if (code == EX_OK)
		code = server_open(t, store, &server);
	if (code == EX_OK) {
		server_watch(server, t->suspects, &t->watch->running);
		server_throttle(server, t->throttle);
		code = serve(t, server);
	}
	if (server != NULL)
		server_free(server);
	code = process_store_code(store, code);
	if (store != NULL)
		store_close(store);
	return code;
}
