/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Requests that wait for jobs (base/jobs.h). The handler of POST /permission is replaced by one that
 * asks for jobs first (-Wl,--wrap, see tests/process/process.mk).
 */
#include "model/delegation.h"
#include "model/job.h"
#include "tests/run.h"
#include "tests/server/examples.h"
#include "web/request.h"

enum err __real_permission_post(struct request *rq);
enum err __wrap_permission_post(struct request *rq);

/* What the handler does before it issues a ticket. */
static struct {
	unsigned jobs; /* 0: the handler is the real one */
	unsigned runs;
	uint64_t random[4]; /* drawn by the first runs */
	bool late;	    /* jobs are asked for from the second run on */
} waiting;

enum err
__wrap_permission_post(struct request *rq)
{
	struct bytes answer;
	unsigned run = waiting.runs++;

	if (run < 4)
		random_bytes(rq->work.random, &waiting.random[run], sizeof waiting.random[run]);
	if (waiting.late)
		row_get_tracked(&rq->work, T_COUNT, bytes_of("seen"), ABSENT, &answer);
	for (unsigned i = 0; i < waiting.jobs && !(waiting.late && run == 0); i++) {
		TRY(job_answer(&rq->work, JOB_PASSWORD, BYTES(&i, sizeof i), &answer));
		CU_ASSERT_TRUE(bytes_equal(answer, bytes_of("done")));
	}
	return __real_permission_post(rq);
}

static void
waiting_setup(void)
{
	examples_open();
	memset(&waiting, 0, sizeof waiting);
}

static void
waiting_teardown(void)
{
	memset(&waiting, 0, sizeof waiting);
	http_case_close();
}

static struct exchange *
waiting_send(void)
{
	struct exchange *x =
		http_request("POST /permission", alice_auth(),
			     text_format("{'resource_id':'%s','resource_scopes':['view']}",
					 id_of("photo1")));

	serve_batch(http_case.server, &x, 1);
	return x;
}

static void
waiting_run_again(struct exchange *x)
{
	serve_batch(http_case.server, &x, 1);
	harness_begin(http_case.harness);
}

/* Gives the only job that waits its result. */
static void
waiting_finish_job(struct exchange *x)
{
	struct jobs *jobs = serve_jobs(x);

	CU_ASSERT_PTR_NOT_NULL_FATAL(jobs);
	CU_ASSERT_FALSE(jobs_are_over(jobs));
	job_done(jobs, &jobs->list[jobs->n - 1], bytes_of("done"));
	CU_ASSERT_TRUE(jobs_are_over(jobs));
}

static void
a_request_that_waits_has_no_response_and_no_changes(void)
{
	struct exchange *x;

	waiting.jobs = 1;
	x = waiting_send();
	CU_ASSERT_PTR_NOT_NULL(serve_jobs(x));
	CU_ASSERT_FALSE(x->final);
	CU_ASSERT_EQUAL(x->out.status, 0);
	CU_ASSERT_EQUAL(x->out.body.size, 0);
	harness_begin(http_case.harness);
	CU_ASSERT_EQUAL(harness_count_rows(http_case.harness, T_TICKET), 0);
	waiting_finish_job(x);
	waiting_run_again(x);
	CU_ASSERT_PTR_NULL(serve_jobs(x));
	CU_ASSERT_EQUAL(x->out.status, 201);
	CU_ASSERT_EQUAL(harness_count_rows(http_case.harness, T_TICKET), 1);
}

static void
other_requests_of_the_batch_do_not_wait(void)
{
	struct exchange *list[2];

	waiting.jobs = 1;
	list[0] = http_request("POST /permission", alice_auth(),
			       text_format("{'resource_id':'%s','resource_scopes':['view']}",
					   id_of("photo1")));
	list[1] = http_request("GET /jwks", NULL, NULL);
	serve_batch(http_case.server, list, 2);
	for (int i = 0; i < 2; i++)
		CU_ASSERT_EQUAL(list[i]->out.status, serve_jobs(list[i]) != NULL ? 0 : 200);
}

static void
each_run_draws_the_same_random_values(void)
{
	struct exchange *x;

	waiting.jobs = 1;
	x = waiting_send();
	waiting_finish_job(x);
	waiting_run_again(x);
	CU_ASSERT_EQUAL(waiting.runs, 2);
	CU_ASSERT_EQUAL(waiting.random[0], waiting.random[1]);
	waiting_finish_job(waiting_send());
	CU_ASSERT_NOT_EQUAL(waiting.random[2], waiting.random[0]);
}

static void
what_was_revoked_in_the_meantime_is_revoked(void)
{
	struct exchange *x;

	waiting.jobs = 1;
	x = waiting_send();
	harness_begin(http_case.harness);
	CU_ASSERT_EQUAL(delegation_revoke(http_case.work, http_case.fixture.alice, "photoz"), OK);
	CU_ASSERT_EQUAL(harness_commit(http_case.harness), OK);
	waiting_finish_job(x);
	waiting_run_again(x);
	CU_ASSERT_EQUAL(x->out.status, 401);
	CU_ASSERT_EQUAL(harness_count_rows(http_case.harness, T_TICKET), 0);
}

static void
a_failed_job_is_503_without_changes(void)
{
	struct exchange *x;
	struct response a;

	waiting.jobs = 1;
	x = waiting_send();
	job_fail(&serve_jobs(x)->list[0]);
	waiting_run_again(x);
	a = response_of(x);
	CU_ASSERT_EQUAL(a.status, 503);
	CU_ASSERT_STRING_EQUAL(response_text(a, "error"), "temporarily_unavailable");
	CU_ASSERT_STRING_EQUAL(response_header(a, "Retry-After"), "1");
	CU_ASSERT_EQUAL(harness_count_rows(http_case.harness, T_TICKET), 0);
}

static void
a_request_may_wait_sixteen_times(void)
{
	struct exchange *x;

	waiting.jobs = 1;
	x = waiting_send();
	for (unsigned i = 0; i < JOBS_RERUNS; i++) {
		struct jobs *jobs = serve_jobs(x);

		CU_ASSERT_PTR_NOT_NULL_FATAL(jobs);
		CU_ASSERT_EQUAL(jobs->reruns, i + 1);
		waiting_run_again(x);
	}
	CU_ASSERT_PTR_NULL(serve_jobs(x));
	CU_ASSERT_EQUAL(x->out.status, 503);
	CU_ASSERT_EQUAL(waiting.runs, JOBS_RERUNS + 1);
}

static void
a_request_may_have_eight_jobs(void)
{
	struct exchange *x;

	waiting.jobs = JOBS_MAX;
	x = waiting_send();
	for (unsigned i = 0; i < JOBS_MAX; i++) {
		waiting_finish_job(x);
		waiting_run_again(x);
	}
	CU_ASSERT_EQUAL(x->out.status, 201);
	waiting.jobs = JOBS_MAX + 1;
	x = waiting_send();
	for (unsigned i = 0; i < JOBS_MAX; i++) {
		waiting_finish_job(x);
		waiting_run_again(x);
	}
	CU_ASSERT_EQUAL(x->out.status, 503);
}

/* Another process writes the row that the first run found missing. */
static void
waiting_write_row(void)
{
	struct harness *s = http_case.harness;

	harness_begin(s);
	change_put(&s->changes, T_COUNT, bytes_of("seen"), bytes_of("1"));
	CU_ASSERT_EQUAL(harness_commit(s), OK);
}

static void
a_request_can_wait_after_a_conflict(void)
{
	struct exchange *x;

	waiting.jobs = 1;
	waiting.late = true;
	http_case.store.before_commit = waiting_write_row;
	http_case.store.before_commit_calls = 1;
	x = waiting_send();
	CU_ASSERT_EQUAL(waiting.runs, 2);
	CU_ASSERT_EQUAL(x->out.status, 0);
	harness_begin(http_case.harness);
	CU_ASSERT_EQUAL(harness_count_rows(http_case.harness, T_TICKET), 0);
	waiting_finish_job(x);
	waiting_run_again(x);
	CU_ASSERT_EQUAL(x->out.status, 201);
	CU_ASSERT_EQUAL(harness_count_rows(http_case.harness, T_TICKET), 1);
}

static CU_TestInfo tests[] = {
	{ "a request that waits has no response and no changes",
	  a_request_that_waits_has_no_response_and_no_changes },
	{ "other requests of the batch do not wait", other_requests_of_the_batch_do_not_wait },
	{ "each run draws the same random values", each_run_draws_the_same_random_values },
	{ "what was revoked in the meantime is revoked",
	  what_was_revoked_in_the_meantime_is_revoked },
	{ "a failed job is 503 without changes", a_failed_job_is_503_without_changes },
	{ "a request may wait sixteen times", a_request_may_wait_sixteen_times },
	{ "a request can wait after a conflict", a_request_can_wait_after_a_conflict },
	{ "a request may have eight jobs", a_request_may_have_eight_jobs },
	CU_TEST_INFO_NULL,
};

CU_SuiteInfo waiting_suite = { "waiting", NULL, NULL, waiting_setup, waiting_teardown, tests };
