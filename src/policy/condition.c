/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The kinds of conditions, and what is the same for all of them.  A condition knows nothing of
 * scopes, windows and effects; those are the rule's (policy_decide.c).
 */
#include "base/json.h"
#include "policy/condition.h"

/* Never UNKNOWN, so never in want of anything. */
static void
want_nothing(const struct condition *c, const struct facts *f, struct wants *out)
{
}

/*
 * A row: the member's name in the document and the five functions of struct kind.  To add a kind:
 * a row here, its functions in a when_*.c, and its place in schema/policy.schema.json.
 */
static const struct kind kinds[] = {
	{ "anyone",         when_anyone_parse, when_anyone_test,  want_nothing,
	  when_anyone_print, when_anyone_say },
	{ "account",        when_text_parse,   when_account_test, when_account_want,
	  when_text_print,   when_account_say },
	{ "email",          when_email_parse,  when_email_test,   when_email_want,
	  when_text_print,   when_email_say },
	{ "client",         when_text_parse,   when_client_test,  want_nothing,
	  when_text_print,   when_client_say },
	{ "group",          when_text_parse,   when_group_test,   when_account_want,
	  when_text_print,   when_group_say },
	{ "claim",          when_claim_parse,  when_claim_test,   when_claim_want,
	  when_claim_print,  when_claim_say },
	{ "authentication", when_login_parse,  when_login_test,   when_login_want,
	  when_login_print,  when_login_say },
	{ "all",            when_list_parse,   when_all_test,     when_parts_want,
	  when_list_print,   when_all_say },
	{ "any",            when_list_parse,   when_any_test,     when_parts_want,
	  when_list_print,   when_any_say },
	{ "not",            when_not_parse,    when_not_test,     when_parts_want,
	  when_not_print,    when_not_say },
	{ NULL, NULL, NULL, NULL, NULL, NULL }
};

enum err
condition_parse(const struct place *at, struct condition **out)
{
	struct condition *c = ARENA_NEW(at->arena, struct condition);
	const char *known[sizeof(kinds) / sizeof(kinds[0])] = { NULL };
	struct place inside;

	for (size_t i = 0; kinds[i].name != NULL; i++)
		known[i] = kinds[i].name;
	TRY(place_object(at, known));
	if (json_object_object_length(at->value) != 1)
		return place_fail(at, "must have exactly one member");

	for (c->kind = kinds; !place_member(at, c->kind->name, &inside); c->kind++)
		;
	TRY(c->kind->parse(&inside, c));
	*out = c;
	return OK;
}

enum truth
condition_test(const struct condition *c, const struct facts *f)
{
	return c->kind->test(c, f);
}

void
condition_wants(const struct condition *c, const struct facts *f, struct wants *out)
{
	if (condition_test(c, f) == TRUTH_UNKNOWN)
		c->kind->want(c, f, out);
}

void
condition_print(struct buf *b, const char *name, const struct condition *c)
{
	out_open(b, name, '{');
	c->kind->print(c, b);
	out_close(b, '}');
}

void
condition_say(const struct condition *c, enum mood mood, struct buf *b)
{
	c->kind->say(c, mood, b);
}

bool
condition_is_anyone(const struct condition *c)
{
	return c->kind->test == when_anyone_test;
}

void
wants_add(struct wants *w, const char *name, const char *friendly, const char *issuer)
{
	for (size_t i = 0; i < w->n; i++) {
		if (text_equal(w->list[i].name, name) && text_equal(w->list[i].issuer, issuer))
			return;
	}
	if (w->n < WANTS_MAX)
		w->list[w->n++] = (struct want){ name, friendly, issuer };
}

void
wants_add_party(struct wants *w)
{
	wants_add(w, NULL, "Sign-in", NULL);
}
