/* SPDX-License-Identifier: Apache-2.0 */
#ifndef USHER_MODEL_TICKET_H
#define USHER_MODEL_TICKET_H

#include "model/grant.h"
#include "model/permission.h"
#include "model/work.h"

/*
 * Permission tickets (UMA Grant, 3.3 and 5.5; UMA Federated Authorization, 4).  Good once, from
 * the moment a client presents it.  A used one stays, marked, until its expiry, so that a replay is
 * known for what it is.  Rotation makes a new ticket of the same permissions, bound to the client
 * that came first.
 */
struct ticket {
	struct grant grant; /* client NULL: none has presented the ticket; family: of
					 * the RPT that it gave */
	struct permission *asked;
	const char *party;  /* claims gathered so far (party_print); or NULL */
	const char *sealed; /* the same as the row has them */
	int64_t rotations;  /* how many tickets of this chain came before */
	bool used;
	const char *rpt_key; /* base64url of the row key of the RPT it gave; or NULL */
	int64_t issued, expires;
	struct bytes key, row;
};

/* A new ticket; `t` says for what.  `life` in seconds. */
enum err ticket_issue(struct work *w, struct ticket *t, int64_t life, const char **handle);
/* Uses up the ticket for `client`.  ERR_INVALID_GRANT: unknown, expired, used before (then what
 * it gave is revoked where the tenant says so), of another client.  After OK the ticket is spent
 * whatever the request comes to; ticket_record_grant adds what came of it. */
enum err ticket_redeem(struct work *w, const char *handle, const char *client, struct ticket *out);
void ticket_record_grant(struct work *w, struct ticket *t, struct bytes rpt_key,
			 const char *family);
/* Every response that continues the process carries a new ticket (3.3.6).  ERR_REQUEST_DENIED after
 * TICKET_ROTATIONS_MAX of them: a public client could fill the store from one ticket.  Claims that
 * do not fit into the row are left out, and the client is asked for them again. */
#define TICKET_ROTATIONS_MAX 16
enum err ticket_rotate(struct work *w, const struct ticket *old, int64_t life, const char **handle);

#endif
