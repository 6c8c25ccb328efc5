/* SPDX-License-Identifier: Apache-2.0 */
/* The instance epoch (T-S12): a row of T_META. */
#include "base/text.h"
#include "store/epoch.h"
#include "src/store/meta.h"

enum err
store_epoch(struct snapshot *db, int64_t *out)
{
	enum err e = meta_number(db, "epoch", out);

	return e == ABSENT ? ERR_STORE : e;
}

enum err
store_epoch_raise(struct snapshot *db, struct changes *c, int64_t *out)
{
	struct bytes key = bytes_of("epoch"), seen;
	uint64_t tenant = c->tenant;
	char digits[INT_DIGITS];

	TRY(store_epoch(db, out));
	TRY(store_get(db, 0, T_META, key, &seen));
	if (*out == INT64_MAX)
		return ERR_STORE;
	(*out)++;
	c->tenant = 0;
	change_take(c, T_META, key, seen, bytes_of(text_print_int(*out, digits)));
	c->tenant = tenant;
	return OK;
}
