/* SPDX-License-Identifier: Apache-2.0 */
#ifndef USHER_SRC_STORE_NAMESPACE_H
#define USHER_SRC_STORE_NAMESPACE_H

#include "base/err.h"

/* Joins those who have the database in the directory `path` open: `*out` is a descriptor to be kept
 * as long as it is open, and closed then.  ERR_STORE with *why set: they live in another PID
 * namespace (T-S08). */
enum err namespace_join(const char *path, int *out, const char **why);

#endif
