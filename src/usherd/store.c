/* SPDX-License-Identifier: Apache-2.0 */
/* Opens the store for a process of usherd: after the fork, and without creating a store. */
#include "usherd/store.h"

#include <sysexits.h>

#include "base/clock.h"
#include "base/log.h"
#include "server/serve.h"
#include "store/time.h"

/* The clock must not be behind the time of the store (T-O04). */
static enum err
usherd_store_set_clock_floor(struct store *s)
{
	int64_t time, behind;

	TRY(store_time_now(s, &time));
	behind = clock_floor(time * 1000) / 1000;
	if (behind > 0)
		log_warn("store: the system clock is %lld s behind the time of the store; set the "
			 "clock right",
			 (long long)behind);
	return OK;
}

#define SNAPSHOTS (SERVE_SNAPSHOTS + 1) /* those of a batch, and one to count rows */

int
usherd_store_open(const struct settings *settings, const char *process, struct store **out)
{
	const struct store_config config = {
		.path = settings->store,
		.map_size = (uint64_t)settings->map_size << 20,
		.map_max = (uint64_t)settings->map_max << 20,
		.snapshots = SNAPSHOTS,
	};
	const char *why = NULL;
	enum err e = store_open(store_engine(config.path), &config, out, &why);

	if (e == ABSENT) {
		log_error("%s cannot start: there is no store %s; usherctl init creates one",
			  process, settings->store);
		return EX_UNAVAILABLE;
	}
	if (e != OK) {
		log_error("%s cannot start: the store %s cannot be opened: %s", process,
			  settings->store, why);
		return EX_UNAVAILABLE;
	}
	if (usherd_store_set_clock_floor(*out) == OK)
		return EX_OK;
	log_error("%s cannot start: the time of the store %s cannot be read", process,
		  settings->store);
	store_close(*out);
	*out = NULL;
	return EX_UNAVAILABLE;
}

int
usherd_store_code(struct store *s, int code)
{
	return s != NULL && store_gone(s) ? EX_OSFILE : code;
}
