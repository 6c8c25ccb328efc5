/* SPDX-License-Identifier: Apache-2.0 */
#ifndef USHER_SERVER_DISPATCH_H
#define USHER_SERVER_DISPATCH_H

#include "web/request.h"

/* One request of a round, with what it wants changed. */
struct job {
	struct request      rq;
	struct exchange    *exchange;
	struct changes      changes;
	const struct route *route;	/* NULL: none was found */
	const char         *allow;	/* methods, after ERR_METHOD */
	enum err            result;	/* what the handler came to */
	uint64_t            mark;	/* what it is known by, should it end the process */
};

/* Runs the request against the snapshot: tenant, route, caller, body, handler.  Leaves the
 * answer in exchange->out and the changes in the list; may be run again. */
void dispatch(struct job *j, const struct tenants *tenants, const struct settings *settings,
	      struct snapshot *db, int64_t now_ms);
/* Makes the answer the refusal `e`, whatever stood there. */
void dispatch_refuse(struct job *j, enum err e);

#endif
