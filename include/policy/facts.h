/* SPDX-License-Identifier: Apache-2.0 */
#ifndef USHER_POLICY_FACTS_H
#define USHER_POLICY_FACTS_H

#include <json-c/json.h>
#include <stdint.h>

#include "base/str_list.h"

struct numbered_names;

/*
 * The facts that rules are evaluated for. Facts of the server have their own fields; claims of the
 * requesting party are below `party`, so no claim can replace a fact of the server (T-U09).
 */
struct party {
	const char *issuer; /* of the claims */
	const char *subject;
	struct json_object *claims; /* of that issuer; see policy/claims.h */
	const char *account;	    /* id of the account linked to them; NULL: none */
	struct str_list groups;	    /* that account's groups */
	/* the account's changes of groups (model/numbered_names.h) */
	const struct numbered_names *group_changes;
	int64_t group_change_count; /* the number of the latest of them */
	const char *version;	    /* of issuer, link and account; rules do not use it */
	int64_t issued;		    /* `iat` of the token that contained the claims */
	int64_t auth_time;	    /* time of the sign-in; 0: not in the token */
};

struct facts {
	int64_t now;
	const char *client;	   /* id of the client that requests the token */
	const struct party *party; /* NULL: the party is not known yet */
	size_t *comparisons;	   /* counts comparisons with claims (T-P06); or NULL */
};

#endif
