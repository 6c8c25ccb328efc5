/* SPDX-License-Identifier: Apache-2.0 */
#ifndef USHER_PROCESS_CROWD_H
#define USHER_PROCESS_CROWD_H

#include "base/settings.h"
#include "http/connection.h"

/*
 * A worker's connections, and the one epoll set that watches them and its other descriptors.  An
 * event names a connection, or the `watched` of crowd_switch:
 *
 *	crowd_start(&w, settings);
 *	crowd_switch(&w, w.n < w.max, &l->listens, listening, EPOLLIN);
 *	n = epoll_wait(w.epoll, event, ..);
 *	if (event[0].data.ptr == &l->listens) ...
 */
struct crowd {
	int                 epoll;
	struct connections  shared;
	struct connection **list;
	size_t              n, max;
};

void crowd_start(struct crowd *w, const struct process_settings *s);
void crowd_end(struct crowd *w);

/* Only when n < max.  It is not watched yet. */
struct connection *crowd_add(struct crowd *w, int fd, int64_t deadline);
/* Watches it for what it waits for now. */
void crowd_watch(struct crowd *w, struct connection *c);
/* Closes it.  Those behind it in the list change their places. */
void crowd_drop(struct crowd *w, struct connection *c);
/* Closes the connection whose incomplete request is the oldest, if it began before `begun`: with
 * the crowd full of slow requests nobody else would get in (T-F05). */
void crowd_make_room(struct crowd *w, int64_t begun);
/* Closes what has had its time, unless its request is at hand. */
void crowd_sweep(struct crowd *w, int64_t now);

/* Watches another descriptor, or no longer; *watched says whether it does. */
void crowd_switch(struct crowd *w, bool wanted, bool *watched, int fd, unsigned events);

#endif
