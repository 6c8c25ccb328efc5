/* SPDX-License-Identifier: Apache-2.0 */
#ifndef USHER_PROCESS_CHILDREN_H
#define USHER_PROCESS_CHILDREN_H

#include "process/task.h"

/*
 * A generation of processes: all that were started with the same settings.  A reload starts a new
 * generation beside the old one, and lets the old one go when the new one serves.
 */
enum children_stage {
	CHILDREN_STARTING, /* not all have said that they are ready */
	CHILDREN_SERVING,
	CHILDREN_FAILED,  /* one will never be ready: see `code` */
	CHILDREN_LEAVING, /* none is started again */
};

struct children;

/* What the master has and every child needs. */
struct children_plan {
	const struct service *service;
	const struct process_settings *settings; /* must outlive the children */
	int listening;
	struct handover handover;
	struct crash_guard *crash_guard;
	void *shared;	       /* what service->share gave */
	int life[2], notes[2]; /* pipes; children close our ends */
	int signals;	       /* the master's own, closed in a child */
	bool first;	       /* nobody else serves: one that dies without a reason is
					 * started again for as long as it takes */
};

struct children *children_start(const struct children_plan *plan);
/* Only when none is left. */
void children_free(struct children *k);

enum children_stage children_stage(const struct children *k);
/* What the one that failed exited with. */
int children_code(const struct children *k);
/* Has one ended with EX_OSFILE: its store was replaced or cut off (usherd/store.h)? */
bool children_lost(const struct children *k);
/* How many are alive. */
size_t children_count(const struct children *k);

/* Told by one of them.  False: it is none of ours, like below. */
bool children_note(struct children *k, const struct note *note);
bool children_reaped(struct children *k, pid_t pid, int status, int64_t now);
/* Starts those whose back-off is over, ends those that hang; milliseconds to the next time. */
int64_t children_keep_running(struct children *k, int64_t now);
void children_signal(struct children *k, int signal);
/* Tells the janitor that a process has died: its reader may be left in the store. */
void children_log_death(struct children *k);
/* They finish and are not replaced.  SIGHUP: at leisure; SIGTERM: now. */
void children_leave(struct children *k, int signal);

/* Where this process beats; for tests. */
struct proc_status *children_proc_status(struct children *k, pid_t pid);
/* Milliseconds until the `failures`th restart in a row (T-X07); for tests, too. */
int64_t children_backoff(unsigned failures);

#endif
