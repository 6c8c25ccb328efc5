/* SPDX-License-Identifier: Apache-2.0 */
/* Helpers of this room's tests: parse policies, facts and files in one call. */
#include <string.h>

#include "base/json.h"
#include "policy/claims.h"
#include "tests/policy/policy_fixture.h"

static struct arena *arena;

struct arena *
policy_fixture_arena(void)
{
	if (arena == NULL)
		arena = arena_new();
	return arena;
}

void
policy_fixture_teardown(void)
{
	if (arena != NULL)
		arena_free(arena);
	arena = NULL;
}

struct json_object *
json_of(const char *text)
{
	char *json = arena_strdup(policy_fixture_arena(), text);
	const char *why = NULL;
	struct json_object *o;

	for (char *c = json; *c != '\0'; c++) {
		if (*c == '\'')
			*c = '"';
	}
	o = json_parse(policy_fixture_arena(), bytes_of(json), &why);
	if (o == NULL)
		fprintf(stderr, "%s: %s\n", json, why);
	CU_ASSERT_PTR_NOT_NULL_FATAL(o);
	return o;
}

char *
text_fill(const char *form, const char *text)
{
	struct buf b = { .arena = policy_fixture_arena() };

	buf_text(&b, "");
	for (; *form != '\0'; form++) {
		if (*form == '$')
			buf_text(&b, text);
		else
			buf_char(&b, *form);
	}
	return b.data;
}

struct policy
policy_of(const char *text)
{
	struct policy p;
	const char *why = NULL;
	enum err e = policy_parse(policy_fixture_arena(), json_of(text), &p, &why);

	if (e != OK)
		fprintf(stderr, "%s: %s\n", text, why);
	CU_ASSERT_EQUAL_FATAL(e, OK);
	return p;
}

struct condition *
condition_of(const char *text)
{
	static const char rule[] = "{'rules':[{'effect':'permit','scopes':'all','when':%s}]}";

	return policy_of(arena_printf(policy_fixture_arena(), rule, text)).rules->when;
}

const char *
parse_error_of(const char *text)
{
	struct policy p;
	const char *why = NULL;

	if (policy_parse(policy_fixture_arena(), json_of(text), &p, &why) == OK)
		return "";
	return why;
}

const char *
print_of(const struct policy *p)
{
	struct buf b = { .arena = policy_fixture_arena() };

	policy_print(&b, p);
	return b.data;
}

const char *
sentence_of(const char *text)
{
	return rule_describe(policy_fixture_arena(), policy_of(text).rules);
}

struct facts
facts_of(const char *claims)
{
	struct party *party = ARENA_NEW(policy_fixture_arena(), struct party);

	party->issuer = "https://idp.example";
	party->subject = "bob-at-idp";
	party->claims = claims_normalise(policy_fixture_arena(), json_of(claims));
	party->issued = party->auth_time = 1700000000;
	return (struct facts){ .now = 1700000000, .client = "viewer", .party = party };
}

char *
file_of(const char *path, size_t *size)
{
	char *text = arena_alloc(policy_fixture_arena(), 1 << 20);
	FILE *f = fopen(path, "rb");

	CU_ASSERT_PTR_NOT_NULL_FATAL(f);
	*size = fread(text, 1, (1 << 20) - 1, f);
	fclose(f);
	return text;
}
