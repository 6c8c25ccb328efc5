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

/* What the master sees of a process, and of what it was doing when it died: shared memory, a line
 * of the processor's cache for each. */
struct proc_status {
	_Alignas(64) _Atomic int64_t beat; /* clock_ticks when it last called task_beat */
	_Atomic int64_t started;	   /* clock_ticks then; 0: this is no worker */
	struct running running;
};

/* No process waits longer than this for something to do, so that each beats, also at rest. */
#define TASK_BEAT_MS 5000

/* What the master gives to a process that it starts, and what that may say to the master. */
struct task {
	const struct service *service;
	const struct process_settings *settings; /* with those of the service behind */
	int listening;				 /* the listening socket */
	int signals; /* signalfd: TERM and INT: finish and go; HUP: hand over
					 * and go; USR1: a process has died */
	struct handover handover;
	int life;			      /* becomes readable when the master is gone */
	int notes;			      /* where task_report writes */
	struct proc_status *proc_status;      /* its own */
	const struct proc_status *scoreboard; /* of all that were started with the same settings */
	size_t scoreboard_n;
	const struct crash_guard *crash_guard;
	void *shared; /* what service->share gave */
};

enum note_kind { NOTE_READY, NOTE_RETIRING };
struct note {
	pid_t pid;
	enum note_kind kind;
};

/* "I am not stuck": the master kills a process that does not say so for 15 seconds (T-O06). */
void task_beat(const struct task *t);
void task_report(const struct task *t, enum note_kind kind);
/* The next signal that has come, 0 when there is none. */
int task_signal(const struct task *t);

/* How many workers these settings ask for. */
unsigned task_worker_count(const struct process_settings *s);
/* How many workers live that were started with the same settings, and since when the oldest. */
unsigned task_workers(const struct task *t, int64_t *oldest);
/* Does another process commit, or wait for the store's lock, which would keep this one waiting?
 * What a process leaves that was ended meanwhile may say so for a while. */
bool task_others_commit(const struct task *t);

/* A worker; returns its exit code (sysexits.h). */
int worker_main(const struct task *t);

#endif
