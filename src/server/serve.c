/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A batch: requests that arrive together run on one snapshot, requests that join later on a later
 * one. The changes of all are one commit; after it the responses are sent. Requests with conflicts
 * run again together, on a fresh snapshot, and are committed together.
 */
#include <stdlib.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"
#include "dispatch.h"
#include "fair.h"
#include "model/batch_cache.h"
#include "model/throttle.h"
#include "pages/pages.h"
#include "server/lease.h"
#include "server/serve.h"
#include "web/reply.h"

#define EXPENSIVE_PART 5 /* an expensive request takes this part of a batch's time, a fifth */

struct batch {
	struct request **list;
	size_t n, max, room;
	struct snapshot *db[SERVE_SNAPSHOTS]; /* kept until the batch ends: changes and the
					       * cache point into them */
	size_t snapshots, runs;
	struct batch_cache *cache;
	int64_t micros;	   /* used by the handlers */
	int64_t cpu;	   /* CPU time of the process that is charged to requests already */
	bool refused;	   /* no lease was free in this run */
	bool is_expensive; /* the last request was expensive */
	size_t memory;	   /* bytes held by the requests */
	enum err fault;	   /* why requests were refused */
};

struct server {
	const struct settings *settings;
	struct store *store;
	struct key master; /* a copy, needed when tenants are loaded again */
	struct tenants tenants;
	struct tenant_lookups lookups;
	struct fair fair;
	struct batch batch;
	int64_t micros_max; /* see server_limit */
	size_t memory_max;
	struct throttle *throttle, *own_throttle;
	const struct pages *pages;
	struct arena *own_pages; /* NULL: `pages` is not this server's */
	struct leases *leases;	 /* NULL: this is the only worker */
	unsigned leases_max;
	bool leased;
	const struct crash_guard *crash_guard;
	struct running *running; /* the master reads it after a crash; or NULL */
};

enum err
server_new(const struct settings *settings, struct store *store, const struct key *master,
	   struct server **out, const char **why)
{
	struct server *s = calloc(1, sizeof *s);
	struct work w = { .arena = arena_new() };
	enum err e;

	if (s == NULL)
		abort();
	*s = (struct server){ .settings = settings, .store = store, .master = *master };
	server_limit(s, SERVE_MICROS, SERVE_MEMORY);
	tenants_start(&s->tenants, &s->master, settings);
	e = store_snapshot(store, &w.db);
	if (e == OK) {
		e = tenants_check_master_key(&s->tenants, &w);
		store_release(w.db);
	}
	arena_free(w.arena);
	if (e != OK) {
		*why = "the tenants cannot be read";
		tenants_free(&s->tenants);
		free(s);
		return e;
	}
	s->batch.cache = batch_cache_new();
	s->throttle = s->own_throttle = throttle_new();
	*out = s;
	return OK;
}

void
server_free(struct server *s)
{
	tenants_free(&s->tenants);
	batch_cache_free(s->batch.cache);
	throttle_free(s->own_throttle);
	if (s->own_pages != NULL)
		arena_free(s->own_pages);
	free(s->batch.list);
	crypto_wipe(s, sizeof *s);
	free(s);
}

void
server_pages(struct server *s, const struct pages *shared)
{
	s->pages = shared;
}

/* Pages of this server only, if it was not given those of all workers. */
static void
serve_load_pages(struct server *s)
{
	const char *why;

	s->own_pages = arena_new();
	s->pages = pages_load(s->own_pages, &why);
	if (s->pages == NULL)
		log_die("%s", why);
}

void
server_throttle(struct server *s, struct throttle *shared)
{
	s->throttle = shared;
}

void
server_lease(struct server *s, struct leases *shared, unsigned workers)
{
	s->leases = shared;
	s->leases_max = workers > 1 ? workers / 2 : 1;
}

void
server_limit(struct server *s, int64_t micros, size_t memory)
{
	s->micros_max = micros;
	s->memory_max = memory;
}

void
server_watch(struct server *s, const struct crash_guard *all, struct running *mine)
{
	s->crash_guard = all;
	s->running = mine;
}

/* Stores what the master blames if this process dies now. */
static void
serve_note_running(const struct server *s, uint64_t fingerprint, bool commits)
{
	if (s->running == NULL)
		return;
	atomic_store(&s->running->fingerprint, fingerprint);
	atomic_store(&s->running->commits, commits);
}

/* The request has crashed workers: 503 with Retry-After (T-X07). */
static void
serve_reject_suspect(struct request *rq, const struct work *common)
{
	struct buf b;

	request_begin(rq, common);
	rq->error = err_wire(ERR_SERVER);
	b = reply_object(rq);
	out_text(&b, "error", rq->error);
	reply_json(rq, 503, &b);
	reply_header(rq, HEADER_RETRY_AFTER, arena_printf(b.arena, "%d", CRASH_GUARD_SPAN));
}

/* The time that the request is charged for, in microseconds: the time since `began`, or less. A
 * handler that seems expensive may only have waited for a processor. Then the CPU time counts that
 * the process has used since the last request was charged, if it is less. */
static int64_t
serve_micros(struct batch *b, int64_t began, int64_t expensive)
{
	int64_t took = clock_micros() - began, cpu, used;

	if (took < expensive / 2) {
		b->cpu += took;
		return took;
	}
	cpu = clock_cpu_micros();
	used = cpu > b->cpu ? cpu - b->cpu : 0;
	b->cpu = cpu;
	return used < took ? used : took;
}

static void
serve_run_one(struct server *s, struct request *rq, const struct work *common)
{
	struct batch *b = &s->batch;
	int64_t began = clock_micros(), took, expensive = s->micros_max / EXPENSIVE_PART;
	size_t held = arena_used(rq->exchange.arena);

	if (s->crash_guard != NULL)
		rq->fingerprint = crash_guard_fingerprint(s->crash_guard, &rq->exchange.in);
	if (s->crash_guard != NULL &&
	    crash_guard_has(s->crash_guard, rq->fingerprint, clock_ticks())) {
		serve_reject_suspect(rq, common);
		return;
	}
	serve_note_running(s, rq->fingerprint, false);
	dispatch_request(rq, &s->tenants, common);
	serve_note_running(s, 0, false);
	if (rq->result == ERR_WAIT && rq->jobs.reruns++ == JOBS_RERUNS) {
		log_error("a request asks for other jobs each time it runs; it is answered with "
			  "503");
		rq->result = ERR_UNAVAILABLE;
		dispatch_reply_error(rq, rq->result);
	}
	took = serve_micros(b, began, expensive);
	fair_charge(&s->fair, rq, took, expensive);
	b->is_expensive |= took >= expensive;
	b->micros += took;
	b->memory += arena_used(rq->exchange.arena) - held;
}

/* Fills what the requests of a run share. The snapshot is taken after they arrived, so it contains
 * all that was acknowledged before (T-U15). */
static enum err
serve_begin_run(struct server *s, struct work *common)
{
	struct batch *b = &s->batch;

	if (s->pages == NULL)
		serve_load_pages(s);
	*common = (struct work){ .settings = s->settings,
				 .cache = b->cache,
				 .throttle = s->throttle,
				 .pages = s->pages,
				 .lookups = &s->lookups };
	TRY(store_snapshot(s->store, &common->db));
	tenant_lookups_begin(&s->lookups, common->db);
	b->db[b->snapshots++] = common->db;
	b->cpu = clock_cpu_micros();
	common->now_ms = clock_ms();
	common->now = common->now_ms / 1000;
	return OK;
}

/* A crash during the commit can be blamed only on a batch of one. */
static void
serve_commit_once(struct server *s, struct request **list, size_t n)
{
	const struct batch *b = &s->batch;
	struct changes **lists = arena_array(batch_cache_arena(b->cache), n, sizeof *lists);
	enum err e;

	for (size_t i = 0; i < n; i++)
		lists[i] = &list[i]->changes;
	serve_note_running(s, b->n == 1 ? list[0]->fingerprint : 0, true);
	e = store_commit(s->store, lists, n);
	serve_note_running(s, 0, false);
	for (size_t i = 0; e != OK && i < n; i++)
		lists[i]->verdict = e;
}

/* Answers with `e` because the changes were not written. `e` also replaces a response such as
 * need_info: its client would believe that the presented ticket is used up. */
static void
serve_reply_error(struct server *s, struct request *rq, enum err e)
{
	dispatch_reply_error(rq, e);
	if (e == ERR_STORE)
		s->batch.fault = e;
}

/* Moves the requests with conflicts to the front of the list and returns their number. The
 * responses of the others are final. */
static size_t
serve_keep_conflicts(struct server *s, struct request **list, size_t n)
{
	size_t kept = 0;

	for (size_t i = 0; i < n; i++) {
		enum err e = list[i]->changes.verdict;

		if (e == ERR_CHANGED)
			list[kept++] = list[i];
		else if (e != OK)
			serve_reply_error(s, list[i], e);
	}
	return kept;
}

/* Runs requests again on a fresh snapshot. Moves those that write to the front of the list and
 * returns their number. */
static size_t
serve_run_again(struct server *s, struct request **list, size_t n)
{
	struct work common;
	enum err e = serve_begin_run(s, &common);
	size_t kept = 0;

	for (size_t i = 0; i < n; i++) {
		if (e == OK)
			serve_run_one(s, list[i], &common);
		else
			serve_reply_error(s, list[i], e);
	}
	for (size_t i = 0; i < n; i++) {
		if (e == OK && list[i]->result == OK)
			reply_sign(list[i]);
		if (e == OK && list[i]->changes.writes > 0)
			list[kept++] = list[i];
	}
	return kept;
}

/* One rerun decides all requests that compete for one ticket, or for the last place below a limit,
 * unless another process writes the same rows. If several requests write the same row, each commit
 * accepts one of them, so several reruns may be necessary. Their number is bounded, since all
 * requests of the batch wait for them. */
static void
serve_commit_all(struct server *s, struct request **list, size_t n)
{
	for (int reruns = 0; n > 0; reruns++) {
		serve_commit_once(s, list, n);
		n = serve_keep_conflicts(s, list, n);
		if (reruns == SERVE_RERUNS)
			break;
		if (n > 0)
			n = serve_run_again(s, list, n);
	}
	for (size_t i = 0; i < n; i++)
		serve_reply_error(s, list[i], ERR_CHANGED);
}

static void
serve_log_one(const struct request *rq)
{
	const struct exchange *x = &rq->exchange;

	log_request(&(struct log_request){
		.tenant = rq->work.tenant != NULL ? rq->work.tenant->name : NULL,
		.method = method_name(x->in.method),
		.route = rq->route != NULL ? rq->route->path : NULL,
		.client = rq->caller.client.id,
		.error = rq->error,
		.reference = rq->reference,
		.remote = x->in.remote,
		.status = x->out.status,
		.micros = x->started != 0 ? clock_micros() - x->started : 0,
	});
}

struct exchange *
serve_request_new(void)
{
	return &request_new()->exchange;
}

void
serve_request_reset(struct exchange *x)
{
	request_reset(request_of(x));
}

void
serve_request_free(struct exchange *x)
{
	request_free(request_of(x));
}

void
serve_begin(struct server *s, size_t max)
{
	struct batch *b = &s->batch;

	if (max > b->room) {
		free(b->list);
		b->list = calloc(max, sizeof *b->list);
		b->room = max;
	}
	if (b->list == NULL)
		abort();
	b->n = b->snapshots = b->runs = 0;
	b->max = max;
	b->micros = 0;
	b->is_expensive = false;
	b->memory = 0;
	b->fault = OK;
}

static bool
serve_is_spent(const struct server *s)
{
	return s->batch.is_expensive || s->batch.micros >= s->micros_max ||
	       s->batch.memory >= s->memory_max;
}

struct jobs *
serve_jobs(struct exchange *x)
{
	struct request *rq = request_of(x);

	return rq->result == ERR_WAIT ? &rq->jobs : NULL;
}

/* Signs the tokens of the run's requests, which start at index `first`. Requests that write nothing
 * are final and leave the batch, and so do those that wait for jobs. */
static void
serve_finish_run(struct batch *b, size_t first)
{
	size_t kept = first;

	for (size_t i = first; i < b->n; i++) {
		struct request *rq = b->list[i];

		if (rq->result == OK)
			reply_sign(rq);
		rq->exchange.final = rq->changes.writes == 0 && rq->result != ERR_WAIT;
		if (rq->exchange.final)
			serve_log_one(rq);
		else if (rq->result != ERR_WAIT)
			b->list[kept++] = rq;
	}
	b->n = kept;
}

/* False: the request is probably expensive, and enough other workers run such requests. */
static bool
serve_may_start(struct server *s, const struct request *rq)
{
	if (s->leases == NULL || s->leased ||
	    !fair_is_expensive(&s->fair, rq->lane, s->micros_max / EXPENSIVE_PART))
		return true;
	if (!s->batch.refused)
		s->leased = lease_acquire(s->leases, s->leases_max, getpid(), clock_ticks());
	s->batch.refused = !s->leased;
	return s->leased;
}

/* Runs those of the requests from index `first` to before `end` that may start, moves them to the
 * front of the list and returns their number. */
static size_t
serve_run_some(struct server *s, struct exchange **list, size_t first, size_t end,
	       const struct work *common)
{
	struct batch *b = &s->batch;
	size_t ran = 0;

	for (size_t i = first; i < end && b->n < b->max && (ran == 0 || !serve_is_spent(s)); i++) {
		struct exchange *x = list[i];
		struct request *rq = request_of(x);

		if (!serve_may_start(s, rq))
			continue;
		memmove(list + ran + 1, list + ran, (i - ran) * sizeof list[0]);
		list[ran++] = x;
		b->list[b->n++] = rq;
		if (common->db != NULL) {
			serve_run_one(s, rq, common);
		} else {
			request_begin(rq, common);
			dispatch_reply_error(rq, b->fault);
		}
	}
	return ran;
}

size_t
serve_run(struct server *s, struct exchange **list, size_t n)
{
	struct batch *b = &s->batch;
	struct work common;
	size_t begun = b->n, ran = 0, first, end = 0;
	enum err e;

	if (b->runs++ == SERVE_RUNS)
		log_die("a batch of more than %d runs", SERVE_RUNS);
	e = serve_begin_run(s, &common);
	if (e != OK)
		b->fault = e;
	else
		fair_find_lanes(&s->fair, list, n, &common);
	b->refused = false;
	/* If all requests that come first wait for a lease, the others run before them. */
	while (ran == 0 && end < n) {
		first = end;
		end = n;
		if (b->runs == 1)
			end = first + fair_order(&s->fair, list + first, n - first,
						 s->micros_max / EXPENSIVE_PART);
		ran = serve_run_some(s, list, first, end, &common);
	}
	serve_finish_run(b, begun);
	return ran;
}

bool
serve_may_run(const struct server *s)
{
	const struct batch *b = &s->batch;

	return b->runs < SERVE_RUNS && b->n < b->max && !serve_is_spent(s);
}

enum err
serve_end(struct server *s)
{
	struct batch *b = &s->batch;
	struct request **writing =
		arena_copy(batch_cache_arena(b->cache), b->list, b->n * sizeof b->list[0]);

	serve_commit_all(s, writing, b->n);
	for (size_t i = 0; i < b->n; i++)
		if (b->list[i]->result != ERR_WAIT)
			serve_log_one(b->list[i]);
	batch_cache_reset(b->cache);
	while (b->snapshots > 0)
		store_release(b->db[--b->snapshots]);
	if (s->leased)
		lease_release(s->leases, getpid());
	s->leased = false;
	return b->fault;
}
