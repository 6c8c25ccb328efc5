/* SPDX-License-Identifier: Apache-2.0 */
#ifndef USHER_BASE_DIRECTORY_H
#define USHER_BASE_DIRECTORY_H

#include <sys/stat.h>

#include "base/arena.h"

/* The directory part of `path`, "." if it has none. In `a` or a literal. */
const char *directory_of(struct arena *a, const char *path);
/* Checks that no other user can replace the files in a directory (T-X06): others must not have
 * write permission unless it is sticky, and it must belong to root or to the user of this process.
 * Returns NULL, or a fault that continues the words "a directory". */
const char *directory_fault(const struct stat *directory);

#endif
