/* SPDX-License-Identifier: Apache-2.0 */
#ifndef USHER_MODEL_PARTY_H
#define USHER_MODEL_PARTY_H

#include "model/client.h"
#include "policy/facts.h"

#define FORMAT_ID_TOKEN "http://openid.net/specs/openid-connect-core-1_0.html#IDToken"

/*
 * The requesting party, as known from claims. All claims of a party come from one token of one
 * issuer: claims of two issuers may be about two people and are never combined.
 */

/* A claim token that a client pushed. */
struct claim_token {
	const char *token, *format;
	struct bytes replay_key; /* key of the row that marks the token as used; size 0: none */
};

/* Verifies a pushed claim token (an ID Token; OpenID Connect Core, 3.1.3.7; UMA Grant, 5.7):
 * issuer, signature, audience, azp, typ, times, replay. The token may be encoded once more in
 * base64 or base64url. ERR_INVALID_TOKEN with the reason if it is not valid; the response is then
 * need_info. */
enum err claim_token_verify(struct work *w, const struct client *c, struct claim_token *claim_token,
			    struct party *out);
/* Marks the token as used, so that it is rejected the next time (T-U10). Does nothing if no token
 * was pushed or it was not valid. */
void claim_token_mark_used(struct work *w, const struct claim_token *claim_token);
/* The stored form of a party: {"iss","sub","version","iat","auth","claims"}. claim_token_verify
 * rejects a party whose text is longer than PARTY_SIZE_MAX: sealed and in base64, beside
 * PERMISSIONS_SIZE_MAX, it must fit into the row of a ticket. The claims of an ID Token of
 * JWT_SIZE_MAX fit. */
#define PARTY_SIZE_MAX 24576
const char *party_print(struct work *w, const struct party *p);
/* Reads that form. ERR_INVALID_TOKEN if the claims are no longer valid, because their issuer was
 * removed, their account disabled, or the person linked to another account. */
enum err party_read(struct work *w, const char *json, struct party *out);
/* Stored claims (party_print) are encrypted and bound to the key of their row, so they cannot be
 * decrypted in another row. party_unseal returns NULL if they were not sealed by this tenant for
 * this row. */
const char *party_seal(struct work *w, const char *claims, struct bytes key);
const char *party_unseal(struct work *w, const char *sealed, struct bytes key);
/* Sets account, groups and version from the current link of (issuer, subject), and normalises the
 * claims (policy/claims.h). ERR_INVALID_TOKEN if the account is disabled or the issuer is not
 * trusted. */
enum err party_link(struct work *w, struct party *p);
/* Sets them for an identity given by its key in account_identity; of `p` only the issuer is read.
 * Returns OK, `missing` or ERR_STORE. */
enum err party_resolve(struct work *w, struct bytes identity, enum err missing, struct party *p);
/* Returns the pairwise `sub` for a resource server, or the client's id if the party is unknown (RFC
 * 9068, 2.2). */
const char *party_sub(struct work *w, const struct party *p, const char *client, const char *rs);
/* Returns a text that identifies the person, for bindings; "" if the party is unknown. */
const char *party_key(struct work *w, const struct party *p);
/* Returns a name for the owner and the audit: "bob@example.net at https://idp.example.net". NULL if
 * the party is unknown. */
const char *party_describe(struct work *w, const struct party *p);

#endif
