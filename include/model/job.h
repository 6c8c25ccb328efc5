/* SPDX-License-Identifier: Apache-2.0 */
#ifndef USHER_MODEL_JOB_H
#define USHER_MODEL_JOB_H

#include "base/jobs.h"
#include "model/work.h"

/*
 * Kinds of jobs (base/jobs.h). Each has a row in the table of usherd (src/usherd/service.c), which
 * names the process that does them, and one function here that a handler calls, such as
 * password_check.
 */
enum job_kind { JOB_PASSWORD, JOB_KINDS };

/*
 * Asks for the result of a job. OK: `*answer` is the result, in the arena of the request. ERR_WAIT:
 * the job is recorded; the caller returns ERR_WAIT like any other error (TRY), and the handler runs
 * again when the result is there. ERR_UNAVAILABLE: the job failed or took too long, its queue is
 * full, or the request has too many jobs.
 *
 * The handler runs again on a later snapshot and at a later time. So the input must have the same
 * bytes in each run unless what was decided has changed: no time, and no id that was generated from
 * one. The process that does the job never opens the store: the input contains all that it needs.
 */
enum err job_answer(struct work *w, enum job_kind kind, struct bytes input, struct bytes *answer);

#endif
