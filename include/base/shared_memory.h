/* SPDX-License-Identifier: Apache-2.0 */
#ifndef USHER_BASE_SHARED_MEMORY_H
#define USHER_BASE_SHARED_MEMORY_H

#include <stddef.h>

/* Returns `size` zeroed bytes that this process shares with all processes it forks later. If there
 * is no memory, the process ends; `what` is the purpose, for the log. */
void *shared_memory_new(size_t size, const char *what);
void shared_memory_free(void *memory, size_t size);

#endif
