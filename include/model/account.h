/* SPDX-License-Identifier: Apache-2.0 */
#ifndef USHER_MODEL_ACCOUNT_H
#define USHER_MODEL_ACCOUNT_H

#include "base/str_list.h"
#include "model/numbered_names.h"
#include "model/work.h"

#define LOGIN_MAX 128 /* bytes */

/* A person (or organisation) of a tenant: owns resources, may be a requesting party. */
struct account {
	const char *id;
	const char *login; /* unique in the tenant; 1 to LOGIN_MAX bytes, none of control */
	const char *email;
	const char *password; /* Argon2id; NULL: cannot log in with one */
	struct str_list groups;
	struct numbered_names
		*group_changes; /* groups joined and left since it was made, and by which change */
	int64_t group_change_count; /* the last such change */
	bool disabled;
	int64_t created;
	int64_t epoch;	       /* goes up when it is disabled: what was issued to it or in its name
				 * before has ended (grant.h) */
	struct bytes key, row; /* as read: for change_expect */
};

enum err account_find(struct work *w, const char *id, enum err missing, struct account *out);
/* Is there such an account, and not disabled?  OK, `missing`, ERR_STORE.  `*epoch` is its epoch
 * also when it is disabled, and 0 when there is none. */
enum err account_check_enabled(struct work *w, const char *id, enum err missing, int64_t *epoch);
enum err account_by_login(struct work *w, const char *login, enum err missing, struct account *out);
/* The account that (issuer, subject) was linked to. */
enum err account_by_identity(struct work *w, const char *issuer, const char *subject,
			     enum err missing, struct account *out);

/* The same by the key of its row in account_identity.  `out->id` tells the id also of an account
 * that was removed. */
struct bytes account_identity_key(struct work *w, const char *issuer, const char *subject);
enum err account_by_identity_key(struct work *w, struct bytes key, enum err missing,
				 struct account *out);

/* Is an account of the tenant in the group?  OK, `missing`, ERR_STORE. */
enum err account_group_find(struct work *w, const char *group, enum err missing);

/* New: fills id.  ERR_EXISTS for a login that is taken, ERR_INVALID_REQUEST. */
enum err account_add(struct work *w, struct account *acc);
enum err account_put(struct work *w, const struct account *acc);
/* With its resources, policies and answers; its tokens die with it.  Links to it stay and name
 * nobody: the person is not who it was before the link (grant.h). */
enum err account_remove(struct work *w, const struct account *acc);
/* ERR_EXISTS: the identity is somebody else's. */
enum err account_link(struct work *w, const struct account *acc, const char *issuer,
		      const char *subject);
/* `fn` gets a const struct account *. */
enum err account_each(struct work *w, each_fn fn, void *arg);

#endif
