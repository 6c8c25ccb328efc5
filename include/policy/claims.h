/* SPDX-License-Identifier: Apache-2.0 */
#ifndef USHER_POLICY_CLAIMS_H
#define USHER_POLICY_CLAIMS_H

#include <json-c/json.h>

#include "base/arena.h"

/*
 * The claims with every text normalised (base/unicode.h), as conditions need them: a claim must not
 * pass a deny rule by another sequence of code points. A text that cannot be normalised becomes an
 * empty object: the claim exists, and no operator but `exists` can compare it. `claims` is not
 * changed; the result is valid as long as the arena.
 */
struct json_object *claims_normalise(struct arena *a, struct json_object *claims);

#endif
