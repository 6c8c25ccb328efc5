/* SPDX-License-Identifier: Apache-2.0 */
/* Sends the jobs of parked requests and stores their results. */
#include "process/parking.h"

#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "base/clock.h"
#include "base/crypto.h"
#include "base/log.h"

#define RECEIVE_MAX 64 /* results in a row, so that the other events have their turn */

/* The master and the other workers read how many requests and jobs wait here. */
static void
parking_publish(const struct parking *p)
{
	struct proc_status *status = p->task->proc_status;
	int64_t since = p->n > 0 ? p->list[0].since : 0;

	for (size_t i = 1; i < p->n; i++)
		since = p->list[i].since < since ? p->list[i].since : since;
	atomic_store(&status->parked_since, since);
	atomic_store(&status->parked, (unsigned)p->n);
}

static _Atomic unsigned *
parking_queued(const struct parking *p, unsigned kind)
{
	return &p->task->proc_status->queued[kind];
}

static bool
parking_send_message(struct parking *p, struct job *j)
{
	struct job_head head = { p->start, ++p->last, j->deadline, 0 };
	struct iovec parts[2] = { { &head, sizeof(head) },
				  { (void *)(uintptr_t)j->input.data, j->input.size } };
	struct msghdr message = { .msg_iov = parts, .msg_iovlen = 2 };

	j->number = head.number;
	return sendmsg(p->task->job_sockets[j->kind], &message, MSG_DONTWAIT | MSG_NOSIGNAL) >= 0;
}

static void
parking_send(struct parking *p, struct job *j, int64_t now)
{
	const struct service *service = p->task->service;

	if (p->n > PARKED_MAX || j->kind >= service->jobs_n ||
	    task_jobs_queued(p->task, j->kind) >= task_job_limit(p->task, j->kind)) {
		log_debug("a job fails: too many others wait");
		job_fail(j);
		return;
	}
	j->deadline = now + service->jobs[j->kind].time_ms;
	if (!parking_send_message(p, j)) {
		log_warn("a job cannot be sent to a process %s: %m", service->jobs[j->kind].name);
		job_fail(j);
		return;
	}
	j->state = JOB_SENT;
	atomic_fetch_add(parking_queued(p, j->kind), 1);
}

static struct job *
parking_find(struct parking *p, uint64_t number, struct jobs **jobs)
{
	for (size_t i = 0; i < p->n; i++) {
		*jobs = p->list[i].jobs;
		for (size_t j = 0; j < (*jobs)->n; j++)
			if ((*jobs)->list[j].state == JOB_SENT && (*jobs)->list[j].number == number)
				return &(*jobs)->list[j];
	}
	return NULL;
}

/* Results that nobody waits for are dropped: of a predecessor of this worker, or after the
 * deadline. */
static void
parking_store(struct parking *p, unsigned kind, struct bytes message)
{
	struct job_head head;
	struct jobs *jobs;
	struct job *j;

	if (message.size < sizeof(head) || message.size > JOB_MESSAGE_MAX) {
		log_error("a message of a process %s is malformed",
			  p->task->service->jobs[kind].name);
		return;
	}
	memcpy(&head, message.data, sizeof(head));
	j = head.start == p->start ? parking_find(p, head.number, &jobs) : NULL;
	if (j == NULL || j->kind != kind)
		return;
	if (head.failed == 0)
		job_done(jobs, j, BYTES(message.data + sizeof(head), message.size - sizeof(head)));
	else
		job_fail(j);
	atomic_fetch_sub(parking_queued(p, kind), 1);
}

void
parking_start(struct parking *p, const struct task *t, size_t max)
{
	*p = (struct parking){ .task = t, .list = calloc(max, sizeof(p->list[0])), .room = max };
	p->message = malloc(JOB_MESSAGE_MAX + 1);
	if (p->list == NULL || p->message == NULL)
		abort();
	crypto_random(&p->start, sizeof(p->start));
}

void
parking_end(struct parking *p)
{
	while (p->n > 0)
		p->task->service->request_free(p->list[--p->n].exchange);
	free(p->list);
	free(p->message);
}

/* Requests whose connections were closed stay, so there can be more of them than connections. */
static void
parking_make_room(struct parking *p)
{
	size_t room = p->room * 2;
	struct parked *list;

	if (p->n < p->room)
		return;
	list = reallocarray(p->list, room, sizeof(p->list[0]));
	if (list == NULL)
		abort();
	p->list = list;
	p->room = room;
}

void
parking_add(struct parking *p, struct exchange *x, struct jobs *jobs, int64_t now)
{
	parking_make_room(p);
	p->list[p->n++] = (struct parked){ x, jobs, now };
	for (size_t i = 0; i < jobs->n; i++)
		if (jobs->list[i].state == JOB_NEW)
			parking_send(p, &jobs->list[i], now);
	parking_publish(p);
}

void
parking_receive(struct parking *p, unsigned kind)
{
	for (int i = 0; i < RECEIVE_MAX; i++) {
		ssize_t n = recv(p->task->job_sockets[kind], p->message, JOB_MESSAGE_MAX + 1,
				 MSG_DONTWAIT);

		if (n < 0)
			return;
		parking_store(p, kind, BYTES(p->message, (size_t)n));
		crypto_wipe(p->message, (size_t)n);
	}
}

void
parking_expire(struct parking *p, int64_t now)
{
	for (size_t i = 0; i < p->n; i++)
		for (size_t k = 0; k < p->list[i].jobs->n; k++) {
			struct job *j = &p->list[i].jobs->list[k];

			if (j->state != JOB_SENT || j->deadline > now)
				continue;
			log_warn("a process %s had no result in time",
				 p->task->service->jobs[j->kind].name);
			job_fail(j);
			atomic_fetch_sub(parking_queued(p, j->kind), 1);
		}
}

bool
parking_is_ready(const struct parking *p)
{
	for (size_t i = 0; i < p->n; i++)
		if (jobs_are_over(p->list[i].jobs))
			return true;
	return false;
}

struct exchange *
parking_take(struct parking *p)
{
	for (size_t i = 0; i < p->n; i++) {
		struct exchange *x = p->list[i].exchange;

		if (!jobs_are_over(p->list[i].jobs))
			continue;
		p->n--;
		memmove(p->list + i, p->list + i + 1, (p->n - i) * sizeof(p->list[0]));
		parking_publish(p);
		return x;
	}
	return NULL;
}

bool
parking_abandon(struct parking *p, const void *carrier)
{
	for (size_t i = 0; i < p->n; i++)
		if (p->list[i].exchange->carrier == carrier) {
			p->list[i].exchange->carrier = NULL;
			return true;
		}
	return false;
}
