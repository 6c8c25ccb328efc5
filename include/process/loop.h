/* SPDX-License-Identifier: Apache-2.0 */
#ifndef USHER_PROCESS_LOOP_H
#define USHER_PROCESS_LOOP_H

#include "process/peers.h"
#include "process/task.h"

/*
 * A worker's loop: one turn takes every request that lies complete, has them answered in one
 * batch, and sends the answers.  Says NOTE_READY when it serves.  Returns OK when the worker was
 * told to go and has finished, ERR_STORE when the store is broken.
 */
enum err loop_run(const struct task *t, void *worker, const struct peers *peers);

#endif
