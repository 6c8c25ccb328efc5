/* SPDX-License-Identifier: Apache-2.0 */
#ifndef USHER_SERVER_DISPATCH_H
#define USHER_SERVER_DISPATCH_H

#include "web/request.h"

/* Runs the request: tenant, route, caller, body, handler. Stores the response in rq->out, with
 * all of its bytes in the request's memory, and the changes in rq->changes. If rq->result is
 * ERR_WAIT there is neither: a handler waits for jobs (model/job.h). May be called again for the
 * same request. `common`: see request_begin. */
void dispatch_request(struct request *rq, struct tenants *tenants, const struct work *common);
/* Replaces the response by the error `e`. */
void dispatch_reply_error(struct request *rq, enum err e);

#endif
