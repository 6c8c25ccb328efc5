/* SPDX-License-Identifier: Apache-2.0 */
#ifndef USHER_BASE_DESCRIPTORS_H
#define USHER_BASE_DESCRIPTORS_H

#include <stdbool.h>

/*
 * Opens /dev/null on each of descriptors 0, 1 and 2 that is closed, so that no later open gets
 * such a number: what a library prints on standard error would go into that file (T-X08).  Every
 * program calls this before anything else opens a descriptor.
 *
 * Reading such a standard input and writing such an output fail with EBADF, as they would have
 * failed before: nobody takes lost output for output.  False: /dev/null cannot be opened; the
 * program must not continue.
 */
bool descriptors_open_standard(void);

#endif
