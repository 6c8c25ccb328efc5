/* SPDX-License-Identifier: Apache-2.0 */
#ifndef USHER_USHERD_STORE_H
#define USHER_USHERD_STORE_H

#include "base/settings.h"
#include "store/store.h"

/* Opens the store that the settings name.  EX_OK, or what the process shall exit with; logged. */
int usherd_store_open(const struct settings *settings, struct store **out);
/* What a process exits with that would exit with `code`: EX_OSFILE when the store was replaced,
 * removed or cut off under it.  usherd ends then, since only an operator knows which store it shall
 * serve. */
int usherd_store_code(struct store *s, int code);

#endif
