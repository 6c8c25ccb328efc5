/* SPDX-License-Identifier: Apache-2.0 */
/* Starting and replacing is tested with real processes by test_boundary.py; here what is pure, and
 * what a machine does only when it is short of something.  Processes are numbers here. */
#include <signal.h>
#include <stdio.h>
#include <sys/wait.h>
#include <sysexits.h>

#include "base/clock.h"
#include "process/children.h"
#include "tests/process/faults.h"
#include "tests/run.h"

static int
no_keeper(const struct task *t)
{
	return EX_OK;
}

static const struct service service = { .janitor = no_keeper };

#define JANITOR 1000000
#define WORKER	1000001 /* the first */
#define LATER	60000	/* any back-off is over */

static void
restarts_back_off(void)
{
	static const int64_t want[] = { 0, 100, 200, 400, 800, 1600, 3200, 6400, 10000, 10000 };

	for (unsigned i = 0; i < sizeof(want) / sizeof(want[0]); i++)
		CU_ASSERT_EQUAL(children_backoff(i), want[i]);
	CU_ASSERT_EQUAL(children_backoff(UINT32_MAX), 10000);
}

static bool
children_add_note(struct children *k, pid_t pid, enum note_kind kind)
{
	return children_note(k, &(struct note){ .pid = pid, .kind = kind });
}

/* A janitor and so many workers, all ready. */
static struct children *
children_setup(int64_t workers)
{
	static struct process_settings settings;
	struct children_plan plan = { .service = &service, .settings = &settings };
	struct children *k;

	settings.workers = workers;
	faults = (struct faults){ .next = JANITOR };
	k = children_start(&plan);
	for (pid_t pid = JANITOR; pid <= JANITOR + workers; pid++)
		CU_ASSERT_TRUE(children_add_note(k, pid, NOTE_READY));
	CU_ASSERT_EQUAL(children_stage(k), CHILDREN_SERVING);
	return k;
}

/* All leave, and nobody is waited for who is gone. */
static void
children_teardown(struct children *k, pid_t first, pid_t last)
{
	children_drain(k, SIGTERM);
	for (pid_t pid = first; pid <= last; pid++) {
		CU_ASSERT_EQUAL(faults_signalled(pid, SIGTERM), 1);
		CU_ASSERT_TRUE(children_reaped(k, pid, 0, clock_ticks()));
	}
	CU_ASSERT_EQUAL(children_count(k), 0);
	children_free(k);
	faults = (struct faults){ .next = 0 };
}

static void
a_retiring_worker_goes_when_its_successor_serves(void)
{
	struct children *k = children_setup(1);

	CU_ASSERT_TRUE(children_add_note(k, WORKER, NOTE_RETIRING));
	CU_ASSERT_EQUAL(children_count(k), 3);
	CU_ASSERT_EQUAL(faults_signalled(WORKER, SIGHUP), 0);
	CU_ASSERT_TRUE(children_add_note(k, WORKER + 1, NOTE_READY));
	CU_ASSERT_EQUAL(faults_signalled(WORKER, SIGHUP), 1);
	CU_ASSERT_TRUE(children_reaped(k, WORKER, 0, clock_ticks()));
	CU_ASSERT_EQUAL(children_count(k), 2);
	CU_ASSERT_TRUE(children_reaped(k, JANITOR, 0, clock_ticks()));
	children_keep_running(k, clock_ticks() + LATER);
	children_teardown(k, WORKER + 1, WORKER + 2);
}

static void
without_a_successor_it_keeps_its_seat(void)
{
	struct children *k = children_setup(1);

	faults.no_fork = true;
	CU_ASSERT_TRUE(children_add_note(k, WORKER, NOTE_RETIRING));
	CU_ASSERT_EQUAL(children_count(k), 2);
	children_teardown(k, JANITOR, WORKER);
}

static void
a_successor_is_tried_for_again(void)
{
	struct children *k = children_setup(1);

	faults.no_fork = true;
	children_add_note(k, WORKER, NOTE_RETIRING);
	faults.no_fork = false;
	CU_ASSERT(children_keep_running(k, clock_ticks()) > 0);
	CU_ASSERT_EQUAL(children_count(k), 2); /* not before its time */
	children_keep_running(k, clock_ticks() + LATER);
	CU_ASSERT_EQUAL(children_count(k), 3);
	children_keep_running(k, clock_ticks() + 2 * LATER);
	CU_ASSERT_EQUAL(children_count(k), 3);
	children_teardown(k, JANITOR, WORKER + 1);
}

static void
one_that_dies_meanwhile_is_replaced_once(void)
{
	struct children *k = children_setup(1);

	faults.no_fork = true;
	children_add_note(k, WORKER, NOTE_RETIRING);
	CU_ASSERT_TRUE(children_reaped(k, WORKER, 0, clock_ticks()));
	faults.no_fork = false;
	for (int i = 1; i < 4; i++)
		children_keep_running(k, clock_ticks() + i * LATER);
	CU_ASSERT_EQUAL(children_count(k), 2);
	CU_ASSERT_TRUE(children_reaped(k, JANITOR, 0, clock_ticks()));
	children_keep_running(k, clock_ticks() + 5 * LATER);
	children_teardown(k, WORKER + 1, WORKER + 2);
}

#define LIMIT 15000 /* what usherd(8) promises */

/* The master looks often enough, until `to`; the worker beats, or not. */
static int64_t
watch_over(struct children *k, int64_t from, int64_t to, bool beats)
{
	int64_t now = from;

	while (now < to) {
		int64_t wait = children_keep_running(k, now);

		CU_ASSERT_FATAL(wait > 0 && wait <= 5000);
		now = now + wait < to ? now + wait : to;
		if (beats)
			atomic_store(&children_proc_status(k, WORKER)->beat, now);
		atomic_store(&children_proc_status(k, JANITOR)->beat, now);
	}
	return now;
}

static void
who_does_not_beat_is_killed(void)
{
	struct children *k = children_setup(1);
	int64_t now = clock_ticks() + 1, last;

	last = watch_over(k, now, now + 10 * LIMIT, true);
	CU_ASSERT_EQUAL(faults_signalled(WORKER, SIGKILL), 0);
	now = watch_over(k, last, last + LIMIT - 1, false);
	children_keep_running(k, now);
	CU_ASSERT_EQUAL(faults_signalled(WORKER, SIGKILL), 0);
	CU_ASSERT_EQUAL(children_keep_running(k, now), 1); /* so that it looks again just then */
	children_keep_running(k, last + LIMIT);
	CU_ASSERT_EQUAL(faults_signalled(WORKER, SIGKILL), 1);
	children_keep_running(k, last + LIMIT + 1); /* it is not reaped yet */
	CU_ASSERT_EQUAL(faults_signalled(WORKER, SIGKILL), 1);
	CU_ASSERT_EQUAL(faults_signalled(JANITOR, SIGKILL), 0);
	children_teardown(k, JANITOR, WORKER);
}

static void
a_pause_of_the_master_is_not_held_against_them(void)
{
	struct children *k = children_setup(1);
	int64_t now = clock_ticks() + 1;

	now = watch_over(k, now, now + LIMIT, true);
	now += 100 * LIMIT;
	children_keep_running(k, now);
	CU_ASSERT_EQUAL(faults_signalled(WORKER, SIGKILL), 0);
	watch_over(k, now, now + LIMIT, false);
	children_keep_running(k, now + LIMIT);
	CU_ASSERT_EQUAL(faults_signalled(WORKER, SIGKILL), 1);
	children_teardown(k, JANITOR, WORKER);
}

static int64_t
fail_and_wait(struct children *k, pid_t worker, int64_t now)
{
	CU_ASSERT_TRUE(children_reaped(k, worker, SIGKILL, now));
	return children_keep_running(k, now);
}

/* A worker that fails soon, then one that serves a while. */
static void
a_back_off_ends_with_one_that_serves(void)
{
	struct children *k = children_setup(1);
	int64_t now = clock_ticks();

	CU_ASSERT_EQUAL(fail_and_wait(k, WORKER, now), 100);
	children_keep_running(k, now += 100);
	CU_ASSERT_EQUAL(fail_and_wait(k, WORKER + 1, now), 200);
	children_keep_running(k, now += 200);
	children_add_note(k, WORKER + 2, NOTE_READY);
	CU_ASSERT_EQUAL(fail_and_wait(k, WORKER + 2, now + 9999), 400);
	children_keep_running(k, now += 9999 + 400);
	children_add_note(k, WORKER + 3, NOTE_READY);
	CU_ASSERT_TRUE(children_reaped(k, WORKER + 3, SIGKILL, now += 10000));
	CU_ASSERT_EQUAL(children_count(k), 1);
	children_keep_running(k, now); /* at once */
	CU_ASSERT_EQUAL(children_count(k), 2);
	CU_ASSERT_EQUAL(fail_and_wait(k, WORKER + 4, now), 100);
	children_keep_running(k, now + 100);
	CU_ASSERT_TRUE(children_reaped(k, JANITOR, 0, now));
	children_keep_running(k, now + 200);
	children_teardown(k, WORKER + 5, WORKER + 6);
}

static struct children *
begin_starting(bool first)
{
	static struct process_settings settings = { .workers = 1 };
	const struct children_plan plan = {
		.service = &service,
		.settings = &settings,
		.first = first,
	};

	faults = (struct faults){ .next = JANITOR };
	return children_start(&plan);
}

static void
one_that_dies_before_it_is_ready_is_started_again(void)
{
	struct children *k = begin_starting(true);
	int64_t now = clock_ticks();
	pid_t worker = WORKER;

	children_add_note(k, JANITOR, NOTE_READY);
	for (int i = 0; i < 20; i++) {
		CU_ASSERT_TRUE(children_reaped(k, worker, i % 2 ? SIGSEGV : 70 << 8, now));
		CU_ASSERT_EQUAL(children_stage(k), CHILDREN_STARTING);
		CU_ASSERT_EQUAL(children_count(k), 1);
		children_keep_running(k, now += LATER);
		worker++;
		CU_ASSERT_EQUAL(children_count(k), 2);
	}
	children_add_note(k, worker, NOTE_READY);
	CU_ASSERT_EQUAL(children_stage(k), CHILDREN_SERVING);
	CU_ASSERT_TRUE(children_reaped(k, JANITOR, 0, now));
	children_keep_running(k, now + LATER);
	children_teardown(k, worker, worker + 1);
}

static void
a_reload_is_given_up_after_some_deaths(void)
{
	struct children *k = begin_starting(false);
	int64_t now = clock_ticks();

	for (int i = 0; i < 5; i++) {
		CU_ASSERT_EQUAL(children_stage(k), CHILDREN_STARTING);
		CU_ASSERT_TRUE(children_reaped(k, WORKER + i, SIGSEGV, now));
		children_keep_running(k, now += LATER);
	}
	CU_ASSERT_EQUAL(children_stage(k), CHILDREN_FAILED);
	CU_ASSERT_EQUAL(children_code(k), EX_SOFTWARE);
	children_teardown(k, JANITOR, JANITOR);
}

static void
a_lasting_fault_ends_a_start(void)
{
	static const int codes[] = { EX_CONFIG, EX_UNAVAILABLE, EX_NOPERM, EX_OSERR };

	for (size_t i = 0; i < sizeof(codes) / sizeof(codes[0]); i++) {
		struct children *k = begin_starting(true);

		CU_ASSERT_TRUE(children_reaped(k, WORKER, codes[i] << 8, clock_ticks()));
		CU_ASSERT_EQUAL(children_stage(k), CHILDREN_FAILED);
		CU_ASSERT_EQUAL(children_code(k), codes[i]);
		children_teardown(k, JANITOR, JANITOR);
	}
}

/* These are real. */
static void
what_cannot_be_confined_does_not_serve(void)
{
	struct process_settings settings = { .workers = 1 };
	struct children_plan plan = {
		.service = &service,
		.settings = &settings,
		.life = { -1, -1 },
		.notes = { -1, -1 },
		.signals = -1,
	};
	struct children *k;
	int status;
	pid_t pid;

	fflush(NULL);
	faults = (struct faults){ .no_limit = true };
	k = children_start(&plan);
	while ((pid = waitpid(-1, &status, 0)) > 0) {
		CU_ASSERT_TRUE(WIFEXITED(status));
		CU_ASSERT_TRUE(children_reaped(k, pid, status, clock_ticks()));
	}
	CU_ASSERT_EQUAL(children_stage(k), CHILDREN_FAILED);
	CU_ASSERT_EQUAL(children_code(k), EX_OSERR);
	children_free(k);
	faults = (struct faults){ .next = 0 };
}

static CU_TestInfo tests[] = {
	{ "restarts of one that keeps failing back off, up to ten seconds [T-X07]",
	  restarts_back_off },
	{ "a retiring worker goes when its successor serves [O-FCGI-12]",
	  a_retiring_worker_goes_when_its_successor_serves },
	{ "one for whom no successor can be started keeps its seat, and ends when told [T-X07]",
	  without_a_successor_it_keeps_its_seat },
	{ "its successor is tried for again [T-X07]", a_successor_is_tried_for_again },
	{ "one that dies meanwhile is replaced once [T-X07]",
	  one_that_dies_meanwhile_is_replaced_once },
	{ "a process that does not beat for 15 seconds is killed, also at rest [T-O06 T-F05]",
	  who_does_not_beat_is_killed },
	{ "a pause of the master, or of the machine, is not held against them [T-O06]",
	  a_pause_of_the_master_is_not_held_against_them },
	{ "the back-off ends with a process that has served for ten seconds [T-X07]",
	  a_back_off_ends_with_one_that_serves },
	{ "a process that dies before it is ready is started again, with a back-off [T-X07]",
	  one_that_dies_before_it_is_ready_is_started_again },
	{ "a reload is given up when a new process has died five times [T-X07]",
	  a_reload_is_given_up_after_some_deaths },
	{ "a process that says what is wrong ends a start [T-X07]", a_lasting_fault_ends_a_start },
	{ "a process that cannot be confined does not serve [T-X05]",
	  what_cannot_be_confined_does_not_serve },
	CU_TEST_INFO_NULL
};
CU_SuiteInfo children_suite = { "process/children", NULL, NULL, NULL, NULL, tests };
