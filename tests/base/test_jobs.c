/* SPDX-License-Identifier: Apache-2.0 */
#include "base/jobs.h"
#include "tests/run.h"

static struct jobs jobs;

static void
jobs_setup(void)
{
	jobs = (struct jobs){ .arena = arena_new() };
}

static void
jobs_teardown(void)
{
	arena_free(jobs.arena);
}

static void
a_job_is_found_by_its_kind_and_its_input(void)
{
	char text[] = "abc";
	struct job *j;

	CU_ASSERT_PTR_NULL(jobs_find(&jobs, 1, bytes_of("abc")));
	j = jobs_add(&jobs, 1, BYTES(text, 3));
	text[0] = 'x'; /* the input was copied */
	CU_ASSERT_PTR_EQUAL(jobs_find(&jobs, 1, bytes_of("abc")), j);
	CU_ASSERT_PTR_NULL(jobs_find(&jobs, 2, bytes_of("abc")));
	CU_ASSERT_PTR_NULL(jobs_find(&jobs, 1, bytes_of("ab")));
	CU_ASSERT_PTR_NULL(jobs_find(&jobs, 1, BYTES_NONE));
}

static void
jobs_are_over_when_each_has_a_result_or_has_failed(void)
{
	struct job *first, *second;

	CU_ASSERT_TRUE(jobs_are_over(&jobs));
	first = jobs_add(&jobs, 1, bytes_of("a"));
	second = jobs_add(&jobs, 1, bytes_of("b"));
	CU_ASSERT_FALSE(jobs_are_over(&jobs));
	job_done(&jobs, first, bytes_of("result"));
	second->state = JOB_SENT;
	CU_ASSERT_FALSE(jobs_are_over(&jobs));
	job_fail(second);
	CU_ASSERT_TRUE(jobs_are_over(&jobs));
	CU_ASSERT_EQUAL(first->state, JOB_DONE);
	CU_ASSERT_TRUE(bytes_equal(first->result, bytes_of("result")));
	CU_ASSERT_EQUAL(second->state, JOB_FAILED);
}

static void
the_number_of_jobs_and_the_size_of_their_data_are_bounded(void)
{
	struct bytes large = BYTES(arena_alloc(jobs.arena, JOBS_SIZE_MAX + 1), JOBS_SIZE_MAX);
	struct bytes too_large = BYTES(large.data, JOBS_SIZE_MAX + 1);
	struct job *j = jobs_add(&jobs, 0, large);

	CU_ASSERT_PTR_NULL(jobs_add(&jobs, 0, too_large));
	job_done(&jobs, j, too_large);
	CU_ASSERT_EQUAL(j->state, JOB_FAILED);
	job_done(&jobs, j, large);
	CU_ASSERT_EQUAL(j->state, JOB_DONE);
	for (unsigned kind = 1; kind < JOBS_MAX; kind++)
		CU_ASSERT_PTR_NOT_NULL(jobs_add(&jobs, kind, BYTES_NONE));
	CU_ASSERT_PTR_NULL(jobs_add(&jobs, JOBS_MAX, BYTES_NONE));
	CU_ASSERT_EQUAL(jobs.n, JOBS_MAX);
}

static CU_TestInfo tests[] = {
	{ "a job is found by its kind and its input", a_job_is_found_by_its_kind_and_its_input },
	{ "jobs are over when each has a result or has failed",
	  jobs_are_over_when_each_has_a_result_or_has_failed },
	{ "the number of jobs and the size of their data are bounded",
	  the_number_of_jobs_and_the_size_of_their_data_are_bounded },
	CU_TEST_INFO_NULL,
};

CU_SuiteInfo jobs_suite = { "jobs", NULL, NULL, jobs_setup, jobs_teardown, tests };
