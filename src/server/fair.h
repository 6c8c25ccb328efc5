/* SPDX-License-Identifier: Apache-2.0 */
#ifndef USHER_SERVER_FAIR_H
#define USHER_SERVER_FAIR_H

#include "web/request.h"

/*
 * A worker's time is shared by tenants: requests of the tenant that has used least of it lately run
 * first, so one tenant's expensive requests do not delay the cheap ones of another (T-O05).  Each
 * tenant has a lane; a few may share one.  "Lately" is counted in time that handlers took, not by a
 * clock: whenever all lanes together have used FAIR_WINDOW, the use of each is halved.
 */
#define FAIR_LANES  1024
#define FAIR_WINDOW 100000	/* microseconds */

struct fair {
	int64_t  used[FAIR_LANES];	/* microseconds */
	int64_t  total;			/* since the last halving */
	unsigned dear;			/* windows for which requests are put in order */
	bool     passed;		/* the last batch left expensive requests to this one */
};

/* The request took so many microseconds; one that took `dear` is expensive. */
void fair_charge(struct fair *f, struct request *rq, int64_t micros, int64_t dear);
/*
 * Puts requests that came together in order, for a batch that begins, and returns how many of them
 * may belong to it: where tenants differ by more than `most` microseconds, those that used more
 * wait for the next batch, but not twice in a row.  Costs nothing as long as no request was
 * expensive lately.  `common`: see request_begin.
 */
size_t fair_order(struct fair *f, struct exchange **list, size_t n, int64_t most,
		  const struct work *common);

#endif
