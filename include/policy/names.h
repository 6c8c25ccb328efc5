/* SPDX-License-Identifier: Apache-2.0 */
#ifndef USHER_POLICY_NAMES_H
#define USHER_POLICY_NAMES_H

#include "policy/json_path.h"
#include "policy/policy.h"

/*
 * The names in a policy that refer to accounts, groups, clients, issuers and scopes. This module
 * finds the names; model/policy_names.h checks whether they exist.
 */
enum name_kind { NAME_NONE, NAME_ACCOUNT, NAME_GROUP, NAME_CLIENT, NAME_ISSUER, NAME_SCOPE };

struct policy_name {
	enum name_kind kind;
	const char **text;	    /* may be replaced */
	const char **login;	    /* of an account: its login, see policy.h; else NULL */
	struct json_path json_path; /* for json_path_fail */
};

/* Calls `fn` for each name in the order of the document, until it does not return OK. If `fn` fails
 * by json_path_fail, *why is set. */
typedef enum err policy_name_fn(void *arg, const struct policy_name *name);
enum err policy_names_each(struct arena *a, const struct policy *p, policy_name_fn *fn, void *arg,
			   const char **why);

#endif
