/* SPDX-License-Identifier: Apache-2.0 */
#ifndef USHER_MODEL_TOKEN_H
#define USHER_MODEL_TOKEN_H

#include "base/str_list.h"
#include "model/client.h"
#include "model/grant.h"
#include "model/permission.h"

/*
 * Tokens, and what of them holds.  Carried out by access.c (PATs and plain access tokens), rpt.c,
 * revalidate.c (what of a grant holds now), refresh.c and pct.c (persisted claims tokens).
 */

struct resource;
struct rule_entry;

/* Access tokens that are handles: PATs (UMA Federated Authorization, 1.3: one owner, one resource
 * server) and plain ones of the client credentials grant. */
struct access {
	const char *client;
	const char *owner; /* account a PAT stands for; NULL for plain ones */
	struct str_list scopes;
	const char
		*version; /* of the delegation (delegation.h), or a plain token's client's epoch */
	int64_t issued, expires;
	struct bytes key, row;
};

/* Fills version, issued, expires, key and row; `life` in seconds. */
enum err access_issue(struct work *w, struct access *t, int64_t life, const char **handle);
/* ERR_INVALID_TOKEN: unknown or expired.  Whether it still counts is access_check. */
enum err access_find(struct work *w, const char *handle, struct access *out);
/* Are client and owner enabled, and have been since the token was issued?  `client`: the row of
 * t->client; NULL for an owner's own token.  ERR_INVALID_TOKEN. */
enum err access_check(struct work *w, const struct access *t, const struct client *client);

/*
 * RPTs: signed, and on record.  The row decides; a token without a row is unknown.  The row has a
 * hash of the signature, so introspection compares that and verifies no signature.
 */
struct rpt {
	const char *jti;
	struct grant grant;
	const char *sub; /* pairwise */
	struct permission *granted;
	int64_t issued, expires;
	const char *signature; /* a hash of it; NULL until it is made */
	struct bytes key, row;
};

/* Seconds after its end in which an RPT may still be sent to be upgraded (UMA Grant, 3.3.1); so
 * long its row stays. */
#define RPT_AFTERLIFE 300

/* Leaves a token to be signed, and its row to be written then (model/signature.h).  Fills jti,
 * issued, expires and key. */
enum err rpt_issue(struct work *w, const struct client *rs, struct rpt *r, const char **token);
/* ERR_INVALID_TOKEN: no such row, or another signature.  Expiry is the caller's question (upgrades
 * take expired ones). */
enum err rpt_find(struct work *w, const char *token, struct rpt *out);

/*
 * What of granted permissions is still active.  `g`: the grant, which grant_check_active found
 * active, with the party now.  Nothing is assessed again (UMA Grant, 3.6), but a permission
 * has ended where
 *
 *  - its resource is gone, or does not have the scope any more;
 *  - its rule is gone, closed, or does not cover the scope;
 *  - the owner's answer that it came by is gone or does not allow the scope;
 *  - its basis is another one.
 *
 * The basis is the text "p.birth.r.s.c.g": how often the resource has changed between a policy of
 * its own and the owner's default, the birth of the default ("": its own policy decides), the
 * number of the rule for this scope (model/rule_index.h), the revision of the resource that
 * brought the scope, the decision of the owner that allowed it, and the memberships that the
 * rule, and the deny and ask rules in front of it, depend on.  What is withdrawn, and what is
 * given back, changes one of the numbers (T-U19).
 *
 * A deny or ask rule that was not open yet when the permission was granted, and would have decided,
 * is no part of the basis: the permission ends with the moment at which the rule opens
 * (policy_until).
 */
enum err permissions_revalidate(struct work *w, const struct grant *g, const struct party *party,
				const struct permission *granted, struct permission **out);

/* The rules that decide about a resource, as far as a basis needs them. */
struct rule_source {
	const struct rule_entry *index;
	const char *incarnation; /* "": the resource's own policy */
};
/* The basis of what `by` permits on the scope, to the party (NULL: nobody is known).  `answer`: the
 * number of the owner's decision, 0 without one. */
const char *permission_basis(struct work *w, const struct resource *r,
			     const struct rule_source *source, const struct rule_entry *rule,
			     const char *scope, int64_t answer, const struct party *party,
			     int64_t granted_at);

/* Refresh tokens: rotated at each use; one that comes twice ends its family (RFC 9700, 4.14). */
struct family {
	struct grant grant; /* its own family is NULL */
	const char *sub;
	struct permission *granted; /* as granted at first; a refresh never widens it */
	bool ended;
	int64_t issued, expires;
	struct bytes key, row;
};
struct refresh {
	const char *client;
	const char *family; /* base64url of its row's key */
	bool used;
	int64_t issued, expires;
	struct bytes key, row;
};

enum err family_start(struct work *w, struct family *f);
enum err family_find(struct work *w, const char *id, enum err missing, struct family *out);
void family_end(struct work *w, const struct family *f);
/* Checks its grant.  `*rs`: the resource server; `*granted`: the permissions that are still active,
 * NULL when none is.  OK, `missing`, ERR_STORE. */
enum err family_check_active(struct work *w, const struct family *f, enum err missing,
			     struct client *rs, struct permission **granted);
/* Ends the family with this id, if there is one.  The read is not tracked: requests that end it at
 * once do not conflict. */
enum err family_end_by_id(struct work *w, const char *id);
const char *family_id(struct work *w, const struct family *f);
enum err refresh_issue(struct work *w, const struct family *f, const char **handle);
enum err refresh_find(struct work *w, const char *handle, struct refresh *out);
/* Is it good for the client?  ERR_INVALID_GRANT; one that was used before ends its family. */
enum err refresh_check(struct work *w, const char *handle, const char *client, struct refresh *out,
		       struct family *family);
/* Leaves it marked as used. */
void refresh_mark_used(struct work *w, const struct refresh *r);

/* Persisted claims (UMA Grant, 3.3.5 and 5.2): a reference, bound to its client. */
struct pct {
	const char *client;
	const char *claims; /* party_print; sealed in the row (UMA Grant, 6.2) */
	int64_t issued, expires;
	struct bytes key, row;
};
/* `issued` is when the claims were: a PCT that replaces another does not make them last longer.
 * NULL in `*handle` when they are too old. */
enum err pct_issue(struct work *w, const struct client *c, const char *claims, int64_t issued,
		   const char **handle);
/* ERR_INVALID_TOKEN: unknown, expired, marked as bad.  ERR_INVALID_GRANT: of another client. */
enum err pct_find(struct work *w, const struct client *c, const char *handle, struct pct *out);
void pct_remove(struct work *w, const struct pct *p);

#endif
