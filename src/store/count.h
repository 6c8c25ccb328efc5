/* SPDX-License-Identifier: Apache-2.0 */
#ifndef USHER_SRC_STORE_COUNT_H
#define USHER_SRC_STORE_COUNT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/bytes.h"

/* Reads the number in a counter's row; 0 for BYTES_NONE. Returns false if the row is not a
 * number. */
bool count_read(struct bytes row, int64_t *out);
/* Adds two numbers, limited to 0 and INT64_MAX. */
int64_t count_add(int64_t count, int64_t delta);

#endif
