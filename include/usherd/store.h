/* SPDX-License-Identifier: Apache-2.0 */
#ifndef USHER_USHERD_STORE_H
#define USHER_USHERD_STORE_H

#include "base/settings.h"
#include "store/store.h"

/* Opens the store of the settings. Returns EX_OK, or the exit code of the process after it has
 * logged the reason. Each process of usherd opens the store, so the log names the `process`: "a
 * worker". */
int usherd_store_open(const struct settings *settings, const char *process, struct store **out);
/* Returns the exit code of a process: EX_OSFILE if the file of the store was replaced, removed or
 * truncated, else `code`. usherd ends in that case, because only an operator knows which store to
 * serve. `s` may be NULL. */
int usherd_store_code(struct store *s, int code);

#endif
