/* SPDX-License-Identifier: Apache-2.0 */
#ifndef USHER_PROCESS_TASK_H
#define USHER_PROCESS_TASK_H

#include <stdatomic.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/settings.h"
#include "http/crash_guard.h"
#include "process/handover.h"
#include "process/service.h"

/* The job that a process is doing. */
struct running_job {
	_Atomic uint64_t start, number; /* number 0: none */
	_Atomic size_t worker;
};

/* The state of a process in shared memory. The master checks `beat`, and after a death it sees
 * which request the process was running. Each process has a cache line of its own. */
struct proc_status {
	_Alignas(64) _Atomic int64_t beat; /* clock_ticks of the last task_beat */
	_Atomic int64_t started;	   /* clock_ticks of its start; 0: not a worker */
	struct running running;
	/* of a worker */
	_Atomic unsigned parked;		/* requests that wait for jobs */
	_Atomic int64_t parked_since;		/* clock_ticks when the oldest was parked */
	_Atomic unsigned queued[JOB_KINDS_MAX]; /* jobs without a result */
	struct running_job job;			/* of a process that does jobs */
};

/* No process waits longer than this for events, so that idle processes call task_beat too. */
#define TASK_BEAT_MS 5000

/* What a process gets from the master. */
struct task {
	const struct service *service;
	const struct process_settings *settings; /* the service's settings follow in memory */
	int listening;				 /* the listening socket */
	int signals; /* signalfd. TERM, INT: finish and exit; HUP: hand over and exit; USR1: a
		      * process has died. A process that does jobs exits after HUP only */
	struct handover handover;
	int life;			      /* becomes readable when the master has died */
	int notes;			      /* pipe to the master, for task_report */
	struct proc_status *proc_status;      /* of this process */
	const struct proc_status *scoreboard; /* of all processes with the same settings */
	size_t scoreboard_n;
	/* Of a worker: one socket for each kind of job. Of a process that does jobs of the kind
	 * `job_kind`: one for each worker. */
	const int *job_sockets;
	size_t job_sockets_n;
	size_t job_kind;
	const struct crash_guard *crash_guard;
	void *shared; /* from service->share */
};

/* A message from a process to the master. NOTE_RETIRING: the worker has reached worker_requests and
 * needs a successor. */
enum note_kind { NOTE_READY, NOTE_RETIRING };
struct note {
	pid_t pid;
	enum note_kind kind;
};

/* Shows that this process does not hang. The master kills a process that does not call this for 15
 * seconds (T-O06). */
void task_beat(const struct task *t);
/* Sends a note to the master. */
void task_report(const struct task *t, enum note_kind kind);
/* Returns the next pending signal, or 0. */
int task_signal(const struct task *t);

/* Returns the number of processor cores. */
unsigned task_core_count(void);
/* Returns the number of workers that the settings require. */
unsigned task_worker_count(const struct process_settings *s);
/* Returns the number of live workers with the same settings; `*oldest` is the start of the
 * oldest. */
unsigned task_workers(const struct task *t, int64_t *oldest);
/* Returns the number of parked requests of these workers; `*oldest` is the time when the oldest was
 * parked. */
unsigned task_parked(const struct task *t, int64_t *oldest);
/* Returns the number of jobs of a kind that have no result, and the largest number allowed. */
unsigned task_jobs_queued(const struct task *t, unsigned kind);
unsigned task_job_limit(const struct task *t, unsigned kind);
/* Returns true if another process commits or waits for the write lock of the store, so that a
 * commit of this process would have to wait. The result can be wrong for a while after a process
 * was killed during a commit. */
bool task_others_commit(const struct task *t);

/* The main function of a worker. Returns its exit code (sysexits.h). */
int worker_main(const struct task *t);

#endif
