/* SPDX-License-Identifier: Apache-2.0 */
#ifndef USHER_PROCESS_CONFINE_H
#define USHER_PROCESS_CONFINE_H

#include <stdbool.h>
#include <stddef.h>

/* Disables core dumps of this process and access to its memory by others (T-X05). Returns false
 * with errno if the system refuses; the process must not read a key then. */
bool confine_memory(void);
/* Does the same for a process that `master` has just forked. In addition the process gets a SIGTERM
 * when the master dies, and a limit on its memory (T-F02). Returns false with errno on failure. */
bool confine_process(int master);
/* Lowers the limit on the memory of this process. Returns false with errno on failure. */
bool confine_data(size_t bytes);
/* Raises the limit on open descriptors to the hard limit. */
void confine_files(void);

#endif
