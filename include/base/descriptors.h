/* SPDX-License-Identifier: Apache-2.0 */
#ifndef USHER_BASE_DESCRIPTORS_H
#define USHER_BASE_DESCRIPTORS_H

#include <stdbool.h>

/*
 * Opens /dev/null for each of descriptors 0, 1 and 2 that is closed. Otherwise a later open could
 * get such a number, and messages of a library to standard error would go into that file (T-X08).
 * Every program calls this function before it opens any descriptor.
 *
 * Reads from such a standard input and writes to such an output still fail with EBADF, so a program
 * notices that its output is lost. Returns false if /dev/null cannot be opened; the program must
 * not continue then.
 */
bool descriptors_open_standard(void);

#endif
