/* SPDX-License-Identifier: Apache-2.0 */
#ifndef USHER_BASE_PID_H
#define USHER_BASE_PID_H

#include <sys/types.h>

/* getpid(2) without its system call: each line of the log and each get of the store asks.  Right
 * in a child of fork(), too. */
pid_t pid_self(void);

#endif
