/* SPDX-License-Identifier: Apache-2.0 */
/* Counters: rows of decimal text that CHANGE_COUNT changes (include/store/changes.h). */
#include "base/log.h"
#include "base/text.h"
#include "src/store/count.h"
#include "store/store.h"

#define DIGITS_MAX 19

bool
count_read(struct bytes row, int64_t *out)
{
	char text[DIGITS_MAX + 1] = "";

	*out = 0;
	if (row.size == 0)
		return true;
	if (row.size > DIGITS_MAX)
		return false;
	memcpy(text, row.data, row.size);
	return text_parse_int(text, 1, INT64_MAX, out);
}

int64_t
count_add(int64_t count, int64_t delta)
{
	int64_t sum;

	if (__builtin_add_overflow(count, delta, &sum))
		return delta > 0 ? INT64_MAX : 0;
	return sum > 0 ? sum : 0;
}

enum err
store_count(struct snapshot *db, tenant_id t, enum table table, struct bytes key, int64_t *out)
{
	struct bytes row = BYTES_NONE;
	enum err e = store_get(db, t, table, key, &row);

	*out = 0;
	if (e != OK)
		return e == ABSENT ? OK : e;
	if (count_read(row, out))
		return OK;
	log_error("store: a row of %s is not a count", table_name(table));
	return ERR_STORE;
}
