/* SPDX-License-Identifier: Apache-2.0 */
#ifndef USHER_MODEL_POLICY_NAMES_H
#define USHER_MODEL_POLICY_NAMES_H

#include "model/work.h"
#include "policy/policy.h"

/*
 * Names in policies. A stored policy has the ids of accounts, so that a login that is given to
 * another person gives them no access. It has no names of things that do not exist: a name that is
 * unknown today must not apply to whatever gets this name later (T-U20).
 */

/* Reads a policy document from a client and resolves its names. `text` is the document to store,
 * and `out` the policy parsed from it. Its scopes must be scopes of the resource; a default policy
 * (`resource` NULL) may have any, since it also applies to future resources. ERR_INVALID_REQUEST
 * with the place, ERR_TOO_LARGE. */
enum err policy_names_read(struct work *w, const char *owner, const char *rs, const char *resource,
			   struct json_object *doc, struct policy *out, const char **text);
/* Adds the logins to the account conditions and returns the document, for people. */
enum err policy_names_show(struct work *w, const struct policy *p, const char **text);

#endif
