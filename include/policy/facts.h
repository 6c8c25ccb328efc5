/* SPDX-License-Identifier: Apache-2.0 */
#ifndef USHER_POLICY_FACTS_H
#define USHER_POLICY_FACTS_H

#include <json-c/json.h>
#include <stdint.h>

#include "base/str_list.h"

struct since;

/*
 * What a rule may be judged by.  Facts of the server are fields of their own; claims of the
 * requesting party stay below `party` and can never pose as one (T-U09).
 */
struct party {
	const char *issuer; /* who vouches */
	const char *subject;
	struct json_object *claims; /* of that issuer; see policy/claims.h */
	const char *account;	    /* id of the account linked to them; NULL: none */
	struct str_list groups;	    /* that account's groups */
	const struct since *turns;  /* … and when it joined and left groups (model/since.h) */
	const char *version;	    /* of issuer, link and account; no rule looks at it */
	int64_t issued;		    /* `iat` of what carried the claims */
	int64_t auth_time;	    /* when it signed in; 0: the issuer does not say */
};

struct facts {
	int64_t now;
	const char *client;	   /* id of the client that asks */
	const struct party *party; /* NULL: nobody is known yet */
	size_t *steps;		   /* counts comparisons with claims (T-P06); or NULL */
};

#endif
