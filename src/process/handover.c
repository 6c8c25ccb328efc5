/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Passing connections between processes: a message each, with the descriptor as SCM_RIGHTS
 * (unix(7)).  The sockets have no name; only processes of this master can write to them.
 */
#include "process/handover.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/sockios.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/log.h"

/* What the message of one descriptor needs beside its text. */
union control {
	struct cmsghdr head;
	char room[CMSG_SPACE(sizeof(int))];
};

/* A descriptor that does not fit into the table the kernel would close, and the connection. */
static bool
handover_has_free_descriptor(const struct handover *h)
{
	int probe = fcntl(h->take, F_DUPFD_CLOEXEC, 0);

	if (probe >= 0)
		close(probe);
	return probe >= 0;
}

bool
handover_open(struct handover *h)
{
	int pair[2], least = 1;

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, pair) < 0)
		return false;
	*h = (struct handover){ .give = pair[0], .take = pair[1] };
	/* Room for a handful (the kernel's least): nobody answers a connection that waits here, so
	 * most shall wait with those who give, and be served there. */
	return setsockopt(h->give, SOL_SOCKET, SO_SNDBUF, &least, sizeof(least)) == 0;
}

bool
handover_pass(const struct handover *h, int fd, int64_t deadline)
{
	union control control = { .room = { 0 } };
	struct iovec text = { &deadline, sizeof(deadline) };
	struct msghdr m = {
		.msg_iov = &text,
		.msg_iovlen = 1,
		.msg_control = &control,
		.msg_controllen = sizeof(control),
	};

	control.head.cmsg_level = SOL_SOCKET;
	control.head.cmsg_type = SCM_RIGHTS;
	control.head.cmsg_len = CMSG_LEN(sizeof(fd));
	memcpy(CMSG_DATA(&control.head), &fd, sizeof(fd));
	return sendmsg(h->give, &m, MSG_NOSIGNAL | MSG_DONTWAIT) == sizeof(deadline);
}

int
handover_accept(const struct handover *h, int64_t *deadline)
{
	union control control = { .room = { 0 } };
	struct iovec text = { deadline, sizeof(*deadline) };
	struct msghdr m = {
		.msg_iov = &text,
		.msg_iovlen = 1,
		.msg_control = &control,
		.msg_controllen = sizeof(control),
	};
	struct cmsghdr *head;
	int fd;

	if (!handover_has_free_descriptor(h) ||
	    recvmsg(h->take, &m, MSG_CMSG_CLOEXEC | MSG_DONTWAIT) < 0)
		return -1;
	head = CMSG_FIRSTHDR(&m);
	if (head == NULL || head->cmsg_len != CMSG_LEN(sizeof(fd))) {
		log_error("a connection was lost when it was handed over");
		errno = EAGAIN;
		return -1;
	}
	memcpy(&fd, CMSG_DATA(head), sizeof(fd));
	return fd;
}

bool
handover_is_empty(const struct handover *h)
{
	int waiting = 0;

	return ioctl(h->give, SIOCOUTQ, &waiting) < 0 || waiting == 0;
}
