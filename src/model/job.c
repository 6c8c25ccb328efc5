/* SPDX-License-Identifier: Apache-2.0 */
/* Finds or records a job of a request. */
#include "model/job.h"

enum err
job_answer(struct work *w, enum job_kind kind, struct bytes input, struct bytes *answer)
{
	struct job *j = jobs_find(w->jobs, kind, input);

	*answer = BYTES_NONE;
	if (j == NULL)
		j = jobs_add(w->jobs, kind, input);
	if (j == NULL || j->state == JOB_FAILED)
		return ERR_UNAVAILABLE;
	if (j->state != JOB_DONE)
		return ERR_WAIT;
	*answer = j->result;
	return OK;
}
