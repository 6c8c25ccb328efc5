/* SPDX-License-Identifier: Apache-2.0 */
/* Starts, counts and replaces processes (T-X07). */
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
#include "process/job_process.h"

#define HANG_MS	     15000 /* a batch takes milliseconds (T-F05), an idle wait TASK_BEAT_MS */
#define STEADY_MS    10000 /* after this lifetime an exit is not a failed start */
#define BACKOFF_MS   100
#define BACKOFF_MAX  10000
#define CHECK_MS     5000
#define PAUSE_MS     1000 /* delay that means: the master or the machine was stopped */
#define START_TRIES  5	  /* starts of one process before a reload is abandoned */
#define DRAINING_MAX 64	  /* retired workers that still finish */

/* The kinds of processes: name, main function, number. After these come the processes that do jobs,
 * one kind for each row of the service. */
struct program {
	const char *name;
	int (*main)(const struct task *t);
	size_t (*count)(const struct children_plan *plan);
	size_t job_kind;
};

static int
children_janitor_main(const struct task *t)
{
	return t->service->janitor(t);
}

static size_t
children_janitor_count(const struct children_plan *plan)
{
	return plan->service->janitor != NULL ? 1 : 0;
}

static size_t
children_worker_count(const struct children_plan *plan)
{
	return task_worker_count(plan->settings);
}

static size_t
children_job_process_count(const struct children_plan *plan)
{
	return task_core_count();
}

static const struct program programs[] = {
	{ "janitor", children_janitor_main, children_janitor_count, 0 },
	{ "worker", worker_main, children_worker_count, 0 },
};
#define JANITOR	   (&programs[0])
#define WORKER	   (&programs[1])
#define PROGRAMS_N (sizeof(programs) / sizeof(programs[0]))

struct child {
	const struct program *program;
	pid_t pid;			 /* 0: no process */
	struct proc_status *proc_status; /* its entry of the scoreboard */
};

/* A slot in which exactly one process must always be running. */
struct slot {
	struct child child;
	bool ready;
	bool retiring;	      /* it needs a successor, which could not be started yet */
	int64_t started, due; /* clock_ticks of the start and of the next attempt to start */
	unsigned failures;    /* in a row */
};

struct children {
	struct children_plan plan;
	enum children_stage stage;
	int code;
	bool lost_store;
	struct program job_programs[JOB_KINDS_MAX];
	struct job_sockets *job_sockets;
	bool jobs_ended; /* the processes that do jobs were told to exit */
	struct slot *slots;
	size_t n;
	struct child draining[DRAINING_MAX];
	struct proc_status
		*scoreboard; /* shared memory: an entry for each slot and each of `draining` */
	int64_t last_check,
		since; /* clock_ticks of the last children_keep_running, and of the end of
						 * the last pause of the master */
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

static bool
children_does_jobs(const struct child *p)
{
	return p->program->main == job_process_main;
}

/* Closes the sockets of jobs that this process must not have: it could read the results of
 * others. A process that does jobs also has no sockets for connections. */
static void
children_keep_sockets(struct children *k, const struct child *p, struct task *t)
{
	struct job_sockets *mine = k->job_sockets;
	bool does_jobs = children_does_jobs(p);
	size_t n = does_jobs ? mine->workers : p->program == WORKER ? mine->kinds : 0;
	int *kept = calloc(n + 1, sizeof(*kept));

	if (kept == NULL)
		abort();
	if (does_jobs) {
		close(t->listening);
		close(t->handover.give);
		close(t->handover.take);
		job_sockets_keep_kind(*k->plan.job_sockets, mine, p->program->job_kind, kept);
	} else if (p->program == WORKER) {
		job_sockets_keep_worker(*k->plan.job_sockets, mine,
					(size_t)(p->proc_status - k->scoreboard), kept);
	} else {
		job_sockets_close(*k->plan.job_sockets);
	}
	t->job_sockets = kept;
	t->job_sockets_n = n;
	t->job_kind = p->program->job_kind;
}

_Noreturn static void
children_child_main(struct children *k, const struct child *p, pid_t master)
{
	struct task task = {
		.service = k->plan.service,
		.settings = k->plan.settings,
		.listening = k->plan.listening,
		.handover = k->plan.handover,
		.life = k->plan.life[0],
		.notes = k->plan.notes[1],
		.proc_status = p->proc_status,
		.scoreboard = k->scoreboard,
		.scoreboard_n = k->n + DRAINING_MAX,
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
	children_keep_sockets(k, p, &task);
	task.signals = children_own_signals();
	exit(p->program->main(&task));
}

static void
children_clear_jobs(struct proc_status *status)
{
	atomic_store(&status->parked, 0);
	for (size_t i = 0; i < JOB_KINDS_MAX; i++)
		atomic_store(&status->queued[i], 0);
	atomic_store(&status->job.number, 0);
}

/* Returns false if the process cannot be created. */
static bool
children_fork(struct children *k, struct child *p)
{
	pid_t master = getpid();

	atomic_store(&p->proc_status->beat, clock_ticks());
	atomic_store(&p->proc_status->started, p->program == WORKER ? clock_ticks() : 0);
	children_clear_jobs(p->proc_status);
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

/* Starts a process in the slot. On failure returns false, keeps the present process of the slot,
 * and schedules another attempt. */
static bool
children_spawn(struct children *k, struct slot *s, struct child next, int64_t now)
{
	if (!children_fork(k, &next)) {
		s->due = now + BACKOFF_MAX;
		return false;
	}
	s->child = next;
	s->ready = s->retiring = false;
	s->started = now;
	return true;
}

static bool
children_all_ready(const struct children *k)
{
	for (size_t i = 0; i < k->n; i++)
		if (!k->slots[i].ready)
			return false;
	return true;
}

static struct slot *
children_find_slot(struct children *k, pid_t pid)
{
	for (size_t i = 0; i < k->n; i++)
		if (pid > 0 && k->slots[i].child.pid == pid)
			return &k->slots[i];
	return NULL;
}

static struct child *
children_find_draining(struct children *k, pid_t pid)
{
	for (size_t i = 0; i < DRAINING_MAX; i++)
		if (k->draining[i].pid == pid)
			return &k->draining[i];
	return NULL;
}

static bool
children_is_failure(int status)
{
	return !WIFEXITED(status) || WEXITSTATUS(status) != EX_OK;
}

static void
children_log_exit(const struct child *p, int status)
{
	if (WIFSIGNALED(status))
		log_error("%s %d was killed by signal %d", p->program->name, (int)p->pid,
			  WTERMSIG(status));
	else
		log_error("%s %d exited with code %d", p->program->name, (int)p->pid,
			  WEXITSTATUS(status));
}

/* Reports to the crash guard the request that a process was running when a signal killed it
 * (T-X07). */
static void
children_blame_request(struct children *k, const struct child *p, int status, int64_t now)
{
	uint64_t fingerprint = atomic_load(&p->proc_status->running.fingerprint);

	if (fingerprint != 0 && WIFSIGNALED(status) &&
	    crash_guard_add(k->plan.crash_guard, fingerprint, now))
		log_error("a request has killed several processes; it is answered with 503 for a "
			  "while");
}

/* Reports the job of a process that has died as failed. */
static void
children_fail_job(const struct children *k, const struct child *p)
{
	struct running_job *job = &p->proc_status->job;
	uint64_t number = atomic_load(&job->number);

	if (children_does_jobs(p) && number != 0)
		job_sockets_fail(k->job_sockets, p->program->job_kind, atomic_load(&job->worker),
				 atomic_load(&job->start), number);
}

static bool
children_has_worker(const struct children *k)
{
	for (size_t i = 0; i < k->n; i++)
		if (k->slots[i].child.program == WORKER && k->slots[i].child.pid > 0)
			return true;
	for (size_t i = 0; i < DRAINING_MAX; i++)
		if (k->draining[i].pid > 0)
			return true;
	return false;
}

/* Ends the processes that do jobs, once no worker is left. */
static void
children_end_jobs(struct children *k)
{
	if (k->stage != CHILDREN_DRAINING || k->jobs_ended || children_has_worker(k))
		return;
	k->jobs_ended = true;
	for (size_t i = 0; i < k->n; i++)
		if (children_does_jobs(&k->slots[i].child) && k->slots[i].child.pid > 0)
			kill(k->slots[i].child.pid, SIGHUP);
}

static void
children_record_end(struct children *k, struct child *p, int status, int64_t now)
{
	if (k->stage != CHILDREN_DRAINING && children_is_failure(status))
		children_log_exit(p, status);
	children_blame_request(k, p, status, now);
	children_fail_job(k, p);
	children_clear_jobs(p->proc_status);
	if (WIFEXITED(status) && WEXITSTATUS(status) == EX_OSFILE)
		k->lost_store = true;
	atomic_store(&p->proc_status->started, 0);
	p->pid = 0;
}

/* Returns true if a restart cannot help: the exit code means that settings, store, key or rights
 * are wrong. */
static bool
children_is_lasting_fault(int status)
{
	int code = WIFEXITED(status) ? WEXITSTATUS(status) : EX_SOFTWARE;

	return code == EX_CONFIG || code == EX_UNAVAILABLE || code == EX_NOPERM || code == EX_OSERR;
}

/* Empties the slot of a process that has ended, and schedules the restart: at once, or after a
 * back-off if it fails repeatedly. */
static void
children_clear_slot(struct children *k, struct slot *s, int status, int64_t now)
{
	bool steady = s->ready && now - s->started >= STEADY_MS;

	children_record_end(k, &s->child, status, now);
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

/* Starts a successor in the slot of a retiring worker, which moves to `draining`. The worker serves
 * until the successor is ready. Without a vacant entry it gets SIGHUP at once, and its successor is
 * started after it has exited. */
static void
children_replace_retiring(struct children *k, struct slot *s, int64_t now)
{
	struct child *vacant = children_find_draining(k, 0), old = s->child, next = old;

	if (k->stage == CHILDREN_DRAINING)
		return;
	if (vacant == NULL) {
		s->retiring = false;
		kill(old.pid, SIGHUP);
		return;
	}
	next.proc_status = vacant->proc_status;
	s->failures = 0;
	s->retiring = !children_spawn(k, s, next, now);
	if (!s->retiring)
		*vacant = old;
}

/* A worker is ready, so retired workers can hand over their connections. */
static void
children_mark_ready(struct children *k, struct slot *s)
{
	s->ready = true;
	for (size_t i = 0; i < DRAINING_MAX && s->child.program == WORKER; i++)
		if (k->draining[i].pid > 0)
			kill(k->draining[i].pid, SIGHUP);
}

/* Kills a process that hangs (T-F05, T-O06). Returns the time of the next check. A process that
 * hangs in a commit may wait for another process that holds the lock of the store, so the crash
 * guard does not blame its request (T-S07). */
static int64_t
children_check_beat(const struct children *k, const struct child *p, int64_t now)
{
	int64_t beat = atomic_load(&p->proc_status->beat), due = HANG_MS;
	bool commits = atomic_load(&p->proc_status->running.commits);

	due += beat > k->since ? beat : k->since;
	if (p->pid == 0)
		return INT64_MAX;
	if (now < due)
		return due;
	log_error("%s %d hangs%s; it is killed", p->program->name, (int)p->pid,
		  commits ? " in a commit, perhaps because another process holds the lock of the "
			    "store"
			  : "");
	kill(p->pid, SIGKILL);
	if (commits)
		atomic_store(&p->proc_status->running.fingerprint, 0);
	/* It may take a moment to end; do not report it again meanwhile. */
	atomic_store(&p->proc_status->beat, now);
	return now + HANG_MS;
}

/* After a pause of the master or of the whole machine the children get their full time again,
 * because the pause may have stopped them too. */
static void
children_detect_pause(struct children *k, int64_t now)
{
	if (now - k->last_check > CHECK_MS + PAUSE_MS)
		k->since = now;
	k->last_check = now;
}

/* Allocates an entry for each process that can live at the same time. */
static void
children_open_scoreboard(struct children *k)
{
	struct proc_status *next;

	k->scoreboard = shared_memory_new((k->n + DRAINING_MAX) * sizeof(*k->scoreboard),
					  "the state of the processes");
	next = k->scoreboard;
	for (size_t i = 0; i < k->n; i++)
		k->slots[i].child.proc_status = next++;
	for (size_t i = 0; i < DRAINING_MAX; i++)
		k->draining[i].proc_status = next++;
}

static void
children_add_slots(struct children *k, const struct program *program)
{
	for (size_t i = program->count(&k->plan); i > 0; i--)
		k->slots[k->n++].child.program = program;
}

/* Only worker_requests makes workers retire, and then each process of the scoreboard may be a
 * worker. */
static size_t
children_job_workers(const struct children *k)
{
	return k->plan.settings->worker_requests > 0 ? k->n + DRAINING_MAX : k->n;
}

struct children *
children_start(const struct children_plan *plan)
{
	struct children *k = calloc(1, sizeof(*k));
	size_t n = 0, jobs_n = plan->service->jobs_n;

	if (k == NULL)
		abort();
	if (jobs_n > JOB_KINDS_MAX)
		abort();
	k->plan = *plan;
	for (size_t i = 0; i < PROGRAMS_N; i++)
		n += programs[i].count(plan);
	n += jobs_n * children_job_process_count(plan);
	k->slots = calloc(n, sizeof(*k->slots));
	if (k->slots == NULL)
		abort();
	for (size_t i = 0; i < PROGRAMS_N; i++)
		children_add_slots(k, &programs[i]);
	for (size_t i = 0; i < jobs_n; i++) {
		k->job_programs[i] =
			(struct program){ plan->service->jobs[i].name, job_process_main,
					  children_job_process_count, i };
		children_add_slots(k, &k->job_programs[i]);
	}
	children_open_scoreboard(k);
	k->job_sockets = job_sockets_new(plan->job_sockets, jobs_n, children_job_workers(k));
	for (size_t i = 0; i < k->n; i++)
		children_spawn(k, &k->slots[i], k->slots[i].child, clock_ticks());
	return k;
}

void
children_free(struct children *k)
{
	job_sockets_free(k->plan.job_sockets, k->job_sockets);
	shared_memory_free(k->scoreboard, (k->n + DRAINING_MAX) * sizeof(*k->scoreboard));
	free(k->slots);
	free(k);
}

enum children_stage
children_stage(const struct children *k)
{
	return k->stage;
}

bool
children_lost_store(const struct children *k)
{
	return k->lost_store;
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
		n += k->slots[i].child.pid > 0;
	for (size_t i = 0; i < DRAINING_MAX; i++)
		n += k->draining[i].pid > 0;
	return n;
}

bool
children_note(struct children *k, const struct note *note)
{
	struct slot *s = children_find_slot(k, note->pid);

	if (s == NULL)
		return false;
	if (note->kind == NOTE_RETIRING)
		children_replace_retiring(k, s, clock_ticks());
	else
		children_mark_ready(k, s);
	if (k->stage == CHILDREN_STARTING && children_all_ready(k))
		k->stage = CHILDREN_SERVING;
	return true;
}

bool
children_reaped(struct children *k, pid_t pid, int status, int64_t now)
{
	struct slot *s = children_find_slot(k, pid);
	struct child *draining = s == NULL ? children_find_draining(k, pid) : NULL;

	if (s != NULL)
		children_clear_slot(k, s, status, now);
	else if (draining != NULL)
		children_record_end(k, draining, status, now);
	children_end_jobs(k);
	return s != NULL || draining != NULL;
}

/* Returns true if no process has to be started for the slot. */
static bool
children_is_settled(const struct children *k, const struct slot *s)
{
	return (s->child.pid > 0 && !s->retiring) || k->stage == CHILDREN_DRAINING ||
	       k->stage == CHILDREN_FAILED;
}

int64_t
children_keep_running(struct children *k, int64_t now)
{
	int64_t next = now + CHECK_MS, due;

	children_detect_pause(k, now);
	for (size_t i = 0; i < k->n; i++) {
		struct slot *s = &k->slots[i];

		due = children_check_beat(k, &s->child, now);
		next = due < next ? due : next;
		if (children_is_settled(k, s))
			continue;
		if (s->due > now)
			next = s->due < next ? s->due : next;
		else if (s->retiring)
			children_replace_retiring(k, s, now);
		else
			children_spawn(k, s, s->child, now);
	}
	for (size_t i = 0; i < DRAINING_MAX; i++) {
		due = children_check_beat(k, &k->draining[i], now);
		next = due < next ? due : next;
	}
	return next - now;
}

void
children_signal(struct children *k, int signal)
{
	for (size_t i = 0; i < k->n; i++)
		if (k->slots[i].child.pid > 0)
			kill(k->slots[i].child.pid, signal);
	for (size_t i = 0; i < DRAINING_MAX; i++)
		if (k->draining[i].pid > 0)
			kill(k->draining[i].pid, signal);
}

void
children_report_death(struct children *k)
{
	for (size_t i = 0; i < k->n; i++)
		if (k->slots[i].child.program == JANITOR && k->slots[i].child.pid > 0)
			kill(k->slots[i].child.pid, SIGUSR1);
}

void
children_drain(struct children *k, int signal)
{
	k->stage = CHILDREN_DRAINING;
	for (size_t i = 0; i < k->n; i++)
		if (k->slots[i].child.pid > 0 && !children_does_jobs(&k->slots[i].child))
			kill(k->slots[i].child.pid, signal);
	for (size_t i = 0; i < DRAINING_MAX; i++)
		if (k->draining[i].pid > 0)
			kill(k->draining[i].pid, signal);
	children_end_jobs(k);
}

struct proc_status *
children_proc_status(struct children *k, pid_t pid)
{
	struct slot *s = children_find_slot(k, pid);

	return s != NULL ? s->child.proc_status : NULL;
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
