/* SPDX-License-Identifier: Apache-2.0 */
#ifndef USHER_HTTP_GATE_H
#define USHER_HTTP_GATE_H

#include <stdbool.h>

#include "http/pairs.h"
#include "http/spool.h"

/*
 * The gate before libfcgi. It follows the records of one connection (FastCGI 1.0, 3.3 and 5),
 * interprets no parameter, and reports when a request is complete. Only then the library reads: it
 * trusts the lengths in its input (CVE-2025-23016), accepts a truncated parameter stream (T-F03),
 * and blocks on a slow peer (T-F05).
 *
 * The gate answers what the library does not handle: management records, a second request on a busy
 * connection, other roles, FCGI_ABORT_REQUEST, and requests for which there is no memory.
 *
 *	gate_start(&g, NULL, conns);
 *	while ((state = gate_feed(&g, in, &used)) == GATE_REPLY) {
 *		send(fd, g.reply, g.reply_size, 0);
 *		in = BYTES(in.data + used, in.size - used);
 *	}
 *
 * The bytes may arrive in pieces of any size; each byte is read once.
 */
#define GATE_BODY_MAX	 65536
#define GATE_SKIP_MAX	 1048576 /* a longer body is skipped up to this size */
#define GATE_CONTENT_MAX 256	 /* of a record FCGI_GET_VALUES */

enum gate_state {
	GATE_MORE,	/* all input was used; no request is complete yet */
	GATE_READY,	/* the request ends at `used` */
	GATE_TOO_LARGE, /* the body exceeds GATE_SKIP_MAX: answer with `fault`, then close */
	GATE_REPLY,	/* send `reply`, then feed the rest */
	GATE_CLOSE,	/* send `reply`, then close: the front end did not ask to keep */
	GATE_BROKEN,	/* close; `why` is the reason, for the log */
};

/* Names of our own in FCGI_GET_VALUES, for `usherctl status`. */
#define GATE_WORKERS	"USHER_WORKERS"
#define GATE_AGE	"USHER_AGE"
#define GATE_PARKED	"USHER_PARKED"
#define GATE_PARKED_AGE "USHER_PARKED_AGE"

struct gate_facts {
	unsigned workers;    /* number of live workers */
	unsigned age;	     /* age of the oldest worker in seconds */
	unsigned parked;     /* number of requests that wait for jobs */
	unsigned parked_age; /* age of the oldest parked request in seconds */
};

enum gate_stage { GATE_IDLE, GATE_PARAMS, GATE_BODY };

struct gate {
	enum gate_stage stage;
	unsigned id; /* of the current request, unless idle */
	bool keep;   /* FCGI_KEEP_CONN */
	/* Only records of this request arrived, without padding that libfcgi does not handle. */
	bool libfcgi_can_read;
	enum err fault;	 /* not OK: the error with which the request must be rejected */
	const char *why; /* the reason of the fault, or of GATE_BROKEN for the log */
	uint8_t reply[192];
	size_t reply_size;

	/* The request so far: `params` bytes of the parameter stream, then the body. After a fault
	 * nothing more is stored, and faulty parameters are dropped. */
	struct spool *spool; /* NULL: store nothing */
	size_t params, body;

	unsigned role;			/* the role that is served; others get FCGI_UNKNOWN_ROLE */
	const struct gate_facts *facts; /* NULL: only the names of the specification */

	/* private */
	unsigned conns; /* the value of FCGI_MAX_CONNS */
	uint8_t head[8];
	size_t head_have;
	int kind;
	size_t content, padding, content_have;
	uint8_t content_bytes[GATE_CONTENT_MAX];
	struct pairs pairs;
};

/* `conns` is the number of connections that the process accepts, for FCGI_GET_VALUES. The role
 * is responder. */
void gate_start(struct gate *g, struct spool *spool, unsigned conns);
/* Returns whether a part of a request or record has arrived. */
bool gate_is_busy(const struct gate *g);
enum gate_state gate_feed(struct gate *g, struct bytes in, size_t *used);
/* Ends an incomplete request with FCGI_OVERLOADED and ignores the rest of it. Returns GATE_REPLY or
 * GATE_CLOSE. */
enum gate_state gate_give_up(struct gate *g);
/* Returns the streams of a request after GATE_READY or GATE_TOO_LARGE, in the spool. A request
 * with a fault has no body. In place of faulty parameters it has a method and a path that do
 * not exist. */
struct bytes gate_params(const struct gate *g);
struct bytes gate_body(const struct gate *g);

#endif
