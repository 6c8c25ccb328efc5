/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The kinds of conditions, and the code that is the same for all. Scopes, time windows and effects
 * belong to the rule, not to its condition (policy_decide.c).
 */
#include "base/json.h"
#include "base/str_list.h"
#include "base/text.h"
#include "policy/condition.h"

/* For conditions whose test never returns UNKNOWN. */
static void
condition_require_nothing(const struct condition *c, const struct facts *f,
			  struct required_claims *out)
{
}

/* For conditions on the request, the party and its claims as they were at the time of access: the
 * time alone never changes the result. max_age of `authentication` limits the age of the sign-in
 * when access is requested, not the lifetime of the token. */
static int64_t
condition_until_never(const struct condition *c, const struct facts *f)
{
	return 0;
}

static int64_t
condition_parts_until(const struct condition *c, const struct facts *f)
{
	int64_t until = 0;

	for (const struct condition *part = c->parts; part != NULL; part = part->next)
		until = condition_earlier(until, condition_until(part, f));
	return until;
}

/*
 * Columns: the name of the member in the document, the five functions of struct condition_kind,
 * what its text names, the other member, and when the time changes the result. To add a kind, add a
 * row here, its functions in a when_*.c, and an entry in schema/policy.schema.json.
 */
/* clang-format off */
static const struct condition_kind kinds[] = {
	{ "anyone",         when_anyone_parse,  when_anyone_test,  condition_require_nothing,
	  when_anyone_print,  when_anyone_describe,  NAME_NONE,    NULL,
	  condition_until_never },
	{ "account",        when_account_parse, when_account_test, when_account_require,
	  when_account_print, when_account_describe, NAME_ACCOUNT, "login",
	  condition_until_never },
	{ "email",          when_email_parse,   when_email_test,   when_email_require,
	  when_text_print,    when_email_describe,   NAME_NONE,    NULL,
	  condition_until_never },
	{ "client",         when_text_parse,    when_client_test,  condition_require_nothing,
	  when_text_print,    when_client_describe,  NAME_CLIENT,  NULL,
	  condition_until_never },
	{ "group",          when_text_parse,    when_group_test,   when_account_require,
	  when_text_print,    when_group_describe,   NAME_GROUP,   NULL,
	  condition_until_never },
	{ "claim",          when_claim_parse,   when_claim_test,   when_claim_require,
	  when_claim_print,   when_claim_describe,   NAME_ISSUER,  NULL,
	  condition_until_never },
	{ "authentication", when_login_parse,   when_login_test,   when_login_require,
	  when_login_print,   when_login_describe,   NAME_NONE,    NULL,
	  condition_until_never },
	{ "all",            when_list_parse,    when_all_test,     when_parts_require,
	  when_list_print,    when_all_describe,     NAME_NONE,    NULL,
	  condition_parts_until },
	{ "any",            when_list_parse,    when_any_test,     when_parts_require,
	  when_list_print,    when_any_describe,     NAME_NONE,    NULL,
	  condition_parts_until },
	{ "not",            when_not_parse,     when_not_test,     when_parts_require,
	  when_not_print,     when_not_describe,     NAME_NONE,    NULL,
	  condition_parts_until },
	{ NULL, NULL, NULL, NULL, NULL, NULL, NAME_NONE, NULL, NULL }
};
/* clang-format on */

/* The kind whose member the object has, or NULL. */
static const struct condition_kind *
condition_find_kind(const struct json_path *at, struct json_path *inside)
{
	for (const struct condition_kind *k = kinds; k->name != NULL; k++) {
		if (json_path_member(at, k->name, inside))
			return k;
	}
	return NULL;
}

enum err
condition_parse(const struct json_path *at, struct condition **out)
{
	struct condition *c = ARENA_NEW(at->arena, struct condition);
	const char *known[sizeof(kinds) / sizeof(kinds[0]) + 1] = { NULL };
	struct json_path inside, companion;
	size_t n = 0;

	if (json_object_is_type(at->value, json_type_object))
		c->kind = condition_find_kind(at, &inside);
	for (const struct condition_kind *k = kinds; k->name != NULL; k++)
		known[n++] = k->name;
	if (c->kind != NULL && c->kind->companion != NULL)
		known[n++] = c->kind->companion;
	TRY(json_path_object(at, known));
	n = 1;
	if (c->kind != NULL && c->kind->companion != NULL)
		n += json_path_member(at, c->kind->companion, &companion) ? 1 : 0;
	if (c->kind == NULL || (size_t)json_object_object_length(at->value) != n)
		return json_path_fail(at, "must have exactly one member");
	++*at->weight;
	TRY(c->kind->parse(&inside, c));
	*out = c;
	return OK;
}

enum truth
condition_test(const struct condition *c, const struct facts *f)
{
	return c->kind->test(c, f);
}

int64_t
condition_until(const struct condition *c, const struct facts *f)
{
	return c->kind->until(c, f);
}

int64_t
condition_earlier(int64_t a, int64_t b)
{
	return a == 0 || (b != 0 && b < a) ? b : a;
}

void
condition_required_claims(const struct condition *c, const struct facts *f,
			  struct required_claims *out)
{
	if (condition_test(c, f) == TRUTH_UNKNOWN)
		c->kind->require(c, f, out);
}

void
condition_print(struct buf *b, const char *name, const struct condition *c)
{
	out_open(b, name, '{');
	c->kind->print(c, b);
	out_close(b, '}');
}

void
condition_describe(const struct condition *c, enum phrase_form phrase_form, struct buf *b)
{
	c->kind->describe(c, phrase_form, b);
}

static bool
condition_has_parts(const struct condition *c)
{
	return c->kind->test == when_all_test || c->kind->test == when_any_test ||
	       c->kind->test == when_not_test;
}

void
condition_groups(struct arena *a, const struct condition *c, struct str_list *out)
{
	if (c->kind->test == when_group_test)
		str_list_put(a, out, c->text);
	if (!condition_has_parts(c))
		return;
	for (const struct condition *part = c->parts; part != NULL; part = part->next)
		condition_groups(a, part, out);
}

bool
condition_is_anyone(const struct condition *c)
{
	return c->kind->test == when_anyone_test;
}

void
required_claims_add(struct required_claims *w, const char *name, const char *friendly,
		    const char *issuer)
{
	for (size_t i = 0; i < w->n; i++) {
		if (text_equal(w->list[i].name, name) && text_equal(w->list[i].issuer, issuer))
			return;
	}
	if (w->n < REQUIRED_CLAIMS_MAX)
		w->list[w->n++] = (struct required_claim){ name, friendly, issuer };
}

void
required_claims_add_party(struct required_claims *w)
{
	required_claims_add(w, NULL, "Sign-in", NULL);
}
