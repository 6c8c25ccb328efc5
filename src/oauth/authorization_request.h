/* SPDX-License-Identifier: Apache-2.0 */
#ifndef USHER_OAUTH_AUTHORIZATION_REQUEST_H
#define USHER_OAUTH_AUTHORIZATION_REQUEST_H

#include "model/pushed_request.h"
#include "web/request.h"

/*
 * An authorization request (RFC 6749, 4.1.1; RFC 7636, 4.3), as a browser brings it or a client
 * pushes it (RFC 9126). Both are checked by the same functions, in this order:
 *
 *	1. client_id and redirect_uri appear once;
 *	2. the client exists and is enabled;
 *	3. redirect_uri is registered;
 *	4. all others.
 *
 * A fault of 1 to 3 makes every redirect unsafe. A fault of 4 may be returned to the client, but
 * only after a person has signed in (RFC 9700, 4.11.2), so it is kept in `fault`.
 */
struct authorization_request {
	struct client client;	     /* id NULL: it is unknown */
	const struct params *params; /* of the request itself, or those that were pushed */
	const char *redirect_uri;
	bool redirect_sent;	      /* the request names it */
	const char *state;	      /* NULL: there is none, or it must not be returned */
	struct pushed_request pushed; /* client NULL: the request was not pushed */
	bool prompt_none, prompt_login, prompt_consent;
	int64_t max_age; /* seconds; -1: not limited */
	struct str_list scopes;
	const char *challenge;
	struct refusal fault; /* of the checks 4; code OK: there is none */
};

#define SCOPES_REQUESTED_MAX 32
#define STATE_MAX	     1024 /* bytes: front ends accept 4 KB of headers */

/* Reads the request that a browser brings, with its faults of 4. `*problem` is what is wrong if a
 * check of 1 to 3 fails; else NULL. Returns OK or a fault of this server. */
enum err authorization_request_read(struct request *rq, const struct params *query,
				    struct authorization_request *out, const char **problem);
/* Checks the request that the authenticated client pushes, in rq->form. Returns OK, or the fault
 * with its reason. */
enum err authorization_request_check_pushed(struct request *rq, struct authorization_request *out);
/* The parameters of the form that are kept, as a query. */
const char *authorization_request_print(struct request *rq);
/* Records a further fault of 4, unless there is one. */
void authorization_request_fail(struct authorization_request *r, enum err e, const char *why);

#endif
