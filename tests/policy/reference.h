/* SPDX-License-Identifier: Apache-2.0 */
#ifndef USHER_TESTS_POLICY_REFERENCE_H
#define USHER_TESTS_POLICY_REFERENCE_H

#include "policy/policy.h"

/*
 * What a policy says, worked out a second time and in another way: straight from the document,
 * which must be a good one, without the room's own code.
 */
enum verdict reference_decide(struct json_object *doc, const char *scope, const struct facts *f);

#endif
