/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The janitor removes expired rows in small batches, unless the system clock jumped. It also lets
 * the engine release the readers of dead processes and grow its map. It keeps the store open until
 * it ends.
 */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <sysexits.h>

#include "base/clock.h"
#include "base/log.h"
#include "model/housekeeping.h"
#include "store/time.h"
#include "usherd/clock_guard.h"
#include "usherd/service.h"
#include "usherd/store.h"

#define UPKEEP_MS   10000
#define JUMP_LOG_MS 60000

struct janitor {
	const struct task *task;
	struct store *store;
	struct clock_guard clock_guard;
	bool paused; /* removal stops, because the clock is not trusted */
	int64_t next_jump_log;
	bool stopping;
	bool process_died; /* its reader must be released */
};

/* Handles pending signals. The janitor stops if the master has died. */
static void
janitor_handle_signals(struct janitor *j)
{
	struct pollfd life = { .fd = j->task->life, .events = POLLIN };

	task_beat(j->task);
	for (int s = task_signal(j->task); s != 0; s = task_signal(j->task)) {
		if (s == SIGUSR1)
			j->process_died = true;
		else
			j->stopping = true;
	}
	if (poll(&life, 1, 0) != 0)
		j->stopping = true;
}

static void
janitor_log_jump(const struct janitor *j)
{
	long long ahead = (long long)j->clock_guard.ahead / 1000;

	if (j->clock_guard.since_start)
		log_warn("the system clock is %lld s ahead of the time of the store: usherd did "
			 "not run, or the clock is wrong; no rows are removed for an hour",
			 ahead);
	else
		log_error("the system clock jumped %lld s ahead; no rows are removed until it is "
			  "set right, or for an hour",
			  ahead);
}

static void
janitor_check_clock(struct janitor *j)
{
	bool before = j->paused;

	j->paused = clock_guard_check(&j->clock_guard, clock_wall(), clock_boot());
	if (j->paused && clock_ticks() >= j->next_jump_log) {
		janitor_log_jump(j);
		j->next_jump_log = clock_ticks() + JUMP_LOG_MS;
	}
	if (before && !j->paused)
		log_info("the system clock is trusted again%s",
			 j->clock_guard.since_start
				 ? ""
				 : "; if it was wrong, reload usherd to replace the workers that "
				   "used the wrong time");
}

/* housekeeping calls this between tenants: a round over all of them may take longer than the limit
 * for task_beat. */
static bool
janitor_may_continue(void *janitor)
{
	struct janitor *j = janitor;

	janitor_handle_signals(j);
	return !j->stopping;
}

/* Each commit removes at most a few hundred rows, so that workers can commit in between. The time
 * is read once at the beginning, so a jump of the clock meanwhile has no effect. */
static enum err
janitor_remove_expired(struct janitor *j)
{
	int64_t now = j->clock_guard.trusted_ms / 1000;
	bool more = true;

	TRY(store_time_keep(j->store, now));
	while (more && !j->stopping) {
		TRY(housekeeping_round(j->store, usherd_settings(j->task), now,
				       janitor_may_continue, j, &more));
		janitor_handle_signals(j);
	}
	return OK;
}

static enum err
janitor_sweep(struct janitor *j)
{
	enum err e = j->paused ? OK : janitor_remove_expired(j);

	if (e == ERR_FULL)
		log_warn("the store is too full to remove rows; raise the setting map_max");
	return e == ERR_FULL || e == ERR_BUSY ? OK : e;
}

static enum err
janitor_upkeep(struct janitor *j)
{
	j->process_died = false;
	return store_upkeep(j->store);
}

static void
janitor_wait_until(struct janitor *j, int64_t when)
{
	struct pollfd fds[2] = {
		{ .fd = j->task->signals, .events = POLLIN },
		{ .fd = j->task->life, .events = POLLIN },
	};
	int64_t left = when - clock_ticks();

	if (left > 0 && !j->stopping)
		poll(fds, 2, left < TASK_BEAT_MS ? (int)left : TASK_BEAT_MS);
	janitor_handle_signals(j);
}

static enum err
janitor_run(struct janitor *j)
{
	int64_t interval = usherd_settings(j->task)->sweep_interval * 1000;
	int64_t next_sweep = 0, next_upkeep = 0;

	while (!j->stopping) {
		if (j->process_died || clock_ticks() >= next_upkeep) {
			TRY(janitor_upkeep(j));
			next_upkeep = clock_ticks() + UPKEEP_MS;
		}
		janitor_check_clock(j);
		if (clock_ticks() >= next_sweep) {
			TRY(janitor_sweep(j));
			next_sweep = clock_ticks() + interval;
		}
		janitor_wait_until(j, next_sweep < next_upkeep ? next_sweep : next_upkeep);
	}
	return OK;
}

static enum err
janitor_start_clock(struct janitor *j)
{
	struct snapshot *db;
	int64_t time = 0;
	enum err e;

	TRY(store_snapshot(j->store, &db));
	e = store_time(db, &time);
	store_release(db);
	clock_guard_start(&j->clock_guard, time * 1000, clock_wall(), clock_boot());
	return e;
}

int
janitor_main(const struct task *t)
{
	struct janitor j = { .task = t };
	int code = usherd_store_open(usherd_settings(t), "the janitor", &j.store);

	if (code != EX_OK)
		return code;
	task_report(t, NOTE_READY);
	if (janitor_start_clock(&j) != OK || janitor_run(&j) != OK) {
		log_error("the janitor ends: the store cannot be read or written");
		code = usherd_store_code(j.store, EX_UNAVAILABLE);
	}
	store_close(j.store);
	return code;
}
