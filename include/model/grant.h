/* SPDX-License-Identifier: Apache-2.0 */
#ifndef USHER_MODEL_GRANT_H
#define USHER_MODEL_GRANT_H

#include "model/client.h"
#include "model/permission.h"
#include "policy/facts.h"

/*
 * What a ticket, an RPT or a refreshable grant rests on, and the one place that says whether it is
 * still there: grant_check_active, for redemption, refresh, introspection and upgrade.
 *
 * Withdrawn is withdrawn for good (T-U15, T-U19): what is disabled and enabled again, removed and
 * added again, must not bring back what was issued before.  So nothing is compared with a time.
 * Each object that a grant rests on has a number that is another one after each withdrawal, and the
 * grant records them:
 *
 *	delegation	"n.r.o"		how often the owner revoked it (model/delegation.h), and the
 *					epochs of the resource server and of the owner's account
 *	holder		"c.g"		two epochs of the client; if a party is known, also
 *			"c.g.birth.account.a"	the issuer's birth, the account that the identity
 *					is linked to ("-": none; "-account": it was removed),
 *					and that account's epoch
 *
 * The first epoch of a client goes up when it is disabled or loses uma_protection, the second when
 * it loses a grant type by which it holds grants; that of an account when it is disabled; an issuer
 * has a new birth each time it is added.  The permissions of a grant have a `basis` of their own,
 * see permissions_revalidate.
 *
 * Why numbers and not times: handlers of several workers read at one moment and commit at another,
 * and a clock may be set back.  The commit expects every row that a grant was based on, so the
 * numbers that it records are those of the moment when it was committed.
 *
 * A member that a row lacks equals nothing, so rows of an older program are not active.
 */
struct grant {
	const char *client; /* who holds it; NULL: a fresh ticket, nobody's yet */
	const char *rs, *owner;
	const char *delegation;
	const char *party;    /* party_key; "" or NULL: nobody is known */
	const char *issuer;   /* who vouched for the party; NULL: nobody is known */
	const char *identity; /* of issuer and subject: base64url key of account_identity */
	const char *holder;
	const char *family; /* base64url row key of the refresh family; or NULL */
	int64_t granted_at; /* when the permissions were granted, seconds */
};

/* Its members as fields of a row of `type`, which has the grant in its member `grant`. */
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
	FIELD(type, "granted_at", grant.granted_at, F_INT)
/* clang-format on */

/* A text for a thing that may be removed and added again: never the same twice. */
const char *incarnation_new(struct work *w);
/* Binds the grant to its client and to the party (NULL: nobody is known), as they are now.  OK or
 * ERR_STORE. */
enum err grant_bind(struct work *w, struct grant *g, const struct party *p);
/*
 * Is everything there that the grant rests on, and has it been since?  `rs`: the row of g->rs.
 * `current`: a version of the delegation that was compared before (that of the PAT by which the
 * caller came), or NULL.  `*party`: account and groups now, for permissions_revalidate.  OK,
 * `missing`, ERR_STORE.
 */
enum err grant_check_active(struct work *w, const struct grant *g, const struct client *rs,
			    const char *current, enum err missing, struct party *party);

#endif
