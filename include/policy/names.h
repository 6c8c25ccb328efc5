/* SPDX-License-Identifier: Apache-2.0 */
#ifndef USHER_POLICY_NAMES_H
#define USHER_POLICY_NAMES_H

#include "policy/json_path.h"
#include "policy/policy.h"

/*
 * The names in a policy that stand for something outside it.  What exists is known to the model
 * only (model/policy_names.h); this says where the names are.
 */
enum name_kind { NAME_NONE, NAME_ACCOUNT, NAME_GROUP, NAME_CLIENT, NAME_ISSUER, NAME_SCOPE };

struct policy_name {
	enum name_kind kind;
	const char **text;	    /* may be replaced */
	const char **login;	    /* of an account: for people, see policy.h; else NULL */
	struct json_path json_path; /* for json_path_fail */
};

/* Calls `fn` for each name in the order of the document, until it returns something else than OK.
 * A refusal by json_path_fail leaves its sentence in *why. */
typedef enum err policy_name_fn(void *arg, const struct policy_name *name);
enum err policy_names_each(struct arena *a, const struct policy *p, policy_name_fn *fn, void *arg,
			   const char **why);

#endif
