/* SPDX-License-Identifier: Apache-2.0 */
#ifndef USHER_BASE_DIRECTORY_H
#define USHER_BASE_DIRECTORY_H

#include <sys/stat.h>

#include "base/arena.h"

/* The directory that something lies in, by its path: "." for a bare name. */
const char *directory_of(struct arena *a, const char *path);
/* What lets another user put something else in the place of what lies in the folder: its mode lets
 * others write and it is not sticky, or it belongs neither to root nor to the user of this process
 * (T-X06).  NULL: nothing does.  The text continues a sentence about the folder. */
const char *directory_fault(const struct stat *folder);

#endif
