/* SPDX-License-Identifier: Apache-2.0 */
#ifndef USHER_MODEL_DELEGATION_H
#define USHER_MODEL_DELEGATION_H

#include "model/client.h"
#include "model/work.h"

/*
 * A delegation: what an owner lets a resource server do, by a PAT (UMA Federated Authorization,
 * 1.3).  Its version is the text "n.r.o": how often the owner revoked it, and the epochs of the
 * resource server and of the owner's account (model/grant.h).  PATs, tickets, RPTs, refreshable
 * grants and answers of owners record the version under which they were made and count under no
 * other.  The resources stay, for the next PAT of the same owner and server.
 *
 * The delegation to the resource server "" is the owner's to the owner: tokens of their own.
 */

/* The version now, whether or not it may be used.  OK or ERR_STORE. */
enum err delegation_version(struct work *w, const char *owner, const char *rs, const char **out);
/* Are owner and resource server there and enabled, is it a resource server, and is the version
 * still this one?  `rs` NULL: the owner's own.  OK, `missing`, ERR_STORE. */
enum err delegation_check_active(struct work *w, const char *owner, const struct client *rs,
				 const char *version, enum err missing);
/* Revokes what the owner let the resource server do. */
enum err delegation_revoke(struct work *w, const char *owner, const char *rs);

#endif
