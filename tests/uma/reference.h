/* SPDX-License-Identifier: Apache-2.0 */
#ifndef USHER_TESTS_UMA_REFERENCE_H
#define USHER_TESTS_UMA_REFERENCE_H

#include <stdbool.h>
#include <stdint.h>

/*
 * A second implementation of the assessment, written from UMA Grant, 3.3.4, with no code of this
 * project. Sets are bit masks. The requesting party is unknown, so a rule that requires a claim
 * cannot be evaluated.
 */
#define RESOURCES 4
#define SCOPES	  6
#define RULES	  3

enum ref_effect { REF_PERMIT, REF_DENY, REF_ASK, REF_NEED };
enum ref_outcome {
	REF_GRANTED,
	REF_NEED_INFO,
	REF_SUBMITTED,
	REF_DENIED,
	REF_INVALID_SCOPE,
	REF_INVALID_GRANT,
	REF_OUTCOMES
};

struct ref_rule {
	enum ref_effect effect;
	bool all;
	uint8_t scopes;
};

struct ref_resource {
	bool there;
	uint8_t available;
	struct ref_rule rule[RULES];
	int rules;
};

struct ref_question {
	uint8_t registered, requested, ticket[RESOURCES];
	bool in_ticket[RESOURCES];
	bool strict, partial;
};

struct ref_answer {
	enum ref_outcome outcome;
	uint8_t granted[RESOURCES];
	bool bare[RESOURCES]; /* granted without scopes */
};

struct ref_answer reference_assess(const struct ref_resource ref_resources[RESOURCES],
				   const struct ref_question *q);

#endif
