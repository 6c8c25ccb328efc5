/* SPDX-License-Identifier: Apache-2.0 */
#ifndef USHER_HTTP_GATE_H
#define USHER_HTTP_GATE_H

#include <stdbool.h>

#include "http/pairs.h"
#include "http/spool.h"

/*
 * The gate before libfcgi.  It follows the records of one connection (FastCGI 1.0, 3.3 and 5),
 * interprets no parameter, and says when a request lies complete.  Only then the library
 * reads: it trusts lengths that it is given (CVE-2025-23016), takes a cut parameter stream for a
 * whole one (T-F03), and blocks on a slow peer (T-F05).
 *
 * What the library does not do, the gate answers by itself: management records, a second request
 * on a busy connection, other roles, FCGI_ABORT_REQUEST, and what it has no room for.
 *
 *	gate_start(&g, NULL, conns);
 *	while ((state = gate_feed(&g, in, &used)) == GATE_REPLY) {
 *		send(fd, g.reply, g.reply_size, 0);
 *		in = BYTES(in.data + used, in.size - used);
 *	}
 *
 * The bytes may come in pieces of any size; no byte is looked at twice.
 */
#define GATE_BODY_MAX  65536
#define GATE_SKIP_MAX  1048576 /* a longer body is passed over up to here */
#define GATE_SMALL_MAX 256     /* content of FCGI_GET_VALUES */

enum gate_state {
	GATE_MORE,	/* all was used, no request is complete yet */
	GATE_READY,	/* the request ends at `used` */
	GATE_TOO_LARGE, /* the body is beyond GATE_SKIP_MAX: answer `fault`, then close */
	GATE_REPLY,	/* send `reply`, then feed the rest */
	GATE_CLOSE,	/* send `reply`, then close: the front end did not ask to keep */
	GATE_BROKEN,	/* close; `why` says it, for the log */
};

/* Names of ours in FCGI_GET_VALUES, for `usherctl status`. */
#define GATE_WORKERS "USHER_WORKERS"
#define GATE_AGE     "USHER_AGE"

struct gate_facts {
	unsigned workers; /* that are alive */
	unsigned age;	  /* of the oldest, in seconds */
};

enum gate_stage { GATE_IDLE, GATE_PARAMS, GATE_BODY };

struct gate {
	enum gate_stage stage;
	unsigned id;	 /* of the request, when not idle */
	bool keep;	 /* FCGI_KEEP_CONN */
	bool plain;	 /* nothing came but this request's records, without the
					 * paddings that libfcgi stumbles over */
	enum err fault;	 /* not OK: what the request must be refused with */
	const char *why; /* of the fault; when broken, for the log */
	uint8_t reply[160];
	size_t reply_size;

	/* What was seen of the request: parameter stream, then `params` bytes on, the body.  After
	 * a fault nothing more is kept, and faulty parameters are dropped. */
	struct spool *spool; /* NULL: only look */
	size_t params, body;

	unsigned role;			/* that is served; others get FCGI_UNKNOWN_ROLE */
	const struct gate_facts *facts; /* NULL: no names of ours are known */

	/* the rest is the gate's own */
	unsigned conns; /* what FCGI_MAX_CONNS says */
	uint8_t head[8];
	size_t head_have;
	int kind;
	size_t content, padding, small_have;
	uint8_t small[GATE_SMALL_MAX];
	struct pairs pairs;
};

/* `conns`: connections the process takes, for FCGI_GET_VALUES.  The role is responder. */
void gate_start(struct gate *g, struct spool *spool, unsigned conns);
/* Is a request, or a record, under way? */
bool gate_is_busy(const struct gate *g);
enum gate_state gate_feed(struct gate *g, struct bytes in, size_t *used);
/* Ends an incomplete request with FCGI_OVERLOADED; what still comes of it is passed over.  Returns
 * GATE_REPLY or GATE_CLOSE. */
enum gate_state gate_give_up(struct gate *g);
/* The streams of a request that is ready, or too large, as the spool has them.  A request with a
 * fault has no body; in place of faulty parameters it has a method and a path that name nothing. */
struct bytes gate_params(const struct gate *g);
struct bytes gate_body(const struct gate *g);

#endif
