/* SPDX-License-Identifier: Apache-2.0 */
#ifndef USHER_WEB_REQUEST_H
#define USHER_WEB_REQUEST_H

#include <json-c/json.h>

#include "base/uri.h"
#include "http/authorization.h"
#include "http/exchange.h"
#include "http/form.h"
#include "model/account.h"
#include "model/client.h"
#include "model/tenant.h"
#include "model/token.h"

/*
 * A request, from its arrival until its response is sent.  Everything that belongs to it is this
 * one object and its arena: what arrived, what its handler sees, the response, the changes.  So it
 * can run again in any batch, on another snapshot.
 *
 * A handler reads the work's snapshot and leaves a response (web/reply.h) and changes.  It has no
 * other effect.  Before it runs, the route has settled who calls and what the body is.
 */
enum caller {
	CALLER_ANYONE,
	CALLER_CLIENT, /* by its secret (RFC 6749, 2.3), or public with its id */
	CALLER_PAT,    /* a PAT (UMA Federated Authorization, 1.3) */
	CALLER_EITHER, /* a PAT or a client: introspection */
	CALLER_OWNER,  /* a PAT, or the owner's own token */
};

enum body {
	BODY_NONE,
	BODY_FORM,
	BODY_FORM_RAW, /* a form whose faults the handler judges: see struct request */
	BODY_JSON,
};

struct who {
	struct client client; /* id NULL: no client (an owner's own token) */
	struct access token;  /* client NULL: no token was presented */
	const char *owner;    /* account that the token stands for */
};

struct request {
	/* what all its runs share; the exchange is first, see request_of */
	struct exchange exchange;
	struct failure failure;
	struct random random; /* the same values in each run; times are the run's */
	uint64_t fingerprint; /* see http/crash_guard.h; 0: not known yet */
	size_t lane;	      /* see src/server/fair.h; 0: not known yet */

	/* what request_begin clears before each run */
	struct work work;
	struct changes changes;
	const struct http_in *in;
	struct http_out *out;
	const struct route *route;   /* NULL: none was found */
	const char *allow;	     /* its methods, after ERR_METHOD */
	enum err result;	     /* what the run came to */
	const struct routes *routes; /* all there are */
	const char *id;		     /* what :id in the route matched: any text; or NULL */
	void *object;		     /* what the route's loader found, of the loader's type */
	struct params form;	     /* of the body */
	struct params query;	     /* of the request target */
	struct json_object *json;
	struct refusal fault; /* BODY_FORM_RAW: form or query are malformed; `form`
					 * holds what could be read */
	struct who caller;
	const char *error; /* `error` code of the answer, for the log */
};

typedef enum err (*handler)(struct request *rq);

/* How a route reports errors. */
enum errors {
	ERRORS_JSON,   /* RFC 6749, 5.2; also the challenge for invalid_client */
	ERRORS_BEARER, /* the same with the challenges of RFC 6750, 3 */
};

/* Which sites' scripts may read the responses (Fetch, 3.2): none but our own, or all.  No request
 * is authenticated by what a browser adds by itself, so CORS_ANY gives no site more than it has. */
enum cors { CORS_NONE, CORS_ANY };

/* Everything about a route that its handler need not know.  What a row leaves out is 0 or NULL. */
struct route {
	enum method method;
	const char *path; /* below the issuer; ":id" stands for any one segment */
	enum caller caller;
	enum errors errors;
	handler handle;
	handler load; /* runs before the handler: sets rq->object, or refuses (404) */
	enum body body;
	size_t body_max;	       /* bytes; 0: what the boundary takes */
	bool read_only;		       /* writes nothing, so that its reads are not tracked */
	const char *uncounted;	       /* a parameter whose value does not count toward body_max */
	const char *const *repeatable; /* see form_parse; form and query */
	enum cors cors;
	const char *member; /* of the metadata document: the route's URL; NULL: not in it */
};
struct routes {
	const struct route *row;
	size_t n;
};

struct request *request_new(void);
/* The response is sent: forgets and wipes everything. */
void request_reset(struct request *rq);
void request_free(struct request *rq);
/* The request whose exchange this is. */
struct request *request_of(struct exchange *x);
/* Before a run: an empty response, no changes.  `common` is what the requests of a run share:
 * settings, snapshot, caches, time. */
void request_begin(struct request *rq, const struct work *common);

/* Refuses the request because of `fault`. */
enum err request_refuse_fault(struct request *rq);

/* Settles the caller as the route wants it (caller.c).  The body's form is read already. */
enum err caller_settle(struct request *rq, enum caller kind);

#endif
