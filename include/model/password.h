/* SPDX-License-Identifier: Apache-2.0 */
#ifndef USHER_MODEL_PASSWORD_H
#define USHER_MODEL_PASSWORD_H

#include "base/crypto.h"
#include "model/account.h"
#include "model/job.h"

/*
 * Passwords of accounts. An Argon2id hash takes about 30 ms, so it is a job (model/job.h) for the
 * process `passwords`. Only that process derives the key with which the hashes are sealed: a worker
 * sends it the password and the sealed hash, and gets an answer and perhaps a new sealed hash.
 *
 * The hash is bound to the tenant and to the login, so it is useless in the row of another account.
 * It has a table of its own, `password`, and is no member of the account's row, because
 * introspection reads and expects that row: a new password, or a hash that is renewed at a sign-in,
 * must not make grants run again.
 *
 * A password is normalised (base/unicode.h) and has at most PASSWORD_MAX bytes; a new one has at
 * least PASSWORD_MIN characters, and must be neither the login nor one of the commonest passwords.
 */
#define PASSWORD_MIN 10
#define PASSWORD_MAX 256

/*
 * Sets `*right` if this is the account's password. The account is NULL if there is none with the
 * login that was typed. For an unknown login, a disabled account and an account without a password
 * the same work is done, and the answer is no (T-L02). After the right password the changes may
 * contain a new hash: the settings password_memory and password_passes were raised. Returns
 * ERR_WAIT or ERR_UNAVAILABLE as job_answer does, or ERR_STORE.
 */
enum err password_check(struct work *w, const struct account *acc, const char *password,
			bool *right);

/* Adds the change that sets the password, and an audit event. The account need not be committed
 * yet. Also ERR_INVALID_REQUEST, with a sentence for the person that chose the password. */
enum err password_set(struct work *w, const struct account *acc, const char *password);

/* Sets `*row` to the row of the account's password; BYTES_NONE if it has none. Each new password,
 * and each renewed hash, makes another row. OK or ERR_STORE. */
enum err password_row(struct work *w, const struct account *acc, struct bytes *row);
/* Adds the removal of the password, if there is one. For account_remove. */
void password_remove(struct work *w, const char *account);

/* --- the process `passwords`, and usherctl, which does these jobs itself --- */

struct password_keeper {
	struct key key; /* seals the hashes of all tenants */
	struct crypto_cost cost;
	const char *dummy; /* a hash that no password has */
};

/* Derives the key from the master key. Returns false if there is no memory for a hash. */
bool password_keeper_start(struct password_keeper *k, struct arena *a, const struct key *master,
			   const struct settings *settings);
/* Does one job. Returns false if it failed: the input is malformed, the sealed hash cannot be
 * decrypted, or there is no memory. */
bool password_keeper_run(const struct password_keeper *k, struct arena *a, struct bytes input,
			 struct bytes *result);
/* Does all jobs of a request that wait for it. */
void password_keeper_run_all(const struct password_keeper *k, struct arena *a, struct jobs *jobs);

#endif
