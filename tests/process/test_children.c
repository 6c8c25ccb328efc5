/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_boundary.py tests start and replacement with real processes; this file tests the logic
 * without processes, and failures of system calls. Process ids are arbitrary numbers.
 */
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

static struct job_sockets *job_sockets;

static const struct service service = { .janitor = no_keeper };

#define JANITOR 1000000
#define WORKER	1000001 /* the first worker */
#define LATER	60000	/* after any back-off */

static void
restarts_of_a_process_that_keeps_failing_back_off_up_to_ten_seconds(void)
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

/* Starts a janitor and `workers` workers, all ready. */
static struct children *
children_setup(int64_t workers)
{
	static struct process_settings settings;
	struct children_plan plan = { .service = &service,
				      .settings = &settings,
				      .job_sockets = &job_sockets };
	struct children *k;

	settings.workers = workers;
	faults = (struct faults){ .next = JANITOR };
	k = children_start(&plan);
	for (pid_t pid = JANITOR; pid <= JANITOR + workers; pid++)
		CU_ASSERT_TRUE(children_add_note(k, pid, NOTE_READY));
	CU_ASSERT_EQUAL(children_stage(k), CHILDREN_SERVING);
	return k;
}

/* All processes exit; none that is gone is waited for. */
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
a_draining_worker_exits_when_its_successor_serves(void)
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
a_worker_without_a_successor_keeps_its_slot_and_exits_when_told_to_stop(void)
{
	struct children *k = children_setup(1);

	faults.no_fork = true;
	CU_ASSERT_TRUE(children_add_note(k, WORKER, NOTE_RETIRING));
	CU_ASSERT_EQUAL(children_count(k), 2);
	children_teardown(k, JANITOR, WORKER);
}

static void
the_start_of_a_successor_is_retried(void)
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
a_worker_that_dies_while_draining_is_replaced_once(void)
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

#define LIMIT 15000 /* the limit in usherd(8) */

/*
 * Runs the master's periodic checks until `to`; the worker sends a heartbeat each time, or never.
 */
static int64_t
run_checks(struct children *k, int64_t from, int64_t to, bool beats)
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
a_process_without_a_heartbeat_for_15_seconds_is_killed_even_if_idle(void)
{
	struct children *k = children_setup(1);
	int64_t now = clock_ticks() + 1, last;

	last = run_checks(k, now, now + 10 * LIMIT, true);
	CU_ASSERT_EQUAL(faults_signalled(WORKER, SIGKILL), 0);
	now = run_checks(k, last, last + LIMIT - 1, false);
	children_keep_running(k, now);
	CU_ASSERT_EQUAL(faults_signalled(WORKER, SIGKILL), 0);
	CU_ASSERT_EQUAL(children_keep_running(k, now),
			1); /* so that the next check is exactly then */
	children_keep_running(k, last + LIMIT);
	CU_ASSERT_EQUAL(faults_signalled(WORKER, SIGKILL), 1);
	children_keep_running(k, last + LIMIT + 1); /* it is not reaped yet */
	CU_ASSERT_EQUAL(faults_signalled(WORKER, SIGKILL), 1);
	CU_ASSERT_EQUAL(faults_signalled(JANITOR, SIGKILL), 0);
	children_teardown(k, JANITOR, WORKER);
}

static void
a_pause_of_the_master_or_of_the_machine_kills_no_process(void)
{
	struct children *k = children_setup(1);
	int64_t now = clock_ticks() + 1;

	now = run_checks(k, now, now + LIMIT, true);
	now += 100 * LIMIT;
	children_keep_running(k, now);
	CU_ASSERT_EQUAL(faults_signalled(WORKER, SIGKILL), 0);
	run_checks(k, now, now + LIMIT, false);
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

/* A worker that fails early, then one that serves for a while. */
static void
the_back_off_ends_with_a_process_that_has_served_for_ten_seconds(void)
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
		.job_sockets = &job_sockets,
	};

	faults = (struct faults){ .next = JANITOR };
	return children_start(&plan);
}

static void
a_process_that_dies_before_it_is_ready_is_started_again(void)
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
a_reload_fails_after_a_new_process_has_died_five_times(void)
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
a_process_that_reports_a_permanent_error_ends_the_start(void)
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

/* These are real processes. */
static void
a_process_that_cannot_be_confined_does_not_serve(void)
{
	struct process_settings settings = { .workers = 1 };
	struct children_plan plan = {
		.service = &service,
		.settings = &settings,
		.life = { -1, -1 },
		.notes = { -1, -1 },
		.signals = -1,
		.job_sockets = &job_sockets,
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
	{ "restarts of a process that keeps failing back off, up to ten seconds [T-X07]",
	  restarts_of_a_process_that_keeps_failing_back_off_up_to_ten_seconds },
	{ "a draining worker exits when its successor serves [O-FCGI-12]",
	  a_draining_worker_exits_when_its_successor_serves },
	{ "a worker without a successor keeps its slot, and exits when it is stopped [T-X07]",
	  a_worker_without_a_successor_keeps_its_slot_and_exits_when_told_to_stop },
	{ "the start of a successor is retried [T-X07]", the_start_of_a_successor_is_retried },
	{ "a worker that dies while draining is replaced once [T-X07]",
	  a_worker_that_dies_while_draining_is_replaced_once },
	{ "a process without a heartbeat for 15 seconds is killed, even if idle [T-O06 T-F05]",
	  a_process_without_a_heartbeat_for_15_seconds_is_killed_even_if_idle },
	{ "a pause of the master, or of the machine, kills no process [T-O06]",
	  a_pause_of_the_master_or_of_the_machine_kills_no_process },
	{ "the back-off ends with a process that has served for ten seconds [T-X07]",
	  the_back_off_ends_with_a_process_that_has_served_for_ten_seconds },
	{ "a process that dies before it is ready is started again, with a back-off [T-X07]",
	  a_process_that_dies_before_it_is_ready_is_started_again },
	{ "a reload fails after a new process has died five times [T-X07]",
	  a_reload_fails_after_a_new_process_has_died_five_times },
	{ "a process that reports a permanent error ends the start [T-X07]",
	  a_process_that_reports_a_permanent_error_ends_the_start },
	{ "a process that cannot be confined does not serve [T-X05]",
	  a_process_that_cannot_be_confined_does_not_serve },
	CU_TEST_INFO_NULL
};
CU_SuiteInfo children_suite = { "process/children", NULL, NULL, NULL, NULL, tests };
