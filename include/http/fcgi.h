/* SPDX-License-Identifier: Apache-2.0 */
#ifndef USHER_HTTP_FCGI_H
#define USHER_HTTP_FCGI_H

#include "http/exchange.h"

/*
 * The only module that uses libfcgi. A struct fcgi is the request and response of one connection;
 * the descriptors belong to the caller. No call blocks: the library reads only requests that have
 * arrived completely (http/gate.h).
 *
 *	fcgi_start();
 *	f = fcgi_new();
 *	if (fcgi_read(f, &fd, x)) { ... x->out ...; fcgi_write(f, fd, x); }
 *	fcgi_free(f);
 */
struct fcgi;

/* nginx rejects a response with a longer header block; HAProxy 2.6.12 crashes at twice this
 * size. */
#define FCGI_HEADERS_MAX 4096

/* Must be called once in a process. */
void fcgi_start(void);
struct fcgi *fcgi_new(void);
void fcgi_free(struct fcgi *f);

/* Reads the complete request in the buffer of *source and fills x->in. in.fault is set if the
 * request can only be answered with an error. False: no response is possible; *source is -1 if
 * the library has closed the descriptor. */
bool fcgi_read(struct fcgi *f, int *source, struct exchange *x);
/* Writes x->out to `sink` and ends the request. False: it was not written completely. */
bool fcgi_write(struct fcgi *f, int sink, struct exchange *x);

/* Writes a request, whose streams the gate has separated, as records to the start of `file`, where
 * fcgi_read can read it. */
struct fcgi_request {
	unsigned id, role;
	bool keep;
	struct bytes params, body;
};
bool fcgi_replay(int file, struct arena *a, const struct fcgi_request *q);

#endif
