/* SPDX-License-Identifier: Apache-2.0 */
#ifndef USHER_MODEL_ACCOUNT_H
#define USHER_MODEL_ACCOUNT_H

#include "base/str_list.h"
#include "model/numbered_names.h"
#include "model/work.h"

#define LOGIN_MAX 128 /* bytes */

/* A person or organisation of a tenant. It owns resources and may be a requesting party. */
struct account {
	const char *id;
	const char *login; /* unique in the tenant; 1 to LOGIN_MAX bytes, no control characters */
	const char *email;
	struct str_list groups;
	struct numbered_names *group_changes; /* joins and leaves, each group with the number of its
					       * latest change */
	int64_t group_change_count;	      /* the number of the latest change */
	bool disabled;
	int64_t created;
	int64_t epoch;	       /* raised when the account is disabled: everything issued to it or in
			        * its name before is then inactive (grant.h) */
	struct bytes key, row; /* the row as read, for change_expect */
};

enum err account_find(struct work *w, const char *id, enum err missing, struct account *out);
/* Returns OK if the account exists and is enabled, `missing` if not, or ERR_STORE. `*epoch` is the
 * epoch of the account, also if it is disabled, and 0 if it does not exist. */
enum err account_check_enabled(struct work *w, const char *id, enum err missing, int64_t *epoch);
enum err account_by_login(struct work *w, const char *login, enum err missing, struct account *out);
/* Finds the account that the identity (issuer, subject) is linked to. */
enum err account_by_identity(struct work *w, const char *issuer, const char *subject,
			     enum err missing, struct account *out);

/* Finds it by the key of its row in account_identity. `out->id` is also set if the account was
 * removed. */
struct bytes account_identity_key(struct work *w, const char *issuer, const char *subject);
enum err account_by_identity_key(struct work *w, struct bytes key, enum err missing,
				 struct account *out);

/* Returns OK if an account of the tenant is in the group, `missing` if not, or ERR_STORE. */
enum err account_group_find(struct work *w, const char *group, enum err missing);

/* Returns OK, or ERR_INVALID_REQUEST with the reason if a field is invalid. */
enum err account_check(struct work *w, const struct account *acc);
/* Adds an account and sets its id and created. ERR_EXISTS if the login is in use,
 * ERR_INVALID_REQUEST if a field is invalid. */
enum err account_add(struct work *w, struct account *acc);
enum err account_put(struct work *w, const struct account *acc);
/* Removes the account with its resources, policies and consents; its tokens become inactive. Links
 * to it stay in the store and refer to no account: the person must not count as unlinked again
 * (grant.h). */
enum err account_remove(struct work *w, const struct account *acc);
/* Links the identity to the account. ERR_EXISTS if it is linked to another account. */
enum err account_link(struct work *w, const struct account *acc, const char *issuer,
		      const char *subject);
/* Links the account to its identity at the tenant's own issuer, unless it is linked already. Each
 * sign-in does: accounts of older stores have no such row. Returns OK or ERR_STORE. */
enum err account_link_own(struct work *w, const char *account);
/* `fn` receives a const struct account *. */
enum err account_each(struct work *w, each_fn fn, void *arg);

#endif
