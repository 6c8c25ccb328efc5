/* SPDX-License-Identifier: Apache-2.0 */
#ifndef USHER_MODEL_TICKET_H
#define USHER_MODEL_TICKET_H

#include "model/grant.h"
#include "model/permission.h"
#include "model/work.h"

/*
 * Permission tickets (UMA Grant, 3.3 and 5.5; UMA Federated Authorization, 4). A ticket can be
 * redeemed once. A used ticket stays in the store, marked, until it expires, so that a replay is
 * detected. Rotation makes a new ticket with the same permissions, bound to the first client that
 * presented it.
 */
struct ticket {
	struct grant grant; /* client NULL: no client has presented it; family: of the RPT issued
			     * for it */
	struct permission *permissions;
	const char *party;  /* claims gathered so far (party_print), or NULL */
	const char *sealed; /* the same, encrypted, as in the row */
	int64_t rotations;  /* number of earlier tickets of this chain */
	bool gathered;	    /* they are from the claims interaction endpoint (3.3.2) */
	bool persist;	    /* the person agreed there that the client gets a PCT for them */
	bool used;
	const char *rpt_key; /* base64url of the row key of the RPT issued for it; or NULL */
	int64_t issued, expires;
	struct bytes key, row;
};

/* Issues the ticket `t`, whose grant, permissions and party the caller has set. `life` is in
 * seconds. */
enum err ticket_issue(struct work *w, struct ticket *t, int64_t life, const char **handle);
/* Marks the ticket as used by `client`. ERR_INVALID_GRANT if it is unknown, expired, bound to
 * another client, or used before; for a replay, what was issued for it is revoked if the tenant's
 * setting replay_revokes is on. After OK the ticket is used whatever the outcome of the request;
 * ticket_record_grant records what was issued for it. */
enum err ticket_redeem(struct work *w, const char *handle, const char *client, struct ticket *out);
/* Records the RPT and the refresh family (or NULL) that were issued for the ticket. */
void ticket_record_grant(struct work *w, struct ticket *t, struct bytes rpt_key,
			 const char *family);
/* Issues a new ticket in place of `old`, for each response that continues the process (3.3.6).
 * ERR_REQUEST_DENIED after TICKET_ROTATIONS_MAX rotations: otherwise a public client could fill the
 * store from one ticket. Claims that do not fit into the row are left out, and the client has to
 * push them again. */
#define TICKET_ROTATIONS_MAX 16
enum err ticket_rotate(struct work *w, const struct ticket *old, int64_t life, const char **handle);

#endif
