/* SPDX-License-Identifier: Apache-2.0 */
#ifndef USHER_ADMIN_OWNER_H
#define USHER_ADMIN_OWNER_H

#include "admin/invocation.h"

/* When root runs usherctl on another user's store, the process becomes that user for good, before
 * it opens the store or the master key: root would leave files behind that usherd cannot open, and
 * whoever owns the directory could have root follow its links.  Refuses where that is not
 * possible. */
enum err owner_become(struct invocation *c);

#endif
