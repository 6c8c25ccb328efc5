/* SPDX-License-Identifier: Apache-2.0 */
#ifndef USHER_MODEL_HOUSEKEEPING_H
#define USHER_MODEL_HOUSEKEEPING_H

#include "base/settings.h"
#include "store/store.h"

/* Removes a few thousand expired rows of each tenant: handles, then consents, signing keys and
 * audit rows. It commits by itself, in small transactions. Sets `*more` if there may be more to
 * remove. `go_on` (may be NULL) is called between two tenants, since a round over thousands of
 * tenants takes long; false ends the round. */
enum err housekeeping_round(struct store *store, const struct settings *settings, int64_t now,
			    bool (*go_on)(void *arg), void *arg, bool *more);

#endif
