/* SPDX-License-Identifier: Apache-2.0 */
#ifndef USHER_WEB_CALLER_H
#define USHER_WEB_CALLER_H

#include "web/request.h"

/* Authenticates the client and sets rq->caller.client. `auth` is the parsed Authorization header.
 * ERR_INVALID_CLIENT, ERR_INVALID_REQUEST, ERR_TOO_MANY. */
enum err caller_client(struct request *rq, const struct authorization *auth);

#endif
