/* SPDX-License-Identifier: Apache-2.0 */
#ifndef USHER_MODEL_SIGNATURE_H
#define USHER_MODEL_SIGNATURE_H

#include "jose/signing_key.h"
#include "model/work.h"

/*
 * Tokens are signed in a step of their own, after the handler has returned and before the commit:
 * then the tokens of a batch can be signed together, or by another process that has the keys.  A
 * handler leaves a token whose signature is missing; it copies the token into its response by
 * reply_token (web/reply.h).
 */
struct signature {
	const struct signing_key *key;
	char *token;   /* of jwt_prepare */
	size_t offset; /* of its signature in the response's body; 0: not there */
	void (*made)(struct work *w, const struct signature *s);
	struct signature *next;
};

/* Wants the token signed; then `made` is called, for what is stored of the signature.  `s` is the
 * request's memory. */
void signature_request(struct work *w, struct signature *s);
/* Makes all signatures that are wanted, and calls `made` of each. */
void signature_make_all(struct work *w);

#endif
