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
#include "model/session.h"
#include "model/tenant.h"
#include "model/token.h"
#include "pages/language.h"

/*
 * A request, from its arrival until its response is sent. This object and its arena contain
 * everything that belongs to the request: the input, the state of its handler, the response and the
 * changes. Therefore it can run again in any batch, on another snapshot.
 *
 * A handler reads the snapshot of `work` and returns a response (web/reply.h) and changes. It has
 * no other effect. The caller is authenticated and the body is parsed before the handler runs.
 */

/* The authentication that a route requires. */
enum caller_kind {
	CALLER_ANYONE,
	CALLER_CLIENT,	      /* a client with its secret (RFC 6749, 2.3), or a public client */
	CALLER_PAT,	      /* a PAT (UMA Federated Authorization, 1.3) */
	CALLER_PAT_OR_CLIENT, /* introspection */
	CALLER_PAT_OR_OWNER,  /* a PAT, or an owner's own token */
	CALLER_VISITOR,	      /* a page; a person may be signed in */
	CALLER_PERSON,	      /* a page for a person who is signed in; others are sent to sign in */
};

enum body {
	BODY_NONE,
	BODY_FORM,
	BODY_FORM_RAW, /* a form; the handler reports `fault` of struct request itself, also that
			* of the query of a GET */
	BODY_JSON,
};

/* The authenticated caller. */
struct caller {
	struct client client; /* id NULL: no client (an owner's own token) */
	struct access token;  /* client NULL: no token was presented */
	const char *owner;    /* account of the token; NULL: no token was presented */
};

struct request {
	/* members that all runs share; the exchange must be first, see request_of */
	struct exchange exchange;
	struct failure failure;
	struct random random; /* gives the same values in each run */
	struct jobs jobs;     /* requested so far, with their results */
	uint64_t fingerprint; /* see http/crash_guard.h; 0: not known yet */
	size_t lane;	      /* see src/server/fair.h; 0: not known yet */

	/* members that request_begin clears before each run */
	struct work work;
	struct changes changes;
	const struct http_in *in;
	struct http_out *out;
	const struct route *route;   /* NULL: none was found */
	const struct route *near;    /* after ERR_METHOD: a row with the path */
	const char *allow;	     /* after ERR_METHOD: the value of the header Allow */
	enum err result;	     /* OK, or the error that the response reports */
	const struct routes *routes; /* all routes of the server */
	const char *id;		     /* the path segment for :id, not checked; or NULL */
	void *object;		     /* set by the route's loader, which defines its type */
	struct params form;	     /* parameters of the body */
	struct params query;	     /* parameters of the request target */
	struct json_object *json;    /* the body, for BODY_JSON */
	struct refusal fault;	     /* why form or query is malformed; code OK: it is not. `form`
				      * has the parameters that could be read */
	struct caller caller;
	const char *error;     /* `error` code of the response, for the log */
	const char *reference; /* a name of the response, shown to the person, for the log */

	/* of pages; the rest is set when it is first needed */
	const struct session *session; /* NULL: nobody is signed in */
	struct bytes browser;	       /* 16 bytes of the browser's cookie; none: it sent none. See
					  * cookie_browser */
	const struct language *language; /* see page_language */
	const char *path;		 /* see page_path */
};

typedef enum err (*handler)(struct request *rq);

/* How a route reports errors. */
enum errors {
	ERRORS_JSON,   /* RFC 6749, 5.2; also the challenge for invalid_client */
	ERRORS_BEARER, /* the same with the challenges of RFC 6750, 3 */
	ERRORS_PAGE,   /* pages for people (web/page.h); the row is that of a page */
};

/* The origins whose scripts may read the responses (Fetch, 3.2): the server's own, or all. No
 * request is authenticated by credentials that a browser adds, such as cookies, so CORS_ANY gives a
 * script no additional rights. */
enum cors { CORS_NONE, CORS_ANY };

/* An endpoint: a method and a path, and how the server prepares the call of the handler. */
struct route {
	enum method method;
	const char *path; /* below the issuer; ":id" matches any one segment */
	enum caller_kind caller;
	enum errors errors;
	handler handle;
	handler load; /* runs before the handler: sets rq->object, or returns ERR_NOT_FOUND */
	enum body body;
	size_t body_max;	       /* bytes; 0: only the limit of the HTTP layer applies */
	bool read_only;		       /* the handler writes nothing: its reads are not tracked */
	const char *uncounted;	       /* a parameter whose value does not count toward body_max */
	const char *const *repeatable; /* parameters of form and query: see form_parse */
	enum cors cors;
	const char *metadata; /* member of the metadata document with the route's URL, or NULL */

	/* of pages, whose `errors` is ERRORS_PAGE. A GET is read_only unless may_write_on_get is
	 * set: protocols require three such rows. They do nothing for HEAD (405) and for requests
	 * that prefetch (503). */
	bool may_write_on_get;
	bool no_form_action;	   /* see page_reply */
	bool may_repeat;	   /* a POST that failed may be sent again: it has no password */
	const char *const *fields; /* of a POST: the fields besides `form` that it may have, each
				    * once, ended by NULL; "do.*" stands for all that begin with
				    * "do." */
};
struct routes {
	const struct route *row;
	size_t n;
};

/* Never returns NULL: the process ends if there is no memory. */
struct request *request_new(void);
/* After the response was sent: wipes the request, so that it can be used again. */
void request_reset(struct request *rq);
void request_free(struct request *rq);
/* The request that contains this exchange. */
struct request *request_of(struct exchange *x);
/* Prepares a run: an empty response, no changes. `common` has what the requests of a run share:
 * settings, snapshot, caches, time. */
void request_begin(struct request *rq, const struct work *common);

#define TYPE_FORM "application/x-www-form-urlencoded"
/* Has the body this media type?  Parameters such as charset are ignored. */
bool request_has_type(const struct request *rq, const char *type);
/* Records the reason of rq->fault and returns its code. */
enum err request_report_fault(struct request *rq);

/* Authenticates the caller as the route requires (caller.c) and sets rq->caller. Not for pages:
 * see web/cookie.h. The form must be
 * parsed. ERR_INVALID_CLIENT, ERR_NO_TOKEN, ERR_INVALID_TOKEN, ERR_BEARER_REQUEST,
 * ERR_INSUFFICIENT_SCOPE, ERR_INVALID_REQUEST, ERR_TOO_MANY (too many failed attempts). */
enum err caller_authenticate(struct request *rq, enum caller_kind kind);

#endif
