/* SPDX-License-Identifier: Apache-2.0 */
#ifndef USHER_PROCESS_JOB_SOCKETS_H
#define USHER_PROCESS_JOB_SOCKETS_H

#include <stddef.h>
#include <stdint.h>

#include "base/jobs.h"

/*
 * The sockets between workers and the processes that do jobs: a SOCK_SEQPACKET pair for each worker
 * and each kind of job. The master creates all pairs of a generation before it starts a process,
 * and keeps both ends of each as long as the generation lives. So a process that is restarted
 * inherits the pairs of its predecessor. All processes of one kind read from the same ends, so the
 * sockets are also the queue of that kind.
 */
struct job_sockets {
	size_t kinds, workers;
	int (*pair)[2]; /* [kind * workers + worker]: the end of the worker, and the end of
				   * the processes; -1: there is none */
	struct job_sockets *next; /* of another generation */
};

/* The beginning of each message. A job is followed by its input, a result by its bytes. */
struct job_head {
	uint64_t start;	  /* of the worker; a result for its predecessor has another one */
	uint64_t number;  /* of the job, from 1 */
	int64_t deadline; /* clock_ticks; later the job is not begun */
	uint64_t failed;  /* of a result: 1 if the job failed, else 0 */
};
#define JOB_MESSAGE_MAX (sizeof(struct job_head) + JOBS_SIZE_MAX)

/* Adds the pairs of a generation to the list `all`. A pair that cannot be created is logged; jobs
 * that would use it fail. */
struct job_sockets *job_sockets_new(struct job_sockets **all, size_t kinds, size_t workers);
void job_sockets_free(struct job_sockets **all, struct job_sockets *mine);

/* In a worker: closes all ends, of all generations, but those of this worker, and stores these in
 * `out`, one for each kind. */
void job_sockets_keep_worker(struct job_sockets *all, const struct job_sockets *mine, size_t worker,
			     int *out);
/* In a process for a kind: closes all but the ends of its kind, and stores these in `out`, one for
 * each worker. */
void job_sockets_keep_kind(struct job_sockets *all, const struct job_sockets *mine, size_t kind,
			   int *out);
/* In a process that uses no jobs. */
void job_sockets_close(struct job_sockets *all);

/* Answers a job in the name of a process that has died. */
void job_sockets_fail(const struct job_sockets *s, size_t kind, size_t worker, uint64_t start,
		      uint64_t number);

#endif
