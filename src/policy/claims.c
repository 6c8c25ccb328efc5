/* SPDX-License-Identifier: Apache-2.0 */
/* The recursion is bounded: the JSON scanner bounds the depth of claims. */
#include "base/json.h"
#include "base/unicode.h"
#include "policy/claims.h"

static struct json_object *claims_copy(struct arena *a, struct json_object *from);

static struct json_object *
claims_copy_text(struct arena *a, struct json_object *from)
{
	const char *text = json_object_get_string(from), *normal;

	if (!unicode_normalise(a, text, &normal))
		return json_object_new_object();
	return normal == text ? json_object_get(from) : json_object_new_string(normal);
}

static struct json_object *
claims_copy_object(struct arena *a, struct json_object *from)
{
	struct json_object *to = json_object_new_object();

	json_object_object_foreach(from, name, value)
		json_object_object_add(to, name, claims_copy(a, value));
	return to;
}

static struct json_object *
claims_copy_array(struct arena *a, struct json_object *from)
{
	size_t n = json_object_array_length(from);
	struct json_object *to = json_object_new_array_ext((int)n);

	for (size_t i = 0; i < n; i++)
		json_object_array_add(to, claims_copy(a, json_object_array_get_idx(from, i)));
	return to;
}

/* Values without text are shared with `from`, not copied. */
static struct json_object *
claims_copy(struct arena *a, struct json_object *from)
{
	switch (json_object_get_type(from)) {
	case json_type_object: return claims_copy_object(a, from);
	case json_type_array: return claims_copy_array(a, from);
	case json_type_string: return claims_copy_text(a, from);
	case json_type_null:
	case json_type_boolean:
	case json_type_int:
	case json_type_double: break;
	}
	return json_object_get(from);
}

static void
claims_put(void *claims)
{
	json_object_put(claims);
}

struct json_object *
claims_normalise(struct arena *a, struct json_object *claims)
{
	struct json_object *normal = claims_copy(a, claims);

	arena_defer(a, claims_put, normal);
	return normal;
}
