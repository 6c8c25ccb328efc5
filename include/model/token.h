/* SPDX-License-Identifier: Apache-2.0 */
#ifndef USHER_MODEL_TOKEN_H
#define USHER_MODEL_TOKEN_H

#include "base/str_list.h"
#include "model/client.h"
#include "model/grant.h"
#include "model/permission.h"

/*
 * Tokens and their validity. Implemented by access.c (PATs and plain access tokens), rpt.c,
 * revalidate.c (which granted permissions are still active), refresh.c and pct.c (persisted claims
 * tokens).
 */

struct resource;
struct rule_entry;

/* Access tokens that are handles: PATs (UMA Federated Authorization, 1.3: one owner, one resource
 * server) and plain tokens of the client credentials grant or of an authorization code. */
struct access {
	const char *client;
	const char *owner;   /* the owner's account of a PAT; NULL for plain tokens */
	const char *account; /* of a plain token: the account of the person who approved it */
	struct str_list scopes;
	const char *version;  /* of the delegation (delegation.h) from owner or account; else the
			       * client's epoch */
	const char *approval; /* of an authorization code: id of the approval (approval.h) */
	const char *holder;   /* likewise: both epochs of the client (grant.h) */
	const char *family;   /* the refresh family that it belongs to, or NULL */
	int64_t issued, expires;
	struct bytes key, row;
};

/* Sets owner, if the scopes make it a PAT, or account. */
void access_set_person(struct access *t, const char *account);
/* Returns owner or account; NULL: the token is for the client itself. */
const char *access_person(const struct access *t);
/* Sets version and holder as they are now. Returns OK or ERR_STORE. */
enum err access_bind(struct work *w, struct access *t);
/* Sets version, issued, expires, key and row. `life` is in seconds. */
enum err access_issue(struct work *w, struct access *t, int64_t life, const char **handle);
/* Returns ERR_INVALID_TOKEN if the token is unknown or expired. access_check tells whether it is
 * still active. */
enum err access_find(struct work *w, const char *handle, struct access *out);
/* Returns OK if client and owner have been enabled without a gap since the token was issued, and,
 * for a token of an authorization code, the person's approval, the client's grant and the refresh
 * family are still active; else ERR_INVALID_TOKEN. `client` is the row of t->client; NULL for an
 * owner's own token. */
enum err access_check(struct work *w, const struct access *t, const struct client *client);

/*
 * RPTs are signed and have a row, and the row decides: a token without a row is unknown. The row
 * has a hash of the signature; introspection compares it and does not verify the signature.
 */
struct rpt {
	const char *jti;
	struct grant grant;
	const char *sub; /* pairwise */
	struct permission *granted;
	int64_t issued, expires;
	const char *signature; /* hash of the signature; NULL until it is signed */
	struct bytes key, row;
};

/* Seconds after its expiry in which a client may still present an RPT for an upgrade (UMA Grant,
 * 3.3.1); its row stays until then. */
#define RPT_AFTERLIFE 300

/* Prepares the token and requests its signature; the row is written after signing
 * (model/signature.h). Sets jti, issued, expires and key. */
enum err rpt_issue(struct work *w, const struct client *rs, struct rpt *r, const char **token);
/* Returns ERR_INVALID_TOKEN if there is no row or the signature differs. The caller checks the
 * expiry, since upgrades accept expired RPTs. */
enum err rpt_find(struct work *w, const char *token, struct rpt *out);

/*
 * Sets `*out` to those of the granted permissions that are still active. `g` is a grant that
 * grant_check_active found active, and `party` is its party now. No rule is evaluated again (UMA
 * Grant, 3.6), but a permission is inactive if
 *
 *	 - its resource is gone or has lost the scope;
 *	 - its rule is gone, closed, or does not cover the scope;
 *	 - the owner's consent for it is gone or does not allow the scope;
 *	 - its basis has changed.
 *
 * The basis is the text "p.i.r.s.c.g": the number of switches between a policy of the resource's
 * own and the owner's default, the incarnation of the default ("": its own policy decides), the
 * number of the rule for this scope (model/rule_index.h), the revision of the resource that added
 * the scope, the decision of the owner that allowed it, and a hash of the memberships that the
 * rule, and the deny and ask rules in front of it, depend on. Each withdrawal and each restoration
 * changes one of them (T-U19).
 *
 * A deny or ask rule that was not open yet when the permission was granted is not in the basis. If
 * it would decide, the permission expires when that rule opens (policy_until).
 */
enum err permissions_revalidate(struct work *w, const struct grant *g, const struct party *party,
				const struct permission *granted, struct permission **out);

/* The rules that decide about a resource, as needed for a basis. */
struct rule_source {
	const struct rule_entry *index;
	const char *incarnation; /* "": the resource's own policy decides */
};
/* Returns the basis of a permission of `rule` on the scope for the party (NULL: unknown). `answer`
 * is the number of the owner's decision; 0: none. */
const char *permission_basis(struct work *w, const struct resource *r,
			     const struct rule_source *source, const struct rule_entry *rule,
			     const char *scope, int64_t answer, const struct party *party,
			     int64_t granted_at);

/* Refresh tokens are rotated at each use. A replayed one ends its family (RFC 9700, 4.14). */
struct family {
	struct grant grant; /* its own family is NULL. Of an authorization code: rs is the client
			     * itself, and owner the account */
	const char *sub;
	struct permission *granted; /* as first granted; a refresh never widens it */
	const char *approval;	    /* of an authorization code: id of the approval */
	struct str_list scopes;	    /* of an authorization code: as first granted */
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
/* Returns what the access tokens of a family of an authorization code have in common, with all
 * scopes of the family. */
struct access family_access(struct work *w, const struct family *f);
/* Checks the family's grant. Sets `*rs` to the resource server and `*granted` to the permissions
 * that are still active, NULL if none is. Returns OK, `missing` or ERR_STORE. */
enum err family_check_active(struct work *w, const struct family *f, enum err missing,
			     struct client *rs, struct permission **granted);
/* Ends the family with this id, if it exists. The read is not tracked, so concurrent requests that
 * end the family do not conflict. */
enum err family_end_by_id(struct work *w, const char *id);
const char *family_id(struct work *w, const struct family *f);
enum err refresh_issue(struct work *w, const struct family *f, const char **handle);
enum err refresh_find(struct work *w, const char *handle, struct refresh *out);
/* Returns OK if the client may use the refresh token, else ERR_INVALID_GRANT with the reason. A
 * replay ends its family. */
enum err refresh_check(struct work *w, const char *handle, const char *client, struct refresh *out,
		       struct family *family);
/* Marks the token as used. */
void refresh_mark_used(struct work *w, const struct refresh *r);

/* Persisted claims token (UMA Grant, 3.3.5 and 5.2): a reference to claims, bound to its client. */
struct pct {
	const char *client;
	const char *claims; /* party_print; encrypted in the row (UMA Grant, 6.2) */
	bool agreed;	    /* the person agreed at the claims interaction endpoint (3.3.2) */
	int64_t issued, expires;
	struct bytes key, row;
};
/* Issues a PCT. `issued` is the time when the claims were issued: replacing a PCT does not extend
 * their lifetime. Sets `*handle` to NULL if the claims are too old. */
enum err pct_issue(struct work *w, const struct client *c, const char *claims, int64_t issued,
		   bool agreed, const char **handle);
/* Returns ERR_INVALID_TOKEN if the PCT is unknown, expired or invalidated, and ERR_INVALID_GRANT if
 * it belongs to another client. */
enum err pct_find(struct work *w, const struct client *c, const char *handle, struct pct *out);
void pct_remove(struct work *w, const struct pct *p);

#endif
