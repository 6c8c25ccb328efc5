/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Starting, counting and replacing processes (T-X07).
 */
#include "process/children.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <sysexits.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"
#include "process/confine.h"

#define HANG_MS     15000	/* a round takes milliseconds (T-F05) */
#define STEADY_MS   10000	/* one that lived so long did not fail at its start */
#define BACKOFF_MS  100
#define BACKOFF_MAX 10000
#define CARE_MS     5000
#define CHANGED_MAX 64		/* retired ones that are still finishing */

/* The processes.  A row: name, what runs in it, how many. */
struct program {
	const char *name;
	int       (*main)(const struct task *t);
	size_t    (*count)(const struct settings *s);
};

static size_t
one(const struct settings *s)
{
	return 1;
}

static size_t
as_many_as_cores(const struct settings *s)
{
	long cores = sysconf(_SC_NPROCESSORS_ONLN);

	if (s->workers > 0)
		return (size_t)s->workers;
	return cores > 0 ? (size_t)cores : 1;
}

static const struct program programs[] = {
	{ "janitor", janitor_main, one },
	{ "worker",  worker_main,  as_many_as_cores },
};
#define JANITOR (&programs[0])

/* What shall be taken by one process at all times. */
struct seat {
	const struct program *program;
	pid_t                 pid;	/* 0: none now */
	bool                  ready;
	bool                  retiring;	/* and nobody could be started in its stead yet */
	int64_t               started, due;
	unsigned              failures;	/* in a row */
	_Atomic int64_t      *busy;
};

struct children {
	struct children_plan plan;
	enum children_stage  stage;
	int                  code;
	struct seat         *seats;
	size_t               n;
	pid_t                retired[CHANGED_MAX];
	_Atomic int64_t     *busy;	/* shared with the children */
};

static int
own_signals(void)
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
child_main(struct children *k, const struct seat *s, pid_t master)
{
	struct task task = {
		.settings = k->plan.settings,
		.listening = k->plan.listening,
		.handover = k->plan.handover,
		.life = k->plan.life[0],
		.notes = k->plan.notes[1],
		.busy = s->busy,
	};

	close(k->plan.life[1]);
	close(k->plan.notes[0]);
	close(k->plan.signals);
	confine(master);
	confine_files();
	task.signals = own_signals();
	exit(s->program->main(&task));
}

/* False: who sits there stays, and it is tried again in a while. */
static bool
seat_fill(struct children *k, struct seat *s, int64_t now)
{
	pid_t master = getpid(), pid;

	atomic_store(s->busy, 0);
	pid = fork();
	if (pid == 0)
		child_main(k, s, master);
	if (pid < 0) {
		log_error("no process can be started: %m");
		s->due = now + BACKOFF_MAX;
		return false;
	}
	s->pid = pid;
	s->ready = s->retiring = false;
	s->started = now;
	return true;
}

static bool
all_ready(const struct children *k)
{
	for (size_t i = 0; i < k->n; i++)
		if (!k->seats[i].ready)
			return false;
	return true;
}

static struct seat *
seat_of(struct children *k, pid_t pid)
{
	for (size_t i = 0; i < k->n; i++)
		if (pid > 0 && k->seats[i].pid == pid)
			return &k->seats[i];
	return NULL;
}

static pid_t *
retired_find(struct children *k, pid_t pid)
{
	for (size_t i = 0; i < CHANGED_MAX; i++)
		if (k->retired[i] == pid)
			return &k->retired[i];
	return NULL;
}

static void
tell_end(const struct seat *s, int status)
{
	if (WIFSIGNALED(status))
		log_error("%s %d was ended by signal %d", s->program->name, (int)s->pid,
			  WTERMSIG(status));
	else
		log_error("%s %d ended with code %d", s->program->name, (int)s->pid,
			  WEXITSTATUS(status));
}

/* When it is due again: at once, but for one that keeps failing. */
static void
seat_empty(struct children *k, struct seat *s, int status, int64_t now)
{
	bool failed = !WIFEXITED(status) || WEXITSTATUS(status) != EX_OK;
	bool steady = s->ready && now - s->started >= STEADY_MS;

	if (k->stage != CHILDREN_LEAVING && failed)
		tell_end(s, status);
	if (k->stage == CHILDREN_STARTING && !s->ready) {
		k->stage = CHILDREN_FAILED;
		k->code = WIFEXITED(status) ? WEXITSTATUS(status) : EX_SOFTWARE;
	}
	s->failures = steady ? 0 : s->failures + 1;
	s->due = now + children_backoff(s->failures);
	s->pid = 0;
	s->retiring = false;
}

/* A retiring worker's seat goes to a new one; it serves until that is ready. */
static void
seat_retire(struct children *k, struct seat *s, int64_t now)
{
	pid_t *room = retired_find(k, 0), old = s->pid;

	if (k->stage == CHILDREN_LEAVING)
		return;
	if (room == NULL) {
		kill(s->pid, SIGHUP);
		return;
	}
	s->failures = 0;
	s->retiring = !seat_fill(k, s, now);
	if (!s->retiring)
		*room = old;
}

/* One more serves: who waits for that may hand over. */
static void
seat_ready(struct children *k, struct seat *s)
{
	s->ready = true;
	for (size_t i = 0; i < CHANGED_MAX && s->program != JANITOR; i++)
		if (k->retired[i] > 0)
			kill(k->retired[i], SIGHUP);
}

/* In a hanging round nothing of its own can help a process (T-F05). */
static void
end_if_hanging(const struct seat *s, int64_t now)
{
	int64_t since = atomic_load(s->busy);

	if (s->pid == 0 || since == 0 || now - since < HANG_MS)
		return;
	log_error("%s %d hangs: ended", s->program->name, (int)s->pid);
	kill(s->pid, SIGKILL);
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
		k->n += programs[i].count(plan->settings);
	k->seats = calloc(k->n, sizeof(*k->seats));
	k->busy = mmap(NULL, k->n * sizeof(*k->busy), PROT_READ | PROT_WRITE,
		       MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (k->seats == NULL || k->busy == MAP_FAILED)
		abort();
	for (size_t i = 0; i < programs_n; i++)
		for (size_t j = programs[i].count(plan->settings); j > 0; j--, at++) {
			k->seats[at].program = &programs[i];
			k->seats[at].busy = &k->busy[at];
			seat_fill(k, &k->seats[at], clock_ticks());
		}
	return k;
}

void
children_free(struct children *k)
{
	munmap(k->busy, k->n * sizeof(*k->busy));
	free(k->seats);
	free(k);
}

enum children_stage
children_stage(const struct children *k)
{
	return k->stage;
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
		n += k->seats[i].pid > 0;
	for (size_t i = 0; i < CHANGED_MAX; i++)
		n += k->retired[i] > 0;
	return n;
}

bool
children_note(struct children *k, const struct note *note)
{
	struct seat *s = seat_of(k, note->pid);

	if (s == NULL)
		return false;
	if (note->kind == NOTE_RETIRING)
		seat_retire(k, s, clock_ticks());
	else
		seat_ready(k, s);
	if (k->stage == CHILDREN_STARTING && all_ready(k))
		k->stage = CHILDREN_SERVING;
	return true;
}

bool
children_reaped(struct children *k, pid_t pid, int status, int64_t now)
{
	struct seat *s = seat_of(k, pid);
	pid_t *retired = s == NULL ? retired_find(k, pid) : NULL;

	if (s != NULL)
		seat_empty(k, s, status, now);
	else if (retired != NULL)
		*retired = 0;
	return s != NULL || retired != NULL;
}

static bool
is_settled(const struct children *k, const struct seat *s)
{
	return (s->pid > 0 && !s->retiring) || k->stage == CHILDREN_LEAVING ||
	       k->stage == CHILDREN_FAILED;
}

int64_t
children_care(struct children *k, int64_t now)
{
	int64_t next = now + CARE_MS;

	for (size_t i = 0; i < k->n; i++) {
		struct seat *s = &k->seats[i];

		end_if_hanging(s, now);
		if (is_settled(k, s))
			continue;
		if (s->due > now)
			next = s->due < next ? s->due : next;
		else if (s->retiring)
			seat_retire(k, s, now);
		else
			seat_fill(k, s, now);
	}
	return next - now;
}

void
children_signal(struct children *k, int signal)
{
	for (size_t i = 0; i < k->n; i++)
		if (k->seats[i].pid > 0)
			kill(k->seats[i].pid, signal);
	for (size_t i = 0; i < CHANGED_MAX; i++)
		if (k->retired[i] > 0)
			kill(k->retired[i], signal);
}

void
children_tell_death(struct children *k)
{
	for (size_t i = 0; i < k->n; i++)
		if (k->seats[i].program == JANITOR && k->seats[i].pid > 0)
			kill(k->seats[i].pid, SIGUSR1);
}

void
children_leave(struct children *k, int signal)
{
	k->stage = CHILDREN_LEAVING;
	children_signal(k, signal);
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
