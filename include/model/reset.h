/* SPDX-License-Identifier: Apache-2.0 */
#ifndef USHER_MODEL_RESET_H
#define USHER_MODEL_RESET_H

#include "model/account.h"
#include "model/work.h"

/*
 * One-time links with which a person sets the password of an account (T-L06): an
 * administrator issues the link and sends it. Only the hash of the handle in the link is stored.
 *
 * A link is invalid after its time, after its use, and as soon as the account's password changes or
 * the account is disabled. So of several links for an account, the first use ends the others.
 */
#define RESET_LIFE 900

struct reset {
	const char *account;  /* id */
	const char *password; /* fingerprint of the account's password when the link was issued */
	bool used;
	int64_t epoch; /* of the account when the link was issued */
	int64_t issued, expires;
	struct bytes key, row;
};

/* Issues a link for the account. */
enum err reset_issue(struct work *w, const struct account *acc, const char **handle);
/* Finds a valid link, and the account that it is for. `missing`:
 * the link is unknown or invalid. */
enum err reset_find(struct work *w, const char *handle, enum err missing, struct reset *out,
		    struct account *acc);
/* Marks the link as used; `account` is the id of the account whose password it sets. */
void reset_use(struct work *w, const struct reset *r, const char *account);

#endif
