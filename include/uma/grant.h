/* SPDX-License-Identifier: Apache-2.0 */
#ifndef USHER_UMA_GRANT_H
#define USHER_UMA_GRANT_H

#include "web/request.h"

/* The UMA grant at the token endpoint (UMA Grant, 3.3), carried out by uma_grant.c.  The client is
 * authenticated.  Whatever the answer, a ticket that came with the request is spent (5.5). */
enum err grant_uma(struct request *rq);
/* Spends the ticket, if there is one, of a request that comes to no grant, and returns `e`, its
 * refusal, with the reason as it is. */
enum err grant_uma_refuse(struct request *rq, enum err e);

#endif
