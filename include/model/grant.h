/* SPDX-License-Identifier: Apache-2.0 */
#ifndef USHER_MODEL_GRANT_H
#define USHER_MODEL_GRANT_H

#include "model/client.h"
#include "model/permission.h"
#include "policy/facts.h"

/*
 * What a ticket, an RPT or a refreshable grant depends on. grant_check_active is the one place that
 * decides whether a grant is still active, for redemption, refresh, introspection and upgrade.
 *
 * Revocation is permanent (T-U15, T-U19): disabling and enabling again, or removing and adding
 * again, must not reactivate what was issued before. Each object that a grant depends on has a
 * number that changes with each withdrawal, and the grant records these numbers:
 *
 *	delegation	"n.r.o"		number of revocations by the owner (model/delegation.h),
 *					and the epochs of the resource server and of the owner's
 *					account
 *	holder		"c.g"		two epochs of the client; if a party is known, also
 *			"c.g.i.account.a"	the issuer's incarnation, the account that the
 *					identity is linked to ("-": none; "-account": removed),
 *					and that account's epoch; of the tenant's own issuer
 *					also a hash of the account's address
 *
 * The first epoch of a client is raised when the client is disabled or loses uma_protection, the
 * second when it loses a grant type by which it holds grants. The epoch of an account is raised
 * when the account is disabled. An issuer gets a new incarnation each time it is added. The
 * permissions of a grant have a `basis` of their own, see permissions_revalidate.
 *
 * Times would not do: handlers of several workers read at one moment and commit at another, and a
 * clock may be set back. The commit expects every row that a grant is based on, so the recorded
 * numbers are those at the moment of the commit.
 *
 * A member that a row lacks equals nothing, so rows of an older program are inactive.
 */
struct grant {
	const char *client; /* the holder; NULL: a new ticket that no client has presented */
	const char *rs, *owner;
	const char *delegation;
	const char *party;    /* party_key; "" or NULL: party unknown */
	const char *issuer;   /* issuer of the party's claims; NULL: party unknown */
	const char *identity; /* base64url key of (issuer, subject) in account_identity */
	const char *holder;
	const char *family; /* base64url row key of the refresh family, or NULL */
	int64_t granted_at; /* time when the permissions were granted, seconds */
	/* numbers of that moment (grant_record_sharing); 0: not known. While both are unchanged,
	 * nothing was withdrawn from the permissions */
	int64_t sharing; /* of the owner (changes_sharing_key), plus 1 */
	int64_t groups;	 /* of the party's account, group_change_count */
};

/* The fields of a row of `type` whose member `grant` is a struct grant. */
/* clang-format off */
#define GRANT_FIELDS(type) \
	FIELD(type, "client", grant.client, F_TEXT), \
	MUST(type, "rs", grant.rs, F_TEXT), \
	MUST(type, "owner", grant.owner, F_TEXT), \
	FIELD(type, "delegation", grant.delegation, F_TEXT), \
	FIELD(type, "party", grant.party, F_TEXT), \
	FIELD(type, "iss", grant.issuer, F_TEXT), \
	FIELD(type, "identity", grant.identity, F_TEXT), \
	FIELD(type, "holder", grant.holder, F_TEXT), \
	FIELD(type, "family", grant.family, F_TEXT), \
	FIELD(type, "granted_at", grant.granted_at, F_INT), \
	FIELD(type, "sharing", grant.sharing, F_INT), \
	FIELD(type, "groups", grant.groups, F_INT)
/* clang-format on */

/* Returns a new random text that identifies one incarnation of an object that may be removed and
 * added again. */
const char *incarnation_new(struct work *w);
/* Sets holder, party and granted_at from the client and the party (NULL: unknown) as they are now.
 * Returns OK or ERR_STORE. */
enum err grant_bind(struct work *w, struct grant *g, const struct party *p);
/* Sets the numbers by which permissions_revalidate recognises that nothing has changed. Call it in
 * the run that decides the permissions: numbers and permissions are of one snapshot. */
enum err grant_record_sharing(struct work *w, struct grant *g, const struct party *p);
/* Sets `*out` to the sharing number of an owner, plus 1. */
enum err grant_find_sharing(struct work *w, const char *owner, int64_t *out);
/*
 * Returns OK if everything that the grant depends on is unchanged, `missing` if not, or ERR_STORE.
 * `rs` is the row of g->rs. `current` is a delegation version that was checked before (that of the
 * caller's PAT), or NULL. Sets the account and groups of `*party` for permissions_revalidate.
 */
enum err grant_check_active(struct work *w, const struct grant *g, const struct client *rs,
			    const char *current, enum err missing, struct party *party);

#endif
