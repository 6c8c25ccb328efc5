/* SPDX-License-Identifier: Apache-2.0 */
#ifndef USHER_MODEL_DELEGATION_H
#define USHER_MODEL_DELEGATION_H

#include "model/client.h"
#include "model/work.h"

/*
 * A delegation: an owner's authorization of a resource server, represented by a PAT (UMA Federated
 * Authorization, 1.3). Its version is the text "n.r.o": the number of revocations by the owner, the
 * epoch of the resource server, and the epoch of the owner's account (model/grant.h). PATs,
 * tickets, RPTs, refreshable grants and consents record the version at their creation and are
 * inactive under any other version. The resources stay, for the next PAT of the same owner and
 * server.
 *
 * The delegation to the resource server "" is for the owner's own tokens.
 */

/* Sets `*out` to the current version, also if the delegation is not active. Returns OK or
 * ERR_STORE. */
enum err delegation_version(struct work *w, const char *owner, const char *rs, const char **out);
/* Returns OK if the owner and the resource server exist and are enabled, the client is a resource
 * server, and the current version is `version`; `missing` if not; or ERR_STORE. `rs` NULL: the
 * owner's own tokens. */
enum err delegation_check_active(struct work *w, const char *owner, const struct client *rs,
				 const char *version, enum err missing);
/* The same for a client that need not be a resource server: its plain access tokens for an account
 * depend on the delegation, too. `client` NULL: the owner's own tokens. */
enum err delegation_check_version(struct work *w, const char *account, const struct client *client,
				  const char *version, enum err missing);
/* Ends everything that depends on the delegation. */
enum err delegation_raise(struct work *w, const char *account, const char *client);
/* The same, with its event in the audit: revokes the resource server's delegation from the
 * owner. */
enum err delegation_revoke(struct work *w, const char *owner, const char *rs);

#endif
