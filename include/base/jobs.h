/* SPDX-License-Identifier: Apache-2.0 */
#ifndef USHER_BASE_JOBS_H
#define USHER_BASE_JOBS_H

#include <stdbool.h>

#include "base/arena.h"

/*
 * The jobs of one request: work that takes too long for a worker, such as a password hash. Another
 * process does it. The request waits without a process ("is parked") until each of its jobs has a
 * result, and then runs again from the beginning. A job is found by its kind and its input, so the
 * request finds the result when it asks for the same job again.
 *
 *	struct jobs jobs = { .arena = a };	the arena of the request
 *	struct job *j = jobs_find(&jobs, kind, input);
 *	if (j == NULL && jobs_add(&jobs, kind, input) != NULL)
 *		... park the request: send each job, and store what comes back:
 *	job_done(&jobs, j, result)	the result of the process
 *	job_fail(j)			it failed, or there is none in time
 */
#define JOBS_MAX      8		  /* jobs of one request */
#define JOBS_RERUNS   16	  /* runs of one request after jobs */
#define JOBS_SIZE_MAX (64 * 1024) /* bytes of an input or a result */

enum job_state { JOB_NEW, JOB_SENT, JOB_DONE, JOB_FAILED };

struct job {
	unsigned kind; /* a row of the service's table, see process/service.h */
	enum job_state state;
	struct bytes input, result;
	uint64_t number;  /* of the message that carries it, see process/parking.h */
	int64_t deadline; /* clock_ticks: without a result until then it has failed */
};

struct jobs {
	struct arena *arena; /* of the inputs and results; it outlives all runs of the request */
	struct job list[JOBS_MAX];
	size_t n;
	unsigned reruns;
};

/* Returns NULL if the request has no such job yet. */
struct job *jobs_find(struct jobs *all, unsigned kind, struct bytes input);
/* Adds a new job with a copy of the input. Returns NULL if the request has JOBS_MAX jobs, or if the
 * input is too large. */
struct job *jobs_add(struct jobs *all, unsigned kind, struct bytes input);
/* Returns true if each job has a result or has failed. */
bool jobs_are_over(const struct jobs *all);

/* Stores a copy of the result. A result that is too large is a failure. */
void job_done(struct jobs *all, struct job *j, struct bytes result);
void job_fail(struct job *j);

#endif
