/* SPDX-License-Identifier: Apache-2.0 */
#ifndef USHER_BASE_PID_H
#define USHER_BASE_PID_H

#include <sys/types.h>

/* getpid(2) without a system call, because each log line and each read of the store needs it. The
 * result is also correct in a child after fork(2). */
pid_t pid_self(void);

#endif
