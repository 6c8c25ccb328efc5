/* SPDX-License-Identifier: Apache-2.0 */
#ifndef USHER_MODEL_POLICY_NAMES_H
#define USHER_MODEL_POLICY_NAMES_H

#include "model/work.h"
#include "policy/policy.h"

/*
 * Names in policies.  A policy is stored with the ids of accounts, so that a login that passes to
 * somebody else takes no share along, and with names of nothing that does not exist: a name that
 * is unknown today must not apply to whoever gets it tomorrow (T-U20).
 */

/* Reads a document from outside and resolves its names.  `text` gets the document as it is stored,
 * and `out` the policy that was parsed from that text.  Scopes are compared with those of the
 * resource; for a default policy (`resource` NULL) any are taken, as it is for resources to come.
 * ERR_INVALID_REQUEST with the place, ERR_TOO_LARGE. */
enum err policy_names_read(struct work *w, const char *owner, const char *rs, const char *resource,
			   struct json_object *doc, struct policy *out, const char **text);
/* Adds the logins to the account conditions, for people, and returns the document with them. */
enum err policy_names_show(struct work *w, const struct policy *p, const char **text);

#endif
