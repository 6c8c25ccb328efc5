/* SPDX-License-Identifier: Apache-2.0 */
#ifndef USHER_MODEL_CLAIMS_FLOW_H
#define USHER_MODEL_CLAIMS_FLOW_H

#include "model/ticket.h"

/*
 * A visit of the claims interaction endpoint (UMA Grant, 3.3.2). The ticket that the client sent
 * along is used up when the visit begins; the flow keeps what it asked for, until the person has
 * decided. Its handle is in the address of the page, and only the browser that began the flow can
 * use it. A used flow stays in the store until it expires.
 *
 * Each flow uses up a ticket, so strangers cannot fill the store with flows.
 */
#define CLAIMS_FLOW_LIFE 900 /* seconds */

struct claims_flow {
	struct grant grant; /* of the ticket, bound to the client */
	struct permission *permissions;
	int64_t rotations;
	const char *uri;     /* where the browser returns to, as registered */
	const char *state;   /* of the client; NULL: none */
	const char *browser; /* base64url of the keyed hash of the browser's cookie */
	bool used;
	int64_t issued, expires;
	struct bytes key, row;
};

/* Begins a flow with the ticket `t`, which ticket_redeem found, for the browser with this cookie.
 * Sets `*handle`. OK, or ERR_TOO_LARGE. */
enum err claims_flow_begin(struct work *w, const struct ticket *t, const char *uri,
			   const char *state, struct bytes browser, const char **handle);
/* Finds the flow of a handle. `missing`: it is unknown, used or expired, or belongs to another
 * browser (`browser` of size 0: the browser sent no cookie). */
enum err claims_flow_find(struct work *w, const char *handle, struct bytes browser,
			  enum err missing, struct claims_flow *out);
/* Marks the flow as used. Of two requests that do this, one runs again and finds it used. */
void claims_flow_use(struct work *w, struct claims_flow *f);
/* Issues the ticket with which the client goes on: for the same permissions, with the claims of the
 * person (party_print). `persist`: the person agreed that the claims are kept for this client.
 * ERR_REQUEST_DENIED: see ticket_rotate. */
enum err claims_flow_issue_ticket(struct work *w, const struct claims_flow *f, const char *party,
				  bool persist, const char **handle);

#endif
