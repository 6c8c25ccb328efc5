/* SPDX-License-Identifier: Apache-2.0 */
#ifndef USHER_MODEL_SIGNIN_THROTTLE_H
#define USHER_MODEL_SIGNIN_THROTTLE_H

#include "model/account.h"
#include "model/work.h"

/*
 * Delays the guessing of passwords, and locks nobody out (T-L01). Failed attempts are counted for
 * the account (or for an unknown name, so that a delay does not reveal which accounts exist), for
 * the network of the address (/24 or /48), and for the tenant. After three failures, each wait is
 * twice the one before it, from 2 to 1,000 seconds; an hour without a failure forgives one. So at
 * most 98 passwords of an account are tested in a day.
 *
 * Many people share a network, and more share a tenant: a network counts as one person for each 10
 * failures, and a tenant for each 333. The wait of a tenant is at most 16 seconds: a longer one
 * would let a stranger lock out everyone.
 *
 * A device on which the account has signed in before has a counter of its own and no other, so
 * guesses from elsewhere never delay its owner.
 *
 * An attempt counts as failed as soon as it begins, so a hundred attempts at the same moment are
 * not a hundred tests. The counters are in the memory that all workers share (model/throttle.h).
 */
struct signin_attempt {
	const char *name;	       /* as typed */
	const struct account *account; /* NULL: there is none with this name */
	const char *device;	       /* id of a device on which this account signed in, or NULL */
	const char *address;	       /* of the browser; NULL: unknown */
};

/* Begins an attempt, once for each request, however often the request runs. OK: the password may be
 * tested. ERR_TOO_MANY: it must not be tested; *wait is the number of seconds until the next
 * attempt may be. */
enum err signin_throttle_begin(struct work *w, const struct signin_attempt *a, int64_t *wait);
/* After the right password: the account's count, or the device's, is 0 again. */
void signin_throttle_succeed(struct work *w, const struct signin_attempt *a);
/* If the password could not be tested: the attempt does not count. */
void signin_throttle_cancel(struct work *w, const struct signin_attempt *a);

#endif
