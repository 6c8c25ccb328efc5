/* SPDX-License-Identifier: Apache-2.0 */
/* The prefix of the setting `store` selects the engine. */
#include "base/text.h"
#include "store/store.h"

/* One row for each engine. The last one has no prefix and is for plain paths. */
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
