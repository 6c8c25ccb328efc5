/* SPDX-License-Identifier: Apache-2.0 */
/* Which engine keeps a database is told by the beginning of the setting `store`. */
#include "base/text.h"
#include "store/store.h"

/* A row an engine; the last one, without a beginning of its own, takes plain paths. */
static const struct {
	const char *beginning;
	const struct store_ops *ops;
} engines[] = {
	{ "", &store_lmdb },
};

const struct store_ops *
store_engine(const char *path)
{
	size_t i = 0;

	while (!text_starts(path, engines[i].beginning))
		i++;
	return engines[i].ops;
}
