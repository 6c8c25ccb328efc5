/* SPDX-License-Identifier: Apache-2.0 */
#ifndef USHER_ADMIN_OWNER_H
#define USHER_ADMIN_OWNER_H

#include "admin/invocation.h"

/* If root runs usherctl and another user owns the store, the process changes to that user
 * permanently, before it opens the store or the master key. Otherwise root could create files that
 * usherd cannot open, and the owner of the directory could make root follow symbolic links. Refuses
 * the command if the user cannot be changed. */
enum err owner_become(struct invocation *c);

#endif
