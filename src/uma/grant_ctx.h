/* SPDX-License-Identifier: Apache-2.0 */
#ifndef USHER_UMA_GRANT_CTX_H
#define USHER_UMA_GRANT_CTX_H

#include "model/party.h"
#include "model/ticket.h"
#include "uma/assess.h"
#include "web/request.h"

/* The state of one request of the UMA grant, shared by the files of this room. */
struct grant_ctx {
	struct request *rq;
	struct work *w;
	struct client *client;
	struct client rs;
	struct ticket ticket;
	struct str_list scopes; /* of this request */
	bool party_known;	/* `party` is set: the requesting party is known */
	enum { PARTY_PUSHED, PARTY_PCT, PARTY_TICKET } party_from; /* if it is known */
	struct party party;
	struct claim_token pushed;
	const char *claims_error; /* why the claim token was rejected; NULL: it was not */
	struct pct pct;		  /* key.size is 0 if the request uses no PCT */
	struct facts facts;
	struct outcome outcome;
	struct permission *carried; /* from the RPT that the client wants to upgrade */
	bool upgraded;		    /* all permissions of that RPT were carried over */
	struct rpt old_rpt;	    /* that RPT */
};

/* Sets party_known, party and facts from the claim token, the PCT or the ticket (UMA Grant, 3.3.1).
 * */
enum err claims_gather(struct grant_ctx *p);
/* Sets carried, upgraded and old_rpt from the parameter rpt (UMA Grant, 3.3.5.1). */
enum err upgrade_prepare(struct grant_ctx *p);
/* The four responses (UMA Grant, 3.3.5 and 3.3.6). */
enum err answer_rpt(struct grant_ctx *p);
enum err answer_need_info(struct grant_ctx *p);
enum err answer_submitted(struct grant_ctx *p);
enum err answer_denied(struct grant_ctx *p);

#endif
