/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The janitor holds the store open for life, removes what has expired in small batches, and has
 * the engine forget readers that died and grow its map (design: Programs; performance 5.7, 10.7).
 */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <sysexits.h>

#include "base/clock.h"
#include "base/log.h"
#include "model/housekeeping.h"
#include "process/store.h"
#include "process/task.h"

#define UPKEEP_MS 10000

struct janitor {
	const struct task *task;
	struct store      *store;
	bool               done;
	bool               died;	/* a process has: look for its reader */
};

/* Signals that have come, and whether the master is there still. */
static void
heed(struct janitor *j)
{
	struct pollfd life = { .fd = j->task->life, .events = POLLIN };

	for (int s = task_signal(j->task); s != 0; s = task_signal(j->task)) {
		if (s == SIGUSR1)
			j->died = true;
		else
			j->done = true;
	}
	if (poll(&life, 1, 0) != 0)
		j->done = true;
}

/* Between two commits of a few hundred rows the workers have their turn. */
static enum err
sweep(struct janitor *j)
{
	bool more = true;

	while (more && !j->done) {
		TRY(housekeeping_round(j->store, j->task->settings, clock_now(), &more));
		heed(j);
	}
	return OK;
}

static enum err
upkeep(struct janitor *j)
{
	j->died = false;
	return store_upkeep(j->store);
}

static void
wait_until(struct janitor *j, int64_t when)
{
	struct pollfd fds[2] = {
		{ .fd = j->task->signals, .events = POLLIN },
		{ .fd = j->task->life, .events = POLLIN },
	};
	int64_t left = when - clock_ticks();

	if (left > 0)
		poll(fds, 2, (int)left);
	heed(j);
}

static enum err
run(struct janitor *j)
{
	int64_t interval = j->task->settings->sweep_interval * 1000;
	int64_t next_sweep = 0, next_upkeep = 0;

	while (!j->done) {
		if (j->died || clock_ticks() >= next_upkeep) {
			TRY(upkeep(j));
			next_upkeep = clock_ticks() + UPKEEP_MS;
		}
		if (clock_ticks() >= next_sweep) {
			TRY(sweep(j));
			next_sweep = clock_ticks() + interval;
		}
		wait_until(j, next_sweep < next_upkeep ? next_sweep : next_upkeep);
	}
	return OK;
}

int
janitor_main(const struct task *t)
{
	struct janitor j = { .task = t };
	int code = process_store_open(t->settings, &j.store);

	if (code != EX_OK)
		return code;
	task_say(t, NOTE_READY);
	if (run(&j) != OK) {
		log_error("the store failed under the janitor");
		code = EX_UNAVAILABLE;
	}
	store_close(j.store);
	return code;
}
