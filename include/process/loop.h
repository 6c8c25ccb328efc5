/* SPDX-License-Identifier: Apache-2.0 */
#ifndef USHER_PROCESS_LOOP_H
#define USHER_PROCESS_LOOP_H

#include "process/peers.h"
#include "process/task.h"

/*
 * The event loop of a worker. One turn collects all complete requests, runs them in one batch and
 * sends the responses. The loop reports NOTE_READY when it serves. Returns OK after the worker has
 * drained, ERR_STORE if the store cannot be used.
 */
enum err loop_run(const struct task *t, void *worker, const struct peers *peers);

#endif
