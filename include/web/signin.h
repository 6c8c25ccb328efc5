/* SPDX-License-Identifier: Apache-2.0 */
#ifndef USHER_WEB_SIGNIN_H
#define USHER_WEB_SIGNIN_H

#include "model/account.h"
#include "web/page.h"

/*
 * Signing in by password: the same for the sign-in page, for a step-up in a flow, and before a
 * person changes their password. Unknown names, disabled accounts and accounts without a password
 * cost the same work and get the same answer (T-L02).
 */

/* The result of an attempt. If the attempt was throttled, the password was not tested. */
struct signin_result {
	bool right;
	int64_t wait; /* seconds until the next attempt; 0: not throttled */
};

/* Tests the password of an account. `acc` NULL: no account has the name `name`. OK, ERR_WAIT (see
 * model/job.h), ERR_UNAVAILABLE or ERR_STORE. */
enum err signin_try_password(struct request *rq, const char *name, const struct account *acc,
			     const char *password, struct signin_result *out);
/* Starts a session of the account, whose password was right, and marks the device as one of the
 * account. The session of the request ends. */
enum err signin_start(struct request *rq, const struct account *acc);
/* Step-up: tests the password of the person who is signed in. If it is right, a new session, whose
 * sign-in is now, takes the place of the old one: sealed fields and tokens of forms are those of
 * the new session from here on. */
enum err signin_step_up(struct request *rq, const char *password, struct signin_result *out);

/* Messages for a wrong password. */
#define SIGNIN_WRONG	      "The username or password is incorrect"
#define SIGNIN_WRONG_PASSWORD "The password is incorrect"

/* Sets the values of a form with an error at one field: the flag `error`, the list `errors`, and
 * `wrong`. `message`: an English text that is translated; NULL: no error. */
void signin_add_error(struct request *rq, struct view *v, const char *field, const char *message);
/* The same after an attempt: `message`, or how long to wait. `result` NULL: no error. */
void signin_add_result(struct request *rq, struct view *v, const char *field, const char *message,
		       const struct signin_result *result);
/* Prints the page after an attempt, always with form-action in its Content-Security-Policy: 400, or
 * 429 with Retry-After; 200 if `result` is NULL. */
void signin_reply(struct request *rq, const char *page, struct view *v,
		  const struct signin_result *result);

/* Prints the sign-in page, which continues at `on` (path NULL: nowhere). `name`: what was typed.
 * `result` NULL: 200, else an error. */
void signin_print(struct request *rq, const struct page_on *on, const char *name,
		  const struct signin_result *result);
/* After the sign-in: continues at `on`, or at the person's own pages. */
void signin_continue(struct request *rq, const struct page_on *on);

#endif
