/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Parses with json-c what the scanner has accepted, and gets members without conversion (T-P05).
 * json-c's own getters turn "12x" into 12 and clamp large numbers; no other file uses them.
 */
#include "base/json.h"
#include "base/log.h"
#include "base/str_list.h"

static void
json_put_object(void *o)
{
	json_object_put(o);
}

static struct json_object *
json_parse_scanned(struct arena *a, struct bytes text)
{
	/* One level more than the scanner accepts, because json-c counts scalars as a level. */
	struct json_tokener *tok = json_tokener_new_ex(JSON_DEPTH_MAX + 1);
	struct json_object *o;

	if (tok == NULL)
		log_die("out of memory for a JSON parser");
	/* Not JSON_TOKENER_STRICT: with it, json-c 0.18 rejects every character above ASCII where
	 * char is signed, and the scanner is stricter anyway. */
	json_tokener_set_flags(tok, JSON_TOKENER_VALIDATE_UTF8);
	/* Includes the NUL; otherwise json-c would expect more digits after a top-level number. */
	o = json_tokener_parse_ex(tok, arena_strndup(a, (const char *)text.data, text.size),
				  (int)text.size + 1);
	if (json_tokener_get_error(tok) != json_tokener_success) {
		json_object_put(o);
		o = NULL;
	}
	json_tokener_free(tok);
	return o;
}

struct json_object *
json_parse(struct arena *a, struct bytes text, const char **why)
{
	struct json_object *o;

	if (!json_scan(a, text, why))
		return NULL;
	o = json_parse_scanned(a, text);
	if (o == NULL) {
		/* Also for a top-level `null`, which json-c represents as a NULL pointer. */
		*why = "the JSON must be a value other than null";
		return NULL;
	}
	arena_defer(a, json_put_object, o);
	return o;
}

enum json_found
json_member(struct json_object *o, const char *name, enum json_type type, struct json_object **out)
{
	struct json_object *found;

	if (!json_object_is_type(o, json_type_object) ||
	    !json_object_object_get_ex(o, name, &found))
		return JSON_ABSENT;
	if (!json_object_is_type(found, type))
		return JSON_WRONG;
	*out = found;
	return JSON_FOUND;
}

enum json_found
json_text(struct json_object *o, const char *name, const char **out)
{
	struct json_object *found;
	enum json_found f = json_member(o, name, json_type_string, &found);

	if (f == JSON_FOUND)
		*out = json_object_get_string(found);
	return f;
}

enum json_found
json_int(struct json_object *o, const char *name, int64_t min, int64_t max, int64_t *out)
{
	struct json_object *found;
	enum json_found f = json_member(o, name, json_type_int, &found);
	int64_t value;

	if (f != JSON_FOUND)
		return f;
	value = json_object_get_int64(found);
	/* json-c clamps larger numbers to the ends of the range, so these two are ambiguous. */
	if (value == INT64_MIN || value == INT64_MAX || value < min || value > max)
		return JSON_WRONG;
	*out = value;
	return JSON_FOUND;
}

#define YEAR_9999 253402300799

enum json_found
json_date(struct json_object *o, const char *name, enum json_round round, int64_t *out)
{
	struct json_object *found;
	double seconds;

	if (json_member(o, name, json_type_double, &found) != JSON_FOUND)
		return json_int(o, name, 0, YEAR_9999, out);
	seconds = json_object_get_double(found);
	if (!(seconds >= 0 && seconds <= YEAR_9999)) /* infinity and NaN are out of range */
		return JSON_WRONG;
	*out = (int64_t)seconds;
	if (round == JSON_UP && (double)*out < seconds)
		(*out)++;
	return JSON_FOUND;
}

enum json_found
json_flag(struct json_object *o, const char *name, bool *out)
{
	struct json_object *found;
	enum json_found f = json_member(o, name, json_type_boolean, &found);

	if (f == JSON_FOUND)
		*out = json_object_get_boolean(found);
	return f;
}

enum json_found
json_str_list(struct arena *a, struct json_object *o, const char *name, size_t max,
	      struct str_list *out)
{
	struct str_list list = { 0 };
	struct json_object *found;
	enum json_found f = json_member(o, name, json_type_array, &found);

	if (f != JSON_FOUND)
		return f;
	if (json_object_array_length(found) > max)
		return JSON_WRONG;
	for (size_t i = 0; i < json_object_array_length(found); i++) {
		struct json_object *item = json_object_array_get_idx(found, i);

		if (!json_object_is_type(item, json_type_string))
			return JSON_WRONG;
		str_list_add(a, &list, json_object_get_string(item));
	}
	*out = list;
	return JSON_FOUND;
}

const char *
json_print(struct arena *a, struct json_object *o)
{
	return arena_strdup(a, json_object_to_json_string_ext(
				       o, JSON_C_TO_STRING_PLAIN | JSON_C_TO_STRING_NOSLASHESCAPE));
}
