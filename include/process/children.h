/* SPDX-License-Identifier: Apache-2.0 */
#ifndef USHER_PROCESS_CHILDREN_H
#define USHER_PROCESS_CHILDREN_H

#include "process/job_sockets.h"
#include "process/task.h"

/*
 * A generation of processes: all processes with the same settings. A reload starts a new generation
 * while the old one serves, and drains the old one when the new one is ready.
 */
enum children_stage {
	CHILDREN_STARTING, /* not all processes are ready */
	CHILDREN_SERVING,
	CHILDREN_FAILED,   /* one process cannot start: see children_code */
	CHILDREN_DRAINING, /* processes that exit are not replaced */
};

struct children;

/* What every child inherits from the master. */
struct children_plan {
	const struct service *service;
	const struct process_settings *settings; /* the caller keeps them until children_free */
	int listening;
	struct handover handover;
	struct crash_guard *crash_guard;
	struct job_sockets **job_sockets; /* of all generations: a child closes most of them */
	void *shared;			  /* from service->share */
	int life[2], notes[2];		  /* pipes; a child closes the master's ends */
	int signals;			  /* of the master; closed in a child */
	bool first; /* no other generation serves, so a process that dies without a known
				* reason is restarted without a limit */
};

/* Starts all processes of a generation. */
struct children *children_start(const struct children_plan *plan);
/* Call it only when children_count returns 0. */
void children_free(struct children *k);

enum children_stage children_stage(const struct children *k);
/* Returns the exit code of the process that failed. */
int children_code(const struct children *k);
/* Returns true if a process has exited with EX_OSFILE: its store was replaced or truncated
 * (usherd/store.h). */
bool children_lost_store(const struct children *k);
/* Returns the number of live processes. */
size_t children_count(const struct children *k);

/* Handles a note of a process. Returns false if the process is not of this generation. */
bool children_note(struct children *k, const struct note *note);
/* Records that a process has ended, with its status from waitpid. Returns false if it is not of
 * this generation. */
bool children_reaped(struct children *k, pid_t pid, int status, int64_t now);
/* Restarts processes whose back-off is over and kills those that hang. Returns the milliseconds
 * until the next call is due. */
int64_t children_keep_running(struct children *k, int64_t now);
/* Sends a signal to all processes. */
void children_signal(struct children *k, int signal);
/* Notifies the janitor that a process has died, because its reader may be left in the store. */
void children_report_death(struct children *k);
/* Drains the generation: processes finish and are not replaced. With SIGHUP they hand over their
 * connections; with SIGTERM they close them. The processes that do jobs end after the last
 * worker, whose parked requests need them. */
void children_drain(struct children *k, int signal);

/* Returns the status of this process in the scoreboard; for tests. */
struct proc_status *children_proc_status(struct children *k, pid_t pid);
/* Returns the milliseconds to wait before a restart after this number of failures in a row (T-X07);
 * public for tests. */
int64_t children_backoff(unsigned failures);

#endif
