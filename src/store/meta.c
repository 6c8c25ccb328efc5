/* SPDX-License-Identifier: Apache-2.0 */
/* Numbers about the database itself, in rows of T_META, such as its format. */
#include "base/log.h"
#include "base/text.h"
#include "src/store/meta.h"

#define DIGITS_MAX 19

const struct meta_row meta_rows[] = {
	{ "format", "1" },
	{ "epoch", "1" },
};
const size_t meta_count = sizeof(meta_rows) / sizeof(*meta_rows);

enum err
meta_number(struct snapshot *db, const char *name, int64_t *out)
{
	char text[DIGITS_MAX + 1] = "";
	struct bytes row;

	TRY(store_get(db, 0, T_META, bytes_of(name), &row));
	if (row.size <= DIGITS_MAX)
		memcpy(text, row.data, row.size);
	if (text_parse_int(text, 1, INT64_MAX, out))
		return OK;
	log_error("store: the row %s of %s is no number", name, table_name(T_META));
	return ERR_STORE;
}

enum err
meta_check_format(struct store *s, const char **why)
{
	struct snapshot *db;
	int64_t format = 0;
	enum err e;

	*why = "the database cannot be read";
	TRY(store_snapshot(s, &db));
	e = meta_number(db, "format", &format);
	store_release(db);
	if (e == OK && format <= META_FORMAT)
		return OK;
	if (e == OK)
		*why = "the database was written by a newer version of this program";
	if (e == ABSENT)
		*why = "this is not a database of this program";
	return ERR_STORE;
}
