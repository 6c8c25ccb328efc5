/* SPDX-License-Identifier: Apache-2.0 */
#ifndef USHER_MODEL_SESSION_H
#define USHER_MODEL_SESSION_H

#include "model/account.h"
#include "model/work.h"

/*
 * A session: a person who is signed in with one browser. The browser has a handle (model/handle.h)
 * in a cookie (web/cookie.h), the row has the rest. Reading a session writes nothing: the time of
 * its last use is in the cookie. A session ends when a person signs out, at `ends`, when its cookie
 * was not used for `session_idle` seconds, and at once when its account is disabled or removed.
 */
#define SESSIONS_MAX 32 /* of one account; one more ends the oldest */

struct session {
	const char *handle; /* the secret of the cookie; NULL in lists */
	const char *id;	    /* for lists and commands; no secret */
	const char *account_id;
	struct account account; /* as session_find read it: enabled; empty in lists */
	int64_t signed_in;	/* when the person last proved who they are (auth_time) */
	int64_t created, ends;
	const char *acr;	      /* of the issuer that authenticated the person; or NULL */
	const char *amr;	      /* how the person signed in: "pwd", "server" (RFC 8176) */
	const char *device;	      /* "Firefox on Android"; or NULL */
	const char *address;	      /* of the browser; or NULL */
	const char *issuer, *subject; /* the identity that signed in; NULL: this server's account */
	int64_t epoch;		      /* of the account, when the session started */
	int64_t used;		      /* last use, from the cookie; set by web/cookie.h */
	struct bytes key, row;
};

/*
 * Starts a session for s->account_id with the given signed_in (0: now), acr, amr, device, address,
 * issuer and subject, and sets the other members. The session `old` ends; NULL: there is none.
 * ERR_NOT_FOUND: the account does not exist or is disabled.
 */
enum err session_start(struct work *w, struct session *s, const struct session *old);
/* Finds the session of a handle, with its account. `missing`: there is none, it has ended, or its
 * account is not enabled. */
enum err session_find(struct work *w, const char *handle, enum err missing, struct session *out);
/* Returns OK if the session has not ended, else `missing`: for what was issued in it. The read is
 * tracked. */
enum err session_check(struct work *w, const char *account, const char *id, enum err missing);
/* Ends one session of the account. ERR_NOT_FOUND. */
enum err session_end(struct work *w, const char *account, const char *id);
/* Ends all sessions of the account but the one with the id `except` (NULL: all). */
enum err session_end_all(struct work *w, const char *account, const char *except);
/* Calls `fn` with each const struct session * of the account that has not ended, oldest first. */
enum err session_each(struct work *w, const char *account, each_fn fn, void *arg);

/* When the row of the index expires, from its text; 0: it cannot be read. For the janitor. */
int64_t session_index_expiry(struct arena *a, struct bytes row);

#endif
