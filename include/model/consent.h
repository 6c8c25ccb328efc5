/* SPDX-License-Identifier: Apache-2.0 */
#ifndef USHER_MODEL_CONSENT_H
#define USHER_MODEL_CONSENT_H

#include "model/permission.h"
#include "policy/facts.h"
#include "model/work.h"

/*
 * A question to an owner and her answer (UMA Grant, 3.3.6, request_submitted).  The same question
 * (client, party, permissions) is asked once (T-U17); the answer stands until it expires, and
 * taking it back withdraws what it gave.
 */
enum consent_state { CONSENT_OPEN, CONSENT_APPROVED, CONSENT_DENIED };
/* "open", "approved", "denied": as rows and usherctl show it. */
extern const char *const consent_state_names[];

struct consent {
	const char *id; /* 22 characters of [A-Za-z0-9_-] */
	const char *owner, *rs, *client;
	const char *who;	    /* party_describe, for the owner to read; NULL: nobody known */
	struct permission *asked;   /* with the rules that say ask */
	struct permission *granted; /* what the owner allowed of it, `since` which decision */
	const char *delegation;	    /* version when it was asked: delegation.h */
	int64_t decisions;	    /* how many there were */
	enum consent_state state;
	int64_t asked_at, decided_at, expires;
	struct bytes key, row;
};

/* Open questions are counted by owner, and by owner and client: adds `delta`, which the commit
 * compares with the limits when it is positive. */
void consent_count_open(struct changes *c, const char *owner, const char *client, int64_t delta,
			int64_t max, int64_t client_max);
/* The counters of the owner begin with this key. */
struct bytes consent_count_prefix(struct arena *a, const char *owner);
/* Finds the standing question or leaves a new one.  ERR_REQUEST_DENIED when the owner has too many
 * open ones, or too many of this client (T-U17). */
enum err consent_ask(struct work *w, struct consent *c, const char *party_key);
/* `missing` when it is unknown or has expired, or the owner has revoked the delegation since. */
enum err consent_find(struct work *w, const char *owner, const char *id, enum err missing,
		      struct consent *out);
/* `granted` NULL: deny.  It may be a part of what was asked, on resources and scopes that still
 * exist; anything else is ERR_INVALID_REQUEST.  A decided one may be decided again. */
enum err consent_decide(struct work *w, const struct consent *c, struct permission *granted);
/* The number of the decision since which the owner has allowed the scope (NULL: the bare resource)
 * without a gap; 0: it is not allowed. */
int64_t consent_allowed_since(const struct consent *c, const char *resource, const char *scope);
/* What stands, of one owner or (NULL) of all.  `fn` gets a const struct consent *. */
enum err consent_each(struct work *w, const char *owner, each_fn fn, void *arg);

#endif
