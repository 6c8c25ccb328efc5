/* SPDX-License-Identifier: Apache-2.0 */
#ifndef USHER_PROCESS_SERVICE_H
#define USHER_PROCESS_SERVICE_H

#include "base/settings.h"
#include "http/exchange.h"

struct task;

/*
 * What a daemon does: the processes (this room) know a daemon by this table only, so that another
 * one links its own.  usherd's is usherd/service.h; tests/process/stub and tests/bench/trivial have
 * smaller ones.
 *
 * A worker runs batches.  The responses of a batch are sent after its end, except those that are
 * final when `run` returns: they need no commit, so they do not wait for that of others.
 *
 *	service->begin(worker, 64);
 *	ran = service->run(worker, list, 3);	now `out` of each that is final may be sent;
 *						again while may_run, if there are more requests
 *	if (service->end(worker) != OK) ...	now `out` of all others that ran may be sent
 */
struct service {
	const char *name; /* of the program, for the log */
	enum role role;	  /* the FastCGI role that it serves; others are refused */

	/* Reads the configuration at `path`; NULL: the usual one.  Returns the settings, which live
	 * in `a` and begin with those of the processes; NULL with *why set. */
	const struct process_settings *(*configure)(struct arena *a, const char *path,
						    const char **why);
	/* In the master, before the first process: memory that all processes of all generations
	 * share, as task->shared.  Both may be NULL. */
	void *(*share)(void);
	void (*unshare)(void *shared);

	/* In a worker, after the fork.  Both return what it exits with (sysexits.h) and log why;
	 * `close` gets what there is of the worker, also after `open` has failed. */
	int (*open)(const struct task *t, void **worker);
	int (*close)(void *worker, int code);

	/* Requests: an object each, which may be used again after its reset wiped it. */
	struct exchange *(*request_new)(void);
	void (*request_reset)(struct exchange *x);
	void (*request_free)(struct exchange *x);

	void (*begin)(void *worker, size_t max);
	/* Runs requests of the list, so that the batch has no more than `max`, moves them to the
	 * front of the list and returns how many.  One that is final then has left the batch and
	 * may be reset.  Those that did not run are for the next run or the next batch, in the
	 * order that it left them in; where none ran, it is tried again within a millisecond. */
	size_t (*run)(void *worker, struct exchange **list, size_t n);
	/* False: the batch must end. */
	bool (*may_run)(const void *worker);
	/* ERR_STORE: the responses may be sent, then the process must end. */
	enum err (*end)(void *worker);

	/* What one process does beside the workers, all the time; NULL: there is none.  Returns its
	 * exit code when it is told to go. */
	int (*keep)(const struct task *t);
};

#endif
