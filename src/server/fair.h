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
#define FAIR_WINDOW 100000 /* microseconds */

struct fair {
	int64_t used[FAIR_LANES];    /* microseconds */
	int64_t squares[FAIR_LANES]; /* of the microseconds of each request */
	int64_t sum;		     /* of `used` */
	int64_t total;		     /* since the last halving */
	unsigned is_expensive;	     /* windows for which requests are put in order */
};

/* The request took so many microseconds; one that took `dear` is expensive. */
void fair_charge(struct fair *f, struct request *rq, int64_t micros, int64_t is_expensive);
/* Finds the lanes of requests that have not run, if a request was expensive lately.  `common`: see
 * request_begin. */
void fair_find_lanes(const struct fair *f, struct exchange **list, size_t n,
		     const struct work *common);
/* True if the lane's time goes into requests of `dear` microseconds or more, and other lanes are in
 * use.  Cheap requests among them do not hide them: each counts by the time it takes. */
bool fair_is_expensive(const struct fair *f, size_t lane, int64_t is_expensive);
/* Puts requests in order, those of the tenant that has used least first, and returns how many of
 * them run and are answered before the others: those that have used up to `most` microseconds more
 * than the first.  Costs nothing as long as no request was expensive lately.  Needs the lanes. */
size_t fair_order(const struct fair *f, struct exchange **list, size_t n, int64_t most);

#endif
