/* SPDX-License-Identifier: Apache-2.0 */
#ifndef USHER_PROCESS_PARKING_H
#define USHER_PROCESS_PARKING_H

#include "http/exchange.h"
#include "process/job_sockets.h"
#include "process/task.h"

/*
 * The parked requests of a worker: those that wait for jobs (base/jobs.h). Their connections stay
 * busy.
 *
 *	parking_add(&p, x, now);	sends the jobs of x
 *	parking_receive(&p, kind);	when the socket of the kind is readable
 *	parking_expire(&p, now);	jobs without a result in time have failed
 *	x = parking_take(&p);		a request whose jobs are over: run it again; NULL: none
 *
 * A job fails at once, so its request can be taken at once, if too many requests are parked, or if
 * too many jobs of the kind wait.
 */
#ifndef PARKED_MAX
#define PARKED_MAX 128 /* requests of one worker */
#endif

struct parked {
	struct exchange *exchange;
	struct jobs *jobs;
	int64_t since; /* clock_ticks */
};

struct parking {
	const struct task *task;
	struct parked *list; /* in the order in which they were added */
	size_t n, room;
	uint64_t start, last; /* see struct job_head */
	uint8_t *message;
};

/* `max`: of the connections. The list grows if there are more requests: those of closed ones. */
void parking_start(struct parking *p, const struct task *t, size_t max);
/* Frees the parked requests. */
void parking_end(struct parking *p);

void parking_add(struct parking *p, struct exchange *x, struct jobs *jobs, int64_t now);
void parking_receive(struct parking *p, unsigned kind);
void parking_expire(struct parking *p, int64_t now);
/* Returns true if parking_take returns a request. */
bool parking_is_ready(const struct parking *p);
struct exchange *parking_take(struct parking *p);
/* The connection of a request was closed: sets its carrier to NULL. The request stays until its
 * jobs are over, so that it counts as long as the jobs are queued. Returns false if no request of
 * the connection is parked. */
bool parking_abandon(struct parking *p, const void *carrier);

#endif
