/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The loop of a worker.  One epoll set holds the listening socket and all connections; a turn is a
 * round, and a round is one commit.  Nothing in a turn waits but the commit.
 *
 * A kept connection is never closed while a front end may be about to use it: nginx does not
 * repeat a POST.  A worker that goes leaves its connections to others (process/handover.h).
 */
#include "process/loop.h"

#include <errno.h>
#include <malloc.h>
#include <signal.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"
#include "process/conn_set.h"

#ifndef ROUND_MAX
#define ROUND_MAX 64
#endif
#define READY_MAX   (8 * ROUND_MAX) /* requests held, also those that wait for their turn */
#define SPARES_KEPT (READY_MAX < 8 ? READY_MAX / 2 : 4) /* by a worker at rest */
#define ACCEPT_MAX  16	 /* at a turn, so that other workers get some too */
#define TAKE_MAX    4	 /* the same, for what is handed over */
#define SWEEP_MS    500	 /* how exactly time limits are kept */
#define LOG_MS	    10	 /* without a request, before the log is written */
#define SLOW_MS	    1000 /* a request that takes so long to arrive may be dropped */
#define PAUSE_MS    1000 /* after no descriptor was free */
#define JOIN_TRIES  20	 /* as long as a commit takes, mostly */
#define JOIN_US	    150
#define GIVE_MS	    5000 /* for others to take what is given: a turn of their loop */

/* HANDING: takes no new connection, and gives each that is at rest to those who serve.
 * RETIRING: nobody has room for them; closes each after its next answer.
 * LEAVING: the server ends; finishes what has begun to arrive, closes the rest. */
enum stage { SERVING, HANDING, RETIRING, LEAVING };

struct loop {
	const struct task *task;
	const struct service *service;
	void *worker; /* of the service */
	const struct peers *peers;
	enum stage stage;
	enum err fault; /* ERR_STORE: go after this batch */
	struct conn_set conn_set;
	bool heeds, lives, listens, takes, gives; /* are watched */
	bool stuck;				  /* HANDING, and what was given is not taken yet */
	bool retired;				  /* has told so */
	int64_t now, sweep, pause, patience;
	int64_t served;

	/* Complete requests as they run next; the carrier of each is its connection. */
	struct exchange *ready[READY_MAX];
	size_t members;
	size_t left; /* the first of them: left by the last batch */
	int wait;    /* ms, for new requests, where none could run */
	struct exchange *spare[READY_MAX];
	size_t spares;
};

/* A batch of others has room beside what the last one left. */
static bool
loop_is_full(const struct loop *l)
{
	return l->members == READY_MAX || l->members >= l->left + ROUND_MAX;
}

static void
loop_take_request(struct loop *l, struct connection *c)
{
	struct exchange *x = l->spares > 0 ? l->spare[--l->spares] : l->service->request_new();

	c->taken = connection_take(c, x);
	if (c->taken) {
		x->carrier = c;
		l->ready[l->members++] = x;
		return;
	}
	l->service->request_reset(x);
	l->spare[l->spares++] = x;
	conn_set_drop(&l->conn_set, c);
}

static void
loop_poll_connection(struct loop *l, struct connection *c)
{
	if (c->taken) {
		/* It sent more, or hung up: that is for later, and must not wake the loop again. */
		conn_set_unwatch(&l->conn_set, c);
		return;
	}
	if (loop_is_full(l))
		return; /* epoll will name it again */
	switch (connection_poll(c, l->now)) {
	case CONNECTION_WAIT: conn_set_watch(&l->conn_set, c); break;
	case CONNECTION_READY: loop_take_request(l, c); break;
	case CONNECTION_OVER: conn_set_drop(&l->conn_set, c); break;
	}
}

/* New ones and those handed over alike: the peers of this worker's settings count. */
static void
loop_add_connection(struct loop *l, int fd, int64_t deadline)
{
	if (!peers_allow(l->peers, fd)) {
		log_warn("a connection of a user who is not among the peers was closed");
		close(fd);
		return;
	}
	loop_poll_connection(l, conn_set_add(&l->conn_set, fd,
					     deadline)); /* its request is often there already */
}

static bool
loop_has_room(const struct loop *l)
{
	return l->conn_set.n < l->conn_set.max && !loop_is_full(l);
}

/* Was it that nothing is there?  A lack of descriptors or memory may pass. */
static void
loop_pause_if_short(struct loop *l)
{
	if (errno != EMFILE && errno != ENFILE && errno != ENOMEM && errno != ENOBUFS)
		return;
	log_error("no connection can be accepted: %m");
	l->pause = l->now + PAUSE_MS;
}

static void
loop_accept(struct loop *l)
{
	for (int i = 0; i < ACCEPT_MAX && loop_has_room(l); i++) {
		int fd = accept4(l->task->listening, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);

		if (fd < 0) {
			loop_pause_if_short(l);
			return;
		}
		loop_add_connection(l, fd, l->now + l->conn_set.shared.request_ms);
	}
}

/* The time limit stays: a front end that reckons with idle_timeout knows of no reload, and
 * reloads shall not prolong it. */
static void
loop_accept_handed_over(struct loop *l)
{
	int64_t deadline;

	for (int i = 0; i < TAKE_MAX && loop_has_room(l); i++) {
		int fd = handover_accept(&l->task->handover, &deadline);

		if (fd < 0) {
			loop_pause_if_short(l);
			return;
		}
		loop_add_connection(l, fd, deadline);
	}
}

/* A full worker leaves the backlog to the others, and what is handed over.  Where all are full,
 * those who gave take back: somebody must answer.  Slow requests give way to new ones. */
static void
loop_watch_listeners(struct loop *l)
{
	const struct handover *h = &l->task->handover;
	struct conn_set *w = &l->conn_set;
	bool room;

	if (w->n == w->max)
		conn_set_make_room(w, l->now - SLOW_MS);
	room = w->n < w->max && l->now >= l->pause;
	conn_set_watch_fd(w, room && l->stage == SERVING, &l->listens, l->task->listening,
			  EPOLLIN | EPOLLEXCLUSIVE);
	conn_set_watch_fd(w, room && l->stage != HANDING, &l->takes, h->take, EPOLLIN);
	conn_set_watch_fd(w, l->stuck && l->stage == HANDING, &l->gives, h->give, EPOLLOUT);
}

/* Serves on until the master says that a successor does. */
static void
loop_retire(struct loop *l)
{
	if (l->retired || l->stage != SERVING)
		return;
	l->retired = true;
	task_report(l->task, NOTE_RETIRING);
}

static void
loop_hand_over_begin(struct loop *l)
{
	if (l->stage != SERVING)
		return;
	l->stage = HANDING;
	l->patience = l->now + GIVE_MS;
}

static void
loop_handle_signals(struct loop *l)
{
	for (int s = task_signal(l->task); s != 0; s = task_signal(l->task)) {
		if (s == SIGHUP)
			loop_hand_over_begin(l);
		else if (s == SIGTERM || s == SIGINT)
			l->stage = LEAVING;
	}
}

/* How many events there were. */
static int
loop_poll_events(struct loop *l, int wait)
{
	struct epoll_event event[ROUND_MAX];
	int n = epoll_wait(l->conn_set.epoll, event, ROUND_MAX, wait);

	l->now = clock_ticks();
	task_beat(l->task);
	for (int i = 0; i < n; i++) {
		if (event[i].data.ptr == &l->listens)
			loop_accept(l);
		else if (event[i].data.ptr == &l->takes)
			loop_accept_handed_over(l);
		else if (event[i].data.ptr == &l->gives)
			continue; /* the turn's end gives */
		else if (event[i].data.ptr == &l->heeds)
			loop_handle_signals(l);
		else if (event[i].data.ptr == &l->lives)
			l->stage = LEAVING; /* the master is gone */
		else
			loop_poll_connection(l, event[i].data.ptr);
	}
	return n;
}

/* A batch that took too long left requests.  Those that came since pass them, so that nobody waits
 * for a queue of expensive requests; but one of those goes first. */
static void
loop_let_pass(struct loop *l)
{
	struct exchange *late[READY_MAX];
	size_t n = l->left > 1 ? l->left - 1 : 0;

	if (n == 0 || l->members == l->left)
		return;
	memcpy(late, l->ready + 1, n * sizeof late[0]);
	memmove(l->ready + 1, l->ready + l->left, (l->members - l->left) * sizeof late[0]);
	memcpy(l->ready + l->members - n, late, n * sizeof late[0]);
}

static void
loop_send_response(struct loop *l, struct exchange *x)
{
	struct connection *c = x->carrier;

	c->taken = false;
	if (l->stage == RETIRING || l->stage == LEAVING)
		c->keep = false;
	if (connection_answer(c, x, l->now) == CONNECTION_OVER)
		conn_set_drop(&l->conn_set, c);
	else
		conn_set_watch(&l->conn_set, c);
	l->service->request_reset(x);
	l->spare[l->spares++] = x;
	l->served++;
}

/* Runs the requests that are ready, from index *ran on, and answers those whose response is final.
 * The first *ran requests then wait for the end of the batch.  Returns how many did run. */
static size_t
loop_run_ready(struct loop *l, size_t *ran)
{
	size_t n = l->members - *ran, kept = *ran, loop_end;

	if (n == 0)
		return 0;
	n = l->service->run(l->worker, l->ready + *ran, n);
	loop_end = *ran + n;
	for (size_t i = *ran; i < loop_end; i++) {
		if (l->ready[i]->final)
			loop_send_response(l, l->ready[i]);
		else
			l->ready[kept++] = l->ready[i];
	}
	memmove(l->ready + kept, l->ready + loop_end, (l->members - loop_end) * sizeof l->ready[0]);
	l->members -= loop_end - kept;
	*ran = kept;
	return n;
}

/* While another process commits, this one could only wait for the store's lock.  So requests that
 * arrive meanwhile join the batch: fewer commits for the same requests.  Nobody tells the end of
 * that commit, so it is polled, and not for long: there may be others that wait. */
static void
loop_let_join(struct loop *l, size_t *ran)
{
	for (int i = 0; *ran > 0 && i < JOIN_TRIES && *ran == l->members &&
			l->service->may_run(l->worker) && task_others_commit(l->task);
	     i++) {
		usleep(JOIN_US);
		loop_poll_events(l, 0);
		loop_run_ready(l, ran);
	}
}

static void
loop_run_batch(struct loop *l)
{
	size_t ran = 0, n;

	if (l->members == 0)
		return;
	task_beat(l->task);
	loop_let_pass(l);
	l->service->begin(l->worker, ROUND_MAX);
	n = loop_run_ready(l, &ran);
	l->wait = n == 0;
	while (n > 0 && ran < l->members && l->service->may_run(l->worker))
		n = loop_run_ready(l, &ran);
	loop_let_join(l, &ran);
	l->fault = l->service->end(l->worker);
	for (size_t i = 0; i < ran; i++)
		loop_send_response(l, l->ready[i]);
	l->members = l->left = l->members - ran;
	memmove(l->ready, l->ready + ran, l->left * sizeof l->ready[0]);
	if (l->task->settings->worker_requests > 0 &&
	    l->served >= l->task->settings->worker_requests)
		loop_retire(l);
}

static void
loop_sweep(struct loop *l)
{
	struct gate_facts *facts = &l->conn_set.shared.facts;
	int64_t oldest = l->now;

	if (l->now < l->sweep)
		return;
	l->sweep = l->now + SWEEP_MS;
	facts->workers = task_workers(l->task, &oldest);
	facts->age = (unsigned)((l->now - oldest) / 1000);
	conn_set_sweep(&l->conn_set, l->now);
}

/* Gives what is at rest.  What is half read or half answered follows when it is through. */
static void
loop_hand_over(struct loop *l)
{
	struct conn_set *w = &l->conn_set;

	l->stuck = false;
	for (size_t i = w->n; i-- > 0 && !l->stuck;) {
		struct connection *c = w->list[i];

		if (!connection_is_idle(c))
			continue;
		l->stuck = !handover_pass(&l->task->handover, c->fd, c->deadline);
		if (!l->stuck)
			conn_set_drop(w, c);
	}
	if (!l->stuck && handover_is_empty(&l->task->handover))
		l->patience = l->now + GIVE_MS;
	else if (l->now >= l->patience)
		l->stage = RETIRING;
}

/* Runs what is ready, which may have to wait for its turn. */
static void
loop_run_late(struct loop *l)
{
	usleep((useconds_t)l->wait * 1000);
	loop_run_batch(l);
}

/* One last look at each, then nothing idle stays.  A batch closes connections, so that others take
 * their places in the list: only ones that were looked at move up. */
static void
loop_shut_down(struct loop *l)
{
	struct conn_set *w = &l->conn_set;

	for (size_t i = w->n; i-- > 0;) {
		while (loop_is_full(l) && l->fault == OK)
			loop_run_late(l);
		if (i < w->n)
			loop_poll_connection(l, w->list[i]);
	}
	while (l->members > 0 && l->fault == OK)
		loop_run_late(l);
	for (size_t i = w->n; i-- > 0;)
		if (connection_is_idle(w->list[i]) || w->list[i]->stage == CONNECTION_DRAINING)
			conn_set_drop(w, w->list[i]);
}

/* A worker at rest gives back what its largest batches took. */
static void
loop_trim(struct loop *l)
{
	if (l->spares <= SPARES_KEPT)
		return;
	while (l->spares > SPARES_KEPT)
		l->service->request_free(l->spare[--l->spares]);
	malloc_trim(0);
}

/* The log is written here, or when its buffer is full: a write after each batch made a twelfth of
 * the cheapest request. */
static void
loop_idle(struct loop *l)
{
	bool idle = l->conn_set.n == 0 && l->stage == SERVING && l->now >= l->pause;

	log_flush();
	if (loop_poll_events(l, idle ? TASK_BEAT_MS : SWEEP_MS) == 0)
		loop_trim(l);
	log_buffer();
}

/* Takes what has come, and what has come meanwhile, until nothing new is there: a commit of twenty
 * requests takes as long as one of two. */
static void
loop_gather_requests(struct loop *l)
{
	size_t before = l->members;

	/* Without room for those that epoll names, it would name them all the time. */
	if (loop_is_full(l))
		usleep((useconds_t)l->wait * 1000);
	if (loop_poll_events(l, l->left > 0 ? l->wait : LOG_MS) == 0 && l->left == 0)
		loop_idle(l);
	while (l->members > before && !loop_is_full(l)) {
		before = l->members;
		loop_poll_events(l, 0);
	}
}

static void
loop_turn(struct loop *l)
{
	loop_gather_requests(l);
	loop_run_batch(l);
	loop_sweep(l);
	if (l->stage == HANDING)
		loop_hand_over(l);
	else if (l->stage == LEAVING)
		loop_shut_down(l);
	loop_watch_listeners(l);
}

/* What it gave, and nobody took yet, is its own still. */
static bool
loop_is_over(const struct loop *l)
{
	return l->fault != OK ||
	       (l->stage != SERVING && l->conn_set.n == 0 && handover_is_empty(&l->task->handover));
}

static void
loop_start(struct loop *l)
{
	l->now = clock_ticks();
	conn_set_start(&l->conn_set, l->task->settings);
	l->conn_set.shared.role = l->service->role;
	loop_sweep(l);
	conn_set_watch_fd(&l->conn_set, true, &l->heeds, l->task->signals, EPOLLIN);
	conn_set_watch_fd(&l->conn_set, true, &l->lives, l->task->life, EPOLLIN);
	loop_watch_listeners(l);
}

static void
loop_end(struct loop *l)
{
	conn_set_end(&l->conn_set);
	while (l->members > 0)
		l->service->request_free(l->ready[--l->members]);
	while (l->spares > 0)
		l->service->request_free(l->spare[--l->spares]);
	log_flush();
}

enum err
loop_run(const struct task *t, void *worker, const struct peers *peers)
{
	struct loop l = {
		.task = t,
		.service = t->service,
		.worker = worker,
		.peers = peers,
	};

	fcgi_start();
	loop_start(&l);
	task_report(t, NOTE_READY);
	while (!loop_is_over(&l))
		loop_turn(&l);
	loop_end(&l);
	return l.fault;
}
