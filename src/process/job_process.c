/* SPDX-License-Identifier: Apache-2.0 */
/* A process that does jobs. It has no store and no listening socket. */
#include "process/job_process.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sysexits.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/crypto.h"
#include "base/log.h"
#include "process/job_sockets.h"

#define NICER 10 /* jobs must not delay the workers */

struct job_process {
	const struct task *task;
	const struct job_service *service;
	void *state; /* from service->open */
	struct arena *arena;
	struct pollfd *fds; /* of the workers, then signals and life */
	size_t first;	    /* worker to look at first */
	uint8_t *message;
	bool stopping;
};

/* What the master reports as failed if this process dies. */
static void
job_process_note(const struct job_process *p, size_t worker, const struct job_head *head)
{
	struct running_job *running = &p->task->proc_status->job;

	atomic_store(&running->worker, worker);
	atomic_store(&running->start, head->start);
	atomic_store(&running->number, head->number);
}

static void
job_process_answer(const struct job_process *p, size_t worker, struct job_head *head, bool done,
		   struct bytes result)
{
	struct iovec parts[2] = { { head, sizeof(*head) }, { NULL, 0 } };
	struct msghdr message = { .msg_iov = parts, .msg_iovlen = 2 };

	head->failed = !done || result.size > JOBS_SIZE_MAX;
	if (head->failed == 0)
		parts[1] = (struct iovec){ (void *)(uintptr_t)result.data, result.size };
	if (sendmsg(p->task->job_sockets[worker], &message, MSG_DONTWAIT | MSG_NOSIGNAL) < 0)
		log_warn("%s: a result cannot be sent: %m", p->service->name);
}

/* Does the next job of the worker. Another process of this kind may have taken it. */
static void
job_process_serve(struct job_process *p, size_t worker)
{
	ssize_t n =
		recv(p->task->job_sockets[worker], p->message, JOB_MESSAGE_MAX + 1, MSG_DONTWAIT);
	struct bytes result = BYTES_NONE;
	struct job_head head;
	bool done;

	if (n < (ssize_t)sizeof(head) || n > (ssize_t)JOB_MESSAGE_MAX)
		return;
	memcpy(&head, p->message, sizeof(head));
	if (clock_ticks() < head.deadline) {
		task_beat(p->task);
		job_process_note(p, worker, &head);
		done = p->service->run(p->state, p->arena,
				       BYTES(p->message + sizeof(head), (size_t)n - sizeof(head)),
				       &result);
		job_process_answer(p, worker, &head, done, result);
		job_process_note(p, 0, &(struct job_head){ .number = 0 });
	}
	crypto_wipe(p->message, (size_t)n);
	arena_reset(p->arena);
}

static void
job_process_turn(struct job_process *p)
{
	size_t n = p->task->job_sockets_n;

	if (poll(p->fds, n + 2, TASK_BEAT_MS) < 0 && errno != EINTR)
		log_die("%s: poll: %m", p->service->name);
	task_beat(p->task);
	for (int s = task_signal(p->task); s != 0; s = task_signal(p->task))
		p->stopping |= s == SIGHUP;
	p->stopping |= p->fds[n + 1].revents != 0;
	for (size_t i = 0; i < n && !p->stopping; i++) {
		size_t worker = (p->first + i) % n;

		if (p->fds[worker].revents == 0)
			continue;
		job_process_serve(p, worker);
		p->first = worker + 1;
	}
}

static int
job_process_run(struct job_process *p)
{
	size_t n = p->task->job_sockets_n;

	p->arena = arena_new();
	p->message = malloc(JOB_MESSAGE_MAX + 1);
	p->fds = calloc(n + 2, sizeof(p->fds[0]));
	if (p->message == NULL || p->fds == NULL)
		log_die("%s: out of memory", p->service->name);
	for (size_t i = 0; i < n; i++)
		p->fds[i] = (struct pollfd){ .fd = p->task->job_sockets[i], .events = POLLIN };
	p->fds[n] = (struct pollfd){ .fd = p->task->signals, .events = POLLIN };
	p->fds[n + 1] = (struct pollfd){ .fd = p->task->life, .events = POLLIN };
	task_report(p->task, NOTE_READY);
	while (!p->stopping)
		job_process_turn(p);
	free(p->fds);
	free(p->message);
	arena_free(p->arena);
	return EX_OK;
}

int
job_process_main(const struct task *t)
{
	struct job_process p = { .task = t, .service = &t->service->jobs[t->job_kind] };
	int code;

	crypto_start();
	errno = 0;
	if (nice(NICER) < 0 && errno != 0)
		log_warn("%s runs at the priority of the workers: %m", p.service->name);
	code = p.service->open(t, &p.state);
	if (code == EX_OK)
		code = job_process_run(&p);
	if (p.service->close != NULL)
		p.service->close(p.state);
	return code;
}
