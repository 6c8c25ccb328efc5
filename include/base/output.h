/* SPDX-License-Identifier: Apache-2.0 */
#ifndef USHER_BASE_OUTPUT_H
#define USHER_BASE_OUTPUT_H

#include <stdbool.h>

/* Flushes standard output. False if any output since the start of the process could not be
 * written. Every program calls it once, at the end of main, because results of printf are not
 * checked and a full disk may be noticed only by the last write. */
bool output_finish(void);

#endif
