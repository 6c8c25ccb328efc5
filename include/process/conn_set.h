/* SPDX-License-Identifier: Apache-2.0 */
#ifndef USHER_PROCESS_CONN_SET_H
#define USHER_PROCESS_CONN_SET_H

#include "base/settings.h"
#include "http/connection.h"

/*
 * A worker's connections, and the one epoll set that watches them and its other descriptors.  An
 * event names a connection, or the `watched` of conn_set_watch_fd:
 *
 *	conn_set_start(&w, settings);
 *	conn_set_watch_fd(&w, w.n < w.max, &l->listens, listening, EPOLLIN);
 *	n = epoll_wait(w.epoll, event, ..);
 *	if (event[0].data.ptr == &l->listens) ...
 */
struct conn_set {
	int epoll;
	struct connections shared;
	struct connection **list;
	size_t n, max;
};

void conn_set_start(struct conn_set *w, const struct process_settings *s);
void conn_set_end(struct conn_set *w);

/* Only when n < max.  It is not watched yet. */
struct connection *conn_set_add(struct conn_set *w, int fd, int64_t deadline);
/* Watches it for what it waits for now. */
void conn_set_watch(struct conn_set *w, struct connection *c);
/* No longer, until the next conn_set_watch. */
void conn_set_unwatch(struct conn_set *w, struct connection *c);
/* Closes it.  Those behind it in the list change their places. */
void conn_set_drop(struct conn_set *w, struct connection *c);
/* Closes the connection whose incomplete request is the oldest, if it began before `begun`: with
 * the set full of slow requests nobody else would get in (T-F05). */
void conn_set_make_room(struct conn_set *w, int64_t begun);
/* Closes what has had its time, unless its request is at hand. */
void conn_set_sweep(struct conn_set *w, int64_t now);

/* Watches another descriptor, or no longer; *watched says whether it does. */
void conn_set_watch_fd(struct conn_set *w, bool wanted, bool *watched, int fd, unsigned events);

#endif
