/* SPDX-License-Identifier: Apache-2.0 */
#ifndef USHER_POLICY_NUMBER_H
#define USHER_POLICY_NUMBER_H

#include <json-c/json.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"

/*
 * A JSON number as an exact decimal: 30, 30.0 and 3e1 are equal, and no digit is lost in a
 * conversion to a double (T-U18).
 */
#define NUMBER_DIGITS_MAX 64

struct number {
	bool negative;			/* false for zero */
	size_t n;			/* 0 for zero */
	char digits[NUMBER_DIGITS_MAX]; /* neither the first nor the last is '0' */
	int64_t point;			/* the value is 0.DIGITS * 10^point */
};

/* False if `o` is not a number, or has more than NUMBER_DIGITS_MAX significant digits. */
bool number_read(struct json_object *o, struct number *out);
/* Negative, 0 or positive, as for strcmp. */
int number_compare(const struct number *a, const struct number *b);
/* Prints without exponent. For numbers within the bounds of value_parse. */
void number_print(struct buf *b, const struct number *n);

#endif
