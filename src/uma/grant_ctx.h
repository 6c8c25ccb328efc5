/* SPDX-License-Identifier: Apache-2.0 */
#ifndef USHER_UMA_GRANT_CTX_H
#define USHER_UMA_GRANT_CTX_H

#include "model/party.h"
#include "model/ticket.h"
#include "uma/assess.h"
#include "web/request.h"

/* One request of the UMA grant, shared by the files that carry it out. */
struct grant_ctx {
	struct request *rq;
	struct work *w;
	struct client *client;
	struct client rs;
	struct ticket ticket;
	struct str_list scopes; /* of this request */
	bool known;		/* somebody is known: `party` holds */
	struct party party;
	struct pushed pushed;
	const char *bad_claims; /* why the claim token does not count; NULL: it does */
	struct pct pct;		/* key.size 0: none is used */
	struct facts facts;
	struct outcome outcome;
	struct permission *carried; /* from the RPT that is upgraded */
	bool upgraded;		    /* all of it was carried over */
	struct rpt old;
};

/* Pushed, persisted, or gathered before: the claims at hand (UMA Grant, 3.3.1). */
enum err claims_gather(struct grant_ctx *p);
/* Fills carried, upgraded, old from the parameter `rpt` (UMA Grant, 3.3.5.1). */
enum err upgrade_prepare(struct grant_ctx *p);
/* The answers. */
enum err answer_rpt(struct grant_ctx *p);
enum err answer_need_info(struct grant_ctx *p);
enum err answer_submitted(struct grant_ctx *p);
enum err answer_denied(struct grant_ctx *p);

#endif
