/* SPDX-License-Identifier: Apache-2.0 */
/* The list of a request's jobs. */
#include "base/jobs.h"

struct job *
jobs_find(struct jobs *all, unsigned kind, struct bytes input)
{
	for (size_t i = 0; i < all->n; i++)
		if (all->list[i].kind == kind && bytes_equal(all->list[i].input, input))
			return &all->list[i];
	return NULL;
}

struct job *
jobs_add(struct jobs *all, unsigned kind, struct bytes input)
{
	struct job *j = &all->list[all->n];

	if (all->n == JOBS_MAX || input.size > JOBS_SIZE_MAX)
		return NULL;
	all->n++;
	*j = (struct job){ .kind = kind, .input = arena_bytes(all->arena, input) };
	return j;
}

bool
jobs_are_over(const struct jobs *all)
{
	for (size_t i = 0; i < all->n; i++)
		if (all->list[i].state != JOB_DONE && all->list[i].state != JOB_FAILED)
			return false;
	return true;
}

void
job_done(struct jobs *all, struct job *j, struct bytes result)
{
	if (result.size > JOBS_SIZE_MAX) {
		job_fail(j);
		return;
	}
	j->result = arena_bytes(all->arena, result);
	j->state = JOB_DONE;
}

void
job_fail(struct job *j)
{
	j->result = BYTES_NONE;
	j->state = JOB_FAILED;
}
