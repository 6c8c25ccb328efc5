/* SPDX-License-Identifier: Apache-2.0 */
#ifndef USHER_PROCESS_CONN_SET_H
#define USHER_PROCESS_CONN_SET_H

#include "base/settings.h"
#include "http/connection.h"

/*
 * The connections of a worker, and the epoll set that watches them and the worker's other
 * descriptors. The data of an event is a connection, or the `watched` of conn_set_watch_fd:
 *
 *	conn_set_start(&set, settings);
 *	conn_set_watch_fd(&set, set.n < set.max, &l->watches_listener, listening, EPOLLIN);
 *	n = epoll_wait(set.epoll, event, ..);
 *	if (event[0].data.ptr == &l->watches_listener) ...
 */
struct conn_set {
	int epoll;
	struct connections connections;
	struct connection **list;
	size_t n, max;
};

void conn_set_start(struct conn_set *set, const struct process_settings *s);
void conn_set_end(struct conn_set *set);

/* Adds a connection; requires n < max. The connection is not watched yet. */
struct connection *conn_set_add(struct conn_set *set, int fd, int64_t deadline);
/* Watches the connection for the events that it waits for now. */
void conn_set_watch(struct conn_set *set, struct connection *c);
/* Watches the connection only for its end: its request is parked. */
void conn_set_watch_end(struct conn_set *set, struct connection *c);
/* Stops watching the connection until the next conn_set_watch. */
void conn_set_unwatch(struct conn_set *set, struct connection *c);
/* Closes and removes the connection. The last connection of the list takes its index. */
void conn_set_drop(struct conn_set *set, struct connection *c);
/* Closes the connection with the oldest incomplete request, if that began before `begun`. Otherwise
 * slow requests could fill the set and keep out all others (T-F05). */
void conn_set_make_room(struct conn_set *set, int64_t begun);
/* Closes the connections whose time limit is over, except those whose request is being handled. */
void conn_set_sweep(struct conn_set *set, int64_t now);

/* Watches another descriptor if `wanted`, else stops watching it. `*watched` is the present state,
 * and its address is the data of the events. */
void conn_set_watch_fd(struct conn_set *set, bool wanted, bool *watched, int fd, unsigned events);

#endif
