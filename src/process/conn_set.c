/* SPDX-License-Identifier: Apache-2.0 */
/* Keeping and watching connections.  What happens on them is the loop's business. */
#include "process/conn_set.h"

#include <stdlib.h>
#include <sys/epoll.h>
#include <unistd.h>

#include "base/log.h"

static void
conn_set_change(struct conn_set *w, int op, int fd, unsigned events, void *what)
{
	struct epoll_event event = { .events = events, .data.ptr = what };

	if (epoll_ctl(w->epoll, op, fd, &event) < 0) {
		log_error("epoll: %m");
		abort();
	}
}

/* NULL without one.  All have the same time, so the first to be over is the oldest.  `asker` wants
 * memory for its spool: who keeps none is passed over.  One that was given up is among those, and
 * stays incomplete until the record is over in which it was. */
static struct connection *
conn_set_oldest_incomplete(const struct conn_set *w, const struct spool *asker)
{
	struct connection *oldest = NULL;

	for (size_t i = 0; i < w->n; i++) {
		struct connection *c = w->list[i];
		bool gives = asker == NULL || (&c->in != asker && c->in.room > 0);

		if (gives && connection_is_incomplete(c) &&
		    (oldest == NULL || c->deadline < oldest->deadline))
			oldest = c;
	}
	return oldest;
}

/* The memory of the spools is spent.  The connection stays in the list: an event that is at hand
 * may name it. */
static bool
conn_set_shed_oldest(void *arg, const struct spool *asker)
{
	struct connection *c = conn_set_oldest_incomplete(arg, asker);

	if (c != NULL)
		connection_shed(c);
	return c != NULL;
}

void
conn_set_start(struct conn_set *w, const struct process_settings *s)
{
	w->n = 0;
	w->max = (size_t)s->worker_connections;
	w->list = calloc(w->max, sizeof(*w->list));
	w->epoll = epoll_create1(EPOLL_CLOEXEC);
	if (w->list == NULL || w->epoll < 0)
		abort();
	w->shared.request_ms = s->request_timeout * 1000;
	w->shared.idle_ms = s->idle_timeout * 1000;
	w->shared.max = (unsigned)s->worker_connections;
	connections_start(&w->shared);
	w->shared.budget.make_room = conn_set_shed_oldest;
	w->shared.budget.arg = w;
}

void
conn_set_end(struct conn_set *w)
{
	while (w->n > 0)
		conn_set_drop(w, w->list[w->n - 1]);
	connections_end(&w->shared);
	close(w->epoll);
	free(w->list);
}

struct connection *
conn_set_add(struct conn_set *w, int fd, int64_t deadline)
{
	struct connection *c = connection_new(&w->shared, fd, deadline);

	c->index = w->n;
	w->list[w->n++] = c;
	return c;
}

void
conn_set_watch(struct conn_set *w, struct connection *c)
{
	unsigned events = connection_events(c);

	if (events != c->watched)
		conn_set_change(w, c->watched == 0 ? EPOLL_CTL_ADD : EPOLL_CTL_MOD, c->fd, events,
				c);
	c->watched = events;
}

void
conn_set_unwatch(struct conn_set *w, struct connection *c)
{
	if (c->watched != 0 && c->fd >= 0)
		conn_set_change(w, EPOLL_CTL_DEL, c->fd, 0, NULL);
	c->watched = 0;
}

void
conn_set_drop(struct conn_set *w, struct connection *c)
{
	/* Closing does not take out of the set what another process holds too, be it because it
	 * was handed to it, or because it gave it and has not closed it yet. */
	conn_set_unwatch(w, c);
	w->list[c->index] = w->list[--w->n];
	w->list[c->index]->index = c->index;
	connection_free(c);
}

void
conn_set_make_room(struct conn_set *w, int64_t begun)
{
	struct connection *c = conn_set_oldest_incomplete(w, NULL);

	if (c == NULL || c->deadline - w->shared.request_ms > begun)
		return;
	connection_shed(c);
	conn_set_drop(w, c);
}

void
conn_set_sweep(struct conn_set *w, int64_t now)
{
	for (size_t i = w->n; i-- > 0;)
		if (w->list[i]->deadline <= now && !w->list[i]->taken)
			conn_set_drop(w, w->list[i]);
}

void
conn_set_watch_fd(struct conn_set *w, bool wanted, bool *watched, int fd, unsigned events)
{
	if (wanted == *watched)
		return;
	conn_set_change(w, wanted ? EPOLL_CTL_ADD : EPOLL_CTL_DEL, fd, events, watched);
	*watched = wanted;
}
