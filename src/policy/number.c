/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Decimals. json-c keeps the text of a number with a fraction or an exponent, but only 64 bits
 * of an integer: a larger one becomes INT64_MAX or INT64_MIN. Both are outside of the bounds of
 * a policy's numbers, as the integer itself is.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "policy/number.h"

#include "base/text.h"

#define EXPONENT_MAX 1000000000 /* larger exponents are cut to this; no policy has such a number */

/* Reads the digits of one part of the number. Leading zeros only move the point. */
static bool
number_add_digits(struct number *out, const char **text, bool fraction)
{
	const char *p = *text;

	for (; *p >= '0' && *p <= '9'; p++) {
		if (out->n == 0 && *p == '0') {
			out->point -= fraction ? 1 : 0;
			continue;
		}
		if (out->n == NUMBER_DIGITS_MAX)
			return false;
		out->digits[out->n++] = *p;
		out->point += fraction ? 0 : 1;
	}
	*text = p;
	return true;
}

static int64_t
number_exponent(const char *p)
{
	bool negative = *p == '-';
	int64_t exponent = 0;

	p += *p == '-' || *p == '+' ? 1 : 0;
	for (; *p >= '0' && *p <= '9' && exponent < EXPONENT_MAX; p++)
		exponent = exponent * 10 + (*p - '0');
	return negative ? -exponent : exponent;
}

/* `p` must be a number as in RFC 8259, 6. */
static bool
number_parse(const char *p, struct number *out)
{
	*out = (struct number){ .negative = *p == '-' };
	p += *p == '-' ? 1 : 0;
	if (!number_add_digits(out, &p, false))
		return false;
	if (*p == '.') {
		p++;
		if (!number_add_digits(out, &p, true))
			return false;
	}
	if (*p == 'e' || *p == 'E')
		out->point += number_exponent(p + 1);
	while (out->n > 0 && out->digits[out->n - 1] == '0')
		out->n--;
	if (out->n == 0)
		*out = (struct number){ 0 };
	return true;
}

bool
number_read(struct json_object *o, struct number *out)
{
	char text[INT_DIGITS];

	switch (json_object_get_type(o)) {
	case json_type_int:
		snprintf(text, sizeof text, "%" PRId64, json_object_get_int64(o));
		return number_parse(text, out);
	case json_type_double: return number_parse(json_object_get_string(o), out);
	case json_type_null:
	case json_type_boolean:
	case json_type_string:
	case json_type_array:
	case json_type_object: break;
	}
	return false;
}

static int
number_compare_size(const struct number *a, const struct number *b)
{
	size_t n = a->n < b->n ? a->n : b->n;
	int order;

	if (a->n == 0 || b->n == 0)
		return (a->n > 0) - (b->n > 0);
	if (a->point != b->point)
		return a->point < b->point ? -1 : 1;
	order = memcmp(a->digits, b->digits, n);
	return order != 0 ? order : (a->n > b->n) - (a->n < b->n);
}

int
number_compare(const struct number *a, const struct number *b)
{
	if (a->negative != b->negative)
		return a->negative ? -1 : 1;
	return a->negative ? number_compare_size(b, a) : number_compare_size(a, b);
}

void
number_print(struct buf *b, const struct number *n)
{
	int64_t digits = (int64_t)n->n;

	buf_text(b, n->negative ? "-" : "");
	if (n->point <= 0)
		buf_text(b, digits == 0 ? "0" : "0.");
	for (int64_t i = n->point; i < 0; i++)
		buf_char(b, '0');
	for (int64_t i = 0; i < digits; i++) {
		if (i == n->point && i > 0)
			buf_char(b, '.');
		buf_char(b, n->digits[i]);
	}
	for (int64_t i = digits; i < n->point; i++)
		buf_char(b, '0');
}
