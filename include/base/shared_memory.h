/* SPDX-License-Identifier: Apache-2.0 */
#ifndef USHER_BASE_SHARED_MEMORY_H
#define USHER_BASE_SHARED_MEMORY_H

#include <stddef.h>

/* `size` zeroed bytes that this process shares with all processes that it forks later.  Without
 * memory the process ends; `what` says in the log what it is for. */
void *shared_memory_new(size_t size, const char *what);
void shared_memory_free(void *memory, size_t size);

#endif
