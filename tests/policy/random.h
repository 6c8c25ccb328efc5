/* SPDX-License-Identifier: Apache-2.0 */
#ifndef USHER_TESTS_POLICY_RANDOM_H
#define USHER_TESTS_POLICY_RANDOM_H

#include "tests/policy/policy_fixture.h"

/* A seeded generator: the same numbers in every run. */
void random_seed(unsigned long seed);
unsigned random_below(unsigned n);
/* One of `words`, a list that ends with NULL. */
const char *random_word(const char *const *words);

/* Documents with a small vocabulary, so conditions often match. */
struct json_object *random_policy(void);
/* Appends the value of `when` as text. */
void random_condition(struct buf *b, unsigned depth);
struct facts random_facts(void);
/* a, b, c or NULL */
const char *random_scope(void);

#endif
