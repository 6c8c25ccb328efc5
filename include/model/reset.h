/* SPDX-License-Identifier: Apache-2.0 */
#ifndef USHER_MODEL_RESET_H
#define USHER_MODEL_RESET_H

#include "model/account.h"
#include "model/work.h"

/*
 * One-time links with which a person sets the password of an account (T-L06): of an account that
 * exists, or of one that the link creates. An administrator issues the link and sends it. Only
 * the hash of the handle in the link is stored.
 *
 * A link is invalid after its time, after its use, and as soon as the account's password changes or
 * the account is disabled. So of several links for an account, the first use ends the others.
 */
#define RESET_LIFE  900
#define SIGNUP_LIFE 259200 /* three days */

struct reset {
	const char *account;	/* id; NULL: the link creates an account */
	const char *password;	/* fingerprint of the account's password when the link was issued */
	const char *email;	/* of the account to create, or NULL */
	struct str_list groups; /* of the account to create */
	bool used;
	int64_t epoch; /* of the account when the link was issued */
	int64_t issued, expires;
	struct bytes key, row;
};

/* Issues a link for the account. */
enum err reset_issue(struct work *w, const struct account *acc, const char **handle);
/* Issues a link that creates an account with this email (may be NULL) and these groups. */
enum err reset_issue_signup(struct work *w, const char *email, const struct str_list *groups,
			    const char **handle);
/* Finds a valid link, and the account that it is for (not for a link that creates one). `missing`:
 * the link is unknown or invalid. */
enum err reset_find(struct work *w, const char *handle, enum err missing, struct reset *out,
		    struct account *acc);
/* Marks the link as used; `account` is the id of the account whose password it sets. */
void reset_use(struct work *w, const struct reset *r, const char *account);

#endif
