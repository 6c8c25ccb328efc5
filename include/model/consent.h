/* SPDX-License-Identifier: Apache-2.0 */
#ifndef USHER_MODEL_CONSENT_H
#define USHER_MODEL_CONSENT_H

#include "model/permission.h"
#include "policy/facts.h"
#include "model/work.h"

/*
 * A request for an owner's consent and the answer (UMA Grant, 3.3.6, request_submitted). The same
 * question (client, party, permissions) is asked once (T-U17). The answer is valid until it
 * expires; a later decision or a revoked delegation withdraws it.
 */
enum consent_state { CONSENT_OPEN, CONSENT_APPROVED, CONSENT_DENIED };
/* "open", "approved", "denied", as in rows and usherctl */
extern const char *const consent_state_names[];

struct consent {
	const char *id; /* 22 characters of [A-Za-z0-9_-] */
	const char *owner, *rs, *client;
	const char *party_name;	      /* party_describe, shown to the owner; NULL: party unknown */
	struct permission *requested; /* with the rules that have the effect `ask` */
	struct permission
		*granted;	/* what the owner allowed of `requested`, each `since` a decision */
	const char *delegation; /* delegation version when it was asked (delegation.h) */
	int64_t decisions;	/* number of decisions so far */
	enum consent_state state;
	int64_t asked_at, decided_at, expires;
	struct bytes key, row;
};

/* Changes the counts of open questions of the owner, and of the owner and client, by `delta`. If
 * `delta` is positive, the commit compares the counts with the limits. */
void consent_count_open(struct changes *c, const char *owner, const char *client, int64_t delta,
			int64_t max, int64_t client_max);
/* Returns the prefix of the keys of the owner's counters. */
struct bytes consent_count_prefix(struct arena *a, const char *owner);
/* Finds the current question or adds a new one. ERR_REQUEST_DENIED if the owner has too many open
 * questions, in all or from this client (T-U17). */
enum err consent_ask(struct work *w, struct consent *c, const char *party_key);
/* Returns `missing` if the consent is unknown or expired, or the delegation was revoked after it
 * was asked. */
enum err consent_find(struct work *w, const char *owner, const char *id, enum err missing,
		      struct consent *out);
/* Records the owner's decision; `granted` NULL denies. `granted` may be a part of what was asked,
 * on resources and scopes that still exist; anything else is ERR_INVALID_REQUEST. A later decision
 * replaces an earlier one. */
enum err consent_decide(struct work *w, const struct consent *c, struct permission *granted);
/* Returns the number of the decision since which the owner has allowed the scope (NULL: the bare
 * resource) without a gap; 0: it is not allowed. */
int64_t consent_allowed_since(const struct consent *c, const char *resource, const char *scope);
/* Calls `fn` with each current const struct consent * of one owner, or of all (NULL). */
enum err consent_each(struct work *w, const char *owner, each_fn fn, void *arg);

#endif
