/* SPDX-License-Identifier: Apache-2.0 */
#ifndef USHER_BASE_SELF_H
#define USHER_BASE_SELF_H

#include <sys/types.h>

/* getpid(2) without its system call: each line of the log and each get of the store asks.  Right
 * in a child of fork(), too. */
pid_t self_pid(void);

#endif
