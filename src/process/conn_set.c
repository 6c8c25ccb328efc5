/* SPDX-License-Identifier: Apache-2.0 */
/* Stores and watches connections. The loop handles their events. */
#include "process/conn_set.h"

#include <stdlib.h>
#include <sys/epoll.h>
#include <unistd.h>

#include "base/log.h"

static void
conn_set_epoll_ctl(struct conn_set *set, int op, int fd, unsigned events, void *what)
{
	struct epoll_event event = { .events = events, .data.ptr = what };

	if (epoll_ctl(set->epoll, op, fd, &event) < 0) {
		log_error("epoll: %m");
		abort();
	}
}

/* Returns the connection with the oldest incomplete request, or NULL. All requests have the same
 * time limit, so the first deadline is that of the oldest. If `requester` is not NULL, it needs
 * memory for its spool, so connections without a spool are skipped. A request that was shed has no
 * spool, but is incomplete until the end of its present record. */
static struct connection *
conn_set_oldest_incomplete(const struct conn_set *set, const struct spool *requester)
{
	struct connection *oldest = NULL;

	for (size_t i = 0; i < set->n; i++) {
		struct connection *c = set->list[i];
		bool gives = requester == NULL || (&c->in != requester && c->in.room > 0);

		if (gives && connection_is_incomplete(c) &&
		    (oldest == NULL || c->deadline < oldest->deadline))
			oldest = c;
	}
	return oldest;
}

/* The memory of the spools is used up: sheds the oldest incomplete request. Its connection stays in
 * the list, because a pending event may name it. */
static bool
conn_set_shed_oldest(void *arg, const struct spool *requester)
{
	struct connection *c = conn_set_oldest_incomplete(arg, requester);

	if (c != NULL)
		connection_shed(c);
	return c != NULL;
}

void
conn_set_start(struct conn_set *set, const struct process_settings *s)
{
	set->n = 0;
	set->max = (size_t)s->worker_connections;
	set->list = calloc(set->max, sizeof(*set->list));
	set->epoll = epoll_create1(EPOLL_CLOEXEC);
	if (set->list == NULL || set->epoll < 0)
		abort();
	set->connections.request_ms = s->request_timeout * 1000;
	set->connections.idle_ms = s->idle_timeout * 1000;
	set->connections.max = (unsigned)s->worker_connections;
	connections_start(&set->connections);
	set->connections.budget.make_room = conn_set_shed_oldest;
	set->connections.budget.arg = set;
}

void
conn_set_end(struct conn_set *set)
{
	while (set->n > 0)
		conn_set_drop(set, set->list[set->n - 1]);
	connections_end(&set->connections);
	close(set->epoll);
	free(set->list);
}

struct connection *
conn_set_add(struct conn_set *set, int fd, int64_t deadline)
{
	struct connection *c = connection_new(&set->connections, fd, deadline);

	c->index = set->n;
	set->list[set->n++] = c;
	return c;
}

static void
conn_set_watch_for(struct conn_set *set, struct connection *c, unsigned events)
{
	if (events != c->watched)
		conn_set_epoll_ctl(set, c->watched == 0 ? EPOLL_CTL_ADD : EPOLL_CTL_MOD, c->fd,
				   events, c);
	c->watched = events;
}

void
conn_set_watch(struct conn_set *set, struct connection *c)
{
	conn_set_watch_for(set, c, connection_events(c));
}

/* epoll reports EPOLLHUP in any case: when both directions are closed. */
void
conn_set_watch_end(struct conn_set *set, struct connection *c)
{
	conn_set_watch_for(set, c, EPOLLHUP);
}

void
conn_set_unwatch(struct conn_set *set, struct connection *c)
{
	if (c->watched != 0 && c->fd >= 0)
		conn_set_epoll_ctl(set, EPOLL_CTL_DEL, c->fd, 0, NULL);
	c->watched = 0;
}

void
conn_set_drop(struct conn_set *set, struct connection *c)
{
	/* close() does not remove a descriptor from the epoll set while another process has it too,
	 * which is the case after a handover in either direction. */
	conn_set_unwatch(set, c);
	set->list[c->index] = set->list[--set->n];
	set->list[c->index]->index = c->index;
	connection_free(c);
}

void
conn_set_make_room(struct conn_set *set, int64_t begun)
{
	struct connection *c = conn_set_oldest_incomplete(set, NULL);

	if (c == NULL || c->deadline - set->connections.request_ms > begun)
		return;
	connection_shed(c);
	conn_set_drop(set, c);
}

void
conn_set_sweep(struct conn_set *set, int64_t now)
{
	for (size_t i = set->n; i-- > 0;)
		if (set->list[i]->deadline <= now && !set->list[i]->running)
			conn_set_drop(set, set->list[i]);
}

void
conn_set_watch_fd(struct conn_set *set, bool wanted, bool *watched, int fd, unsigned events)
{
	if (wanted == *watched)
		return;
	conn_set_epoll_ctl(set, wanted ? EPOLL_CTL_ADD : EPOLL_CTL_DEL, fd, events, watched);
	*watched = wanted;
}
