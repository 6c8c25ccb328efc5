/* SPDX-License-Identifier: Apache-2.0 */
#ifndef USHER_PROCESS_CONFINE_H
#define USHER_PROCESS_CONFINE_H

#include <stdbool.h>

/* Makes this process leave no core and show its memory to nobody (T-X05).  False, as below: the
 * system refused, with errno; it must not see a key then. */
bool confine_memory(void);
/* The same for one just forked by `master`; and it dies with that, and stays within bounds
 * (T-F02). */
bool confine_process(int master);
/* Raises the number of descriptors to what is allowed. */
void confine_files(void);

#endif
