/* SPDX-License-Identifier: Apache-2.0 */
#ifndef USHER_MODEL_PUSHED_REQUEST_H
#define USHER_MODEL_PUSHED_REQUEST_H

#include "model/work.h"

/*
 * A pushed authorization request (RFC 9126): the parameters that a client sent directly, under a
 * request_uri that only this client may use. The code that comes of it uses it up, so the page may
 * be loaded again until then.
 *
 * The request_uri must be presented within PUSHED_LIFE seconds. The row stays for PUSHED_MEMORY
 * seconds, for a person who has to sign in first; the caller decides with `expires`.
 */
#define PUSHED_LIFE	  90
#define PUSHED_MEMORY	  1800
#define PUSHED_PARAMS_MAX 4096 /* bytes, encoded: public clients can push without a secret */
#define REQUEST_URI	  "urn:ietf:params:oauth:request_uri:"

struct pushed_request {
	const char *client;
	const char *params; /* the parameters, as a query */
	int64_t issued, expires;
	struct bytes key, row;
};

/* Stores the request; the caller sets client and params. */
void pushed_request_issue(struct work *w, struct pushed_request *p, const char **request_uri);
/* ERR_INVALID_REQUEST with the reason if the request_uri is unknown, was used up, or belongs to
 * another client. `expires` may have passed. */
enum err pushed_request_find(struct work *w, const char *request_uri, const char *client,
			     struct pushed_request *out);
/* Uses the request up. */
void pushed_request_use(struct work *w, const struct pushed_request *p);

#endif
