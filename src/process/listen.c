/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Opens the listening socket (FastCGI 1.0, 2.2; sd_listen_fds(3); T-F01). FCGX_OpenSocket of
 * libfcgi is not used: it exits on errors, listens on all addresses, and removes any file at the
 * path.
 */
#include "process/listen.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/log.h"
#include "base/text.h"

#define BACKLOG	   4096 /* a backlog of 64 caused 68,000 errors with 300 clients */
#define SYSTEMD_FD 3

struct address {
	union {
		struct sockaddr any;
		struct sockaddr_un local;
		struct sockaddr_in v4;
		struct sockaddr_in6 v6;
	};
	socklen_t size;
};

/* The worker trusts its peer as the web server, so other machines must not be able to connect. */
static bool
listen_is_loopback(const struct address *at)
{
	switch (at->any.sa_family) {
	case AF_INET: return ntohl(at->v4.sin_addr.s_addr) >> 24 == 127;
	case AF_INET6: return IN6_IS_ADDR_LOOPBACK(&at->v6.sin6_addr);
	default: return false;
	}
}

static void
listen_warn_about_tcp(void)
{
	log_warn("listening on TCP: every user of this machine can impersonate the web server; use "
		 "a Unix socket");
}

static enum err
listen_fail(struct arena *a, const char *listen, const char *what, const char **why)
{
	*why = arena_printf(a, "listen = %s: %s", listen, what);
	return ERR_INVALID_REQUEST;
}

static enum err
listen_fail_errno(struct arena *a, const char *listen, const char *what, const char **why)
{
	*why = arena_printf(a, "listen = %s: %s: %s", listen, what, strerror(errno));
	return ERR_SERVER;
}

static bool
listen_is_listening(int fd)
{
	int yes = 0, type = 0;
	socklen_t size = sizeof(yes);

	if (getsockopt(fd, SOL_SOCKET, SO_ACCEPTCONN, &yes, &size) < 0 || !yes)
		return false;
	size = sizeof(type);
	return getsockopt(fd, SOL_SOCKET, SO_TYPE, &type, &size) == 0 && type == SOCK_STREAM;
}

static enum err
listen_parse_path(struct arena *a, const char *path, struct address *out, const char **why)
{
	if (strlen(path) >= sizeof(out->local.sun_path))
		return listen_fail(a, path, "the path of a socket must be at most 107 bytes", why);
	out->local.sun_family = AF_UNIX;
	memcpy(out->local.sun_path, path, strlen(path) + 1);
	out->size = sizeof(out->local);
	return OK;
}

static bool
listen_parse_host(const char *host, uint16_t port, struct address *out)
{
	if (inet_pton(AF_INET, host, &out->v4.sin_addr) == 1) {
		out->v4.sin_family = AF_INET;
		out->v4.sin_port = htons(port);
		out->size = sizeof(out->v4);
		return listen_is_loopback(out);
	}
	if (inet_pton(AF_INET6, host, &out->v6.sin6_addr) == 1) {
		out->v6.sin6_family = AF_INET6;
		out->v6.sin6_port = htons(port);
		out->size = sizeof(out->v6);
		return listen_is_loopback(out);
	}
	return false;
}

/* Parses host:port and [::1]:port. The host is an address or "localhost"; names are not
 * resolved. */
static enum err
listen_parse_port(struct arena *a, const char *listen, struct address *out, const char **why)
{
	const char *colon = strrchr(listen, ':');
	size_t len = colon != NULL ? (size_t)(colon - listen) : 0;
	const char *host = arena_strndup(a, listen, len);
	int64_t port;

	if (colon == NULL || !text_parse_int(colon + 1, 1, 65535, &port))
		return listen_fail(a, listen, "it must be a path or host:port", why);
	if (len > 2 && host[0] == '[' && host[len - 1] == ']')
		host = arena_strndup(a, host + 1, len - 2);
	if (text_equal(host, "localhost"))
		host = "127.0.0.1";
	if (!listen_parse_host(host, (uint16_t)port, out))
		return listen_fail(a, listen, "the host must be an address of loopback", why);
	return OK;
}

static enum err
listen_parse(struct arena *a, const char *listen, struct address *out, const char **why)
{
	memset(out, 0, sizeof(*out));
	if (strchr(listen, '/') != NULL)
		return listen_parse_path(a, listen, out, why);
	return listen_parse_port(a, listen, out, why);
}

/* Removes a socket file that no process listens on: a server that died has left it. */
static enum err
listen_remove_stale_socket(struct arena *a, const struct address *at, const char **why)
{
	const char *path = at->local.sun_path;
	struct stat st;
	int probe, error;

	if (lstat(path, &st) < 0)
		return errno == ENOENT ? OK
				       : listen_fail_errno(a, path, "it cannot be examined", why);
	if (!S_ISSOCK(st.st_mode))
		return listen_fail(a, path, "the existing file is not a socket; remove it", why);
	probe = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	error = probe < 0 || connect(probe, &at->any, at->size) < 0 ? errno : 0;
	if (probe >= 0)
		close(probe);
	if (error != ECONNREFUSED)
		return listen_fail(a, path, "another process listens on this socket", why);
	if (unlink(path) < 0)
		return listen_fail_errno(a, path, "the stale socket cannot be removed", why);
	return OK;
}

/* The umask sets the mode of the socket when bind creates it, before any process can connect. */
static int
listen_bind_with_mode(int fd, const struct address *at, int64_t mode)
{
	mode_t before = umask((mode_t)(~mode & 0777));
	int result = bind(fd, &at->any, at->size);

	umask(before);
	return result;
}

static enum err
listen_open_address(struct arena *a, const struct process_settings *s, const struct address *at,
		    struct listener *out, const char **why)
{
	int one = 1;

	out->fd = socket(at->any.sa_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (out->fd < 0)
		return listen_fail_errno(a, s->listen, "the socket cannot be created", why);
	setsockopt(out->fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one));
	if (listen_bind_with_mode(out->fd, at, s->listen_mode) < 0)
		return listen_fail_errno(a, s->listen, "the socket cannot be bound", why);
	if (listen(out->fd, BACKLOG) < 0)
		return listen_fail_errno(a, s->listen, "the socket cannot listen", why);
	return OK;
}

static enum err
listen_open_setting(struct arena *a, const struct process_settings *s, struct listener *out,
		    const char **why)
{
	struct address at;
	struct stat st;

	TRY(listen_parse(a, s->listen, &at, why));
	out->from = arena_strdup(a, s->listen);
	if (at.any.sa_family != AF_UNIX) {
		listen_warn_about_tcp();
		return listen_open_address(a, s, &at, out, why);
	}
	TRY(listen_remove_stale_socket(a, &at, why));
	TRY(listen_open_address(a, s, &at, out, why));
	if (stat(s->listen, &st) == 0) {
		out->path = out->from;
		out->device = st.st_dev;
		out->inode = st.st_ino;
	}
	return OK;
}

/* Returns the number of descriptors that systemd passes to this process (sd_listen_fds(3)). */
static int64_t
listen_systemd_count(void)
{
	const char *pid = getenv("LISTEN_PID"), *fds = getenv("LISTEN_FDS");
	int64_t number;

	if (!text_parse_int(pid != NULL ? pid : "", 1, INT32_MAX, &number) || number != getpid() ||
	    !text_parse_int(fds != NULL ? fds : "", 1, INT32_MAX, &number))
		return 0;
	return number;
}

/* More than one socket is an error: clients of a socket that is not served would wait for ever. */
static enum err
listen_take_from_systemd(struct arena *a, int64_t n, struct listener *out, const char **why)
{
	if (n > 1)
		*why = arena_printf(a,
				    "systemd passes %lld sockets, but only one is served; keep "
				    "one ListenStream= in the socket unit",
				    (long long)n);
	else if (!listen_is_listening(SYSTEMD_FD))
		*why = "the descriptor from systemd does not listen; the socket unit needs "
		       "ListenStream= and Accept=no";
	else
		*out = (struct listener){ .fd = SYSTEMD_FD, .from = "systemd" };
	return out->fd >= 0 ? OK : ERR_INVALID_REQUEST;
}

/* Moves the socket from descriptor 0, which libfcgi and later code treat as standard input. */
static int
listen_move_from_zero(void)
{
	int fd = fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 4);
	int null = open("/dev/null", O_RDWR | O_CLOEXEC);

	if (null >= 0)
		dup2(null, STDIN_FILENO);
	if (null > STDERR_FILENO)
		close(null);
	return fd;
}

/* Finds an inherited socket; out->fd stays -1 if there is none. */
static enum err
listen_find_inherited(struct arena *a, struct listener *out, const char **why)
{
	int64_t n = listen_systemd_count();

	unsetenv("LISTEN_PID");
	unsetenv("LISTEN_FDS");
	unsetenv("LISTEN_FDNAMES");
	if (n > 0)
		return listen_take_from_systemd(a, n, out, why);
	if (listen_is_listening(STDIN_FILENO))
		*out = (struct listener){ .fd = listen_move_from_zero(), .from = "descriptor 0" };
	return OK;
}

/* An inherited socket must meet the same rules as the setting. */
static enum err
listen_check_inherited(struct arena *a, struct listener *l, const char **why)
{
	struct address at = { .size = sizeof(at) };

	if (getsockname(l->fd, &at.any, &at.size) < 0 ||
	    (at.any.sa_family != AF_UNIX && !listen_is_loopback(&at))) {
		*why = arena_printf(a, "the socket from %s must be a Unix socket or on loopback",
				    l->from);
		return ERR_INVALID_REQUEST;
	}
	if (at.any.sa_family != AF_UNIX)
		listen_warn_about_tcp();
	fcntl(l->fd, F_SETFD, FD_CLOEXEC);
	fcntl(l->fd, F_SETFL, fcntl(l->fd, F_GETFL) | O_NONBLOCK);
	return OK;
}

enum err
listener_open(struct arena *a, const struct process_settings *s, struct listener *out,
	      const char **why)
{
	*out = (struct listener){ .fd = -1 };
	TRY(listen_find_inherited(a, out, why));
	return out->fd >= 0 ? listen_check_inherited(a, out, why)
			    : listen_open_setting(a, s, out, why);
}

void
listener_close(struct listener *l)
{
	struct stat st;

	if (l->path != NULL && stat(l->path, &st) == 0 && st.st_dev == l->device &&
	    st.st_ino == l->inode)
		unlink(l->path);
	if (l->fd >= 0)
		close(l->fd);
	l->fd = -1;
}

int
listener_connect(struct arena *a, const struct process_settings *s, int seconds, const char **why)
{
	const struct timeval limit = { .tv_sec = seconds };
	struct address at;
	int fd, error;

	*why = NULL;
	errno = 0;
	if (listen_parse(a, s->listen, &at, why) != OK)
		return -1;
	fd = socket(at.any.sa_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return -1;
	if (setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof(limit)) == 0 &&
	    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit)) == 0 &&
	    connect(fd, &at.any, at.size) == 0)
		return fd;
	error = errno;
	close(fd);
	errno = error;
	return -1;
}

enum err
listener_check(struct arena *a, const struct process_settings *s, const char **why)
{
	struct address at;

	return listen_parse(a, s->listen, &at, why);
}
