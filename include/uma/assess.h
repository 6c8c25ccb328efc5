/* SPDX-License-Identifier: Apache-2.0 */
#ifndef USHER_UMA_ASSESS_H
#define USHER_UMA_ASSESS_H

#include "base/str_list.h"
#include "model/client.h"
#include "model/ticket.h"
#include "policy/policy.h"

/*
 * Authorization assessment (UMA Grant, 3.3.4): computes the requested scopes of each resource, and
 * which of them the owner's policy permits.
 */
struct assessment_input {
	const struct client *client; /* the client that requests the RPT */
	const struct client *rs;     /* the resource server that got the ticket */
	const struct ticket *ticket;
	const struct str_list *scopes; /* the parameter scope of this request */
	const struct facts *facts;
	const char *party_key;	/* identifies the requesting party in a question to the owner */
	const char *party_name; /* the requesting party in words, for the same question */
	bool claims_failed;	/* the pushed claim token was rejected: only the scopes
				* are checked, and the outcome is need_info */
};

enum outcome_kind {
	OUTCOME_GRANTED,   /* all that was requested, or a part if partial grants are allowed */
	OUTCOME_NEED_INFO, /* more claims could change the decision */
	OUTCOME_SUBMITTED, /* the owner has to answer first */
	OUTCOME_DENIED,
};

struct outcome {
	enum outcome_kind kind;
	struct permission *granted;		/* CandidateGrantedScopes, each with its rule */
	struct required_claims required_claims; /* OUTCOME_NEED_INFO */
	const char *rule;    /* id of the first rule that did not permit, or NULL */
	const char *consent; /* id of the question to the owner, or NULL */
};

/* ERR_INVALID_SCOPE: a requested scope is not registered (step 0). ERR_INVALID_GRANT: the ticket's
 * resources no longer exist. ERR_TOO_LARGE: see stored_policy_charge. */
enum err assess_request(struct work *w, const struct assessment_input *in, struct outcome *out);

/* For upgrades of an RPT: evaluates the policy again for the permission `old` of that RPT. Appends
 * the scopes that the policy still permits to the list and adds their number to *n. They expire no
 * later than `old`. */
enum err reassess_permission(struct work *w, const struct ticket *t, const struct facts *f,
			     const struct permission *old, struct permission ***last, size_t *n);

#endif
