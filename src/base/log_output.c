/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Writes without waiting. For a socket, MSG_DONTWAIT applies to one call. For a pipe or terminal,
 * O_NONBLOCK is a flag of the open file, which the parent shell may share, so it is not set.
 * Instead, poll(2) checks that there is room, and a timer interrupts the write if another process
 * fills that room first.
 *
 * syslog(3) is not used, because it waits while the queue of /dev/log is full.
 */
#include "base/log_output.h"

#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/un.h>
#include <syslog.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/pid.h"

#define FILE_MAX (4 * PIPE_BUF)
#define WRITE_MS 10 /* limit for one write to a pipe or terminal */

/* Global: a process has one standard error and one name. */
static const char *program = "usher";
static enum { TO_FILE, TO_SOCKET, TO_OTHER } kind = TO_OTHER;
static const char *syslog_path = "/dev/log";
static int syslog_fd = -1;

static void
log_output_interrupt(int signal)
{
}

/* Without SA_RESTART, so that the signal ends a blocked write. */
static void
log_output_allow_interrupts(void)
{
	const struct sigaction action = { .sa_handler = log_output_interrupt };
	sigset_t set;

	sigaction(SIGALRM, &action, NULL);
	sigemptyset(&set);
	sigaddset(&set, SIGALRM);
	sigprocmask(SIG_UNBLOCK, &set, NULL);
}

/* The timer repeats, because its first signal may arrive before the write begins. */
static ssize_t
log_output_write_bounded(const char *text, size_t size)
{
	static const struct itimerval on = {
		{ .tv_usec = WRITE_MS * 1000 }, { .tv_usec = WRITE_MS * 1000 },
	}, off;
	struct pollfd room = { .fd = STDERR_FILENO, .events = POLLOUT };
	ssize_t n;

	if (poll(&room, 1, 0) != 1 || !(room.revents & POLLOUT))
		return -1;
	setitimer(ITIMER_REAL, &on, NULL);
	n = write(STDERR_FILENO, text, size);
	setitimer(ITIMER_REAL, &off, NULL);
	return n;
}

void
log_output_start(const char *name)
{
	struct stat st;

	program = name;
	kind = TO_OTHER;
	if (fstat(STDERR_FILENO, &st) == 0)
		kind = S_ISREG(st.st_mode) ? TO_FILE : S_ISSOCK(st.st_mode) ? TO_SOCKET : TO_OTHER;
	if (kind == TO_OTHER)
		log_output_allow_interrupts();
}

size_t
log_output_max(void)
{
	return kind == TO_FILE ? FILE_MAX : PIPE_BUF;
}

size_t
log_output_write(const char *text, size_t size)
{
	ssize_t n = 0;

	switch (kind) {
	case TO_FILE: n = write(STDERR_FILENO, text, size); break;
	case TO_SOCKET: n = send(STDERR_FILENO, text, size, MSG_DONTWAIT | MSG_NOSIGNAL); break;
	case TO_OTHER: n = log_output_write_bounded(text, size); break;
	}
	return n > 0 ? (size_t)n : 0;
}

static bool
log_output_connect(void)
{
	struct sockaddr_un at = { .sun_family = AF_UNIX };

	if (strlen(syslog_path) >= sizeof(at.sun_path))
		return false;
	memcpy(at.sun_path, syslog_path, strlen(syslog_path));
	syslog_fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (syslog_fd < 0)
		return false;
	if (connect(syslog_fd, (const struct sockaddr *)&at, sizeof(at)) == 0)
		return true;
	close(syslog_fd);
	syslog_fd = -1;
	return false;
}

/* Writes the header of RFC 3164, 4.1 in the form of the C library. */
static size_t
log_output_head(char *out, size_t room, int priority)
{
	time_t now = (time_t)(clock_wall() / 1000);
	char stamp[32];
	struct tm tm;
	int n;

	localtime_r(&now, &tm);
	strftime(stamp, sizeof(stamp), "%b %e %H:%M:%S", &tm);
	n = snprintf(out, room, "<%d>%s %.32s[%d]: ", LOG_DAEMON | priority, stamp, program,
		     (int)pid_self());
	return (size_t)n < room ? (size_t)n : room - 1;
}

bool
log_output_syslog(int priority, const char *text, size_t size)
{
	char head[128];
	size_t head_size = log_output_head(head, sizeof(head), priority);
	struct iovec parts[2] = { { head, head_size }, { (char *)(uintptr_t)text, size } };
	const struct msghdr message = { .msg_iov = parts, .msg_iovlen = 2 };

	/* Retries once with a new connection: the daemon may have been restarted. */
	for (int i = 0; i < 2; i++) {
		if (syslog_fd < 0 && !log_output_connect())
			return false;
		if (sendmsg(syslog_fd, &message, MSG_DONTWAIT | MSG_NOSIGNAL) >= 0)
			return true;
		if (errno == EAGAIN)
			return false;
		close(syslog_fd);
		syslog_fd = -1;
	}
	return false;
}

void
log_output_syslog_path(const char *path)
{
	syslog_path = path;
	if (syslog_fd >= 0)
		close(syslog_fd);
	syslog_fd = -1;
}
