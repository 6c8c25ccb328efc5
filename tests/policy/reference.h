/* SPDX-License-Identifier: Apache-2.0 */
#ifndef USHER_TESTS_POLICY_REFERENCE_H
#define USHER_TESTS_POLICY_REFERENCE_H

#include "policy/policy.h"

/*
 * Evaluates a valid policy document a second time in a different way: directly from the JSON,
 * without code of the room policy.
 */
enum verdict reference_decide(struct json_object *doc, const char *scope, const struct facts *f);

#endif
