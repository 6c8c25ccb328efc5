/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The socket of a connection. Input is peeked at first. In most cases it is one complete request,
 * which libfcgi reads from the socket. A request that arrives in pieces is read from the socket
 * piece by piece, because many small writes would fill the buffer of a Unix socket for good;
 * libfcgi reads it from a file in memory. Small responses are written to the socket at once. Large
 * ones are buffered, so epoll waits for a slow reader instead of write(2).
 */
#include "http/connection.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/crypto.h"
#include "base/log.h"

/* The size of the largest request with its record headers. */
#define PEEK_MAX (PAIRS_SUM_MAX + GATE_BODY_MAX + 32768)
/* This size fits into an empty socket buffer with any limits of the system. */
#define DIRECT_MAX 65536
/* The limit for all incomplete requests and unread responses of a process (T-F05). */
#define BUDGET_MAX (8u << 20)

/* The time limit of a request starts with its first bytes; more bytes do not extend it. The end
 * of a rejected or aborted request starts the idle time. */
static enum connection_next
connection_wait_more(struct connection *c, bool was_busy, int64_t now)
{
	if (was_busy != gate_is_busy(&c->gate))
		c->deadline =
			now + (was_busy ? c->connections->idle_ms : c->connections->request_ms);
	return CONNECTION_WAIT;
}

/* Closing with unread bytes would discard the response (TCP) or fail the peer's write. So the
 * rest is read and dropped until the peer closes or the deadline passes. */
static enum connection_next
connection_drain_begin(struct connection *c, int64_t now)
{
	shutdown(c->fd, SHUT_WR);
	c->stage = CONNECTION_DRAINING;
	c->deadline = now + c->connections->request_ms;
	return CONNECTION_WAIT;
}

/* Wipes the peek buffer: it may contain credentials (T-F09). */
static void
connection_wipe_peeked(struct connection *c, ssize_t size)
{
	if (size > 0)
		crypto_wipe(c->connections->peek_buffer, (size_t)size);
}

static enum connection_next
connection_drain(struct connection *c)
{
	ssize_t n = recv(c->fd, c->connections->peek_buffer, PEEK_MAX, MSG_DONTWAIT);

	connection_wipe_peeked(c, n);
	if (n > 0 || (n < 0 && (errno == EAGAIN || errno == EINTR)))
		return CONNECTION_WAIT;
	return CONNECTION_OVER;
}

/* Sends an answer of the gate. It is a few bytes: a socket without room for it is closed. */
static bool
connection_send_reply(struct connection *c)
{
	ssize_t size = (ssize_t)c->gate.reply_size;

	return send(c->fd, c->gate.reply, (size_t)size, MSG_NOSIGNAL | MSG_DONTWAIT) == size;
}

/* Returns whether the buffer contains exactly one complete request. */
static bool
connection_has_request(struct connection *c, struct bytes in)
{
	struct gate gate;
	size_t used;

	gate_start(&gate, NULL, c->connections->max);
	gate.role = c->connections->role;
	if (gate_feed(&gate, in, &used) != GATE_READY || used != in.size ||
	    !gate.libfcgi_can_read || gate.fault != OK)
		return false;
	c->keep = gate.keep;
	return true;
}

/* Called when the complete request is in the spool. */
static enum connection_next
connection_end_spooled(struct connection *c, enum gate_state state)
{
	c->rejected = c->gate.fault != OK;
	c->keep = c->gate.keep && state != GATE_TOO_LARGE;
	return CONNECTION_READY;
}

/* Removes the bytes that the gate has read from the socket's buffer, up to the end of a request. */
static enum connection_next
connection_take_out(struct connection *c, struct bytes in, int64_t now)
{
	bool was_busy = gate_is_busy(&c->gate);
	enum gate_state state;
	size_t used;

	while (in.size > 0) {
		state = gate_feed(&c->gate, in, &used);
		if (recv(c->fd, c->connections->peek_buffer, used, MSG_DONTWAIT) != (ssize_t)used)
			return CONNECTION_OVER;
		in = BYTES(in.data + used, in.size - used);
		switch (state) {
		case GATE_MORE: break;
		case GATE_READY:
		case GATE_TOO_LARGE: return connection_end_spooled(c, state);
		case GATE_REPLY:
			if (!connection_send_reply(c))
				return CONNECTION_OVER;
			break;
		case GATE_CLOSE:
			return connection_send_reply(c) ? connection_drain_begin(c, now)
							: CONNECTION_OVER;
		case GATE_BROKEN:
			log_debug("connection closed: %s", c->gate.why);
			return CONNECTION_OVER;
		}
	}
	return connection_wait_more(c, was_busy, now);
}

static enum connection_next
connection_receive(struct connection *c, int64_t now)
{
	ssize_t n = recv(c->fd, c->connections->peek_buffer, PEEK_MAX, MSG_PEEK | MSG_DONTWAIT);
	enum connection_next next;
	struct bytes in;

	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return CONNECTION_WAIT;
	if (n <= 0)
		return CONNECTION_OVER;
	in = BYTES(c->connections->peek_buffer, (size_t)n);
	c->in_socket = !gate_is_busy(&c->gate) && connection_has_request(c, in);
	next = c->in_socket ? CONNECTION_READY : connection_take_out(c, in, now);
	connection_wipe_peeked(c, n);
	return next;
}

static enum connection_next
connection_answered(struct connection *c, int64_t now)
{
	if (!c->keep)
		return c->rejected ? connection_drain_begin(c, now) : CONNECTION_OVER;
	c->stage = CONNECTION_RECEIVING;
	c->deadline = now + c->connections->idle_ms;
	return CONNECTION_WAIT;
}

static enum connection_next
connection_flush(struct connection *c, int64_t now)
{
	ssize_t n = send(c->fd, c->out.data, c->out.size, MSG_NOSIGNAL | MSG_DONTWAIT);

	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return CONNECTION_WAIT;
	if (n < 0)
		return CONNECTION_OVER;
	spool_drop(&c->out, (size_t)n);
	c->deadline = now + c->connections->request_ms;
	if (c->out.size > 0)
		return CONNECTION_WAIT;
	spool_clear(&c->out);
	return connection_answered(c, now);
}

static void
connection_gate_restart(struct connection *c)
{
	gate_start(&c->gate, &c->in, c->connections->max);
	c->gate.facts = &c->connections->facts;
	c->gate.role = c->connections->role;
}

static bool
connection_memory_open(struct connections *s)
{
	if (s->memory_fd < 0)
		s->memory_fd = memfd_create("usher", MFD_CLOEXEC);
	if (s->memory_fd < 0)
		log_error("a file in memory (memfd_create): %m");
	return s->memory_fd >= 0;
}

/* Empties the shared file: the next connection must not find this one's bytes (T-F09). */
static void
connection_memory_wipe(struct connections *s)
{
	if (s->memory_fd >= 0 && ftruncate(s->memory_fd, 0) < 0) {
		close(s->memory_fd);
		s->memory_fd = -1;
	}
}

static bool
connection_memory_read(struct connection *c)
{
	struct connections *s = c->connections;
	off_t at = 0;
	bool added;
	ssize_t n;

	while ((n = pread(s->memory_fd, s->peek_buffer, PEEK_MAX, at)) > 0) {
		added = spool_add(&c->out, s->peek_buffer, (size_t)n);
		connection_wipe_peeked(c, n);
		if (!added)
			return false;
		at += n;
	}
	return n == 0;
}

/* Reads the request from the spool. A request with a fault is read without the parts that the
 * gate dropped, and then rejected. */
static bool
connection_take_spooled(struct connection *c, struct exchange *x)
{
	struct connections *s = c->connections;
	const struct fcgi_request q = {
		.id = c->gate.id,
		.role = c->gate.role,
		.keep = c->keep,
		.params = gate_params(&c->gate),
		.body = gate_body(&c->gate),
	};
	const enum err fault = c->gate.fault;
	const char *why = c->gate.why;
	bool whole;

	whole = connection_memory_open(s) && fcgi_replay(s->memory_fd, x->arena, &q) &&
		fcgi_read(c->fcgi, &s->memory_fd, x);
	connection_memory_wipe(s);
	spool_clear(&c->in);
	connection_gate_restart(c);
	if (whole && fault != OK) {
		x->in.fault = fault;
		x->in.why = why;
	}
	return whole;
}

static enum connection_next
connection_answer_slowly(struct connection *c, struct exchange *x, int64_t now)
{
	struct connections *s = c->connections;
	bool whole;

	whole = connection_memory_open(s) && lseek(s->memory_fd, 0, SEEK_SET) == 0 &&
		fcgi_write(c->fcgi, s->memory_fd, x) && connection_memory_read(c);
	connection_memory_wipe(s);
	if (!whole)
		return CONNECTION_OVER;
	c->stage = CONNECTION_SENDING;
	return connection_flush(c, now);
}

void
connections_start(struct connections *s)
{
	s->budget = (struct spool_budget){ .max = BUDGET_MAX };
	s->role = ROLE_RESPONDER;
	s->memory_fd = -1;
	s->peek_buffer = malloc(PEEK_MAX);
	if (s->peek_buffer == NULL)
		abort();
}

void
connections_end(struct connections *s)
{
	if (s->memory_fd >= 0)
		close(s->memory_fd);
	free(s->peek_buffer);
}

struct connection *
connection_new(struct connections *s, int fd, int64_t deadline)
{
	struct connection *c = calloc(1, sizeof(*c));

	if (c == NULL)
		abort();
	c->connections = s;
	c->fd = fd;
	c->deadline = deadline;
	c->fcgi = fcgi_new();
	c->in.budget = c->out.budget = &s->budget;
	connection_gate_restart(c);
	return c;
}

void
connection_free(struct connection *c)
{
	fcgi_free(c->fcgi);
	spool_clear(&c->in);
	spool_clear(&c->out);
	if (c->fd >= 0)
		close(c->fd);
	free(c);
}

unsigned
connection_events(const struct connection *c)
{
	return c->stage == CONNECTION_SENDING ? EPOLLOUT : EPOLLIN;
}

bool
connection_is_idle(const struct connection *c)
{
	return c->stage == CONNECTION_RECEIVING && !gate_is_busy(&c->gate) && !c->running;
}

bool
connection_is_incomplete(const struct connection *c)
{
	return c->stage == CONNECTION_RECEIVING && gate_is_busy(&c->gate) && !c->running;
}

void
connection_shed(struct connection *c)
{
	log_debug("an incomplete request was given up: others needed its room");
	if (gate_give_up(&c->gate) == GATE_REPLY && connection_send_reply(c)) {
		c->deadline += c->connections->idle_ms - c->connections->request_ms;
		return;
	}
	c->stage = CONNECTION_SHED;
	c->deadline = 0;
}

enum connection_next
connection_poll(struct connection *c, int64_t now)
{
	switch (c->stage) {
	case CONNECTION_SENDING: return connection_flush(c, now);
	case CONNECTION_DRAINING: return connection_drain(c);
	case CONNECTION_SHED: return CONNECTION_OVER;
	case CONNECTION_RECEIVING: break;
	}
	return connection_receive(c, now);
}

bool
connection_take(struct connection *c, struct exchange *x)
{
	return c->in_socket ? fcgi_read(c->fcgi, &c->fd, x) : connection_take_spooled(c, x);
}

enum connection_next
connection_answer(struct connection *c, struct exchange *x, int64_t now)
{
	if (x->out.body.size > DIRECT_MAX)
		return connection_answer_slowly(c, x, now);
	return fcgi_write(c->fcgi, c->fd, x) ? connection_answered(c, now) : CONNECTION_OVER;
}
