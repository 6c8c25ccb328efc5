/* SPDX-License-Identifier: Apache-2.0 */
#ifndef USHER_POLICY_VALUE_H
#define USHER_POLICY_VALUE_H

#include <json-c/json.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "policy/number.h"
#include "policy/json_path.h"

/*
 * The value that a claim is compared with: text, a number, true or false. A value and a claim of
 * different types cannot be compared, so the result is UNKNOWN. json-c's getters are not used: they
 * convert the text "5" to the number 5.
 */
enum value_type { VALUE_TEXT, VALUE_NUMBER, VALUE_FLAG };

struct value {
	enum value_type type;
	const char *text;
	const char *compared;	     /* `text` in its normal form, for comparisons */
	const struct number *number; /* a pointer, as it is large and most values are text */
	bool flag;
};

/* Numbers must be exact in every JSON implementation (RFC 7493, 2.2): integers up to
 * 9007199254740991, and fractions of at most 15 significant digits and 15 decimal places. */
enum err value_parse(const struct json_path *at, struct value *out);
void value_print(struct buf *b, const char *name, const struct value *v);
void value_describe(struct buf *b, const struct value *v);

#endif
