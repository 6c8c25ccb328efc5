/* SPDX-License-Identifier: Apache-2.0 */
#ifndef USHER_MODEL_PARTY_H
#define USHER_MODEL_PARTY_H

#include "model/client.h"
#include "policy/facts.h"

#define FORMAT_ID_TOKEN "http://openid.net/specs/openid-connect-core-1_0.html#IDToken"

/*
 * The requesting party, as far as claims tell.  Claims of one process always come from one
 * token of one issuer: what two issuers say may be about two people, so it is never joined.
 */

/* A claim token as a client pushed it. */
struct claim_token {
	const char *token, *format;
	struct bytes replay_key; /* key of the row that will tell that it was used; size 0: none */
};

/* Checks a pushed claim token (an ID Token; OpenID Connect Core, 3.1.3.7; UMA Grant, 5.7):
 * issuer, signature, audience, azp, typ, times, replay.  The token may come as it is, or once more
 * in base64 or base64url.  ERR_INVALID_TOKEN with the reason: not usable; the answer is
 * need_info. */
enum err claim_token_verify(struct work *w, const struct client *c, struct claim_token *claim_token,
			    struct party *out);
/* The token has counted, and will not again (T-U10).  Nothing where none was pushed or it was not
 * usable. */
void claim_token_mark_used(struct work *w, const struct claim_token *claim_token);
/* From and to what rows keep: {"iss","sub","version","iat","auth","claims"}.  A text longer than
 * PARTY_SIZE_MAX is rejected when the claim token arrives: sealed and in base64, beside
 * PERMISSIONS_SIZE_MAX, it must fit into the row of a ticket.  The claims of an ID Token of
 * JWT_SIZE_MAX do. */
#define PARTY_SIZE_MAX 24576
const char *party_print(struct work *w, const struct party *p);
/* ERR_INVALID_TOKEN: the claims do not count, because since they were printed their issuer was
 * removed, their account disabled, or the person linked to another account. */
enum err party_read(struct work *w, const char *json, struct party *out);
/* Claims at rest (party_print) are sealed and bound to the key of their row: moved to another row
 * they do not open.  NULL: not sealed by this tenant for this row. */
const char *party_seal(struct work *w, const char *claims, struct bytes key);
const char *party_unseal(struct work *w, const char *sealed, struct bytes key);
/* Fills account, groups and version from the link of (issuer, subject), as it is now, and
 * normalises the claims (policy/claims.h).  ERR_INVALID_TOKEN: the account is disabled, or the
 * issuer is not trusted. */
enum err party_link(struct work *w, struct party *p);
/* The same for an identity by its key in account_identity; only the issuer of `p` is read.  OK,
 * `missing`, ERR_STORE. */
enum err party_resolve(struct work *w, struct bytes identity, enum err missing, struct party *p);
/* Pairwise `sub` for a resource server; the client's id when nobody is known (RFC 9068, 2.2). */
const char *party_sub(struct work *w, const struct party *p, const char *client, const char *rs);
/* One text that stands for the person, or "" for nobody: for bindings. */
const char *party_key(struct work *w, const struct party *p);
/* "bob@example.net at https://idp.example.net": for the owner and the audit. */
const char *party_describe(struct work *w, const struct party *p);

#endif
