/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Conditions made of conditions: all, any, not, in Kleene's three-valued logic. An UNKNOWN part
 * matters only if it could still change the result.
 */
#include "base/json.h"
#include "policy/condition.h"
#include "policy/describe.h"

#define DEPTH_TEXT "4" /* POLICY_DEPTH_MAX */
_Static_assert(POLICY_DEPTH_MAX == 4, "DEPTH_TEXT");

static enum err
when_logic_enter(const struct json_path *at, struct json_path *inside)
{
	if (at->nested >= POLICY_DEPTH_MAX)
		return json_path_fail(at,
				      "must not be nested deeper than " DEPTH_TEXT " conditions");
	*inside = *at;
	inside->nested++;
	return OK;
}

enum err
when_list_parse(const struct json_path *at, struct condition *out)
{
	struct condition **end = &out->parts;
	struct json_path list;
	size_t n;

	TRY(when_logic_enter(at, &list));
	TRY(json_path_list(at, JSON_PATH_LIST_MAX, &n));
	for (size_t i = 0; i < n; i++) {
		struct json_path element = json_path_element(&list, i);

		TRY(condition_parse(&element, end));
		end = &(*end)->next;
	}
	return OK;
}

enum err
when_not_parse(const struct json_path *at, struct condition *out)
{
	struct json_path inside;

	TRY(when_logic_enter(at, &inside));
	return condition_parse(&inside, &out->parts);
}

enum truth
when_all_test(const struct condition *c, const struct facts *f)
{
	enum truth least = TRUTH_YES;

	for (const struct condition *p = c->parts; p != NULL; p = p->next) {
		enum truth t = condition_test(p, f);

		least = t < least ? t : least;
	}
	return least;
}

enum truth
when_any_test(const struct condition *c, const struct facts *f)
{
	enum truth greatest = TRUTH_NO;

	for (const struct condition *p = c->parts; p != NULL; p = p->next) {
		enum truth t = condition_test(p, f);

		greatest = t > greatest ? t : greatest;
	}
	return greatest;
}

enum truth
when_not_test(const struct condition *c, const struct facts *f)
{
	return TRUTH_YES - condition_test(c->parts, f);
}

void
when_parts_require(const struct condition *c, const struct facts *f, struct required_claims *out)
{
	for (const struct condition *p = c->parts; p != NULL; p = p->next)
		condition_required_claims(p, f, out);
}

void
when_list_print(const struct condition *c, struct buf *b)
{
	out_open(b, c->kind->name, '[');
	for (const struct condition *p = c->parts; p != NULL; p = p->next)
		condition_print(b, NULL, p);
	out_close(b, ']');
}

void
when_not_print(const struct condition *c, struct buf *b)
{
	condition_print(b, c->kind->name, c->parts);
}

/* Puts parts that have parts in brackets: "except a or b" would be ambiguous. */
static void
when_logic_describe_part(const struct condition *p, enum phrase_form phrase_form, struct buf *b)
{
	bool brackets = p->kind->require == when_parts_require;

	buf_text(b, brackets ? "(" : "");
	condition_describe(p, phrase_form, b);
	buf_text(b, brackets ? ")" : "");
}

static void
when_logic_describe_parts(const struct condition *c, enum phrase_form phrase_form,
			  const char *between, struct buf *b)
{
	for (const struct condition *p = c->parts; p != NULL; p = p->next) {
		if (p != c->parts)
			buf_printf(b, " %s ", between);
		when_logic_describe_part(p, phrase_form, b);
	}
}

void
when_all_describe(const struct condition *c, enum phrase_form phrase_form, struct buf *b)
{
	buf_text(b, phrase_form == PHRASE_IS ? "" : "anyone who ");
	when_logic_describe_parts(c, PHRASE_IS, "and", b);
}

void
when_any_describe(const struct condition *c, enum phrase_form phrase_form, struct buf *b)
{
	when_logic_describe_parts(c, phrase_form, "or", b);
}

void
when_not_describe(const struct condition *c, enum phrase_form phrase_form, struct buf *b)
{
	buf_text(b, phrase_form == PHRASE_IS ? "is anyone except " : "anyone except ");
	when_logic_describe_part(c->parts, PHRASE_ONE, b);
}
