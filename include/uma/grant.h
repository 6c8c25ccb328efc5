/* SPDX-License-Identifier: Apache-2.0 */
#ifndef USHER_UMA_GRANT_H
#define USHER_UMA_GRANT_H

#include "web/request.h"

/* The UMA grant at the token endpoint (UMA Grant, 3.3), implemented by uma_grant.c. The client is
 * authenticated already. Whatever the response, the ticket in the request is used up (5.5). */
enum err grant_uma(struct request *rq);
/* For a request that was rejected with `e` before grant_uma: uses up its ticket, if there is
 * one, and returns `e` with its reason unchanged, or a fault of the store. */
enum err grant_uma_use_up_ticket(struct request *rq, enum err e);

#endif
