/* SPDX-License-Identifier: Apache-2.0 */
/* The client side of FCGI_GET_VALUES (FastCGI 1.0, 4.1), for usherctl status. */
#include "process/query.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/text.h"
#include "http/gate.h"
#include "process/listen.h"

enum { GET_VALUES = 9, GET_VALUES_RESULT = 10 };

static enum err
query_fail(struct arena *a, const struct process_settings *s, const char *what, const char **why)
{
	*why = arena_printf(a, "listen = %s: %s", s->listen, what);
	return ERR_SERVER;
}

/* After a timeout of listener_connect, connect, send and recv fail with these errors. */
static enum err
query_fail_errno(struct arena *a, const struct process_settings *s, const char **why)
{
	if (errno == EAGAIN || errno == EINPROGRESS)
		return query_fail(a, s,
				  arena_printf(a, "no answer within %d seconds", QUERY_SECONDS),
				  why);
	return query_fail(a, s, strerror(errno), why);
}

/* Adds a name with an empty value. */
static void
query_add_name(struct buf *b, const char *name)
{
	buf_char(b, (char)strlen(name));
	buf_char(b, 0);
	buf_text(b, name);
}

static bool
query_send(struct arena *a, int fd)
{
	struct buf names = { .arena = a }, b = { .arena = a };

	query_add_name(&names, GATE_WORKERS);
	query_add_name(&names, GATE_AGE);
	query_add_name(&names, GATE_PARKED);
	query_add_name(&names, GATE_PARKED_AGE);
	buf_add(&b, (const uint8_t[8]){ 1, GET_VALUES, 0, 0, 0, (uint8_t)names.size }, 8);
	buf_add(&b, names.data, names.size);
	return send(fd, b.data, b.size, MSG_NOSIGNAL) == (ssize_t)b.size;
}

/* Returns the number with this name, or -1 if the answer does not have it. */
static int64_t
query_value(struct arena *a, struct bytes pairs, const char *name)
{
	int64_t value;

	while (pairs.size >= 2) {
		size_t name_size = pairs.data[0], value_size = pairs.data[1];
		const char *text = (const char *)pairs.data + 2;

		if (name_size + value_size > pairs.size - 2)
			break;
		if (bytes_equal(BYTES(text, name_size), bytes_of(name)) &&
		    text_parse_int(arena_strndup(a, text + name_size, value_size), 0, INT64_MAX,
				   &value))
			return value;
		pairs = BYTES(pairs.data + 2 + name_size + value_size,
			      pairs.size - 2 - name_size - value_size);
	}
	return -1;
}

static enum err
query_receive(struct arena *a, const struct process_settings *s, int fd, struct query_result *out,
	      const char **why)
{
	uint8_t head[8], content[256];
	ssize_t n = recv(fd, head, sizeof(head), MSG_WAITALL);
	struct bytes pairs;

	*out = (struct query_result){ -1, -1, -1, -1 };
	/* A worker closes the connections of users that are not in `peers`, so a worker runs. */
	if (n == 0 || (n < 0 && errno == ECONNRESET))
		return s->peers[0] != '\0' ? OK : query_fail(a, s, "it closed the connection", why);
	if (n < 0)
		return query_fail_errno(a, s, why);
	pairs = BYTES(content, n == 8 && head[4] == 0 ? head[5] : 0);
	if (n != 8 || head[0] != 1 || head[1] != GET_VALUES_RESULT ||
	    recv(fd, content, pairs.size, MSG_WAITALL) != (ssize_t)pairs.size)
		return query_fail(a, s, "its answer is not valid FastCGI", why);
	out->workers = query_value(a, pairs, GATE_WORKERS);
	out->age = query_value(a, pairs, GATE_AGE);
	out->parked = query_value(a, pairs, GATE_PARKED);
	out->parked_age = query_value(a, pairs, GATE_PARKED_AGE);
	return OK;
}

enum err
query_daemon(struct arena *a, const struct process_settings *s, struct query_result *out,
	     const char **why)
{
	int fd = listener_connect(a, s, QUERY_SECONDS, why);
	enum err e;

	if (fd < 0 && (errno == ENOENT || errno == ECONNREFUSED)) {
		*why = arena_printf(a, "no process listens on %s", s->listen);
		return ERR_NOT_FOUND;
	}
	if (fd < 0)
		return *why != NULL ? ERR_SERVER : query_fail_errno(a, s, why);
	e = query_send(a, fd) ? query_receive(a, s, fd, out, why) : query_fail_errno(a, s, why);
	close(fd);
	return e;
}
