/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The contract of include/store/store.h when processes race, or are killed. In the kill test
 * workers increment counters with change_take, and write a note with their name in the same list.
 * Each increment that a worker acknowledged through a pipe after its commit must exist at the end.
 * An increment may have only one author. An increment without a note, or a note without an
 * increment, is half a commit.
 */
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "tests/store/contract.h"
#include "tests/store/store_fixture.h"

#define TAKERS	 50
#define WORKERS	 8
#define KILLS	 200
#define COUNTERS 12
#define STEPS	 20000

struct ack {
	int counter, step, worker;
};

struct worker {
	int number; /* of this process */
	int pipe;
	unsigned seed;
};

struct kill_test {
	struct store_fixture st;
	struct worker worker[WORKERS];
	pid_t pid[WORKERS];
	int born, pipe[2];
	int *acked[COUNTERS]; /* the worker that acknowledged the step, or 0 */
	long acks, doubles;
};

static const char *
counter_key(int counter)
{
	static char key[2] = "A";

	key[0] = (char)('A' + counter);
	return key;
}

static const char *
note_key(struct arena *a, int counter, int step)
{
	return arena_printf(a, "%s%07d", counter_key(counter), step);
}

static int
race_row_number(struct bytes row)
{
	char text[16] = "";

	memcpy(text, row.data, row.size < sizeof(text) ? row.size : sizeof(text) - 1);
	return atoi(text);
}

/* One increment of one counter as a list; `out` is its number. */
static void
plan_step(struct worker *w, struct snapshot *db, struct arena *a, struct changes *c,
	  struct ack *out)
{
	struct bytes seen = BYTES_NONE;

	out->counter = rand_r(&w->seed) % COUNTERS;
	out->worker = w->number;
	if (store_get(db, 1, T_TICKET, bytes_of(counter_key(out->counter)), &seen) == ERR_STORE)
		_exit(1);
	out->step = seen.size != 0 ? race_row_number(seen) : 0;
	changes_start(c, a, 1);
	change_take(c, T_TICKET, bytes_of(counter_key(out->counter)), seen,
		    bytes_of(arena_printf(a, "%d", out->step + 1)));
	change_put(c, T_AUDIT, bytes_of(note_key(a, out->counter, out->step)),
		   bytes_of(arena_printf(a, "%d", w->number)));
}

/* A batch as in a worker's loop: several requests, one commit, then the responses. */
static void
work_round(struct store_fixture *st, struct worker *w, struct arena *a)
{
	struct changes c[3], *lists[3];
	struct snapshot *db;
	struct ack acks[3];
	size_t n = 1 + (size_t)rand_r(&w->seed) % 3;

	if (store_snapshot(st->store, &db) != OK)
		_exit(1);
	for (size_t i = 0; i < n; i++) {
		lists[i] = &c[i];
		plan_step(w, db, a, &c[i], &acks[i]);
	}
	if (store_commit(st->store, lists, n) != OK)
		_exit(2);
	store_release(db);
	for (size_t i = 0; i < n; i++)
		if (c[i].verdict == OK && write(w->pipe, &acks[i], sizeof(*acks)) < 0)
			_exit(3);
	arena_reset(a);
}

static int
race_worker(struct store_fixture *st, void *arg)
{
	struct arena *a = arena_new();

	store_fixture_open(st);
	while (1)
		work_round(st, arg, a);
	return 0;
}

static void
worker_start(struct kill_test *t, int i)
{
	t->born++;
	t->worker[i] = (struct worker){ t->born, t->pipe[1], (unsigned)t->born * 7919u };
	t->pid[i] = store_fixture_fork(&t->st, race_worker, &t->worker[i]);
}

static void
read_acks(struct kill_test *t, int wait_ms)
{
	struct pollfd p = { .fd = t->pipe[0], .events = POLLIN };
	struct ack ack;

	while (poll(&p, 1, wait_ms) > 0 && read(t->pipe[0], &ack, sizeof(ack)) == sizeof(ack)) {
		int *slot = &t->acked[ack.counter][ack.step % STEPS];

		if (*slot != 0)
			t->doubles++;
		*slot = ack.worker;
		t->acks++;
		wait_ms = 0;
	}
}

static void
kill_test_start(struct kill_test *t)
{
	store_fixture_setup_sized(&t->st, 16 * MIB, 256 * MIB);
	store_fixture_close(&t->st);
	t->born = 0;
	t->acks = t->doubles = 0;
	for (int i = 0; i < COUNTERS; i++)
		t->acked[i] = calloc(STEPS, sizeof(int));
	CU_ASSERT_EQUAL_FATAL(pipe(t->pipe), 0);
	fcntl(t->pipe[1], F_SETPIPE_SZ, 1 << 20);
	for (int i = 0; i < WORKERS; i++)
		worker_start(t, i);
}

/* Sometimes all die at once, so the next process finds the database closed. */
static void
kill_some(struct kill_test *t, unsigned *seed)
{
	int all = rand_r(seed) % 20 == 0;
	int one = rand_r(seed) % WORKERS;

	for (int i = 0; i < WORKERS; i++)
		if (all || i == one)
			CU_ASSERT_EQUAL(store_fixture_kill(t->pid[i]), 128 + SIGKILL);
	read_acks(t, 0);
	for (int i = 0; i < WORKERS; i++)
		if (all || i == one)
			worker_start(t, i);
}

static void
kill_test_end(struct kill_test *t)
{
	for (int i = 0; i < COUNTERS; i++)
		free(t->acked[i]);
	close(t->pipe[0]);
	close(t->pipe[1]);
	store_fixture_teardown(&t->st);
}

/* The number of acknowledged steps of one counter that are lost, or have another author. */
static int
lost_steps(struct kill_test *t, int counter, int steps)
{
	int lost = 0;

	for (int step = 0; step < STEPS; step++) {
		const char *note;

		if (t->acked[counter][step] == 0)
			continue;
		note = store_fixture_row(&t->st, 1, T_AUDIT, note_key(t->st.arena, counter, step));
		lost += step >= steps || note == NULL || atoi(note) != t->acked[counter][step];
	}
	return lost;
}

static enum err
count_row(void *arg, struct bytes key, struct bytes row)
{
	++*(int *)arg;
	return OK;
}

/* There is a note for each step from 0 on if there are as many notes as steps and the last note
 * exists. */
static void
check_counter(struct kill_test *t, int counter)
{
	const char *value = store_fixture_row(&t->st, 1, T_TICKET, counter_key(counter));
	int steps = value != NULL ? atoi(value) : 0, notes = 0;
	struct snapshot *db;

	CU_ASSERT_EQUAL(store_snapshot(t->st.store, &db), OK);
	store_scan(db, 1, T_AUDIT, bytes_of(counter_key(counter)), BYTES_NONE, count_row, &notes);
	store_release(db);
	CU_ASSERT(steps < STEPS);
	CU_ASSERT_EQUAL(notes, steps);
	if (steps > 0)
		CU_ASSERT_PTR_NOT_NULL(store_fixture_row(
			&t->st, 1, T_AUDIT, note_key(t->st.arena, counter, steps - 1)));
	CU_ASSERT_EQUAL(lost_steps(t, counter, steps), 0);
}

static void
a_kill_loses_repeats_or_splits_no_acknowledged_commit(void)
{
	struct kill_test t;
	unsigned seed = 20260101;

	kill_test_start(&t);
	for (int i = 0; i < KILLS; i++) {
		read_acks(&t, 5);
		usleep((unsigned)rand_r(&seed) % 12000);
		kill_some(&t, &seed);
	}
	usleep(100000);
	for (int i = 0; i < WORKERS; i++)
		store_fixture_kill(t.pid[i]);
	read_acks(&t, 0);
	store_fixture_open(&t.st);
	CU_ASSERT_EQUAL(t.doubles, 0);
	CU_ASSERT(t.acks > KILLS);
	for (int i = 0; i < COUNTERS; i++)
		check_counter(&t, i);
	kill_test_end(&t);
}

struct start_line {
	int ready[2], go[2];
};

/* Reads the row, waits until all processes have read it, and takes it. Returns 0 if it
 * succeeds. */
static int
take_at_once(struct store_fixture *st, void *arg)
{
	struct start_line *line = arg;
	struct snapshot *db;
	struct changes c;
	struct bytes seen;
	char byte = 0;
	enum err e;

	store_fixture_open(st);
	if (store_snapshot(st->store, &db) != OK ||
	    store_get(db, 1, T_TICKET, bytes_of("t"), &seen) != OK)
		return 3;
	changes_start(&c, st->arena, 1);
	change_take(&c, T_TICKET, bytes_of("t"), seen, bytes_of("used"));
	close(line->go[1]);
	if (write(line->ready[1], &byte, 1) != 1 || read(line->go[0], &byte, 1) != 0)
		return 4;
	e = store_fixture_commit(st, &c);
	return e == OK ? 0 : e == ERR_CHANGED ? 1 : 2;
}

static void
race_for_one_row(struct store_fixture *st)
{
	struct start_line line;
	int exits[256] = { 0 };
	pid_t pid[TAKERS];
	char byte;

	CU_ASSERT_EQUAL_FATAL(pipe(line.ready) | pipe(line.go), 0);
	for (int i = 0; i < TAKERS; i++)
		pid[i] = store_fixture_fork(st, take_at_once, &line);
	for (int i = 0; i < TAKERS; i++)
		CU_ASSERT_EQUAL(read(line.ready[0], &byte, 1), 1);
	close(line.go[1]);
	for (int i = 0; i < TAKERS; i++)
		exits[store_fixture_wait(pid[i])]++;
	CU_ASSERT_EQUAL(exits[0], 1);
	CU_ASSERT_EQUAL(exits[1], TAKERS - 1);
	close(line.go[0]);
	close(line.ready[0]);
	close(line.ready[1]);
}

static void
one_of_fifty_takes_a_row(void)
{
	struct store_fixture st;

	store_fixture_setup(&st);
	for (int i = 0; i < 3; i++) {
		CU_ASSERT_EQUAL(store_fixture_put(&st, 1, T_TICKET, "t", "fresh"), OK);
		store_fixture_close(&st);
		race_for_one_row(&st);
		store_fixture_open(&st);
		CU_ASSERT_STRING_EQUAL(store_fixture_row(&st, 1, T_TICKET, "t"), "used");
	}
	store_fixture_teardown(&st);
}

static int
open_and_put(struct store_fixture *st, void *arg)
{
	store_fixture_open(st);
	return store_fixture_put(st, 1, T_CLIENT, arg, "x") == OK ? 0 : 1;
}

static void
concurrent_creators_get_one_database(void)
{
	static const char *names[] = { "a", "b", "c", "d", "e", "f", "g", "h" };
	struct store_fixture st;
	pid_t pid[8];

	store_fixture_setup(&st);
	store_fixture_close(&st);
	for (int round = 0; round < 4; round++) {
		st.path = arena_printf(st.arena, "%s/%d", st.directory, round);
		for (int i = 0; i < 8; i++)
			pid[i] = store_fixture_fork(&st, open_and_put, (void *)names[i]);
		for (int i = 0; i < 8; i++)
			CU_ASSERT_EQUAL(store_fixture_wait(pid[i]), 0);
		store_fixture_open(&st);
		CU_ASSERT_STRING_EQUAL(store_fixture_keys(&st, 1, T_CLIENT, "", ""),
				       "a,b,c,d,e,f,g,h");
		store_fixture_close(&st);
	}
	store_fixture_teardown(&st);
}

CU_TestInfo contract_races_tests[] = {
	{ "one of fifty processes takes a row [T-U01]", one_of_fifty_takes_a_row },
	{ "processes that create a database at the same time get the same one [T-S02]",
	  concurrent_creators_get_one_database },
	{ "a kill loses, repeats or splits no acknowledged commit [T-S01]",
	  a_kill_loses_repeats_or_splits_no_acknowledged_commit },
	CU_TEST_INFO_NULL
};
