/* SPDX-License-Identifier: Apache-2.0 */
#ifndef USHER_SRC_STORE_NAMESPACE_H
#define USHER_SRC_STORE_NAMESPACE_H

#include "base/err.h"

/* Joins the processes that have the database in the directory `path` open. *out is a descriptor
 * that must be kept as long as the database is open, and closed then. ERR_STORE with *why set:
 * they are in another PID namespace (T-S08). */
enum err namespace_join(const char *path, int *out, const char **why);

#endif
