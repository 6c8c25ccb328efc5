/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The master (O-FCGI-12, T-X07). Several generations of children can exist at a time: the one that
 * serves, a new one that a reload starts, and older ones that drain.
 */
#include "process/master.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <sysexits.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/crypto.h"
#include "base/log.h"
#include "base/text.h"
#include "process/children.h"
#include "process/confine.h"
#include "process/listen.h"
#include "process/notify.h"
#include "process/peers.h"

#define KILL_DELAY_MS 5000 /* time between the end of request_timeout and SIGKILL */

struct generation {
	struct arena *arena; /* of the settings */
	const struct process_settings *settings;
	struct children *children;
	struct generation *next;
};

struct master {
	const struct service *service;
	const char *path;
	struct arena *arena; /* of the listener */
	struct listener listener;
	struct handover handover;
	struct crash_guard *crash_guard; /* for all generations */
	struct job_sockets *job_sockets; /* of all generations */
	void *shared;			 /* from service->share; for all generations */
	struct notify notify;
	int signals, life[2], notes[2];
	struct generation *generations; /* newest first */
	struct generation *serving;	/* NULL until the first is ready */
	bool stopping, reload;
	int64_t kill_at, watchdog_at;
	int code;
};

static enum log_level
master_log_level(const char *name)
{
	static const char *const names[] = { "error", "warn", "info", "debug" };

	for (int i = 0; i < 4; i++)
		if (text_equal(name, names[i]))
			return (enum log_level)i;
	return LOG_L_INFO;
}

static void
master_log_start(const struct master *m, const struct process_settings *s)
{
	log_start(m->service->name, s->log, master_log_level(s->log_level));
}

static void
master_generation_free(struct generation *g)
{
	if (g->children != NULL)
		children_free(g->children);
	arena_free(g->arena);
	free(g);
}

static struct generation *
master_generation_new(const struct master *m, const char **why)
{
	struct generation *g = calloc(1, sizeof(*g));

	if (g == NULL)
		abort();
	g->arena = arena_new();
	g->settings = m->service->configure(g->arena, m->path, why);
	if (g->settings != NULL && master_check(g->arena, g->settings, why) == OK)
		return g;
	log_error("%s", *why);
	master_generation_free(g);
	return NULL;
}

static void
master_generation_start(struct master *m, struct generation *g)
{
	const struct children_plan plan = {
		.service = m->service,
		.settings = g->settings,
		.listening = m->listener.fd,
		.handover = m->handover,
		.crash_guard = m->crash_guard,
		.job_sockets = &m->job_sockets,
		.shared = m->shared,
		.life = { m->life[0], m->life[1] },
		.notes = { m->notes[0], m->notes[1] },
		.signals = m->signals,
		.first = m->serving == NULL,
	};

	master_log_start(m, g->settings);
	g->children = children_start(&plan);
	g->next = m->generations;
	m->generations = g;
}

/* The longest time that a parked request waits for a job. */
static int64_t
master_job_time(const struct master *m)
{
	int64_t most = 0;

	for (size_t i = 0; i < m->service->jobs_n; i++)
		if (m->service->jobs[i].time_ms > most)
			most = m->service->jobs[i].time_ms;
	return most;
}

static void
master_stop(struct master *m, int code)
{
	int64_t timeout = 0;

	if (m->stopping)
		return;
	m->stopping = true;
	m->code = code;
	notify_send(&m->notify, "STOPPING=1");
	for (struct generation *g = m->generations; g != NULL; g = g->next) {
		children_drain(g->children, SIGTERM);
		if (g->settings->request_timeout > timeout)
			timeout = g->settings->request_timeout;
	}
	m->kill_at = clock_ticks() + timeout * 1000 + master_job_time(m) + KILL_DELAY_MS;
	log_info("stopping; running requests have at most %lld seconds to finish",
		 (long long)timeout);
}

static void
master_reload(struct master *m)
{
	const char *why;
	struct generation *g;

	m->reload = false;
	log_info("reloading the settings");
	notify_reloading(&m->notify);
	g = master_generation_new(m, &why);
	if (g == NULL) {
		log_error("the new settings are rejected; the old settings stay in effect");
		notify_send(&m->notify, "READY=1\nSTATUS=the new settings were rejected");
		return;
	}
	if (m->listener.path != NULL && !text_equal(g->settings->listen, m->listener.path))
		log_warn("listen: the new value takes effect after a restart of %s",
			 m->service->name);
	master_generation_start(m, g);
}

/* The newest generation serves: drains the older ones. */
static void
master_take_over(struct master *m)
{
	m->serving = m->generations;
	log_info("serving on %s", m->listener.from);
	notify_send(&m->notify, "READY=1\nSTATUS=serving");
	for (struct generation *g = m->generations->next; g != NULL; g = g->next)
		if (children_stage(g->children) != CHILDREN_DRAINING)
			children_drain(g->children, SIGHUP);
}

/* The newest generation failed to start: an older one continues to serve, or the master stops. */
static void
master_abandon_start(struct master *m)
{
	int code = children_code(m->generations->children);

	if (m->serving == NULL) {
		log_error("%s cannot start", m->service->name);
		master_stop(m, code != EX_OK ? code : EX_SOFTWARE);
		return;
	}
	/* Some of these processes may already serve and have connections. */
	children_drain(m->generations->children, SIGHUP);
	master_log_start(m, m->serving->settings);
	log_error("the new processes cannot start; the old settings stay in effect");
	notify_send(&m->notify, "READY=1\nSTATUS=the new processes cannot start");
}

static bool
master_is_starting(const struct master *m)
{
	return m->generations != m->serving &&
	       children_stage(m->generations->children) != CHILDREN_DRAINING;
}

/* Stops if the serving generation has lost its store: only an operator knows which store to serve.
 * A generation that drains after a reload may have another store, which is not needed any more. */
static void
master_stop_if_store_lost(struct master *m)
{
	const struct generation *g = m->serving != NULL ? m->serving : m->generations;

	if (g == NULL || !children_lost_store(g->children))
		return;
	log_error("%s ends: its store was replaced, removed or truncated", m->service->name);
	master_stop(m, EX_OSFILE);
}

static void
master_advance(struct master *m)
{
	if (!m->stopping)
		master_stop_if_store_lost(m);
	if (m->stopping)
		return;
	if (master_is_starting(m) && children_stage(m->generations->children) == CHILDREN_SERVING)
		master_take_over(m);
	else if (master_is_starting(m) &&
		 children_stage(m->generations->children) == CHILDREN_FAILED)
		master_abandon_start(m);
	if (m->reload && !m->stopping && !master_is_starting(m))
		master_reload(m);
}

/* Frees the drained generations that have no processes left. */
static void
master_free_drained(struct master *m)
{
	struct generation **at = &m->generations;

	while (*at != NULL) {
		struct generation *g = *at;

		if (children_stage(g->children) != CHILDREN_DRAINING ||
		    children_count(g->children) > 0) {
			at = &g->next;
			continue;
		}
		*at = g->next;
		master_generation_free(g);
	}
}

static void
master_reap(struct master *m)
{
	int status;
	pid_t pid;

	while ((pid = waitpid(-1, &status, WNOHANG)) > 0) {
		for (struct generation *g = m->generations; g != NULL; g = g->next)
			if (children_reaped(g->children, pid, status, clock_ticks()))
				break;
		for (struct generation *g = m->generations; g != NULL; g = g->next)
			children_report_death(g->children);
	}
}

static void
master_handle_signals(struct master *m)
{
	struct signalfd_siginfo info;

	while (read(m->signals, &info, sizeof(info)) == sizeof(info)) {
		switch (info.ssi_signo) {
		case SIGCHLD: master_reap(m); break;
		case SIGHUP: m->reload = true; break;
		default: master_stop(m, EX_OK);
		}
	}
}

static void
master_read_notes(struct master *m)
{
	struct note note;

	while (read(m->notes[0], &note, sizeof(note)) == sizeof(note))
		for (struct generation *g = m->generations; g != NULL; g = g->next)
			if (children_note(g->children, &note))
				break;
}

/* Performs what is due and returns the milliseconds until the next action. */
static int64_t
master_check_children(struct master *m)
{
	int64_t now = clock_ticks(), wait = 60000;

	if (m->stopping && now >= m->kill_at) {
		for (struct generation *g = m->generations; g != NULL; g = g->next)
			children_signal(g->children, SIGKILL);
		m->kill_at = now + KILL_DELAY_MS;
	}
	for (struct generation *g = m->generations; g != NULL; g = g->next) {
		int64_t next = children_keep_running(g->children, now);

		wait = next < wait ? next : wait;
	}
	if (m->notify.watchdog_ms > 0 && now >= m->watchdog_at) {
		notify_send(&m->notify, "WATCHDOG=1");
		m->watchdog_at = now + m->notify.watchdog_ms;
	}
	if (m->notify.watchdog_ms > 0 && m->watchdog_at - now < wait)
		wait = m->watchdog_at - now;
	return wait;
}

static void
master_turn(struct master *m)
{
	struct pollfd fds[2] = {
		{ .fd = m->signals, .events = POLLIN },
		{ .fd = m->notes[0], .events = POLLIN },
	};

	log_flush(); /* lines that could not be written before */
	poll(fds, 2, (int)master_check_children(m));
	master_read_notes(m);
	master_handle_signals(m);
	master_advance(m);
	master_free_drained(m);
}

static bool
master_prepare(struct master *m)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGHUP);
	sigaddset(&set, SIGCHLD);
	sigaddset(&set, SIGUSR1);
	if (sigprocmask(SIG_BLOCK, &set, NULL) < 0)
		return false;
	sigdelset(&set, SIGUSR1);
	m->signals = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
	return m->signals >= 0 && handover_open(&m->handover) && pipe2(m->life, O_CLOEXEC) == 0 &&
	       pipe2(m->notes, O_CLOEXEC | O_NONBLOCK) == 0;
}

/* Opens what the master needs before it starts the first child. */
static int
master_open_all(struct master *m, const struct generation *first)
{
	const char *why;

	master_log_start(m, first->settings);
	notify_start(&m->notify);
	if (!master_prepare(m)) {
		log_error("%s cannot create its pipes and sockets: %m", m->service->name);
		return EX_OSERR;
	}
	if (listener_open(m->arena, first->settings, &m->listener, &why) != OK) {
		log_error("%s", why);
		return EX_UNAVAILABLE;
	}
	return EX_OK;
}

enum err
master_check(struct arena *a, const struct process_settings *s, const char **why)
{
	struct peers peers;

	TRY(listener_check(a, s, why));
	return peers_parse(a, s->peers, &peers, why);
}

int
master_run(const struct service *service, const char *path)
{
	struct master m = {
		.service = service,
		.path = path,
		.arena = arena_new(),
		.listener = { .fd = -1 },
	};
	const char *why;
	struct generation *first;

	signal(SIGPIPE, SIG_IGN);
	log_start(service->name, "stderr", LOG_L_INFO); /* until the settings are read */
	crypto_start();
	m.crash_guard = crash_guard_new();
	m.shared = service->share != NULL ? service->share() : NULL;
	first = master_generation_new(&m, &why);
	m.code = first == NULL ? EX_CONFIG : master_open_all(&m, first);
	if (m.code == EX_OK)
		master_generation_start(&m, first);
	else if (first != NULL)
		master_generation_free(first);
	while (m.generations != NULL)
		master_turn(&m);
	listener_close(&m.listener);
	crash_guard_free(m.crash_guard);
	if (service->unshare != NULL)
		service->unshare(m.shared);
	arena_free(m.arena);
	return m.code;
}
