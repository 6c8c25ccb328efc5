/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The janitor holds the store open for life, removes what has expired in small batches, unless the
 * system's clock jumped, and has the engine forget readers that died and grow its map.
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

#define UPKEEP_MS 10000
#define ALARM_MS  60000

struct janitor {
	const struct task *task;
	struct store *store;
	struct clock_guard clock_guard; /* is the clock to be trusted? */
	bool held;
	int64_t next_alarm;
	bool done;
	bool died; /* a process has: look for its reader */
};

/* Signals that have come, and whether the master is there still. */
static void
janitor_handle_signals(struct janitor *j)
{
	struct pollfd life = { .fd = j->task->life, .events = POLLIN };

	task_beat(j->task);
	for (int s = task_signal(j->task); s != 0; s = task_signal(j->task)) {
		if (s == SIGUSR1)
			j->died = true;
		else
			j->done = true;
	}
	if (poll(&life, 1, 0) != 0)
		j->done = true;
}

static void
janitor_set_alarm(const struct janitor *j)
{
	long long ahead = (long long)j->clock_guard.ahead / 1000;

	if (j->clock_guard.since_start)
		log_warn("the system's clock is %lld s ahead of the store's time: usherd did not "
			 "run, or the clock is wrong; nothing is removed for an hour",
			 ahead);
	else
		log_error("the system's clock jumped %lld s ahead; nothing is removed until it is "
			  "right, or has been so for an hour",
			  ahead);
}

static void
janitor_check_clock(struct janitor *j)
{
	bool before = j->held;

	j->held = clock_guard_check(&j->clock_guard, clock_wall(), clock_boot());
	if (j->held && clock_ticks() >= j->next_alarm) {
		janitor_set_alarm(j);
		j->next_alarm = clock_ticks() + ALARM_MS;
	}
	if (before && !j->held)
		log_info(
			"the system's clock is trusted again%s",
			j->clock_guard.since_start
				? ""
				: "; if it "
				  "was wrong, a reload gives usherd workers that did not see that");
}

/* A round over all tenants may take longer than a process may be silent. */
static bool
janitor_handle_signals_between(void *janitor)
{
	struct janitor *j = janitor;

	janitor_handle_signals(j);
	return !j->done;
}

/* Between two commits of a few hundred rows the workers have their turn.  The time is that of the
 * beginning: a jump in between changes nothing. */
static enum err
janitor_remove_expired(struct janitor *j)
{
	int64_t now = j->clock_guard.time / 1000;
	bool more = true;

	TRY(store_time_keep(j->store, now));
	while (more && !j->done) {
		TRY(housekeeping_round(j->store, usherd_settings(j->task), now,
				       janitor_handle_signals_between, j, &more));
		janitor_handle_signals(j);
	}
	return OK;
}

static enum err
janitor_sweep(struct janitor *j)
{
	enum err e = j->held ? OK : janitor_remove_expired(j);

	if (e == ERR_FULL)
		log_warn("the store is so full that nothing can be removed: raise map_max");
	return e == ERR_FULL || e == ERR_BUSY ? OK : e;
}

static enum err
janitor_upkeep(struct janitor *j)
{
	j->died = false;
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

	if (left > 0 && !j->done)
		poll(fds, 2, left < TASK_BEAT_MS ? (int)left : TASK_BEAT_MS);
	janitor_handle_signals(j);
}

static enum err
janitor_run(struct janitor *j)
{
	int64_t interval = usherd_settings(j->task)->sweep_interval * 1000;
	int64_t next_sweep = 0, next_upkeep = 0;

	while (!j->done) {
		if (j->died || clock_ticks() >= next_upkeep) {
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
	int code = usherd_store_open(usherd_settings(t), &j.store);

	if (code != EX_OK)
		return code;
	task_report(t, NOTE_READY);
	if (janitor_start_clock(&j) != OK || janitor_run(&j) != OK) {
		log_error("the store failed under the janitor");
		code = usherd_store_code(j.store, EX_UNAVAILABLE);
	}
	store_close(j.store);
	return code;
}
