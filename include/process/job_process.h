/* SPDX-License-Identifier: Apache-2.0 */
#ifndef USHER_PROCESS_JOB_PROCESS_H
#define USHER_PROCESS_JOB_PROCESS_H

#include "process/task.h"

/*
 * The main function of a process that does jobs of the kind t->job_kind, one at a time. Returns its
 * exit code (sysexits.h). It ends after SIGHUP, which the master sends when its generation has no
 * worker any more, and when the master dies; SIGTERM and SIGINT, which also reach it when the whole
 * service is stopped, would leave the requests of the workers without results.
 */
int job_process_main(const struct task *t);

#endif
