/* SPDX-License-Identifier: Apache-2.0 */
#ifndef USHER_POLICY_VALUE_H
#define USHER_POLICY_VALUE_H

#include <json-c/json.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "policy/place.h"

/*
 * What a claim is compared with: text, an integer, or true and false.  Values of different types
 * are different; json-c's getters, which turn the text "5" into the number 5, are not used.
 * Integers keep to what every JSON reader holds exactly (RFC 7493, 2.2).
 */
enum value_type { VALUE_TEXT, VALUE_INT, VALUE_FLAG };

struct value {
	enum value_type type;
	const char     *text;
	int64_t         number;		/* of a flag: 0 or 1 */
};

#define VALUE_INT_MAX 9007199254740991

enum err value_parse(const struct place *at, struct value *out);
bool value_equals(const struct value *v, struct json_object *claim);
void value_print(struct buf *b, const char *name, const struct value *v);
void value_say(struct buf *b, const struct value *v);

#endif
