/* SPDX-License-Identifier: Apache-2.0 */
/* Creates the sockets of jobs, and closes those that a process must not have. */
#include "process/job_sockets.h"

#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/log.h"

struct job_sockets *
job_sockets_new(struct job_sockets **all, size_t kinds, size_t workers)
{
	struct job_sockets *s = calloc(1, sizeof(*s));
	size_t n = kinds * workers;

	if (s == NULL || (n > 0 && (s->pair = calloc(n, sizeof(s->pair[0]))) == NULL))
		abort();
	s->kinds = kinds;
	s->workers = workers;
	for (size_t i = 0; i < n; i++)
		if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0,
			       s->pair[i]) < 0) {
			s->pair[i][0] = s->pair[i][1] = -1;
			log_error("a socket for jobs cannot be created: %m");
		}
	s->next = *all;
	*all = s;
	return s;
}

static void
job_sockets_close_end(int fd)
{
	if (fd >= 0)
		close(fd);
}

void
job_sockets_close(struct job_sockets *all)
{
	for (struct job_sockets *s = all; s != NULL; s = s->next)
		for (size_t i = 0; i < s->kinds * s->workers; i++)
			for (int end = 0; end < 2; end++) {
				job_sockets_close_end(s->pair[i][end]);
				s->pair[i][end] = -1;
			}
}

void
job_sockets_free(struct job_sockets **all, struct job_sockets *mine)
{
	struct job_sockets **at = all;

	while (*at != mine)
		at = &(*at)->next;
	*at = mine->next;
	mine->next = NULL;
	job_sockets_close(mine);
	free(mine->pair);
	free(mine);
}

void
job_sockets_keep_worker(struct job_sockets *all, const struct job_sockets *mine, size_t worker,
			int *out)
{
	for (size_t kind = 0; kind < mine->kinds; kind++) {
		int *end = &mine->pair[kind * mine->workers + worker][0];

		out[kind] = *end;
		*end = -1;
	}
	job_sockets_close(all);
}

void
job_sockets_keep_kind(struct job_sockets *all, const struct job_sockets *mine, size_t kind,
		      int *out)
{
	for (size_t worker = 0; worker < mine->workers; worker++) {
		int *end = &mine->pair[kind * mine->workers + worker][1];

		out[worker] = *end;
		*end = -1;
	}
	job_sockets_close(all);
}

void
job_sockets_fail(const struct job_sockets *s, size_t kind, size_t worker, uint64_t start,
		 uint64_t number)
{
	const struct job_head head = { .start = start, .number = number, .failed = 1 };

	if (kind >= s->kinds || worker >= s->workers)
		return;
	if (send(s->pair[kind * s->workers + worker][1], &head, sizeof(head),
		 MSG_DONTWAIT | MSG_NOSIGNAL) < 0)
		log_debug("the failure of a job cannot be reported: %m");
}
