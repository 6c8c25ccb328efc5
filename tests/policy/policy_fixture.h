/* SPDX-License-Identifier: Apache-2.0 */
#ifndef USHER_TESTS_POLICY_FIXTURE_H
#define USHER_TESTS_POLICY_FIXTURE_H

#include <CUnit/CUnit.h>
#include <stddef.h>
#include <stdio.h>

#include "base/arena.h"
#include "policy/condition.h"
#include "policy/policy.h"

/* In a table of cases: says which one it was. */
#define CHECK_ROW(holds, row)                                                                      \
	do {                                                                                       \
		bool holds_ = (holds);                                                             \
		if (!holds_)                                                                       \
			fprintf(stderr, "%s\n", row);                                              \
		CU_ASSERT(holds_);                                                                 \
	} while (0)

/* The arena of the running test; policy_fixture_teardown gives it back. */
struct arena *policy_fixture_arena(void);
void policy_fixture_teardown(void);

/* JSON in which ' stands for ", for texts that one can read in C. */
struct json_object *json_of(const char *text);
/* `form` with `text` for every $. */
char *text_fill(const char *form, const char *text);
/* Policies that must parse; a test that gets here with one that does not has failed. */
struct policy policy_of(const char *text);
struct condition *condition_of(const char *text);
/* The reason why `text` is refused, or "" when it is not. */
const char *refusal_of(const char *text);
const char *print_of(const struct policy *p);
/* The sentence of the first rule. */
const char *sentence_of(const char *text);

/* A party of https://idp.example with these claims, and facts with it. */
struct facts facts_of(const char *claims);
/* The file's bytes as text in the arena. */
char *file_of(const char *path, size_t *size);

#endif
