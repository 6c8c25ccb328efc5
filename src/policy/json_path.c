/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reads documents strictly: no value is converted, no unknown member is ignored, and each error
 * names its path.
 */
#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/str_list.h"
#include "base/text.h"
#include "policy/json_path.h"

bool
json_path_member(const struct json_path *at, const char *name, struct json_path *out)
{
	struct json_object *value;

	if (!json_object_object_get_ex(at->value, name, &value))
		return false;
	*out = *at;
	out->value = value;
	out->up = at;
	out->name = name;
	return true;
}

enum err
json_path_need(const struct json_path *at, const char *name, struct json_path *out)
{
	struct json_path absent = *at;

	if (json_path_member(at, name, out))
		return OK;
	absent.up = at;
	absent.name = name;
	return json_path_fail(&absent, "is missing");
}

struct json_path
json_path_element(const struct json_path *at, size_t index)
{
	struct json_path element = *at;

	element.value = json_object_array_get_idx(at->value, index);
	element.up = at;
	element.name = NULL;
	element.index = index;
	return element;
}

static void
json_path_print_path(struct buf *b, const struct json_path *at)
{
	if (at->up == NULL)
		return;
	json_path_print_path(b, at->up);
	if (at->name == NULL)
		buf_printf(b, "[%zu]", at->index);
	else
		buf_printf(b, "%s%s", b->size > 0 ? "." : "", at->name);
}

enum err
json_path_fail(const struct json_path *at, const char *sentence)
{
	struct buf b = { .arena = at->arena };

	json_path_print_path(&b, at);
	*at->why = arena_printf(at->arena, "%s %s", b.size > 0 ? b.data : "the policy", sentence);
	return ERR_INVALID_REQUEST;
}

static bool
json_path_is_among(const char *name, const char *const *known)
{
	for (; *known != NULL; known++) {
		if (text_equal(name, *known))
			return true;
	}
	return false;
}

/* Repeats the unknown name, which comes from the client, only if it could be a misspelt member. */
static enum err
json_path_fail_unknown(const struct json_path *at, const char *name)
{
	struct json_path unknown = *at;

	if (!text_is_id(name, 32))
		return json_path_fail(at, "has an unknown member");
	unknown.up = at;
	unknown.name = name;
	return json_path_fail(&unknown, "is an unknown member");
}

enum err
json_path_object(const struct json_path *at, const char *const *known)
{
	struct json_object_iterator i, end;

	if (!json_object_is_type(at->value, json_type_object))
		return json_path_fail(at, "must be an object");
	end = json_object_iter_end(at->value);
	for (i = json_object_iter_begin(at->value); !json_object_iter_equal(&i, &end);
	     json_object_iter_next(&i)) {
		if (!json_path_is_among(json_object_iter_peek_name(&i), known))
			return json_path_fail_unknown(at, json_object_iter_peek_name(&i));
	}
	return OK;
}

enum err
json_path_list(const struct json_path *at, size_t max, size_t *n)
{
	if (!json_object_is_type(at->value, json_type_array))
		return json_path_fail(at, "must be a list");
	*n = json_object_array_length(at->value);
	if (*n == 0)
		return json_path_fail(at, "must not be empty"); /* T-U13 */
	if (*n > max)
		return json_path_fail(at, arena_printf(at->arena, "must have at most %zu elements",
						       max));
	return OK;
}

enum err
json_path_text(const struct json_path *at, size_t max, const char **out)
{
	const char *text;
	size_t size;

	if (!json_object_is_type(at->value, json_type_string))
		return json_path_fail(at, "must be text");
	text = json_object_get_string(at->value);
	size = (size_t)json_object_get_string_len(at->value);
	if (size == 0)
		return json_path_fail(at, "must not be empty");
	if (size > max)
		return json_path_fail(at,
				      arena_printf(at->arena, "must be at most %zu bytes", max));
	if (text_has_control(BYTES(text, size)))
		return json_path_fail(at, "must not have control characters");
	*out = arena_strndup(at->arena, text, size);
	return OK;
}

enum err
json_path_texts(const struct json_path *at, size_t max, struct str_list *out)
{
	size_t n;

	TRY(json_path_list(at, JSON_PATH_LIST_MAX, &n));
	for (size_t i = 0; i < n; i++) {
		struct json_path element = json_path_element(at, i);
		const char *text;

		TRY(json_path_text(&element, max, &text));
		str_list_put(at->arena, out, text);
		++*at->weight;
	}
	return OK;
}

enum err
json_path_int(const struct json_path *at, int64_t min, int64_t max, int64_t *out)
{
	/* json-c returns the nearest int64 for a larger number; all bounds are below that. */
	if (!json_object_is_type(at->value, json_type_int))
		return json_path_fail(at, "must be an integer");
	*out = json_object_get_int64(at->value);
	if (*out < min || *out > max)
		return json_path_fail(at, arena_printf(at->arena, "must be from %lld to %lld",
						       (long long)min, (long long)max));
	return OK;
}
