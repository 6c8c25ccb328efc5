/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The event loop of a worker. One epoll set watches the listening socket and all connections. Each
 * turn of the loop runs one batch, which is one commit. Only the commit can block.
 *
 * A keep-alive connection is never closed while a front end may be about to use it, because nginx
 * does not repeat a POST. A retiring worker passes its connections to others (process/handover.h).
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
#include "process/parking.h"

#ifndef BATCH_MAX
#define BATCH_MAX 64
#endif
#define READY_MAX    (8 * BATCH_MAX) /* requests, including those that wait for a later batch */
#define SPARES_IDLE  (READY_MAX < 8 ? READY_MAX / 2 : 4) /* kept by an idle worker */
#define ACCEPT_MAX   16	  /* in one turn, so that other workers accept some too */
#define HANDOVER_MAX 4	  /* the same for connections that are handed over */
#define SWEEP_MS     500  /* precision of time limits */
#define LOG_MS	     10	  /* time without a request before the log is written */
#define SLOW_MS	     1000 /* a request that takes longer to arrive may be dropped */
#define PAUSE_MS     1000 /* before the next accept when no descriptor was free */
#define ABSORB_TRIES 20	  /* together as long as most commits */
#define ABSORB_US    150
#define TRIM_SIZE    (4 << 20)
#define HANDOVER_MS  5000 /* for another worker to accept a connection: turns of its loop */

/* HANDING_OVER: accepts no connection, and passes each idle one to workers that serve.
 * RETIRING: no worker has room for them; closes each connection after its next response.
 * STOPPING: the server ends; finishes the requests that have begun to arrive and closes the other
 * connections. */
enum stage { SERVING, HANDING_OVER, RETIRING, STOPPING };

struct loop {
	const struct task *task;
	const struct service *service;
	void *worker; /* from service->open */
	const struct peers *peers;
	enum stage stage;
	enum err fault; /* ERR_STORE: exit after this batch */
	struct conn_set conn_set;
	/* Which descriptors are watched; the address of each is the data of its events. */
	bool watches_signals, watches_life, watches_listener, watches_take, watches_give;
	bool watches_jobs[JOB_KINDS_MAX];
	bool handover_blocked; /* the handover socket is full */
	bool retire_reported;
	int64_t now;	      /* clock_ticks of this turn */
	int64_t next_sweep;   /* when to close connections whose time is over */
	int64_t paused_until; /* no accept before */
	int64_t retire_at;    /* HANDING_OVER becomes RETIRING */
	int64_t served;	      /* requests */

	/* Complete requests in the order in which they run; the carrier of each is its
	 * connection. */
	struct exchange *ready[READY_MAX];
	size_t ready_n;
	size_t leftover_n; /* number of them that the last batch did not run; these are first */
	int wait_ms;	   /* how long to wait for events if no request could run */
	struct exchange *spare[READY_MAX];
	size_t spare_n;
	struct parking parking; /* requests that wait for jobs */
};

/* Returns true if no further request can be taken. New requests fill a batch of their own, beside
 * those that the last batch did not run. */
static bool
loop_is_full(const struct loop *l)
{
	return l->ready_n == READY_MAX || l->ready_n >= l->leftover_n + BATCH_MAX;
}

static void
loop_put_spare(struct loop *l, struct exchange *x)
{
	if (l->spare_n == READY_MAX) {
		l->service->request_free(x);
		return;
	}
	l->service->request_reset(x);
	l->spare[l->spare_n++] = x;
}

static void
loop_take_request(struct loop *l, struct connection *c)
{
	struct exchange *x = l->spare_n > 0 ? l->spare[--l->spare_n] : l->service->request_new();

	c->running = connection_take(c, x);
	if (c->running) {
		x->carrier = c;
		l->ready[l->ready_n++] = x;
		return;
	}
	loop_put_spare(l, x);
	conn_set_drop(&l->conn_set, c);
}

static void
loop_poll_connection(struct loop *l, struct connection *c)
{
	if (c->running) {
		/* The peer sent more or hung up. Its request is handled first, and the event must
		 * not wake the loop again meanwhile. */
		conn_set_unwatch(&l->conn_set, c);
		return;
	}
	if (loop_is_full(l))
		return; /* epoll reports it again */
	switch (connection_poll(c, l->now)) {
	case CONNECTION_WAIT: conn_set_watch(&l->conn_set, c); break;
	case CONNECTION_READY: loop_take_request(l, c); break;
	case CONNECTION_OVER: conn_set_drop(&l->conn_set, c); break;
	}
}

/* Adds a new connection or one that was handed over. The peers of this worker's settings apply to
 * both. */
static void
loop_add_connection(struct loop *l, int fd, int64_t deadline)
{
	if (!peers_allow(l->peers, fd)) {
		log_warn("a connection was closed: its user is not in the setting peers");
		close(fd);
		return;
	}
	/* Often the request has already arrived. */
	loop_poll_connection(l, conn_set_add(&l->conn_set, fd, deadline));
}

static bool
loop_has_room(const struct loop *l)
{
	return l->conn_set.n < l->conn_set.max && !loop_is_full(l);
}

/* Pauses accepting if descriptors or memory are used up. Other errors mean that no connection
 * waits. */
static void
loop_pause_if_exhausted(struct loop *l)
{
	if (errno != EMFILE && errno != ENFILE && errno != ENOMEM && errno != ENOBUFS)
		return;
	log_error("no connection can be accepted: %m");
	l->paused_until = l->now + PAUSE_MS;
}

static void
loop_accept(struct loop *l)
{
	for (int i = 0; i < ACCEPT_MAX && loop_has_room(l); i++) {
		int fd = accept4(l->task->listening, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);

		if (fd < 0) {
			loop_pause_if_exhausted(l);
			return;
		}
		loop_add_connection(l, fd, l->now + l->conn_set.connections.request_ms);
	}
}

/* Accepts connections from retiring workers. Each keeps its time limit: a front end that expects
 * idle_timeout does not know of the reload, and reloads must not prolong the limit. */
static void
loop_accept_handed_over(struct loop *l)
{
	int64_t deadline;

	for (int i = 0; i < HANDOVER_MAX && loop_has_room(l); i++) {
		int fd = handover_accept(&l->task->handover, &deadline);

		if (fd < 0) {
			loop_pause_if_exhausted(l);
			return;
		}
		loop_add_connection(l, fd, deadline);
	}
}

/* A full worker accepts neither new connections nor handed-over ones, so other workers get them. If
 * all are full, a retiring worker accepts its own connections again, because some process must
 * serve them. A slow request is dropped to make room for new connections. */
static void
loop_watch_listeners(struct loop *l)
{
	const struct handover *h = &l->task->handover;
	struct conn_set *set = &l->conn_set;
	bool room;

	if (set->n == set->max)
		conn_set_make_room(set, l->now - SLOW_MS);
	room = set->n < set->max && l->now >= l->paused_until;
	conn_set_watch_fd(set, room && l->stage == SERVING, &l->watches_listener,
			  l->task->listening, EPOLLIN | EPOLLEXCLUSIVE);
	conn_set_watch_fd(set, room && l->stage != HANDING_OVER, &l->watches_take, h->take,
			  EPOLLIN);
	conn_set_watch_fd(set, l->handover_blocked && l->stage == HANDING_OVER, &l->watches_give,
			  h->give, EPOLLOUT);
}

/* Asks the master for a successor, and serves until the successor is ready. */
static void
loop_retire(struct loop *l)
{
	if (l->retire_reported || l->stage != SERVING)
		return;
	l->retire_reported = true;
	task_report(l->task, NOTE_RETIRING);
}

static void
loop_begin_hand_over(struct loop *l)
{
	if (l->stage != SERVING)
		return;
	l->stage = HANDING_OVER;
	l->retire_at = l->now + HANDOVER_MS;
}

static void
loop_handle_signals(struct loop *l)
{
	for (int s = task_signal(l->task); s != 0; s = task_signal(l->task)) {
		if (s == SIGHUP)
			loop_begin_hand_over(l);
		else if (s == SIGTERM || s == SIGINT)
			l->stage = STOPPING;
	}
}

/* Parks a request that waits for jobs. Returns false if it does not. */
static bool
loop_park(struct loop *l, struct exchange *x)
{
	struct jobs *jobs = l->service->request_jobs != NULL ? l->service->request_jobs(x) : NULL;

	if (jobs == NULL)
		return false;
	parking_add(&l->parking, x, jobs, l->now);
	conn_set_watch_end(&l->conn_set, x->carrier);
	return true;
}

/* Takes the requests whose jobs are over, so that they run again. Returns their number. A request
 * whose connection was closed is dropped. */
static int
loop_unpark(struct loop *l)
{
	struct exchange *x;
	int n = 0;

	parking_expire(&l->parking, l->now);
	while (!loop_is_full(l) && (x = parking_take(&l->parking)) != NULL) {
		n++;
		if (x->carrier != NULL)
			l->ready[l->ready_n++] = x;
		else
			loop_put_spare(l, x);
	}
	return n;
}

/* Closes a connection that its peer has closed while the request is parked. */
static bool
loop_drop_closed(struct loop *l, struct connection *c, unsigned events)
{
	if (!c->running || (events & (EPOLLHUP | EPOLLERR)) == 0 ||
	    !parking_abandon(&l->parking, c))
		return false;
	conn_set_drop(&l->conn_set, c);
	return true;
}

static bool
loop_receive_results(struct loop *l, const void *watched)
{
	for (unsigned kind = 0; kind < l->service->jobs_n; kind++)
		if (watched == &l->watches_jobs[kind]) {
			parking_receive(&l->parking, kind);
			return true;
		}
	return false;
}

/* Handles the pending events. Returns how many events and parked requests it handled. */
static int
loop_poll_events(struct loop *l, int wait_ms)
{
	struct epoll_event event[BATCH_MAX];
	int n = epoll_wait(l->conn_set.epoll, event, BATCH_MAX,
			   parking_is_ready(&l->parking) ? 0 : wait_ms);

	l->now = clock_ticks();
	task_beat(l->task);
	for (int i = 0; i < n; i++) {
		if (event[i].data.ptr == &l->watches_listener)
			loop_accept(l);
		else if (event[i].data.ptr == &l->watches_take)
			loop_accept_handed_over(l);
		else if (event[i].data.ptr == &l->watches_give)
			continue; /* loop_hand_over runs at the end of the turn */
		else if (event[i].data.ptr == &l->watches_signals)
			loop_handle_signals(l);
		else if (event[i].data.ptr == &l->watches_life)
			l->stage = STOPPING; /* the master has died */
		else if (!loop_receive_results(l, event[i].data.ptr) &&
			 !loop_drop_closed(l, event[i].data.ptr, event[i].events))
			loop_poll_connection(l, event[i].data.ptr);
	}
	return (n > 0 ? n : 0) + loop_unpark(l);
}

/* The last batch took too long and did not run some requests. Moves the new requests before them,
 * so that no request waits for a queue of expensive ones; but the first of the old ones stays
 * first. */
static void
loop_move_leftovers_back(struct loop *l)
{
	struct exchange *leftovers[READY_MAX];
	size_t n = l->leftover_n > 1 ? l->leftover_n - 1 : 0;

	if (n == 0 || l->ready_n == l->leftover_n)
		return;
	memcpy(leftovers, l->ready + 1, n * sizeof leftovers[0]);
	memmove(l->ready + 1, l->ready + l->leftover_n,
		(l->ready_n - l->leftover_n) * sizeof leftovers[0]);
	memcpy(l->ready + l->ready_n - n, leftovers, n * sizeof leftovers[0]);
}

static void
loop_send_response(struct loop *l, struct exchange *x)
{
	struct connection *c = x->carrier;

	c->running = false;
	if (l->stage == RETIRING || l->stage == STOPPING)
		c->keep = false;
	if (connection_answer(c, x, l->now) == CONNECTION_OVER)
		conn_set_drop(&l->conn_set, c);
	else
		conn_set_watch(&l->conn_set, c);
	loop_put_spare(l, x);
	l->served++;
}

/* Runs the ready requests from index `*ran` on, and sends the responses that are final. Afterwards
 * the first `*ran` requests wait for the end of the batch. Returns how many requests ran. */
static size_t
loop_run_ready(struct loop *l, size_t *ran)
{
	size_t n = l->ready_n - *ran, kept = *ran, end;

	if (n == 0)
		return 0;
	n = l->service->run(l->worker, l->ready + *ran, n);
	end = *ran + n;
	for (size_t i = *ran; i < end; i++) {
		if (l->ready[i]->final)
			loop_send_response(l, l->ready[i]);
		else if (!loop_park(l, l->ready[i]))
			l->ready[kept++] = l->ready[i];
	}
	memmove(l->ready + kept, l->ready + end, (l->ready_n - end) * sizeof l->ready[0]);
	l->ready_n -= end - kept;
	*ran = kept;
	return n;
}

/* While another process commits, this process would have to wait for the lock of the store.
 * Requests that arrive meanwhile join the batch, which saves commits. There is no notification of
 * the end of that commit, so its end is polled, for a short time only: further processes may wait
 * for the lock. */
static void
loop_absorb_arrivals(struct loop *l, size_t *ran)
{
	for (int i = 0; *ran > 0 && i < ABSORB_TRIES && *ran == l->ready_n &&
			l->service->may_run(l->worker) && task_others_commit(l->task);
	     i++) {
		usleep(ABSORB_US);
		loop_poll_events(l, 0);
		loop_run_ready(l, ran);
	}
}

static void
loop_run_batch(struct loop *l)
{
	size_t ran = 0, n;

	if (l->ready_n == 0)
		return;
	task_beat(l->task);
	loop_move_leftovers_back(l);
	l->service->begin(l->worker, BATCH_MAX);
	n = loop_run_ready(l, &ran);
	l->wait_ms = n == 0;
	while (n > 0 && ran < l->ready_n && l->service->may_run(l->worker))
		n = loop_run_ready(l, &ran);
	loop_absorb_arrivals(l, &ran);
	l->fault = l->service->end(l->worker);
	for (size_t i = 0; i < ran; i++)
		if (!loop_park(l, l->ready[i]))
			loop_send_response(l, l->ready[i]);
	l->ready_n = l->leftover_n = l->ready_n - ran;
	memmove(l->ready, l->ready + ran, l->leftover_n * sizeof l->ready[0]);
	if (l->task->settings->worker_requests > 0 &&
	    l->served >= l->task->settings->worker_requests)
		loop_retire(l);
}

static void
loop_sweep(struct loop *l)
{
	struct gate_facts *facts = &l->conn_set.connections.facts;
	int64_t oldest = l->now;

	if (l->now < l->next_sweep)
		return;
	l->next_sweep = l->now + SWEEP_MS;
	facts->workers = task_workers(l->task, &oldest);
	facts->age = (unsigned)((l->now - oldest) / 1000);
	oldest = l->now;
	facts->parked = task_parked(l->task, &oldest);
	facts->parked_age = (unsigned)((l->now - oldest) / 1000);
	conn_set_sweep(&l->conn_set, l->now);
}

/* Passes the idle connections to other workers. A connection with a request or a response in
 * progress follows when it is idle. */
static void
loop_hand_over(struct loop *l)
{
	struct conn_set *set = &l->conn_set;

	l->handover_blocked = false;
	for (size_t i = set->n; i-- > 0 && !l->handover_blocked;) {
		struct connection *c = set->list[i];

		if (!connection_is_idle(c))
			continue;
		l->handover_blocked = !handover_pass(&l->task->handover, c->fd, c->deadline);
		if (!l->handover_blocked)
			conn_set_drop(set, c);
	}
	if (!l->handover_blocked && handover_is_empty(&l->task->handover))
		l->retire_at = l->now + HANDOVER_MS;
	else if (l->now >= l->retire_at)
		l->stage = RETIRING;
}

/* Runs the ready requests after the time that they may have to wait. */
static void
loop_run_late(struct loop *l)
{
	usleep((useconds_t)l->wait_ms * 1000);
	loop_run_batch(l);
}

/* Handles the requests that have arrived, then closes the idle connections. A batch can close
 * connections, and the last connection of the list takes the index of a closed one: that is a
 * connection that this loop has already handled. */
static void
loop_shut_down(struct loop *l)
{
	struct conn_set *set = &l->conn_set;

	for (size_t i = set->n; i-- > 0;) {
		while (loop_is_full(l) && l->fault == OK)
			loop_run_late(l);
		if (i < set->n)
			loop_poll_connection(l, set->list[i]);
	}
	while (l->ready_n > 0 && l->fault == OK)
		loop_run_late(l);
	for (size_t i = set->n; i-- > 0;)
		if (connection_is_idle(set->list[i]) || set->list[i]->stage == CONNECTION_DRAINING)
			conn_set_drop(set, set->list[i]);
}

/* An idle worker frees the memory that its largest batches needed. */
static void
loop_trim(struct loop *l)
{
	if (l->spare_n <= SPARES_IDLE)
		return;
	while (l->spare_n > SPARES_IDLE)
		l->service->request_free(l->spare[--l->spare_n]);
	malloc_trim(0);
}

/* Writes the buffered log, which is otherwise written when its buffer is full. A write for each
 * batch took a twelfth of the time of the cheapest request. */
static void
loop_idle(struct loop *l)
{
	bool idle = l->conn_set.n == 0 && l->stage == SERVING && l->now >= l->paused_until;

	log_flush();
	if (loop_poll_events(l, idle ? TASK_BEAT_MS : SWEEP_MS) == 0)
		loop_trim(l);
	log_buffer();
}

/* Collects requests until no new one arrives: a commit of twenty requests takes as long as one of
 * two. */
static void
loop_gather_requests(struct loop *l)
{
	size_t before = l->ready_n;

	/* Without room for more requests, epoll would report the same connections all the time. */
	if (loop_is_full(l))
		usleep((useconds_t)l->wait_ms * 1000);
	if (loop_poll_events(l, l->leftover_n > 0 ? l->wait_ms : LOG_MS) == 0 && l->leftover_n == 0)
		loop_idle(l);
	while (l->ready_n > before && !loop_is_full(l)) {
		before = l->ready_n;
		loop_poll_events(l, 0);
	}
}

static void
loop_turn(struct loop *l)
{
	loop_gather_requests(l);
	loop_run_batch(l);
	loop_sweep(l);
	if (l->stage == HANDING_OVER)
		loop_hand_over(l);
	else if (l->stage == STOPPING)
		loop_shut_down(l);
	loop_watch_listeners(l);
}

/* Connections that were passed remain ours until another worker accepts them. */
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
	parking_start(&l->parking, l->task, l->conn_set.max);
	l->conn_set.connections.role = l->service->role;
	loop_sweep(l);
	conn_set_watch_fd(&l->conn_set, true, &l->watches_signals, l->task->signals, EPOLLIN);
	conn_set_watch_fd(&l->conn_set, true, &l->watches_life, l->task->life, EPOLLIN);
	for (size_t i = 0; i < l->service->jobs_n; i++)
		conn_set_watch_fd(&l->conn_set, l->task->job_sockets[i] >= 0, &l->watches_jobs[i],
				  l->task->job_sockets[i], EPOLLIN);
	loop_watch_listeners(l);
}

static void
loop_end(struct loop *l)
{
	conn_set_end(&l->conn_set);
	parking_end(&l->parking);
	while (l->ready_n > 0)
		l->service->request_free(l->ready[--l->ready_n]);
	while (l->spare_n > 0)
		l->service->request_free(l->spare[--l->spare_n]);
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

	/* Otherwise the memory of each large request is returned to the system and requested again
	 * by the next one. An idle worker returns it, see loop_trim. */
	mallopt(M_TRIM_THRESHOLD, TRIM_SIZE);
	fcgi_start();
	loop_start(&l);
	task_report(t, NOTE_READY);
	while (!loop_is_over(&l))
		loop_turn(&l);
	loop_end(&l);
	return l.fault;
}
