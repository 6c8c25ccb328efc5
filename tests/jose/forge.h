/* SPDX-License-Identifier: Apache-2.0 */
#ifndef USHER_TESTS_JOSE_FORGE_H
#define USHER_TESTS_JOSE_FORGE_H

#include "base/arena.h"
#include "jose/signing_key.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
/* What honest tokens hold, most of them. */
#define CLAIMS       WIRE_RPT_CLAIMS
#define PLAIN        "{\"alg\":\"EdDSA\"}"

/*
 * Forged tokens meet a set with every key of the vectors, so that each could find one it likes:
 * `ours` is among them, `theirs` is not.  refused() counts and says which token was taken;
 * taken() does neither, for the tens of thousands that differ by a byte.  A suite begins with
 * forge_begin and ends with forge_end; all memory between is of `a`.
 */
extern struct arena *a;
extern struct signing_key ours, theirs;

int forge_begin(void);
int forge_end(void);
unsigned forge_count(void);

int taken(const char *token);
int refused(const char *token);

/* Part `n` of a token, counted from 0, and three parts put together. */
char *part(const char *token, int n);
char *join(const char *header, const char *payload, const char *signature);

#endif
