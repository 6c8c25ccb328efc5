/* SPDX-License-Identifier: Apache-2.0 */
/* Values in claim conditions. */
#include <string.h>

#include "base/json.h"
#include "base/unicode.h"
#include "policy/describe.h"
#include "policy/value.h"

#define FRACTION_DIGITS 15

static enum err
value_parse_text(const struct json_path *at, struct value *out)
{
	out->type = VALUE_TEXT;
	TRY(json_path_text(at, JSON_PATH_TEXT_MAX, &out->text));
	if (!unicode_normalise(at->arena, out->text, &out->text))
		return json_path_fail(at, "has characters that cannot be compared (RFC 8265, 4.2)");
	if (strlen(out->text) > JSON_PATH_TEXT_MAX)
		return json_path_fail(at, "is too long in Unicode normalization form C");
	out->compared = out->text;
	return OK;
}

static enum err
value_parse_number(const struct json_path *at, struct value *out)
{
	static const struct number max = { false, 16, "9007199254740991", 16 };
	struct number *number = ARENA_NEW(at->arena, struct number), size;

	out->type = VALUE_NUMBER;
	out->number = number;
	if (!number_read(at->value, number))
		return json_path_fail(at, "must have at most 15 digits");
	size = *number;
	size.negative = false;
	if (number_compare(&size, &max) > 0)
		return json_path_fail(at, "must be from -9007199254740991 to 9007199254740991");
	if ((int64_t)size.n > size.point &&
	    (size.n > FRACTION_DIGITS || (int64_t)size.n - size.point > FRACTION_DIGITS))
		return json_path_fail(at, "must have at most 15 digits and 15 decimal places");
	return OK;
}

enum err
value_parse(const struct json_path *at, struct value *out)
{
	++*at->weight;
	switch (json_object_get_type(at->value)) {
	case json_type_string: return value_parse_text(at, out);
	case json_type_int:
	case json_type_double: return value_parse_number(at, out);
	case json_type_boolean:
		out->type = VALUE_FLAG;
		out->flag = json_object_get_boolean(at->value);
		return OK;
	case json_type_null:
	case json_type_array:
	case json_type_object: break;
	}
	return json_path_fail(at, "must be text, a number, true or false");
}

void
value_print(struct buf *b, const char *name, const struct value *v)
{
	struct buf number = { .arena = b->arena };

	switch (v->type) {
	case VALUE_TEXT: out_text(b, name, v->text); break;
	case VALUE_NUMBER:
		number_print(&number, v->number);
		out_raw(b, name, number.data);
		break;
	case VALUE_FLAG: out_bool(b, name, v->flag); break;
	}
}

void
value_describe(struct buf *b, const struct value *v)
{
	switch (v->type) {
	case VALUE_TEXT: describe_name(b, v->text); break;
	case VALUE_NUMBER: number_print(b, v->number); break;
	case VALUE_FLAG: buf_text(b, v->flag ? "true" : "false"); break;
	}
}
