/* SPDX-License-Identifier: Apache-2.0 */
#ifndef USHER_BASE_FOLDER_H
#define USHER_BASE_FOLDER_H

#include <stdbool.h>
#include <sys/stat.h>

#include "base/arena.h"

/* The directory that something lies in, by its path: "." for a bare name. */
const char *folder_of(struct arena *a, const char *path);
/* May others put something else in the place of what lies in it?  They may write to it, and it is
 * not sticky (T-X06). */
bool folder_is_shared(const struct stat *folder);

#endif
