/* SPDX-License-Identifier: Apache-2.0 */
#ifndef USHER_PROCESS_STORE_H
#define USHER_PROCESS_STORE_H

#include "base/settings.h"
#include "store/store.h"

/* Opens the store that the settings name.  EX_OK, or what the process shall exit with; logged. */
int process_store_open(const struct settings *settings, struct store **out);

#endif
