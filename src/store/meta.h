/* SPDX-License-Identifier: Apache-2.0 */
#ifndef USHER_SRC_STORE_META_H
#define USHER_SRC_STORE_META_H

#include <stdint.h>

#include "base/bytes.h"
#include "base/err.h"
#include "store/store.h"

/* Rows of T_META, tenant 0, which each engine writes when it creates a database. Their values
 * are decimal numbers from 1. */
#define META_FORMAT 1 /* the format that this program writes; it reads no newer one */

struct meta_row {
	const char *name, *value;
};

extern const struct meta_row meta_rows[];
extern const size_t meta_count;

/* Reads a number. Returns OK, ABSENT, or ERR_STORE if the row is not a number. */
enum err meta_number(struct snapshot *db, const char *name, int64_t *out);
/* Checks the format. Returns ERR_STORE with *why set if this program cannot read the database. */
enum err meta_check_format(struct store *s, const char **why);

#endif
