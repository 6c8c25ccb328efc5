/* SPDX-License-Identifier: Apache-2.0 */
#ifndef USHER_TESTS_JOSE_TOKEN_FIXTURE_H
#define USHER_TESTS_JOSE_TOKEN_FIXTURE_H

#include "base/arena.h"
#include "jose/signing_key.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
/* The claims of most valid tokens. */
#define CLAIMS WIRE_RPT_CLAIMS
#define PLAIN  "{\"alg\":\"EdDSA\"}"

/*
 * Forged tokens are verified with a set of all keys of the vectors: `ours` is among them, `theirs`
 * is not. token_rejected() counts tokens and prints one that was accepted; token_accepted() does
 * neither, for tens of thousands that differ in one byte. A suite begins with token_fixture_setup
 * and ends with token_fixture_teardown; all memory between them is from `a`.
 */
extern struct arena *a;
extern struct signing_key ours, theirs;

int token_fixture_setup(void);
int token_fixture_teardown(void);
unsigned token_fixture_count(void);

int token_accepted(const char *token);
int token_rejected(const char *token);

/* Part `n` of a token, counted from 0, and a token of three parts. */
char *token_part(const char *token, int n);
char *token_join(const char *header, const char *payload, const char *signature);

#endif
