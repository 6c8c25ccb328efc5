/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A round: every request of it runs against one snapshot, what they want changed is one
 * commit, and only then do answers leave.  One whose expectations failed runs again alone; the
 * second time it is 503.
 */
#include <stdlib.h>

#include "base/clock.h"
#include "base/log.h"
#include "dispatch.h"
#include "server/serve.h"
#include "web/reply.h"

struct server {
	const struct settings *settings;
	struct store          *store;
	struct key             master;	/* a copy: tenants and keys change while we live */
	struct tenants         tenants;
	struct former         *former;	/* requests of this round still point to them */
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
set_aside(struct task *t)
{
	struct exchange *x = t->exchange;

	x->out = (struct http_out){ 0 };
	changes_start(&t->changes, x->arena, 0);
	t->rq = (struct request){ .work = { .arena = x->arena }, .in = &x->in, .out = &x->out };
}

/* It has ended processes: 503, and when to try again (T-X07). */
static void
turn_away(struct task *t)
{
	struct buf b;

	set_aside(t);
	t->rq.error = err_wire(ERR_SERVER);
	b = reply_object(&t->rq);
	out_text(&b, "error", t->rq.error);
	reply_json(&t->rq, 503, &b);
	reply_header(&t->rq, "Retry-After", arena_printf(b.arena, "%d", SUSPECTS_SPAN));
}

static void
run(struct server *s, struct task *t, struct snapshot *db, int64_t now)
{
	if (s->suspects != NULL)
		t->mark = suspects_mark(s->suspects, &t->exchange->in);
	if (s->suspects != NULL && suspects_has(s->suspects, t->mark, clock_ticks())) {
		turn_away(t);
		return;
	}
	note(s, t->mark, false);
	dispatch(t, &s->tenants, s->settings, db, now);
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
static enum err
commit(struct server *s, struct task *tasks, size_t n, struct arena *a)
{
	struct changes **lists = arena_array(a, n, sizeof *lists);
	size_t filled = 0;
	enum err e;

	for (size_t i = 0; i < n; i++)
		if (tasks[i].changes.writes > 0)
			lists[filled++] = &tasks[i].changes;
	if (filled == 0)
		return OK;
	e = write_down(s, lists, filled, n == 1 ? tasks[0].mark : 0);
	for (size_t i = 0; e != OK && i < filled; i++)
		lists[i]->verdict = e;
	return e;
}

/* The second and last try, alone, on a fresh snapshot.  What cannot be written now is 503, also
 * behind a refusal: a ticket that was presented must not stay good. */
static enum err
run_again(struct server *s, struct task *t)
{
	struct changes *list = &t->changes;
	struct snapshot *db;
	enum err e = store_snapshot(s->store, &db);

	if (e == OK) {
		e = refresh_tenants(s, db);
		if (e == OK)
			run(s, t, db, clock_ms());
		if (e == OK && t->changes.writes > 0)
			e = write_down(s, &list, 1, t->mark);
		if (e == OK && t->changes.writes > 0)
			e = t->changes.verdict;
		store_release(db);
	}
	if (e != OK)
		dispatch_refuse(t, e);
	return e == ERR_STORE ? e : OK;
}

/* An answer stands when its changes do. */
static enum err
conclude(struct server *s, struct task *t)
{
	if (t->changes.writes == 0 || t->changes.verdict == OK)
		return OK;
	if (t->changes.verdict == ERR_CHANGED)
		return run_again(s, t);
	dispatch_refuse(t, t->changes.verdict);
	return t->changes.verdict == ERR_STORE ? ERR_STORE : OK;
}

static void
log_task(const struct task *t)
{
	const struct request *rq = &t->rq;

	log_request(&(struct log_request){
		.tenant = rq->work.tenant != NULL ? rq->work.tenant->name : NULL,
		.method = method_name(rq->in->method),
		.route = t->route != NULL ? t->route->path : NULL,
		.client = rq->caller.client.id, .error = rq->error, .remote = rq->in->remote,
		.status = t->exchange->out.status,
		.micros = t->exchange->started != 0 ? clock_micros() - t->exchange->started : 0,
	});
}

static void
refuse_all(struct task *tasks, struct exchange **list, size_t n, enum err e)
{
	for (size_t i = 0; i < n; i++) {
		set_aside(&tasks[i]);
		dispatch_refuse(&tasks[i], e);
		log_task(&tasks[i]);
	}
}

static enum err
serve(struct server *s, struct task *tasks, struct exchange **list, size_t n, struct snapshot *db)
{
	int64_t now = clock_ms();
	enum err e = OK, one;

	for (size_t i = 0; i < n; i++)
		run(s, &tasks[i], db, now);
	commit(s, tasks, n, list[0]->arena);
	for (size_t i = 0; i < n; i++) {
		one = conclude(s, &tasks[i]);
		e = one != OK ? one : e;
		log_task(&tasks[i]);
	}
	return e;
}

enum err
serve_round(struct server *s, struct exchange **list, size_t n)
{
	struct task *tasks = calloc(n, sizeof *tasks);
	struct snapshot *db;
	enum err e;

	if (tasks == NULL)
		abort();
	for (size_t i = 0; i < n; i++)
		tasks[i].exchange = list[i];
	log_hold();
	e = store_snapshot(s->store, &db);
	if (e == OK) {
		e = refresh_tenants(s, db);
		if (e == OK)
			e = serve(s, tasks, list, n, db);
		else
			refuse_all(tasks, list, n, e);
		store_release(db);
	} else
		refuse_all(tasks, list, n, e);
	log_let_go();
	free(tasks);
	free_former(s);
	return e;
}
