/* SPDX-License-Identifier: Apache-2.0 */
#ifndef USHER_TESTS_JOSE_TOKEN_FIXTURE_H
#define USHER_TESTS_JOSE_TOKEN_FIXTURE_H

#include "base/arena.h"
#include "jose/signing_key.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
/* What honest tokens hold, most of them. */
#define CLAIMS WIRE_RPT_CLAIMS
#define PLAIN  "{\"alg\":\"EdDSA\"}"

/*
 * Forged tokens meet a set with every key of the vectors, so that each could find one it likes:
 * `ours` is among them, `theirs` is not.  token_rejected() counts and says which token was taken;
 * token_accepted() does neither, for the tens of thousands that differ by a byte.  A suite begins with
 * token_fixture_setup and ends with token_fixture_teardown; all memory between is of `a`.
 */
extern struct arena *a;
extern struct signing_key ours, theirs;

int token_fixture_setup(void);
int token_fixture_teardown(void);
unsigned token_fixture_count(void);

int token_accepted(const char *token);
int token_rejected(const char *token);

/* Part `n` of a token, counted from 0, and three parts put together. */
char *token_part(const char *token, int n);
char *token_join(const char *header, const char *payload, const char *signature);

#endif
