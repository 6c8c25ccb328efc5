/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Passes connections between processes. Each message contains one descriptor as SCM_RIGHTS
 * (unix(7)). The sockets have no name, so only processes of this master can write to them.
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

/* The control data of a message with one descriptor. */
union control {
	struct cmsghdr head;
	char space[CMSG_SPACE(sizeof(int))];
};

/* Returns true if this process can receive a descriptor. Otherwise recvmsg would drop the
 * descriptor, and its connection would be lost. */
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
	int pair[2], smallest = 1;

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, pair) < 0)
		return false;
	*h = (struct handover){ .give = pair[0], .take = pair[1] };
	/* The kernel's smallest buffer holds a few messages. No process serves a connection that
	 * waits in the buffer, so most connections wait in the retiring worker, which serves
	 * them. */
	return setsockopt(h->give, SOL_SOCKET, SO_SNDBUF, &smallest, sizeof(smallest)) == 0;
}

bool
handover_pass(const struct handover *h, int fd, int64_t deadline)
{
	union control control = { .space = { 0 } };
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
	union control control = { .space = { 0 } };
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
		log_error("a connection was lost during its handover to this worker");
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
