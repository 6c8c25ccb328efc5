/* SPDX-License-Identifier: Apache-2.0 */
#ifndef USHER_WEB_CALLER_H
#define USHER_WEB_CALLER_H

#include "web/request.h"

/* Client authentication: fills caller.client.  `auth`: what the request's header says. */
enum err caller_client(struct request *rq, const struct authorization *auth);

#endif
