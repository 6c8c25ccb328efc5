/* SPDX-License-Identifier: Apache-2.0 */
#ifndef USHER_MODEL_APPROVAL_H
#define USHER_MODEL_APPROVAL_H

#include "base/str_list.h"
#include "model/work.h"

/*
 * An approval: a person's consent to what a client asked for at the authorization endpoint. It is
 * remembered, so the person is not asked again for the same scopes, and everything that came of it
 * names it and ends with it. (A consent, model/consent.h, is an owner's answer about a requesting
 * party.)
 *
 * An approval is valid while the version of the delegation from the account to the client
 * (model/delegation.h) is the one at which it was given. So the person is asked again after the
 * owner revoked the client's PATs, and after the client or the account was disabled.
 */
struct approval {
	const char *id; /* names this approval; one that is given later has another id */
	const char *account, *client;
	struct str_list scopes;
	const char *version;
	int64_t given; /* time of the latest change */
	struct bytes key, row;
};

/* Finds the valid approval. Returns OK, `missing` or ERR_STORE. */
enum err approval_find(struct work *w, const char *account, const char *client, enum err missing,
		       struct approval *out);
/* Records that the person approves `scopes`, in addition to those of a valid approval, whose id
 * stays. Sets `*out` to the result. Returns OK or ERR_STORE. */
enum err approval_give(struct work *w, const char *account, const char *client,
		       const struct str_list *scopes, struct approval *out);
/* Removes the approval and revokes the delegation, which ends everything that came of both.
 * ERR_NOT_FOUND if there is no approval. */
enum err approval_withdraw(struct work *w, const char *account, const char *client);
/* Calls `fn` with each struct approval of the account (NULL: of all accounts), also with those that
 * are no longer valid. */
enum err approval_each(struct work *w, const char *account, each_fn fn, void *arg);

#endif
