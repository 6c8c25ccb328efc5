/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Starting, counting and replacing processes (design: Programs; T-X07).
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

/* A place that shall have one process at all times. */
struct place {
	const struct program *program;
	pid_t                 pid;	/* 0: none now */
	bool                  ready;
	int64_t               started, due;
	unsigned              failures;	/* in a row */
	_Atomic int64_t      *busy;
};

struct children {
	struct children_plan plan;
	enum children_stage  stage;
	int                  code;
	struct place        *places;
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
child_main(struct children *k, struct place *p, pid_t master)
{
	struct task task = {
		.settings = k->plan.settings,
		.listening = k->plan.listening,
		.handover = k->plan.handover,
		.life = k->plan.life[0],
		.notes = k->plan.notes[1],
		.busy = p->busy,
	};

	close(k->plan.life[1]);
	close(k->plan.notes[0]);
	close(k->plan.signals);
	confine(master);
	confine_files();
	task.signals = own_signals();
	exit(p->program->main(&task));
}

static void
place_fill(struct children *k, struct place *p, int64_t now)
{
	pid_t master = getpid(), pid;

	atomic_store(p->busy, 0);
	pid = fork();
	if (pid == 0)
		child_main(k, p, master);
	if (pid < 0) {
		log_error("no process can be started: %m");
		p->due = now + BACKOFF_MAX;
		return;
	}
	p->pid = pid;
	p->ready = false;
	p->started = now;
}

static bool
all_ready(const struct children *k)
{
	for (size_t i = 0; i < k->n; i++)
		if (!k->places[i].ready)
			return false;
	return true;
}

static struct place *
place_of(struct children *k, pid_t pid)
{
	for (size_t i = 0; i < k->n; i++)
		if (pid > 0 && k->places[i].pid == pid)
			return &k->places[i];
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
tell_end(const struct place *p, int status)
{
	if (WIFSIGNALED(status))
		log_error("%s %d was ended by signal %d", p->program->name, (int)p->pid,
			  WTERMSIG(status));
	else
		log_error("%s %d ended with code %d", p->program->name, (int)p->pid,
			  WEXITSTATUS(status));
}

/* When it is due again: at once, but for one that keeps failing. */
static void
place_empty(struct children *k, struct place *p, int status, int64_t now)
{
	bool failed = !WIFEXITED(status) || WEXITSTATUS(status) != EX_OK;
	bool steady = p->ready && now - p->started >= STEADY_MS;

	if (k->stage != CHILDREN_LEAVING && failed)
		tell_end(p, status);
	if (k->stage == CHILDREN_STARTING && !p->ready) {
		k->stage = CHILDREN_FAILED;
		k->code = WIFEXITED(status) ? WEXITSTATUS(status) : EX_SOFTWARE;
	}
	p->failures = steady ? 0 : p->failures + 1;
	p->due = now + children_backoff(p->failures);
	p->pid = 0;
}

/* A retiring worker's place goes to a new one; it serves until that is ready. */
static void
place_retire(struct children *k, struct place *p, int64_t now)
{
	pid_t *room = retired_find(k, 0);

	if (k->stage == CHILDREN_LEAVING)
		return;
	if (room == NULL) {
		kill(p->pid, SIGHUP);
		return;
	}
	*room = p->pid;
	p->failures = 0;
	place_fill(k, p, now);
}

/* One more serves: who waits for that may hand over. */
static void
place_ready(struct children *k, struct place *p)
{
	p->ready = true;
	for (size_t i = 0; i < CHANGED_MAX && p->program != JANITOR; i++)
		if (k->retired[i] > 0)
			kill(k->retired[i], SIGHUP);
}

/* In a hanging round nothing of its own can help a process (T-F05). */
static void
end_if_hanging(const struct place *p, int64_t now)
{
	int64_t since = atomic_load(p->busy);

	if (p->pid == 0 || since == 0 || now - since < HANG_MS)
		return;
	log_error("%s %d hangs: ended", p->program->name, (int)p->pid);
	kill(p->pid, SIGKILL);
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
	k->places = calloc(k->n, sizeof(*k->places));
	k->busy = mmap(NULL, k->n * sizeof(*k->busy), PROT_READ | PROT_WRITE,
		       MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (k->places == NULL || k->busy == MAP_FAILED)
		abort();
	for (size_t i = 0; i < programs_n; i++)
		for (size_t j = programs[i].count(plan->settings); j > 0; j--, at++) {
			k->places[at].program = &programs[i];
			k->places[at].busy = &k->busy[at];
			place_fill(k, &k->places[at], clock_ticks());
		}
	return k;
}

void
children_free(struct children *k)
{
	munmap(k->busy, k->n * sizeof(*k->busy));
	free(k->places);
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
		n += k->places[i].pid > 0;
	for (size_t i = 0; i < CHANGED_MAX; i++)
		n += k->retired[i] > 0;
	return n;
}

bool
children_note(struct children *k, const struct note *note)
{
	struct place *p = place_of(k, note->pid);

	if (p == NULL)
		return false;
	if (note->kind == NOTE_RETIRING)
		place_retire(k, p, clock_ticks());
	else
		place_ready(k, p);
	if (k->stage == CHILDREN_STARTING && all_ready(k))
		k->stage = CHILDREN_SERVING;
	return true;
}

bool
children_reaped(struct children *k, pid_t pid, int status, int64_t now)
{
	struct place *p = place_of(k, pid);
	pid_t *retired = p == NULL ? retired_find(k, pid) : NULL;

	if (p != NULL)
		place_empty(k, p, status, now);
	else if (retired != NULL)
		*retired = 0;
	return p != NULL || retired != NULL;
}

int64_t
children_care(struct children *k, int64_t now)
{
	int64_t next = now + CARE_MS;

	for (size_t i = 0; i < k->n; i++) {
		struct place *p = &k->places[i];

		end_if_hanging(p, now);
		if (p->pid > 0 || k->stage == CHILDREN_LEAVING || k->stage == CHILDREN_FAILED)
			continue;
		if (p->due <= now)
			place_fill(k, p, now);
		else if (p->due < next)
			next = p->due;
	}
	return next - now;
}

void
children_signal(struct children *k, int signal)
{
	for (size_t i = 0; i < k->n; i++)
		if (k->places[i].pid > 0)
			kill(k->places[i].pid, signal);
	for (size_t i = 0; i < CHANGED_MAX; i++)
		if (k->retired[i] > 0)
			kill(k->retired[i], signal);
}

void
children_tell_death(struct children *k)
{
	for (size_t i = 0; i < k->n; i++)
		if (k->places[i].program == JANITOR && k->places[i].pid > 0)
			kill(k->places[i].pid, SIGUSR1);
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
