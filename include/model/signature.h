/* SPDX-License-Identifier: Apache-2.0 */
#ifndef USHER_MODEL_SIGNATURE_H
#define USHER_MODEL_SIGNATURE_H

#include "jose/signing_key.h"
#include "model/work.h"

/*
 * Tokens are signed in a step of their own, between the handlers and the commit, so that the tokens
 * of a batch can be signed together, or by another process that has the keys. A handler prepares a
 * token without its signature and copies it into its response with reply_token (web/reply.h).
 */
struct signature {
	const struct signing_key *key;
	char *token;   /* made by jwt_prepare */
	size_t offset; /* position of its signature in the response body; 0: not in it */
	void (*made)(struct work *w, const struct signature *s);
	struct signature *next;
};

/* Adds the token to those to be signed. `made` is called after signing and writes the row with the
 * signature's hash. `s` must be in the request's memory. */
void signature_request(struct work *w, struct signature *s);
/* Signs all tokens of the work and calls `made` for each. */
void signature_make_all(struct work *w);

#endif
