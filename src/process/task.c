/* SPDX-License-Identifier: Apache-2.0 */
/* Communication between the master and its children. */
#include "process/task.h"

#include <sys/signalfd.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"

void
task_beat(const struct task *t)
{
	atomic_store_explicit(&t->proc_status->beat, clock_ticks(), memory_order_relaxed);
}

void
task_report(const struct task *t, enum note_kind kind)
{
	const struct note note = { .pid = getpid(), .kind = kind };

	if (write(t->notes, &note, sizeof(note)) != sizeof(note))
		log_warn("a note cannot be sent to the master: %m");
}

unsigned
task_core_count(void)
{
	long cores = sysconf(_SC_NPROCESSORS_ONLN);

	return cores > 0 ? (unsigned)cores : 1;
}

unsigned
task_worker_count(const struct process_settings *s)
{
	return s->workers > 0 ? (unsigned)s->workers : task_core_count();
}

unsigned
task_workers(const struct task *t, int64_t *oldest)
{
	unsigned n = 0;

	for (size_t i = 0; i < t->scoreboard_n; i++) {
		int64_t started = atomic_load(&t->scoreboard[i].started);

		if (started == 0)
			continue;
		*oldest = n == 0 || started < *oldest ? started : *oldest;
		n++;
	}
	return n;
}

unsigned
task_parked(const struct task *t, int64_t *oldest)
{
	unsigned n = 0;

	for (size_t i = 0; i < t->scoreboard_n; i++) {
		unsigned parked = atomic_load(&t->scoreboard[i].parked);
		int64_t since = atomic_load(&t->scoreboard[i].parked_since);

		if (parked == 0)
			continue;
		*oldest = n == 0 || since < *oldest ? since : *oldest;
		n += parked;
	}
	return n;
}

unsigned
task_jobs_queued(const struct task *t, unsigned kind)
{
	unsigned n = 0;

	for (size_t i = 0; i < t->scoreboard_n; i++)
		n += atomic_load(&t->scoreboard[i].queued[kind]);
	return n;
}

unsigned
task_job_limit(const struct task *t, unsigned kind)
{
	return t->service->jobs[kind].queue + task_core_count();
}

bool
task_others_commit(const struct task *t)
{
	for (size_t i = 0; i < t->scoreboard_n; i++)
		if (&t->scoreboard[i] != t->proc_status &&
		    atomic_load(&t->scoreboard[i].running.commits))
			return true;
	return false;
}

int
task_signal(const struct task *t)
{
	struct signalfd_siginfo info;

	if (read(t->signals, &info, sizeof(info)) != sizeof(info))
		return 0;
	return (int)info.ssi_signo;
}
