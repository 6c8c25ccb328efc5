/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Starting, counting and replacing processes (T-X07).
 */
#include "process/children.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <sysexits.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/shared_memory.h"
#include "process/confine.h"

#define HANG_MS	    15000 /* a batch takes milliseconds (T-F05), and rest TASK_BEAT_MS */
#define STEADY_MS   10000 /* one that lived so long did not fail at its start */
#define BACKOFF_MS  100
#define BACKOFF_MAX 10000
#define CARE_MS	    5000
#define LATE_MS	    1000 /* the master itself was stopped, or the machine */
#define START_TRIES 5	 /* of a process, before a reload is given up */
#define CHANGED_MAX 64	 /* retired ones that are still finishing */

/* The processes.  A row: name, what runs in it, how many. */
struct program {
	const char *name;
	int (*main)(const struct task *t);
	size_t (*count)(const struct children_plan *plan);
};

static int
children_keeper_main(const struct task *t)
{
	return t->service->keep(t);
}

static size_t
children_keeper_count(const struct children_plan *plan)
{
	return plan->service->keep != NULL ? 1 : 0;
}

static size_t
children_worker_count(const struct children_plan *plan)
{
	return task_worker_count(plan->settings);
}

static const struct program programs[] = {
	{ "janitor", children_keeper_main, children_keeper_count },
	{ "worker", worker_main, children_worker_count },
};
#define JANITOR (&programs[0])

struct grant_ctx {
	const struct program *program;
	pid_t pid;			 /* 0: none now */
	struct proc_status *proc_status; /* of its own while it lives */
};

/* What shall be taken by one process at all times. */
struct slot {
	struct grant_ctx now;
	bool ready;
	bool retiring; /* and nobody could be started in its stead yet */
	int64_t started, due;
	unsigned failures; /* in a row */
};

struct children {
	struct children_plan plan;
	enum children_stage stage;
	int code;
	bool lost;
	struct slot *seats;
	size_t n;
	struct grant_ctx retired[CHANGED_MAX];
	struct proc_status *proc_status; /* shared with the children: one each, also of those */
	int64_t cared, since;		 /* clock_ticks of the last children_keep_running; and since
						 * when it was called without a gap */
};

static int
children_own_signals(void)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGHUP);
	sigaddset(&set, SIGUSR1);
	return signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
}

_Noreturn static void
children_child_main(struct children *k, const struct grant_ctx *p, pid_t master)
{
	struct task task = {
		.service = k->plan.service,
		.settings = k->plan.settings,
		.listening = k->plan.listening,
		.handover = k->plan.handover,
		.life = k->plan.life[0],
		.notes = k->plan.notes[1],
		.proc_status = p->proc_status,
		.scoreboard = k->proc_status,
		.scoreboard_n = k->n + CHANGED_MAX,
		.crash_guard = k->plan.crash_guard,
		.shared = k->plan.shared,
	};

	close(k->plan.life[1]);
	close(k->plan.notes[0]);
	close(k->plan.signals);
	if (!confine_process(master)) {
		log_error("%s cannot be confined: %m", p->program->name);
		exit(EX_OSERR);
	}
	confine_files();
	task.signals = children_own_signals();
	exit(p->program->main(&task));
}

/* False: there is none. */
static bool
children_process_start(struct children *k, struct grant_ctx *p)
{
	pid_t master = getpid();

	atomic_store(&p->proc_status->beat, clock_ticks());
	atomic_store(&p->proc_status->started, p->program == JANITOR ? 0 : clock_ticks());
	atomic_store(&p->proc_status->running.fingerprint, 0);
	atomic_store(&p->proc_status->running.commits, false);
	p->pid = fork();
	if (p->pid == 0)
		children_child_main(k, p, master);
	if (p->pid > 0)
		return true;
	log_error("no process can be started: %m");
	atomic_store(&p->proc_status->started, 0);
	p->pid = 0;
	return false;
}

/* False: who sits there stays, and it is tried again in a while. */
static bool
children_spawn(struct children *k, struct slot *s, struct grant_ctx next, int64_t now)
{
	if (!children_process_start(k, &next)) {
		s->due = now + BACKOFF_MAX;
		return false;
	}
	s->now = next;
	s->ready = s->retiring = false;
	s->started = now;
	return true;
}

static bool
children_all_ready(const struct children *k)
{
	for (size_t i = 0; i < k->n; i++)
		if (!k->seats[i].ready)
			return false;
	return true;
}

static struct slot *
children_find_seat(struct children *k, pid_t pid)
{
	for (size_t i = 0; i < k->n; i++)
		if (pid > 0 && k->seats[i].now.pid == pid)
			return &k->seats[i];
	return NULL;
}

static struct grant_ctx *
children_retired_find(struct children *k, pid_t pid)
{
	for (size_t i = 0; i < CHANGED_MAX; i++)
		if (k->retired[i].pid == pid)
			return &k->retired[i];
	return NULL;
}

static bool
children_has_failed(int status)
{
	return !WIFEXITED(status) || WEXITSTATUS(status) != EX_OK;
}

static void
children_log_exit(const struct grant_ctx *p, int status)
{
	if (WIFSIGNALED(status))
		log_error("%s %d was ended by signal %d", p->program->name, (int)p->pid,
			  WTERMSIG(status));
	else
		log_error("%s %d ended with code %d", p->program->name, (int)p->pid,
			  WEXITSTATUS(status));
}

/* The request that it was running when a signal ended it may have been why (T-X07). */
static void
children_blame_request(struct children *k, const struct grant_ctx *p, int status, int64_t now)
{
	uint64_t fingerprint = atomic_load(&p->proc_status->running.fingerprint);

	if (fingerprint != 0 && WIFSIGNALED(status) &&
	    crash_guard_add(k->plan.crash_guard, fingerprint, now))
		log_error("a request has ended several processes: it gets 503 for a while");
}

static void
children_process_end(struct children *k, struct grant_ctx *p, int status, int64_t now)
{
	if (k->stage != CHILDREN_LEAVING && children_has_failed(status))
		children_log_exit(p, status);
	children_blame_request(k, p, status, now);
	if (WIFEXITED(status) && WEXITSTATUS(status) == EX_OSFILE)
		k->lost = true;
	atomic_store(&p->proc_status->started, 0);
	p->pid = 0;
}

/* Starting it again cannot help: it says itself that settings, store, key or rights are wrong. */
static bool
children_is_lasting_fault(int status)
{
	int code = WIFEXITED(status) ? WEXITSTATUS(status) : EX_SOFTWARE;

	return code == EX_CONFIG || code == EX_UNAVAILABLE || code == EX_NOPERM || code == EX_OSERR;
}

/* When it is due again: at once, but for one that keeps failing. */
static void
children_clear_seat(struct children *k, struct slot *s, int status, int64_t now)
{
	bool steady = s->ready && now - s->started >= STEADY_MS;

	children_process_end(k, &s->now, status, now);
	if (k->stage == CHILDREN_STARTING && !s->ready &&
	    (children_is_lasting_fault(status) ||
	     (!k->plan.first && s->failures + 1 >= START_TRIES))) {
		k->stage = CHILDREN_FAILED;
		k->code = WIFEXITED(status) ? WEXITSTATUS(status) : EX_SOFTWARE;
	}
	s->failures = steady ? 0 : s->failures + 1;
	s->due = now + children_backoff(s->failures);
	s->retiring = false;
}

/* A retiring worker's seat goes to a new one; it serves until that is ready. */
static void
children_retire_seat(struct children *k, struct slot *s, int64_t now)
{
	struct grant_ctx *room = children_retired_find(k, 0), old = s->now, next = old;

	if (k->stage == CHILDREN_LEAVING)
		return;
	if (room == NULL) {
		s->retiring = false;
		kill(old.pid, SIGHUP);
		return;
	}
	next.proc_status = room->proc_status;
	s->failures = 0;
	s->retiring = !children_spawn(k, s, next, now);
	if (!s->retiring)
		*room = old;
}

/* One more serves: who waits for that may hand over. */
static void
children_mark_ready(struct children *k, struct slot *s)
{
	s->ready = true;
	for (size_t i = 0; i < CHANGED_MAX && s->now.program != JANITOR; i++)
		if (k->retired[i].pid > 0)
			kill(k->retired[i].pid, SIGHUP);
}

/* Kills a process that hangs: nothing of its own can help it (T-F05, T-O06).  Returns when it
 * would be due.  In a commit it may be that another process holds the lock of the store: no
 * request is to blame for that (T-S07). */
static int64_t
children_process_check_beat(const struct children *k, const struct grant_ctx *p, int64_t now)
{
	int64_t beat = atomic_load(&p->proc_status->beat), due = HANG_MS;
	bool commits = atomic_load(&p->proc_status->running.commits);

	due += beat > k->since ? beat : k->since;
	if (p->pid == 0)
		return INT64_MAX;
	if (now < due)
		return due;
	log_error("%s %d hangs%s: ended", p->program->name, (int)p->pid,
		  commits ? " in a commit, perhaps because another process holds the store's lock"
			  : "");
	kill(p->pid, SIGKILL);
	if (commits)
		atomic_store(&p->proc_status->running.fingerprint, 0);
	/* Its end may take a moment, and is not to be reported as another. */
	atomic_store(&p->proc_status->beat, now);
	return now + HANG_MS;
}

/* Whoever did not watch cannot know who hangs: after a pause of the master, or of the whole
 * machine, the children get their time anew. */
static void
children_notice_gap(struct children *k, int64_t now)
{
	if (now - k->cared > CARE_MS + LATE_MS)
		k->since = now;
	k->cared = now;
}

/* Shared memory, one for each who may live at a time. */
static void
children_watch_open(struct children *k)
{
	struct proc_status *next;

	k->proc_status = shared_memory_new((k->n + CHANGED_MAX) * sizeof(*k->proc_status),
					   "the state of the processes");
	next = k->proc_status;
	for (size_t i = 0; i < k->n; i++)
		k->seats[i].now.proc_status = next++;
	for (size_t i = 0; i < CHANGED_MAX; i++)
		k->retired[i].proc_status = next++;
}

struct children *
children_start(const struct children_plan *plan)
{
	struct children *k = calloc(1, sizeof(*k));
	size_t at = 0, programs_n = sizeof(programs) / sizeof(programs[0]);

	if (k == NULL)
		abort();
	k->plan = *plan;
	for (size_t i = 0; i < programs_n; i++)
		k->n += programs[i].count(plan);
	k->seats = calloc(k->n, sizeof(*k->seats));
	if (k->seats == NULL)
		abort();
	children_watch_open(k);
	for (size_t i = 0; i < programs_n; i++)
		for (size_t j = programs[i].count(plan); j > 0; j--, at++) {
			k->seats[at].now.program = &programs[i];
			children_spawn(k, &k->seats[at], k->seats[at].now, clock_ticks());
		}
	return k;
}

void
children_free(struct children *k)
{
	shared_memory_free(k->proc_status, (k->n + CHANGED_MAX) * sizeof(*k->proc_status));
	free(k->seats);
	free(k);
}

enum children_stage
children_stage(const struct children *k)
{
	return k->stage;
}

bool
children_lost(const struct children *k)
{
	return k->lost;
}

int
children_code(const struct children *k)
{
	return k->code;
}

size_t
children_count(const struct children *k)
{
	size_t n = 0;

	for (size_t i = 0; i < k->n; i++)
		n += k->seats[i].now.pid > 0;
	for (size_t i = 0; i < CHANGED_MAX; i++)
		n += k->retired[i].pid > 0;
	return n;
}

bool
children_note(struct children *k, const struct note *note)
{
	struct slot *s = children_find_seat(k, note->pid);

	if (s == NULL)
		return false;
	if (note->kind == NOTE_RETIRING)
		children_retire_seat(k, s, clock_ticks());
	else
		children_mark_ready(k, s);
	if (k->stage == CHILDREN_STARTING && children_all_ready(k))
		k->stage = CHILDREN_SERVING;
	return true;
}

bool
children_reaped(struct children *k, pid_t pid, int status, int64_t now)
{
	struct slot *s = children_find_seat(k, pid);
	struct grant_ctx *retired = s == NULL ? children_retired_find(k, pid) : NULL;

	if (s != NULL)
		children_clear_seat(k, s, status, now);
	else if (retired != NULL)
		children_process_end(k, retired, status, now);
	return s != NULL || retired != NULL;
}

static bool
children_is_settled(const struct children *k, const struct slot *s)
{
	return (s->now.pid > 0 && !s->retiring) || k->stage == CHILDREN_LEAVING ||
	       k->stage == CHILDREN_FAILED;
}

int64_t
children_keep_running(struct children *k, int64_t now)
{
	int64_t next = now + CARE_MS, due;

	children_notice_gap(k, now);
	for (size_t i = 0; i < k->n; i++) {
		struct slot *s = &k->seats[i];

		due = children_process_check_beat(k, &s->now, now);
		next = due < next ? due : next;
		if (children_is_settled(k, s))
			continue;
		if (s->due > now)
			next = s->due < next ? s->due : next;
		else if (s->retiring)
			children_retire_seat(k, s, now);
		else
			children_spawn(k, s, s->now, now);
	}
	for (size_t i = 0; i < CHANGED_MAX; i++) {
		due = children_process_check_beat(k, &k->retired[i], now);
		next = due < next ? due : next;
	}
	return next - now;
}

void
children_signal(struct children *k, int signal)
{
	for (size_t i = 0; i < k->n; i++)
		if (k->seats[i].now.pid > 0)
			kill(k->seats[i].now.pid, signal);
	for (size_t i = 0; i < CHANGED_MAX; i++)
		if (k->retired[i].pid > 0)
			kill(k->retired[i].pid, signal);
}

void
children_log_death(struct children *k)
{
	for (size_t i = 0; i < k->n; i++)
		if (k->seats[i].now.program == JANITOR && k->seats[i].now.pid > 0)
			kill(k->seats[i].now.pid, SIGUSR1);
}

void
children_leave(struct children *k, int signal)
{
	k->stage = CHILDREN_LEAVING;
	children_signal(k, signal);
}

struct proc_status *
children_proc_status(struct children *k, pid_t pid)
{
	struct slot *s = children_find_seat(k, pid);

	return s != NULL ? s->now.proc_status : NULL;
}

int64_t
children_backoff(unsigned failures)
{
	int64_t ms = BACKOFF_MS;

	if (failures == 0)
		return 0;
	while (--failures > 0 && ms < BACKOFF_MAX)
		ms *= 2;
	return ms < BACKOFF_MAX ? ms : BACKOFF_MAX;
}
