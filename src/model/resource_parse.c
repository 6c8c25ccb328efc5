/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Resource descriptions from resource servers (UMA Federated Authorization, 3.1). Known members are
 * validated and stored unchanged; unknown members are ignored (1.1).
 */
#include <string.h>

#include "base/json.h"
#include "base/str_list.h"
#include "base/text.h"
#include "base/uri.h"
#include "model/resource.h"

/* The known members and the maximum bytes of their text. `name` and `description` may also have a
 * language tag: "name#de" (RFC 7591, 2.2). */
/* clang-format off */
static const struct {
	const char *name;
	size_t      max;
	bool        tagged;
} members[] = {
	{ "name",        1024, true },
	{ "description", 4096, true },
	{ "icon_uri",    2048, false },
	{ "type",        2048, false },
};
/* clang-format on */
#define MEMBERS (sizeof members / sizeof members[0])

static int
resource_member_of(const char *name)
{
	for (size_t i = 0; i < MEMBERS; i++) {
		size_t n = strlen(members[i].name);

		if (strncmp(name, members[i].name, n) == 0 &&
		    (name[n] == '\0' || (members[i].tagged && name[n] == '#')))
			return (int)i;
	}
	return -1;
}

static enum err
resource_copy_member(struct work *w, struct buf *doc, const char *name, struct json_object *value)
{
	int i = resource_member_of(name);
	const char *text;

	if (i < 0)
		return OK;
	if (!json_object_is_type(value, json_type_string))
		return work_fail(w, ERR_INVALID_REQUEST, "%s must be text", members[i].name);
	text = json_object_get_string(value);
	if (strlen(text) > members[i].max)
		return work_fail(w, ERR_INVALID_REQUEST, "%s must have at most %zu bytes",
				 members[i].name, members[i].max);
	if (strcmp(name, "icon_uri") == 0 && !uri_is_web(w->arena, text))
		return work_fail(w, ERR_INVALID_REQUEST, "icon_uri must be an http or https URL");
	out_text(doc, name, text);
	return OK;
}

/* ASCII must be that of a scope-token (RFC 6749, 3.3): a space would separate two scopes in the
 * parameter scope. Other characters are allowed (UMA Federated Authorization, 3.1: any string); a
 * permission ticket can name them, the parameter scope cannot. */
static bool
resource_scope_is_valid(const char *s)
{
	size_t n = 0;

	while (n <= RESOURCE_SCOPE_LEN && (text_is_scope_char(s[n]) || (unsigned char)s[n] >= 0x80))
		n++;
	return n > 0 && n <= RESOURCE_SCOPE_LEN && s[n] == '\0' && !text_has_control(bytes_of(s));
}

static enum err
resource_read_scopes(struct work *w, struct json_object *o, struct str_list *out)
{
	struct str_list listed = { 0 };

	switch (json_str_list(w->arena, o, "resource_scopes", RESOURCE_SCOPES_MAX, &listed)) {
	case JSON_ABSENT: return work_fail(w, ERR_INVALID_REQUEST, "resource_scopes is required");
	case JSON_WRONG:
		return work_fail(w, ERR_INVALID_REQUEST,
				 "resource_scopes must be an array of at most "
				 "%d strings",
				 RESOURCE_SCOPES_MAX);
	case JSON_FOUND: break;
	}
	*out = (struct str_list){ 0 };
	for (size_t i = 0; i < listed.n; i++) {
		const char *s = listed.list[i];

		if (!resource_scope_is_valid(s))
			return work_fail(
				w, ERR_INVALID_REQUEST,
				"resource_scopes[%zu] must have 1 to %d bytes and no space, "
				"quotation mark, backslash or control character",
				i, RESOURCE_SCOPE_LEN);
		str_list_put(w->arena, out, s);
	}
	return OK;
}

enum err
resource_parse(struct work *w, struct json_object *doc, struct resource *r)
{
	struct buf b = { .arena = w->arena };

	if (!json_object_is_type(doc, json_type_object))
		return work_fail(w, ERR_INVALID_REQUEST, "the description must be a JSON object");
	TRY(resource_read_scopes(w, doc, &r->scopes));
	out_open(&b, NULL, '{');
	out_str_list(&b, "resource_scopes", &r->scopes);
	json_object_object_foreach(doc, name, value) TRY(resource_copy_member(w, &b, name, value));
	out_close(&b, '}');
	r->doc = b.data;
	r->name = NULL;
	if (json_text(doc, "name", &r->name) != JSON_FOUND)
		r->name = NULL;
	return OK;
}
