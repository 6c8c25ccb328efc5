/* SPDX-License-Identifier: Apache-2.0 */
#ifndef USHER_BASE_OUTPUT_H
#define USHER_BASE_OUTPUT_H

#include <stdbool.h>

/* Flushes standard output.  False when anything that was printed since the start of the process
 * could not be written.  Every program calls it once, at the end of main: a full disk shows up at
 * any write, also at the last, and earlier return values of printf are not checked. */
bool output_finish(void);

#endif
