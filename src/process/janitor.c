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
#include "process/store.h"
#include "process/task.h"

#define BATCH       256		/* rows a commit: longer ones would hold up the workers' */
#define UPKEEP_MS   10000
#define TENANTS_MAX 100000

struct janitor {
	const struct task *task;
	struct store      *store;
	bool               done;
	bool               died;	/* a process has: look for its reader */
};

struct tenants {
	struct arena *arena;
	tenant_id    *id;
	size_t        n, room;
};

static enum err
tenant_add(void *arg, struct bytes key, struct bytes row)
{
	struct tenants *t = arg;
	tenant_id *more, id = 0;

	if (key.size != sizeof(id) || t->n == TENANTS_MAX)
		return OK;
	for (size_t i = 0; i < key.size; i++)
		id = id << 8 | key.data[i];
	if (t->n == t->room) {
		more = arena_array(t->arena, t->room * 2 + 64, sizeof(*more));
		if (t->n > 0)
			memcpy(more, t->id, t->n * sizeof(*more));
		t->id = more;
		t->room = t->room * 2 + 64;
	}
	t->id[t->n++] = id;
	return OK;
}

static enum err
tenants_list(struct store *store, struct tenants *t)
{
	struct snapshot *db;
	enum err e;

	TRY(tenant_add(t, BYTES("\0\0\0\0\0\0\0", 8), BYTES_NONE));	/* the instance's own */
	TRY(store_snapshot(store, &db));
	e = store_scan(db, 0, T_TENANT, BYTES_NONE, BYTES_NONE, tenant_add, t);
	store_release(db);
	return e;
}

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

static enum err
sweep_tenant(struct janitor *j, tenant_id id)
{
	size_t swept = BATCH;

	while (swept == BATCH && !j->done) {
		TRY(store_sweep(j->store, id, clock_now(), BATCH, &swept));
		heed(j);
	}
	return OK;
}

static enum err
sweep(struct janitor *j)
{
	struct tenants tenants = { .arena = arena_new() };
	enum err e = tenants_list(j->store, &tenants);

	for (size_t i = 0; i < tenants.n && e == OK && !j->done; i++)
		e = sweep_tenant(j, tenants.id[i]);
	arena_free(tenants.arena);
	return e;
}

static enum err
upkeep(struct janitor *j)
{
	j->died = false;
	return j->store->ops->upkeep != NULL ? j->store->ops->upkeep(j->store) : OK;
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
