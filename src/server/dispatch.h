/* SPDX-License-Identifier: Apache-2.0 */
#ifndef USHER_SERVER_DISPATCH_H
#define USHER_SERVER_DISPATCH_H

#include "web/request.h"

/* Runs the request: tenant, route, caller, body, handler.  Leaves the response in rq->out, all of
 * its bytes the request's own, and the changes in rq->changes; may run again.  `common` is what
 * request_begin takes. */
void dispatch_request(struct request *rq, struct tenants *tenants, const struct work *common);
/* Replaces the response by the refusal `e`. */
void dispatch_refuse(struct request *rq, enum err e);

#endif
