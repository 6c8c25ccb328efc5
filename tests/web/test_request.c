/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "base/id.h"
#include "tests/run.h"
#include "web/request.h"

static const struct work common = { .now = 1700000000, .now_ms = 1700000000000 };

static void
request_run_once(struct request *rq, char id[ID_SIZE])
{
	request_begin(rq, &common);
	id_new(rq->work.random, rq->work.now_ms, id);
}

static void
a_request_that_runs_again_draws_the_same_random_values(void)
{
	struct request *rq = request_new();
	char first[ID_SIZE], again[ID_SIZE];

	request_run_once(rq, first);
	request_run_once(rq, again);
	CU_ASSERT_STRING_EQUAL(first, again);
	request_reset(rq);
	request_run_once(rq, again);
	CU_ASSERT_STRING_NOT_EQUAL(first, again);
	request_free(rq);
}

static void
a_rerun_begins_with_an_empty_response_and_change_list(void)
{
	struct request *rq = request_new();

	rq->exchange.in.method = M_POST;
	rq->exchange.started = 7;
	request_begin(rq, &common);
	rq->out->status = 200;
	rq->id = rq->error = "x";
	work_fail_with(&rq->work, ERR_INVALID_SCOPE, "x");
	rq->failure.counted = true;
	change_drop(rq->work.changes, T_CLIENT, bytes_of("x"));
	request_begin(rq, &common);
	CU_ASSERT_EQUAL(rq->exchange.out.status, 0);
	CU_ASSERT_PTR_NULL(rq->id);
	CU_ASSERT_PTR_NULL(rq->error);
	CU_ASSERT_PTR_NULL(work_why(&rq->work, ERR_INVALID_SCOPE));
	CU_ASSERT_EQUAL(rq->changes.n, 0);
	CU_ASSERT_EQUAL(rq->in->method, M_POST);
	CU_ASSERT_EQUAL(rq->exchange.started, 7);
	CU_ASSERT(rq->work.failure->counted);
	request_free(rq);
}

static void
no_data_of_a_request_remains_for_the_next(void)
{
	struct request *rq = request_new();
	struct exchange empty = { .arena = rq->exchange.arena };
	uint8_t zero[RANDOM_SEED] = { 0 };
	char id[ID_SIZE];

	rq->exchange.in.body = arena_bytes(rq->exchange.arena, bytes_of("secret"));
	request_run_once(rq, id);
	CU_ASSERT_NOT_EQUAL(memcmp(rq->random.seed, zero, sizeof zero), 0);
	request_reset(rq);
	CU_ASSERT_EQUAL(memcmp(&rq->exchange, &empty, sizeof empty), 0);
	CU_ASSERT_EQUAL(memcmp(rq->random.seed, zero, sizeof zero), 0);
	CU_ASSERT_EQUAL(arena_used(rq->exchange.arena), 0);
	CU_ASSERT_FALSE(rq->failure.counted);
	CU_ASSERT_PTR_EQUAL(request_of(&rq->exchange), rq);
	request_free(rq);
}

static CU_TestInfo tests[] = { { "a request that runs again draws the same random values",
				 a_request_that_runs_again_draws_the_same_random_values },
			       { "a rerun begins with an empty response and change list",
				 a_rerun_begins_with_an_empty_response_and_change_list },
			       { "no data of a request remains for the next [T-F09]",
				 no_data_of_a_request_remains_for_the_next },
			       CU_TEST_INFO_NULL };

CU_SuiteInfo request_suite = { "web/request", NULL, NULL, NULL, NULL, tests };
