/* SPDX-License-Identifier: Apache-2.0 */
/* Values in claim conditions.  Numbers with a fraction are refused: equality of them is chance. */
#include "base/json.h"
#include "policy/say.h"
#include "policy/value.h"

static int64_t
flag(struct json_object *o)
{
	return json_object_get_boolean(o) ? 1 : 0;
}

enum err
value_parse(const struct place *at, struct value *out)
{
	switch (json_object_get_type(at->value)) {
	case json_type_string:
		out->type = VALUE_TEXT;
		return place_text(at, PLACE_TEXT_MAX, &out->text);
	case json_type_int:
		out->type = VALUE_INT;
		return place_int(at, -VALUE_INT_MAX, VALUE_INT_MAX, &out->number);
	case json_type_boolean:
		out->type = VALUE_FLAG;
		out->number = flag(at->value);
		return OK;
	default:
		return place_fail(at, "must be text, an integer, true or false");
	}
}

bool
value_equals(const struct value *v, struct json_object *claim)
{
	switch (json_object_get_type(claim)) {
	case json_type_string:
		return v->type == VALUE_TEXT && text_equal(v->text, json_object_get_string(claim));
	case json_type_int:
		return v->type == VALUE_INT && v->number == json_object_get_int64(claim);
	case json_type_boolean:
		return v->type == VALUE_FLAG && v->number == flag(claim);
	default:
		return false;
	}
}

void
value_print(struct buf *b, const char *name, const struct value *v)
{
	switch (v->type) {
	case VALUE_TEXT:
		out_text(b, name, v->text);
		break;
	case VALUE_INT:
		out_int(b, name, v->number);
		break;
	case VALUE_FLAG:
		out_bool(b, name, v->number == 1);
		break;
	}
}

void
value_say(struct buf *b, const struct value *v)
{
	switch (v->type) {
	case VALUE_TEXT:
		say_name(b, v->text);
		break;
	case VALUE_INT:
		buf_printf(b, "%lld", (long long)v->number);
		break;
	case VALUE_FLAG:
		buf_text(b, v->number == 1 ? "true" : "false");
		break;
	}
}
