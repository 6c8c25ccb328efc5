/* SPDX-License-Identifier: Apache-2.0 */
#ifndef USHER_MODEL_HOUSEKEEPING_H
#define USHER_MODEL_HOUSEKEEPING_H

#include "base/settings.h"
#include "store/store.h"

/* The janitor's round: for every tenant, removes a few thousand rows that have expired
 * (handles, then answers of owners, keys past their end, audit past its keep).  `*more` when
 * something may be left. Commits of its own; never large ones.  Thousands of tenants take many of
 * them, so `go_on` (may be NULL) is called between two tenants; false ends the round. */
enum err housekeeping_round(struct store *store, const struct settings *settings, int64_t now,
			    bool (*go_on)(void *arg), void *arg, bool *more);

#endif
