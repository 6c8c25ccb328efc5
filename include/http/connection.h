/* SPDX-License-Identifier: Apache-2.0 */
#ifndef USHER_HTTP_CONNECTION_H
#define USHER_HTTP_CONNECTION_H

#include "http/exchange.h"
#include "http/fcgi.h"
#include "http/gate.h"

/*
 * One connection from a front end, between the event loop and the server. No call blocks: a slow or
 * silent peer costs a descriptor, never the process (T-F05).
 *
 *	c = connection_new(&connections, fd, now + connections.request_ms);
 *	when readable or writable:
 *	switch (connection_poll(c, now)) {
 *	case CONNECTION_READY: connection_take(c, x); serve_run(...); connection_answer(c, x, now)
 *	case CONNECTION_OVER:  connection_free(c);
 *	case CONNECTION_WAIT:  watch it for connection_events(c), until c->deadline
 *	}
 *
 * Between take and answer connection_poll must not be called: a peer that hangs up makes the
 * descriptor readable, and libfcgi would end the request.
 */
enum connection_next { CONNECTION_WAIT, CONNECTION_READY, CONNECTION_OVER };
enum connection_stage {
	CONNECTION_RECEIVING,
	CONNECTION_SENDING,  /* a response that the peer has not read yet */
	CONNECTION_DRAINING, /* answered; the rest of the input is dropped */
	CONNECTION_SHED,     /* its request was given up, and it cannot be used again */
};

/* The data that all connections of a process share. */
struct connections {
	int64_t request_ms;	 /* time limit to receive a request or send a response */
	int64_t idle_ms;	 /* time limit without a request */
	unsigned max;		 /* for FCGI_MAX_CONNS */
	enum role role;		 /* the role that is served; set before the first connection */
	struct gate_facts facts; /* for FCGI_GET_VALUES, too */
	struct spool_budget budget;
	/* A file in memory, or -1. libfcgi reads a request that arrived in pieces from it, and
	 * writes a large response into it. */
	int memory_fd;
	uint8_t *peek_buffer; /* the bytes of a socket, read with MSG_PEEK */
};

struct connection {
	struct connections *connections;
	int fd;
	enum connection_stage stage;
	int64_t deadline;
	struct fcgi *fcgi;
	struct gate gate;
	struct spool in, out;
	bool in_socket; /* the complete request is in the socket's buffer */
	bool keep;	/* FCGI_KEEP_CONN */
	bool rejected;	/* the gate found a fault in the request */
	/* used by the loop */
	size_t index;
	unsigned watched;
	bool running; /* its request was taken, and the response is not sent yet */
};

void connections_start(struct connections *s);
void connections_end(struct connections *s);

struct connection *connection_new(struct connections *s, int fd, int64_t deadline);
/* Closes the connection. */
void connection_free(struct connection *c);
/* Returns the event to wait for: EPOLLIN or EPOLLOUT. */
unsigned connection_events(const struct connection *c);
/* True if nothing of a request has arrived and nothing has to be sent. */
bool connection_is_idle(const struct connection *c);

/* True if a part of a request has arrived and the rest is missing. */
bool connection_is_incomplete(const struct connection *c);
/* Gives up an incomplete request with FCGI_OVERLOADED and frees its memory. A keep-alive connection
 * can be used again; any other one gets a deadline in the past. */
void connection_shed(struct connection *c);

enum connection_next connection_poll(struct connection *c, int64_t now);
/* Fills x->in. Returns false if the connection must be closed. */
bool connection_take(struct connection *c, struct exchange *x);
/* Sends x->out. Returns CONNECTION_OVER if the connection must be closed now. */
enum connection_next connection_answer(struct connection *c, struct exchange *x, int64_t now);

#endif
