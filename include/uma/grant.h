/* SPDX-License-Identifier: Apache-2.0 */
#ifndef USHER_UMA_GRANT_H
#define USHER_UMA_GRANT_H

#include "web/request.h"

/* The UMA grant at the token endpoint (UMA Grant, 3.3).  The client is authenticated.  Whatever the
 * answer, a ticket that came with the request is spent (5.5). */
enum err grant_uma(struct request *rq);

#endif
