/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The condition on a claim.  A claim is what one issuer says: the same name from another issuer
 * is another claim.  Absent is UNKNOWN, for it may still be pushed: also to `exists`, since who
 * withholds a claim must gain nothing by it, not even under a `not`.  A claim that is null is
 * absent (OpenID Connect Core, 5.3.2).
 */
#include <string.h>

#include "base/json.h"
#include "policy/condition.h"
#include "policy/say.h"
#include "policy/value.h"

struct claim_condition {
	const char            *issuer;
	const char            *name;	/* a member's, or a JSON pointer when it begins with '/' */
	const char            *member;	/* the claim it lies in: what a client can be asked for */
	const struct operator *op;
	struct value          *value;	/* one; `in` has several, `exists` none */
	size_t                 n;
};

static bool
is_equal(const struct claim_condition *c, struct json_object *claim)
{
	return value_equals(c->value, claim);
}

static bool
is_among(const struct claim_condition *c, struct json_object *claim)
{
	for (size_t i = 0; i < c->n; i++) {
		if (value_equals(&c->value[i], claim))
			return true;
	}
	return false;
}

static bool
has_prefix(const struct claim_condition *c, struct json_object *claim)
{
	return json_object_is_type(claim, json_type_string) &&
	       text_starts(json_object_get_string(claim), c->value->text);
}

static bool
has_suffix(const struct claim_condition *c, struct json_object *claim)
{
	return json_object_is_type(claim, json_type_string) &&
	       text_ends(json_object_get_string(claim), c->value->text);
}

/* json-c gives the nearest int64 for larger numbers, which lies beyond VALUE_INT_MAX too. */
static bool
is_at_least(const struct claim_condition *c, struct json_object *claim)
{
	return json_object_is_type(claim, json_type_int) &&
	       json_object_get_int64(claim) >= c->value->number;
}

static bool
is_at_most(const struct claim_condition *c, struct json_object *claim)
{
	return json_object_is_type(claim, json_type_int) &&
	       json_object_get_int64(claim) <= c->value->number;
}

static bool
has_element(const struct claim_condition *c, struct json_object *claim)
{
	if (!json_object_is_type(claim, json_type_array))
		return false;
	for (size_t i = 0; i < json_object_array_length(claim); i++) {
		if (value_equals(c->value, json_object_array_get_idx(claim, i)))
			return true;
	}
	return false;
}

static bool
is_there(const struct claim_condition *c, struct json_object *claim)
{
	return true;
}

enum takes { TAKES_NOTHING, TAKES_VALUE, TAKES_TEXT, TAKES_INT, TAKES_LIST };

/*
 * A row: the operator's name, what `value` must be, the test of a claim that is there, and the
 * words between its name and the value.  To add one: a row, its test, its place in the schema.
 */
static const struct operator {
	const char *name;
	enum takes  takes;
	bool      (*test)(const struct claim_condition *c, struct json_object *claim);
	const char *words;
} operators[] = {
	{ "eq",       TAKES_VALUE,   is_equal,    " = "              },
	{ "in",       TAKES_LIST,    is_among,    " = "              },
	{ "prefix",   TAKES_TEXT,    has_prefix,  " beginning with " },
	{ "suffix",   TAKES_TEXT,    has_suffix,  " ending with "    },
	{ "ge",       TAKES_INT,     is_at_least, " of at least "    },
	{ "le",       TAKES_INT,     is_at_most,  " of at most "     },
	{ "contains", TAKES_VALUE,   has_element, " with "           },
	{ "exists",   TAKES_NOTHING, is_there,    " of any value"    },
};

static enum err
parse_operator(const struct place *at, const struct operator **out)
{
	const char *name;

	TRY(place_text(at, PLACE_TEXT_MAX, &name));
	for (size_t i = 0; i < sizeof(operators) / sizeof(operators[0]); i++) {
		if (text_equal(operators[i].name, name)) {
			*out = &operators[i];
			return OK;
		}
	}
	return place_fail(at, "must be eq, in, prefix, suffix, ge, le, contains or exists");
}

/* RFC 6901, 3: '~' is followed by 0 or 1.  json-c would take any other as it stands. */
static bool
is_pointer(const char *s)
{
	for (; *s != '\0'; s++) {
		if (*s == '~' && s[1] != '0' && s[1] != '1')
			return false;
	}
	return true;
}

/* The first step of a pointer, unescaped ("~1" first: RFC 6901, 4). */
static const char *
first_step(struct arena *a, const char *pointer)
{
	char *step = arena_strndup(a, pointer + 1, strcspn(pointer + 1, "/")), *to = step;

	for (const char *from = step; *from != '\0'; from++) {
		if (*from == '~')
			*to++ = *++from == '1' ? '/' : '~';
		else
			*to++ = *from;
	}
	*to = '\0';
	return step;
}

static enum err
parse_name(const struct place *at, struct claim_condition *c)
{
	TRY(place_text(at, PLACE_TEXT_MAX, &c->name));
	c->member = c->name;
	if (c->name[0] != '/')
		return OK;
	if (!is_pointer(c->name))
		return place_fail(at, "is not a JSON pointer");
	c->member = first_step(at->arena, c->name);
	return OK;
}

static enum err
parse_list(const struct place *at, struct claim_condition *c)
{
	TRY(place_list(at, PLACE_LIST_MAX, &c->n));
	c->value = arena_array(at->arena, c->n, sizeof(*c->value));
	for (size_t i = 0; i < c->n; i++) {
		struct place element = place_element(at, i);

		TRY(value_parse(&element, &c->value[i]));
	}
	return OK;
}

static enum err
parse_value(const struct place *at, struct claim_condition *c)
{
	if (c->op->takes == TAKES_LIST)
		return parse_list(at, c);
	c->n = 1;
	c->value = ARENA_NEW(at->arena, struct value);
	TRY(value_parse(at, c->value));
	if (c->op->takes == TAKES_TEXT && c->value->type != VALUE_TEXT)
		return place_fail(at, "must be text");
	if (c->op->takes == TAKES_INT && c->value->type != VALUE_INT)
		return place_fail(at, "must be an integer");
	return OK;
}

enum err
when_claim_parse(const struct place *at, struct condition *out)
{
	static const char *const known[] = { "issuer", "name", "op", "value", NULL };
	struct claim_condition *c = ARENA_NEW(at->arena, struct claim_condition);
	struct place member;

	TRY(place_object(at, known));
	TRY(place_need(at, "issuer", &member));
	TRY(place_text(&member, PLACE_TEXT_MAX, &c->issuer));
	TRY(place_need(at, "name", &member));
	TRY(parse_name(&member, c));
	TRY(place_need(at, "op", &member));
	TRY(parse_operator(&member, &c->op));
	out->claim = c;
	if (c->op->takes != TAKES_NOTHING) {
		TRY(place_need(at, "value", &member));
		return parse_value(&member, c);
	}
	return place_member(at, "value", &member) ? place_fail(&member, "is not for exists") : OK;
}

/* NULL: not there. */
static struct json_object *
claim_find(const struct claim_condition *c, struct json_object *claims)
{
	struct json_object *found = NULL;

	if (c->name[0] != '/')
		return json_object_object_get_ex(claims, c->name, &found) ? found : NULL;
	return json_pointer_get(claims, c->name, &found) == 0 ? found : NULL;
}

enum truth
when_claim_test(const struct condition *c, const struct facts *f)
{
	struct json_object *claim;

	if (f->party == NULL || !text_equal(f->party->issuer, c->claim->issuer))
		return TRUTH_UNKNOWN;
	claim = claim_find(c->claim, f->party->claims);
	if (claim == NULL)
		return TRUTH_UNKNOWN;
	return c->claim->op->test(c->claim, claim) ? TRUTH_YES : TRUTH_NO;
}

void
when_claim_want(const struct condition *c, const struct facts *f, struct wants *out)
{
	wants_add(out, c->claim->member, c->claim->member, c->claim->issuer);
}

void
when_claim_print(const struct condition *c, struct buf *b)
{
	const struct claim_condition *claim = c->claim;

	out_open(b, c->kind->name, '{');
	out_text(b, "issuer", claim->issuer);
	out_text(b, "name", claim->name);
	out_text(b, "op", claim->op->name);
	if (claim->op->takes == TAKES_LIST) {
		out_open(b, "value", '[');
		for (size_t i = 0; i < claim->n; i++)
			value_print(b, NULL, &claim->value[i]);
		out_close(b, ']');
	} else if (claim->op->takes != TAKES_NOTHING) {
		value_print(b, "value", claim->value);
	}
	out_close(b, '}');
}

void
when_claim_say(const struct condition *c, enum mood mood, struct buf *b)
{
	const struct claim_condition *claim = c->claim;

	if (mood != MOOD_IS) {
		buf_text(b, "whoever ");
		say_name(b, claim->issuer);
		buf_text(b, " says ");
	}
	buf_text(b, "has ");
	say_name(b, claim->name);
	buf_text(b, claim->op->words);
	for (size_t i = 0; i < claim->n; i++) {
		say_between(b, i, claim->n, "or");
		value_say(b, &claim->value[i]);
	}
	if (mood == MOOD_IS) {
		buf_text(b, " by the word of ");
		say_name(b, claim->issuer);
	}
}
