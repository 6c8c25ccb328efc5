/* SPDX-License-Identifier: Apache-2.0 */
#ifndef USHER_SERVER_FAIR_H
#define USHER_SERVER_FAIR_H

#include "web/request.h"

/*
 * Tenants share a worker's time fairly: requests of the tenant that used the least of it
 * recently run first, so one tenant's expensive requests do not delay the cheap ones of another
 * (T-O05). Each tenant has a lane; several may share one. "Recently" is measured in the time of
 * handlers, not by a clock: whenever all lanes together have used FAIR_WINDOW, the use of each
 * lane is halved.
 */
#define FAIR_LANES  1024
#define FAIR_WINDOW 100000 /* microseconds */

struct fair {
	int64_t used[FAIR_LANES];    /* microseconds */
	int64_t squares[FAIR_LANES]; /* of the microseconds of each request */
	int64_t sum;		     /* of `used` */
	int64_t total;		     /* microseconds of all lanes since the last halving */
	unsigned windows;	     /* number of windows in which requests are still ordered;
				      * 0: no request was expensive recently */
};

/* The request took `micros` microseconds. From `expensive` microseconds on it is expensive. */
void fair_charge(struct fair *f, struct request *rq, int64_t micros, int64_t expensive);
/* Finds the lanes of requests that have not run yet, if a request was expensive recently. `common`:
 * see request_begin. */
void fair_find_lanes(const struct fair *f, struct exchange **list, size_t n,
		     const struct work *common);
/* True if the requests of the lane take `expensive` microseconds or more on average, and other
 * lanes are in use. In the average each request has the weight of its time, so many cheap requests
 * do not hide the expensive ones. */
bool fair_is_expensive(const struct fair *f, size_t lane, int64_t expensive);
/* Sorts requests by the recent use of their lanes, the least first. Returns how many of them run
 * and are answered before the others: those whose lanes have used at most `most` microseconds
 * more than the first. Returns at once if no request was expensive recently. Needs the lanes. */
size_t fair_order(const struct fair *f, struct exchange **list, size_t n, int64_t most);

#endif
