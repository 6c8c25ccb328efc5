/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Conditions made of conditions: all, any, not, in Kleene's three-valued logic.  UNKNOWN parts
 * matter only where they could still turn the answer.
 */
#include "base/json.h"
#include "policy/condition.h"
#include "policy/say.h"

static enum err
when_logic_enter(const struct place *at, struct place *inside)
{
	if (at->nested >= POLICY_DEPTH_MAX)
		return place_fail(at, "is nested too deep");
	*inside = *at;
	inside->nested++;
	return OK;
}

enum err
when_list_parse(const struct place *at, struct condition *out)
{
	struct condition **end = &out->parts;
	struct place list;
	size_t n;

	TRY(when_logic_enter(at, &list));
	TRY(place_list(at, PLACE_LIST_MAX, &n));
	for (size_t i = 0; i < n; i++) {
		struct place element = place_element(&list, i);

		TRY(condition_parse(&element, end));
		end = &(*end)->next;
	}
	return OK;
}

enum err
when_not_parse(const struct place *at, struct condition *out)
{
	struct place inside;

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
when_parts_want(const struct condition *c, const struct facts *f, struct wants *out)
{
	for (const struct condition *p = c->parts; p != NULL; p = p->next)
		condition_wants(p, f, out);
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

/* Parts that have parts stand in brackets: "except a or b" must not be readable in two ways. */
static void
when_logic_describe_part(const struct condition *p, enum mood mood, struct buf *b)
{
	bool brackets = p->kind->want == when_parts_want;

	buf_text(b, brackets ? "(" : "");
	condition_say(p, mood, b);
	buf_text(b, brackets ? ")" : "");
}

static void
when_logic_describe_parts(const struct condition *c, enum mood mood, const char *between,
			  struct buf *b)
{
	for (const struct condition *p = c->parts; p != NULL; p = p->next) {
		if (p != c->parts)
			buf_printf(b, " %s ", between);
		when_logic_describe_part(p, mood, b);
	}
}

void
when_all_say(const struct condition *c, enum mood mood, struct buf *b)
{
	buf_text(b, mood == MOOD_IS ? "" : "anyone who ");
	when_logic_describe_parts(c, MOOD_IS, "and", b);
}

void
when_any_say(const struct condition *c, enum mood mood, struct buf *b)
{
	when_logic_describe_parts(c, mood, "or", b);
}

void
when_not_say(const struct condition *c, enum mood mood, struct buf *b)
{
	buf_text(b, mood == MOOD_IS ? "is anyone except " : "anyone except ");
	when_logic_describe_part(c->parts, MOOD_ONE, b);
}
