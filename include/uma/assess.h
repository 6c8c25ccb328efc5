/* SPDX-License-Identifier: Apache-2.0 */
#ifndef USHER_UMA_ASSESS_H
#define USHER_UMA_ASSESS_H

#include "base/str_list.h"
#include "model/client.h"
#include "model/ticket.h"
#include "policy/policy.h"

/*
 * Authorization assessment (UMA Grant, 3.3.4): what was asked for, by set arithmetic, and what
 * of it the owner's policy permits.
 */
struct assessment_input {
	const struct client *client; /* who asks */
	const struct client *rs;     /* whose ticket it is */
	const struct ticket *ticket;
	const struct str_list *scopes; /* RequestedScopes: of this very request */
	const struct facts *facts;
	const char *party_key; /* for the question to the owner */
	const char *who;       /* … in words */
	bool claims_failed;    /* a claim token was pushed and does not count: only
						 * scopes are looked at, the answer is need_info */
};

enum outcome_kind {
	OUTCOME_GRANTED,   /* everything, or the part that the policy lets through alone */
	OUTCOME_NEED_INFO, /* more claims could help */
	OUTCOME_SUBMITTED, /* the owner is asked */
	OUTCOME_DENIED,
};

struct outcome {
	enum outcome_kind kind;
	struct permission *granted;		/* CandidateGrantedScopes with their rules */
	struct required_claims required_claims; /* OUTCOME_NEED_INFO */
	const char *rule;			/* the first one that did not permit; NULL: none */
	const char *consent;			/* the question, if the owner was asked */
};

/* ERR_INVALID_SCOPE: step 0.  ERR_INVALID_GRANT: no resource of the ticket is left. */
enum err assess_request(struct work *w, const struct assessment_input *assessment_input,
			struct outcome *out);

/* Judges the scopes of a permission of another RPT anew, for upgrades.  What the policy still gives
 * is added to the list, and counted in `*n`; it never ends later than `old`. */
enum err reassess_permission(struct work *w, const struct ticket *t, const struct facts *f,
			     const struct permission *old, struct permission ***last, size_t *n);

#endif
