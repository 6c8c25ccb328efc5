/* SPDX-License-Identifier: Apache-2.0 */
#include "fair.h"

#include <string.h>

#define NO_TENANT 1 /* the lane of requests that belong to no tenant; 0: not known yet */

/* The lower bits of an id are random. */
static size_t
fair_lane_of(tenant_id id)
{
	return NO_TENANT + 1 + id % (FAIR_LANES - NO_TENANT - 1);
}

/* Finds the lane before the request runs. The tenant may be disabled: only its id matters. */
static void
fair_find_lane(struct request *rq, const struct work *common)
{
	const struct http_in *in = &rq->exchange.in;
	struct work w = *common;
	const char *why = NULL;
	struct path path;
	tenant_id id;

	w.arena = rq->exchange.arena;
	rq->lane = NO_TENANT;
	if (in->fault != OK || path_parse(w.arena, in->uri, &path, &why) != OK)
		return;
	/* The issuer's path may follow the well-known part (RFC 8414, 3.1). */
	if (path.n > 2 && strcmp(path.segment[0], ".well-known") == 0) {
		path.n -= 2;
		memmove(path.segment, path.segment + 2, path.n * sizeof path.segment[0]);
	}
	if (tenants_match_id(&w, in->host, &path, &id) == OK)
		rq->lane = fair_lane_of(id);
}

void
fair_charge(struct fair *f, struct request *rq, int64_t micros, int64_t expensive)
{
	rq->lane = rq->work.tenant != NULL ? fair_lane_of(rq->work.tenant->id) : NO_TENANT;
	f->used[rq->lane] += micros;
	f->squares[rq->lane] += micros * micros;
	f->sum += micros;
	f->total += micros;
	if (micros >= expensive)
		f->windows = 2;
	if (f->total < FAIR_WINDOW)
		return;
	f->total = f->sum = 0;
	for (size_t i = 0; i < FAIR_LANES; i++) {
		f->squares[i] /= 2;
		f->used[i] /= 2;
		f->sum += f->used[i];
	}
	f->windows -= f->windows > 0;
}

void
fair_find_lanes(const struct fair *f, struct exchange **list, size_t n, const struct work *common)
{
	for (size_t i = 0; i < n && f->windows > 0; i++) {
		struct request *rq = request_of(list[i]);

		if (rq->lane == 0)
			fair_find_lane(rq, common);
	}
}

bool
fair_is_expensive(const struct fair *f, size_t lane, int64_t expensive)
{
	int64_t used = f->used[lane];

	return used > 0 && f->squares[lane] / used >= expensive && f->sum - used > expensive;
}

static int64_t
fair_used(const struct fair *f, struct exchange *x)
{
	return f->used[request_of(x)->lane];
}

size_t
fair_order(const struct fair *f, struct exchange **list, size_t n, int64_t most)
{
	if (f->windows == 0 || n < 2)
		return n;
	for (size_t i = 0; i < n; i++) {
		struct request *rq = request_of(list[i]);
		size_t at = i;

		for (; at > 0 && fair_used(f, list[at - 1]) > f->used[rq->lane]; at--)
			list[at] = list[at - 1];
		list[at] = &rq->exchange;
	}
	for (size_t i = 1; i < n; i++)
		if (fair_used(f, list[i]) - fair_used(f, list[0]) > most)
			return i;
	return n;
}
