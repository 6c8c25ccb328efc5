/* SPDX-License-Identifier: Apache-2.0 */
/* The store as a process of ours opens it: after the fork, and never making a new one. */
#include "process/store.h"

#include <sysexits.h>

#include "base/log.h"

int
process_store_open(const struct settings *settings, struct store **out)
{
	const struct store_config config = {
		.path = settings->store,
		.map_size = (uint64_t)settings->map_size << 20,
		.map_max = (uint64_t)settings->map_max << 20,
	};
	const char *why = NULL;

	if (store_open(store_engine(config.path), &config, out, &why) == OK)
		return EX_OK;
	log_error("the store cannot be opened: %s: %s", settings->store, why);
	return EX_UNAVAILABLE;
}
