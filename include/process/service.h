/* SPDX-License-Identifier: Apache-2.0 */
#ifndef USHER_PROCESS_SERVICE_H
#define USHER_PROCESS_SERVICE_H

#include "base/jobs.h"
#include "base/settings.h"
#include "http/exchange.h"

struct task;

/*
 * A kind of jobs (base/jobs.h). There are as many processes of each kind as processor cores; each
 * does one job at a time.
 */
#define JOB_KINDS_MAX 4
struct job_service {
	const char *name; /* of the processes, for messages */
	int64_t time_ms;  /* a job without a result for so long has failed */
	unsigned queue;	  /* jobs that may wait besides those that are being done; one more fails at
			   * once. Workers that look at the same time may exceed it by one each */
	/* Run in a process of this kind, after the fork. `open` returns the exit code, `close` is
	 * also called after it has failed, and may be NULL. */
	int (*open)(const struct task *t, void **state);
	void (*close)(void *state);
	/* Does a job. Returns false if it failed. The result may be in `a`, which is wiped
	 * afterwards. The input is as a worker sent it: check each field. */
	bool (*run)(void *state, struct arena *a, struct bytes input, struct bytes *result);
};

/*
 * The interface between the processes (this room) and the daemon that they run. The service of
 * usherd is in usherd/service.h; tests/process/stub and tests/bench/trivial have smaller ones.
 *
 * A worker runs batches. The responses of a batch are sent after `end`, except those that are final
 * when `run` returns: they need no commit, so they do not wait for the commit of the others.
 *
 *	service->begin(worker, 64);
 *	ran = service->run(worker, list, 3);	now `out` of each final request may be sent;
 *						run again while may_run, if there are more requests
 *	if (service->end(worker) != OK) ...	now `out` of all others that ran may be sent
 */
struct service {
	const char *name; /* of the program, for messages */
	enum role role;	  /* the FastCGI role that it serves; other roles are rejected */

	/* Reads the settings from `path`; NULL: the default file. Returns the settings, which
	 * belong to `a` and begin with those of the processes, or NULL with `*why`. */
	const struct process_settings *(*configure)(struct arena *a, const char *path,
						    const char **why);
	/* Run in the master, before the first process and at the end: allocate and free the memory
	 * that all processes of all generations share as task->shared. Both may be NULL. */
	void *(*share)(void);
	void (*unshare)(void *shared);

	/* Run in a worker, after the fork. Both return the exit code (sysexits.h) and log the
	 * reason. `close` is also called after `open` has failed, with the incomplete worker. */
	int (*open)(const struct task *t, void **worker);
	int (*close)(void *worker, int code);

	/* Request objects. request_reset wipes an object, so that it can be reused. */
	struct exchange *(*request_new)(void);
	void (*request_reset)(struct exchange *x);
	void (*request_free)(struct exchange *x);

	void (*begin)(void *worker, size_t max);
	/* Runs some requests of the list, so that the batch has at most `max`, moves these to the
	 * front of the list, and returns their number. A request that is final has left the batch
	 * and may be reset. The other requests of the list are run later, in their new order. If
	 * none ran, the caller tries again after at most a millisecond. */
	size_t (*run)(void *worker, struct exchange **list, size_t n);
	/* Returns false if the batch must end now. */
	bool (*may_run)(const void *worker);
	/* Ends the batch with its commit. After ERR_STORE the responses may be sent, then the
	 * process must end. */
	enum err (*end)(void *worker);

	/* The jobs that a request waits for after a run, or NULL. Such a request has left the
	 * batch; it runs again in another batch when its jobs are over. A request that `run` did
	 * not make final may also wait after `end`. NULL: no request waits. */
	struct jobs *(*request_jobs)(struct exchange *x);
	const struct job_service *jobs; /* the kinds, at most JOB_KINDS_MAX */
	size_t jobs_n;

	/* The main function of the janitor, a single process beside the workers; NULL: there is
	 * none. Returns the exit code after a signal to end. */
	int (*janitor)(const struct task *t);
};

#endif
