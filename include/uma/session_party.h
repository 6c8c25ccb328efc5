/* SPDX-License-Identifier: Apache-2.0 */
#ifndef USHER_UMA_SESSION_PARTY_H
#define USHER_UMA_SESSION_PARTY_H

#include "model/party.h"
#include "model/session.h"
#include "policy/policy.h"

/*
 * A person who is signed in here as a requesting party. Their claims have one issuer: the provider
 * that authenticated them, or this server itself for an account with a password. Of its own
 * accounts the server knows `sub` (the account's id), `email` with `email_verified`,
 * `preferred_username`, `groups`, `auth_time` and `acr`.
 */
enum err session_party(struct work *w, const struct session *s, struct party *out);
/* Would a new sign-in provide this claim? */
bool session_party_is_stale(const struct required_claim *c);
/*
 * Could the page for claims change the outcome need_info? `known`: the party as known now, or NULL.
 * True if one of the claims is one that this server provides, and is not known from it already.
 */
bool session_party_helps(struct work *w, const struct required_claims *required,
			 const struct party *known);

#endif
