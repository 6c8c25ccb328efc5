/* SPDX-License-Identifier: Apache-2.0 */
#ifndef USHER_TESTS_POLICY_FIXTURE_H
#define USHER_TESTS_POLICY_FIXTURE_H

#include <CUnit/CUnit.h>
#include <stddef.h>
#include <stdio.h>

#include "base/arena.h"
#include "policy/condition.h"
#include "policy/policy.h"

/* Asserts for one row of a table of cases and prints the row that failed. */
#define CHECK_ROW(holds, row)                                                                      \
	do {                                                                                       \
		bool holds_ = (holds);                                                             \
		if (!holds_)                                                                       \
			fprintf(stderr, "%s\n", row);                                              \
		CU_ASSERT(holds_);                                                                 \
	} while (0)

/* The arena of the running test; policy_fixture_teardown frees it. */
struct arena *policy_fixture_arena(void);
void policy_fixture_teardown(void);

/* Parses JSON in which ' replaces ", so C strings need no escapes. */
struct json_object *json_of(const char *text);
/* `form` with each $ replaced by `text`. */
char *text_fill(const char *form, const char *text);
/* Parse a valid policy or condition; an invalid one fails the test. */
struct policy policy_of(const char *text);
struct condition *condition_of(const char *text);
/* The error message for `text`, or "" if it is valid. */
const char *parse_error_of(const char *text);
const char *print_of(const struct policy *p);
/* The description of the first rule. */
const char *sentence_of(const char *text);

/* Facts with a party of https://idp.example that has these claims. */
struct facts facts_of(const char *claims);
/* The content of a file, in the arena, NUL-terminated. */
char *file_of(const char *path, size_t *size);

#endif
