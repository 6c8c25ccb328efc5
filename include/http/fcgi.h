/* SPDX-License-Identifier: Apache-2.0 */
#ifndef USHER_HTTP_FCGI_H
#define USHER_HTTP_FCGI_H

#include "http/exchange.h"

/*
 * libfcgi, and nobody else meets it.  A struct fcgi is one connection's request and answer; the
 * descriptors belong to the caller.  Nothing blocks, because a request lies complete where the
 * library reads it (http/gate.h).
 *
 *	fcgi_start();
 *	f = fcgi_new();
 *	if (fcgi_read(f, &fd, x)) { ... x->out ...; fcgi_write(f, fd, x); }
 *	fcgi_free(f);
 */
struct fcgi;

/* nginx refuses an answer whose header block is longer, HAProxy 2.6.12 dies at twice that. */
#define FCGI_HEADERS_MAX 4096

/* Call once in a process. */
void fcgi_start(void);
struct fcgi *fcgi_new(void);
void fcgi_free(struct fcgi *f);

/* Reads the request that lies complete in `*source` and fills x->in.  A request that can be
 * answered but not obeyed has in.fault set.  False: there is nobody to answer to; where the
 * library has closed the descriptor over it, *source is -1. */
bool fcgi_read(struct fcgi *f, int *source, struct exchange *x);
/* Writes x->out to `sink` and ends the request.  False: it could not be written whole. */
bool fcgi_write(struct fcgi *f, int sink, struct exchange *x);

/* A request whose streams the gate has taken apart, as records at the start of `file`, for
 * fcgi_read. */
struct fcgi_request {
	unsigned id, role;
	bool keep;
	struct bytes params, body;
};
bool fcgi_replay(int file, struct arena *a, const struct fcgi_request *q);

#endif
