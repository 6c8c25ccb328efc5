/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reading a document of ours member by member: nothing is converted, nothing unknown is
 * skipped, and each refusal names its place.  Which members there are is the reader's business.
 */
#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "policy/place.h"

bool
place_member(const struct place *at, const char *name, struct place *out)
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
place_need(const struct place *at, const char *name, struct place *out)
{
	struct place absent = *at;

	if (place_member(at, name, out))
		return OK;
	absent.up = at;
	absent.name = name;
	return place_fail(&absent, "is missing");
}

struct place
place_element(const struct place *at, size_t index)
{
	struct place element = *at;

	element.value = json_object_array_get_idx(at->value, index);
	element.up = at;
	element.name = NULL;
	element.index = index;
	return element;
}

static void
place_print_path(struct buf *b, const struct place *at)
{
	if (at->up == NULL)
		return;
	place_print_path(b, at->up);
	if (at->name == NULL)
		buf_printf(b, "[%zu]", at->index);
	else
		buf_printf(b, "%s%s", b->size > 0 ? "." : "", at->name);
}

enum err
place_fail(const struct place *at, const char *sentence)
{
	struct buf b = { .arena = at->arena };

	place_print_path(&b, at);
	*at->why = arena_printf(at->arena, "%s %s", b.size > 0 ? b.data : "the policy", sentence);
	return ERR_INVALID_REQUEST;
}

static bool
place_is_among(const char *name, const char *const *known)
{
	for (; *known != NULL; known++) {
		if (text_equal(name, *known))
			return true;
	}
	return false;
}

/* The name is the sender's: it is repeated only where it could be one of ours, misspelt. */
static enum err
place_fail_unknown(const struct place *at, const char *name)
{
	struct place unknown = *at;

	if (!text_is_id(name, 32))
		return place_fail(at, "has a member that is not known");
	unknown.up = at;
	unknown.name = name;
	return place_fail(&unknown, "is not known");
}

enum err
place_object(const struct place *at, const char *const *known)
{
	struct json_object_iterator i, end;

	if (!json_object_is_type(at->value, json_type_object))
		return place_fail(at, "must be an object");
	end = json_object_iter_end(at->value);
	for (i = json_object_iter_begin(at->value); !json_object_iter_equal(&i, &end);
	     json_object_iter_next(&i)) {
		if (!place_is_among(json_object_iter_peek_name(&i), known))
			return place_fail_unknown(at, json_object_iter_peek_name(&i));
	}
	return OK;
}

enum err
place_list(const struct place *at, size_t max, size_t *n)
{
	if (!json_object_is_type(at->value, json_type_array))
		return place_fail(at, "must be a list");
	*n = json_object_array_length(at->value);
	if (*n == 0)
		return place_fail(at, "must not be empty");	/* T-U13 */
	if (*n > max)
		return place_fail(at, arena_printf(at->arena, "has more than %zu elements", max));
	return OK;
}

enum err
place_text(const struct place *at, size_t max, const char **out)
{
	const char *text;
	size_t size;

	if (!json_object_is_type(at->value, json_type_string))
		return place_fail(at, "must be text");
	text = json_object_get_string(at->value);
	size = (size_t)json_object_get_string_len(at->value);
	if (size == 0)
		return place_fail(at, "must not be empty");
	if (size > max)
		return place_fail(at, arena_printf(at->arena, "is longer than %zu bytes", max));
	if (text_has_control(BYTES(text, size)))
		return place_fail(at, "must not have control characters");
	*out = arena_strndup(at->arena, text, size);
	return OK;
}

enum err
place_texts(const struct place *at, size_t max, struct strs *out)
{
	size_t n;

	TRY(place_list(at, PLACE_LIST_MAX, &n));
	for (size_t i = 0; i < n; i++) {
		struct place element = place_element(at, i);
		const char *text;

		TRY(place_text(&element, max, &text));
		strs_put(at->arena, out, text);
		++*at->weight;
	}
	return OK;
}

enum err
place_int(const struct place *at, int64_t min, int64_t max, int64_t *out)
{
	/* json-c gives the nearest int64 for what is larger; the bounds are well inside. */
	if (!json_object_is_type(at->value, json_type_int))
		return place_fail(at, "must be an integer");
	*out = json_object_get_int64(at->value);
	if (*out < min || *out > max)
		return place_fail(at, arena_printf(at->arena, "must be from %lld to %lld",
						   (long long)min, (long long)max));
	return OK;
}
