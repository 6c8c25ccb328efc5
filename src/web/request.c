/* SPDX-License-Identifier: Apache-2.0 */
/* Creates, resets and frees request objects. */
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/log.h"
#include "web/request.h"

#define KEPT_SIZE offsetof(struct request, work) /* of the members that all runs share */

_Static_assert(offsetof(struct request, exchange) == 0, "request_of casts");

struct request *
request_new(void)
{
	struct request *rq = calloc(1, sizeof *rq);

	if (rq == NULL)
		log_die("no memory for a request");
	rq->exchange.arena = arena_new();
	return rq;
}

void
request_reset(struct request *rq)
{
	struct arena *a = rq->exchange.arena;

	arena_reset(a);
	crypto_wipe(rq, sizeof *rq);
	rq->exchange.arena = a;
}

void
request_free(struct request *rq)
{
	arena_free(rq->exchange.arena);
	crypto_wipe(rq, sizeof *rq);
	free(rq);
}

struct request *
request_of(struct exchange *x)
{
	return (struct request *)x;
}

void
request_begin(struct request *rq, const struct work *common)
{
	rq->exchange.out = (struct http_out){ 0 };
	memset((char *)rq + KEPT_SIZE, 0, sizeof *rq - KEPT_SIZE);
	rq->in = &rq->exchange.in;
	rq->out = &rq->exchange.out;
	rq->work = *common;
	rq->work.arena = rq->exchange.arena;
	rq->work.failure = &rq->failure;
	rq->work.random = &rq->random;
	rq->jobs.arena = rq->exchange.arena;
	rq->work.jobs = &rq->jobs;
	random_rewind(&rq->random);
	rq->work.changes = &rq->changes;
	changes_start(&rq->changes, rq->work.arena, 0);
}

bool
request_has_type(const struct request *rq, const char *type)
{
	const char *sent = rq->in->content_type;
	size_t n = strlen(type);

	return sent != NULL && strncasecmp(sent, type, n) == 0 &&
	       (sent[n] == '\0' || strchr("; \t", sent[n]) != NULL);
}

enum err
request_report_fault(struct request *rq)
{
	return work_fail_with(&rq->work, rq->fault.code, rq->fault.why);
}
