/* SPDX-License-Identifier: Apache-2.0 */
#ifndef USHER_MODEL_CODE_H
#define USHER_MODEL_CODE_H

#include "base/str_list.h"
#include "model/token.h"
#include "model/work.h"

/*
 * Authorization codes (RFC 6749, 4.1.2). A code is valid once, for CODE_LIFE seconds. Its row stays
 * for CODE_MEMORY seconds, marked as used, so that a replay is detected: the second use ends
 * everything that was issued for the code.
 */
#define CODE_LIFE   60
#define CODE_MEMORY 600

struct code {
	struct access token;   /* what is to be issued: client, owner or account, scopes, version,
				* approval and holder, as they were when the person consented */
	const char *challenge; /* code_challenge by S256 (RFC 7636, 4.2) */
	const char *redirect_uri;
	bool redirect_sent;  /* the authorization request named it (RFC 6749, 4.1.3) */
	const char *session; /* id of the session in which the person consented */
	bool used, ended;    /* ended: a replay has ended what was issued */
	const char *access;  /* base64url of the row key of the issued access token; or NULL */
	const char *family;  /* refresh family that was started; or NULL */
	int64_t issued, expires;
	struct bytes key, row;
};

/* Issues a code; the caller sets the members up to `session`. Of `token` it sets client, owner or
 * account, scopes and approval. Returns OK or ERR_STORE. */
enum err code_issue(struct work *w, struct code *c, const char **handle);
/* Marks the code as used by `client`, whatever the outcome of the request. ERR_INVALID_GRANT if it
 * is unknown, expired, or was issued to another client (then it is not marked), or used before; a
 * replay ends what was issued for it. */
enum err code_redeem(struct work *w, const char *handle, const char *client, struct code *out);
/* Returns OK if SHA-256 of the code_verifier is the challenge (RFC 7636, 4.6), else
 * ERR_INVALID_GRANT with the reason. */
enum err code_check_verifier(struct work *w, const struct code *c, const char *verifier);
/* Records what was issued for the code. */
void code_record_grant(struct work *w, struct code *c, const struct access *issued);

/* True for a code_challenge: 43 characters of base64url (RFC 7636, 4.2). */
bool code_is_challenge(const char *text);

#endif
