/* SPDX-License-Identifier: Apache-2.0 */
/* The service of usherd. A worker opens the store and the server after the fork. */
#include "usherd/service.h"

#include <errno.h>
#include <stdlib.h>
#include <sysexits.h>
#include <unistd.h>

#include "base/config.h"
#include "base/log.h"
#include "model/job.h"
#include "model/throttle.h"
#include "pages/pages.h"
#include "server/lease.h"
#include "server/serve.h"
#include "usherd/store.h"

struct worker {
	struct store *store;
	struct server *server;
};

static const struct process_settings *
usherd_configure(struct arena *a, const char *path, const char **why)
{
	struct settings *s = arena_alloc(a, sizeof(*s));

	return config_load(a, &usher_settings, path, s, why) == OK ? &s->process : NULL;
}

/* Memory that the workers share: the throttle, the leases of expensive requests, and the pages,
 * which are parsed once and never written. */
struct shared {
	struct arena *arena; /* of the pages */
	struct pages *pages;
	struct throttle *throttle;
	struct leases *leases;
};

static void *
usherd_share(void)
{
	struct shared *s = calloc(1, sizeof(*s));
	const char *why;

	if (s == NULL)
		abort();
	*s = (struct shared){ .arena = arena_new(),
			      .throttle = throttle_new(),
			      .leases = leases_new() };
	s->pages = pages_load(s->arena, &why);
	if (s->pages == NULL)
		log_die("%s", why);
	return s;
}

static void
usherd_unshare(void *shared)
{
	struct shared *s = shared;

	throttle_free(s->throttle);
	leases_free(s->leases);
	arena_free(s->arena);
	free(s);
}

/* Returns EX_OK, or the exit code after it has logged the reason. */
static int
usherd_open_server(const struct settings *s, struct worker *w)
{
	const char *path = s->master_key, *why = NULL;
	struct arena *a = arena_new();
	struct key master = { { 0 } };
	enum err key = master_key_read(a, path, &master, &why), e = key;

	if (key == OK)
		e = server_new(s, w->store, &master, &w->server, &why);
	if (key != OK && access(path, F_OK) != 0 && errno == ENOENT)
		log_error("there is no master key %s; the store cannot be read without its "
			  "master key: restore the key from its copy",
			  path);
	else if (key == OK && e != OK && e != ERR_STORE)
		log_error("%s; check that %s is the master key of this store", why, path);
	else if (e != OK)
		log_error("%s", why);
	crypto_wipe(&master, sizeof(master));
	arena_free(a);
	return e == OK ? EX_OK : e == ERR_STORE ? EX_UNAVAILABLE : EX_CONFIG;
}

static int
usherd_open(const struct task *t, void **worker)
{
	struct worker *w = calloc(1, sizeof(*w));
	struct shared *shared = t->shared;
	int code;

	if (w == NULL)
		abort();
	*worker = w;
	code = usherd_store_open(usherd_settings(t), "a worker", &w->store);
	if (code == EX_OK)
		code = usherd_open_server(usherd_settings(t), w);
	if (code != EX_OK)
		return code;
	server_watch(w->server, t->crash_guard, &t->proc_status->running);
	server_pages(w->server, shared->pages);
	server_throttle(w->server, shared->throttle);
	server_lease(w->server, shared->leases, task_worker_count(t->settings));
	return EX_OK;
}

static int
usherd_close(void *worker, int code)
{
	struct worker *w = worker;

	if (w->server != NULL)
		server_free(w->server);
	code = usherd_store_code(w->store, code);
	if (w->store != NULL)
		store_close(w->store);
	free(w);
	return code;
}

static void
usherd_begin(void *worker, size_t max)
{
	serve_begin(((struct worker *)worker)->server, max);
}

static size_t
usherd_run(void *worker, struct exchange **list, size_t n)
{
	return serve_run(((struct worker *)worker)->server, list, n);
}

static bool
usherd_may_run(const void *worker)
{
	return serve_may_run(((const struct worker *)worker)->server);
}

static enum err
usherd_end(void *worker)
{
	return serve_end(((struct worker *)worker)->server);
}

static struct jobs *
usherd_request_jobs(struct exchange *x)
{
	return serve_jobs(x);
}

/* The kinds of jobs (model/job.h): their processes and limits. */
static const struct job_service usherd_jobs[JOB_KINDS] = {
	[JOB_PASSWORD] = { .name = "passwords",
			   .time_ms = 5000,
			   .queue = 16,
			   .open = passwords_open,
			   .close = passwords_close,
			   .run = passwords_run },
};

const struct service usherd_service = {
	.name = "usherd",
	.role = ROLE_RESPONDER,
	.configure = usherd_configure,
	.share = usherd_share,
	.unshare = usherd_unshare,
	.open = usherd_open,
	.close = usherd_close,
	.request_new = serve_request_new,
	.request_reset = serve_request_reset,
	.request_free = serve_request_free,
	.begin = usherd_begin,
	.run = usherd_run,
	.may_run = usherd_may_run,
	.end = usherd_end,
	.request_jobs = usherd_request_jobs,
	.jobs = usherd_jobs,
	.jobs_n = JOB_KINDS,
	.janitor = janitor_main,
};
