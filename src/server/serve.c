/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A round: those that come together run against one snapshot, who joins them against a later one;
 * what all want changed is one commit, and only then do answers leave.  One whose expectations
 * failed runs again alone; the second time it is 503.
 */
#include <stdlib.h>

#include "base/clock.h"
#include "base/log.h"
#include "dispatch.h"
#include "server/serve.h"
#include "web/reply.h"

/* Jobs stay where they are while it lasts: lists of changes point into them. */
struct round {
	struct job      *jobs;		/* kept for the next one, since they are large */
	size_t           n, max, room;
	struct snapshot *db[SERVE_RUNS];	/* open to the end: changes point into them, too */
	size_t           runs;
	enum err         fault;		/* why a run, or more of them, was refused */
	bool             writes;
};

struct server {
	const struct settings *settings;
	struct store          *store;
	struct key             master;	/* a copy: tenants and keys change while we live */
	struct tenants         tenants;
	struct former         *former;	/* requests of this round still point to them */
	struct round           round;
	const struct suspects *suspects;
	struct running        *running;	/* the master looks at it when we died; or NULL */
};

struct former {
	struct tenants tenants;
	struct former *next;
};

enum err
server_new(const struct settings *settings, struct store *store, const struct key *master,
	   struct server **out, const char **why)
{
	struct server *s = calloc(1, sizeof *s);
	struct snapshot *db;
	enum err e;

	if (s == NULL)
		abort();
	*s = (struct server){ .settings = settings, .store = store, .master = *master };
	e = store_snapshot(store, &db);
	if (e == OK) {
		e = tenants_load(db, master, settings, &s->tenants);
		store_release(db);
	}
	if (e != OK) {
		*why = "the tenants cannot be read";
		free(s);
		return e;
	}
	*out = s;
	return OK;
}

void
server_free(struct server *s)
{
	tenants_free(&s->tenants);
	free(s->round.jobs);
	crypto_wipe(s, sizeof *s);
	free(s);
}

void
server_watch(struct server *s, const struct suspects *all, struct running *mine)
{
	s->suspects = all;
	s->running = mine;
}

/* Another process may have changed tenants or keys.  A reload that fails keeps what there is: the
 * next round tries again. */
static enum err
refresh_tenants(struct server *s, struct snapshot *db)
{
	struct former *former;
	struct tenants fresh;

	if (tenants_current(&s->tenants, db))
		return OK;
	TRY(tenants_load(db, &s->master, s->settings, &fresh));
	former = calloc(1, sizeof *former);
	if (former == NULL)
		abort();
	*former = (struct former){ s->tenants, s->former };
	s->former = former;
	s->tenants = fresh;
	return OK;
}

static void
free_former(struct server *s)
{
	while (s->former != NULL) {
		struct former *f = s->former;

		s->former = f->next;
		tenants_free(&f->tenants);
		free(f);
	}
}

/* What would be to blame, should we not come back from what follows. */
static void
note(const struct server *s, uint64_t mark, bool commits)
{
	if (s->running == NULL)
		return;
	atomic_store(&s->running->mark, mark);
	atomic_store(&s->running->commits, commits);
}

/* A request that gets to no handler. */
static void
set_aside(struct job *j)
{
	struct exchange *x = j->exchange;

	x->out = (struct http_out){ 0 };
	changes_start(&j->changes, x->arena, 0);
	j->rq = (struct request){ .work = { .arena = x->arena }, .in = &x->in, .out = &x->out };
}

/* It has ended processes: 503, and when to try again (T-X07). */
static void
turn_away(struct job *j)
{
	struct buf b;

	set_aside(j);
	j->rq.error = err_wire(ERR_SERVER);
	b = reply_object(&j->rq);
	out_text(&b, "error", j->rq.error);
	reply_json(&j->rq, 503, &b);
	reply_header(&j->rq, "Retry-After", arena_printf(b.arena, "%d", SUSPECTS_SPAN));
}

static void
run(struct server *s, struct job *j, struct snapshot *db, int64_t now)
{
	if (s->suspects != NULL)
		j->mark = suspects_mark(s->suspects, &j->exchange->in);
	if (s->suspects != NULL && suspects_has(s->suspects, j->mark, clock_ticks())) {
		turn_away(j);
		return;
	}
	note(s, j->mark, false);
	dispatch(j, &s->tenants, s->settings, db, now);
	note(s, 0, false);
}

static enum err
write_down(struct server *s, struct changes **lists, size_t n, uint64_t mark)
{
	enum err e;

	note(s, mark, true);
	e = store_commit(s->store, lists, n);
	note(s, 0, false);
	return e;
}

/* Who is alone in its round answers for the commit; of several, nobody could say which. */
static void
commit(struct server *s)
{
	const struct round *r = &s->round;
	struct changes **lists;
	size_t filled = 0;
	enum err e;

	if (!r->writes)
		return;
	lists = arena_array(r->jobs[0].exchange->arena, r->n, sizeof *lists);
	for (size_t i = 0; i < r->n; i++)
		if (r->jobs[i].changes.writes > 0)
			lists[filled++] = &r->jobs[i].changes;
	e = write_down(s, lists, filled, r->n == 1 ? r->jobs[0].mark : 0);
	for (size_t i = 0; e != OK && i < filled; i++)
		lists[i]->verdict = e;
}

/* The second and last try, alone, on a fresh snapshot.  What cannot be written now is 503, also
 * behind a refusal: a ticket that was presented must not stay good. */
static enum err
run_again(struct server *s, struct job *j)
{
	struct changes *list = &j->changes;
	struct snapshot *db;
	enum err e = store_snapshot(s->store, &db);

	if (e == OK) {
		e = refresh_tenants(s, db);
		if (e == OK)
			run(s, j, db, clock_ms());
		if (e == OK && j->changes.writes > 0)
			e = write_down(s, &list, 1, j->mark);
		if (e == OK && j->changes.writes > 0)
			e = j->changes.verdict;
		store_release(db);
	}
	if (e != OK)
		dispatch_refuse(j, e);
	return e == ERR_STORE ? e : OK;
}

/* An answer stands when its changes do. */
static enum err
conclude(struct server *s, struct job *j)
{
	if (j->changes.writes == 0 || j->changes.verdict == OK)
		return OK;
	if (j->changes.verdict == ERR_CHANGED)
		return run_again(s, j);
	dispatch_refuse(j, j->changes.verdict);
	return j->changes.verdict == ERR_STORE ? ERR_STORE : OK;
}

static void
log_job(const struct job *j)
{
	const struct request *rq = &j->rq;

	log_request(&(struct log_request){
		.tenant = rq->work.tenant != NULL ? rq->work.tenant->name : NULL,
		.method = method_name(rq->in->method),
		.route = j->route != NULL ? j->route->path : NULL,
		.client = rq->caller.client.id, .error = rq->error, .remote = rq->in->remote,
		.status = j->exchange->out.status,
		.micros = j->exchange->started != 0 ? clock_micros() - j->exchange->started : 0,
	});
}

static void
make_room(struct round *r, size_t max)
{
	if (max > r->room) {
		free(r->jobs);
		r->jobs = calloc(max, sizeof *r->jobs);
		r->room = max;
	}
	if (r->jobs == NULL)
		abort();
}

void
serve_begin(struct server *s, size_t max)
{
	struct round *r = &s->round;

	make_room(r, max);
	r->n = r->runs = 0;
	r->max = max;
	r->fault = OK;
	r->writes = false;
}

/* Those of a run have come before its snapshot is taken: they see all that was acknowledged to
 * anybody until then (T-U15). */
static enum err
look_now(struct server *s, struct snapshot **db)
{
	struct round *r = &s->round;

	if (r->runs == SERVE_RUNS)
		log_die("a round of more than %d runs", SERVE_RUNS);
	TRY(store_snapshot(s->store, db));
	r->db[r->runs++] = *db;
	return refresh_tenants(s, *db);
}

static void
refuse(struct job *j, enum err e)
{
	set_aside(j);
	dispatch_refuse(j, e);
}

void
serve_run(struct server *s, struct exchange **list, size_t n)
{
	struct round *r = &s->round;
	struct snapshot *db;
	enum err e = look_now(s, &db);
	int64_t now = clock_ms();

	if (n > r->max - r->n)
		log_die("a round of more than %zu requests", r->max);
	if (e != OK)
		r->fault = e;
	for (size_t i = 0; i < n; i++) {
		struct job *j = &r->jobs[r->n++];

		*j = (struct job){ .exchange = list[i] };
		if (e != OK)
			refuse(j, e);
		else
			run(s, j, db, now);
		r->writes |= j->changes.writes > 0;
	}
}

bool
serve_may_join(const struct server *s)
{
	const struct round *r = &s->round;

	return r->writes && r->runs < SERVE_RUNS && r->n < r->max;
}

enum err
serve_end(struct server *s)
{
	struct round *r = &s->round;
	enum err e = r->fault, one;

	commit(s);
	for (size_t i = 0; i < r->n; i++) {
		one = conclude(s, &r->jobs[i]);
		e = one != OK ? one : e;
		log_job(&r->jobs[i]);
	}
	while (r->runs > 0)
		store_release(r->db[--r->runs]);
	free_former(s);
	return e;
}
