/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The condition on a claim. A claim belongs to one issuer: the same name from another issuer is
 * another claim. A claim that is absent or null (OpenID Connect Core, 5.3.2) is UNKNOWN, and so is
 * a claim that cannot be compared with the value because it has another type or form: no unusual
 * spelling of a claim must pass a deny rule or a `not` (T-U18).
 *
 * A single value is treated as a list of one. One matching element of a list is enough. For
 * `ge`, `le` and `eq` with true or false all elements must agree; else the result is UNKNOWN.
 */
#include <string.h>

#include "base/json.h"
#include "base/text.h"
#include "policy/address.h"
#include "policy/condition.h"
#include "policy/describe.h"
#include "policy/value.h"

/* So many elements of a list are compared; further ones are UNKNOWN (T-P06). */
#define ELEMENTS_MAX 256

struct claim_condition {
	const char *issuer;
	const char *name;   /* the name of a member, or a JSON pointer that begins with '/' */
	const char *member; /* the top-level claim, for required_claims */
	const struct comparison *op;
	struct value *value; /* n values: `in` has several, `exists` none, others one */
	size_t n;
	const struct address *address; /* if the claim is an address; else NULL */
	bool verified;		       /* the issuer must have verified the address */
};

/*
 * Claims that are addresses. They are compared in canonical form, and only if the issuer's claim
 * `verified` is true (OpenID Connect Core, 5.1): at many issuers users can enter any address
 * (T-U21).
 */
static const struct address {
	const char *member, *verified;
	bool (*canonical)(const char *text, char out[ADDRESS_SIZE]);
	bool (*prefix)(const char *text, char out[ADDRESS_SIZE]);
	bool (*suffix)(const char *text, char out[ADDRESS_SIZE]);
	const char *must;
} addresses[] = {
	{ "email", "email_verified", address_email, address_email_prefix, address_email_suffix,
	  "must be an e-mail address" },
	{ "phone_number", "phone_number_verified", address_phone, address_phone_prefix,
	  address_phone_suffix, "must be a telephone number with + and the country code" },
};

static bool
when_claim_is_at_least(int order)
{
	return order >= 0;
}

static bool
when_claim_is_at_most(int order)
{
	return order <= 0;
}

static bool
when_claim_is_equal(int order)
{
	return order == 0;
}

enum takes { TAKES_NOTHING, TAKES_VALUE, TAKES_TEXT, TAKES_NUMBER, TAKES_LIST };

/*
 * Columns: the operator's name, what `value` must be, how texts and how numbers are compared (NULL:
 * not at all), and the words between claim and value in a sentence. To add an operator, add a row,
 * its comparison, and an entry in the schema.
 */
/* clang-format off */
static const struct comparison {
	const char *name;
	enum takes  takes;
	bool      (*text)(const char *text, const char *value);
	bool      (*number)(int order);
	const char *words;
} operators[] = {
	{ "eq",       TAKES_VALUE,   text_equal,       when_claim_is_equal,    " = "              },
	{ "in",       TAKES_LIST,    text_equal,       when_claim_is_equal,    " = "              },
	{ "prefix",   TAKES_TEXT,    text_starts,      NULL,              " beginning with " },
	{ "suffix",   TAKES_TEXT,    text_ends,        NULL,              " ending with "    },
	{ "ge",       TAKES_NUMBER,  NULL,             when_claim_is_at_least, " of at least "    },
	{ "le",       TAKES_NUMBER,  NULL,             when_claim_is_at_most,  " of at most "     },
	{ "contains", TAKES_VALUE,   text_equal,       when_claim_is_equal,    " with "           },
	{ "exists",   TAKES_NOTHING, NULL,             NULL,              " of any value"    },
};
/* clang-format on */

static bool
when_claim_is_op(const struct claim_condition *c, const char *name)
{
	return strcmp(c->op->name, name) == 0;
}

static enum err
when_claim_parse_operator(const struct json_path *at, const struct comparison **out)
{
	const char *name;

	TRY(json_path_text(at, JSON_PATH_TEXT_MAX, &name));
	for (size_t i = 0; i < sizeof(operators) / sizeof(operators[0]); i++) {
		if (text_equal(operators[i].name, name)) {
			*out = &operators[i];
			return OK;
		}
	}
	return json_path_fail(at, "must be eq, in, prefix, suffix, ge, le, contains or exists");
}

/* '~' must be followed by 0 or 1 (RFC 6901, 3). json-c accepts other characters. */
static bool
when_claim_is_pointer(const char *s)
{
	for (; *s != '\0'; s++) {
		if (*s == '~' && s[1] != '0' && s[1] != '1')
			return false;
	}
	return true;
}

/* The first step of a pointer, unescaped ("~1" first: RFC 6901, 4). */
static const char *
when_claim_first_step(struct arena *a, const char *pointer)
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
when_claim_parse_name(const struct json_path *at, struct claim_condition *c)
{
	TRY(json_path_text(at, JSON_PATH_TEXT_MAX, &c->name));
	c->member = c->name;
	if (c->name[0] != '/')
		return OK;
	if (!when_claim_is_pointer(c->name))
		return json_path_fail(at, "must be a JSON pointer (RFC 6901)");
	c->member = when_claim_first_step(at->arena, c->name);
	return OK;
}

/* Rejects text that is compared with an address but does not have the form of one: the rule could
 * never match. */
static enum err
when_claim_parse_address(const struct json_path *at, const struct claim_condition *c,
			 struct value *v)
{
	const struct address *address = c->address;
	char canonical[ADDRESS_SIZE];

	if (address == NULL || v->type != VALUE_TEXT)
		return OK;
	if (!(when_claim_is_op(c, "prefix")   ? address->prefix
	      : when_claim_is_op(c, "suffix") ? address->suffix
					      : address->canonical)(v->text, canonical))
		return json_path_fail(
			at, c->op->takes != TAKES_TEXT
				    ? address->must
				    : arena_printf(at->arena, "cannot be the %s of such an address",
						   c->op->name));
	v->compared = arena_strdup(at->arena, canonical);
	return OK;
}

static enum err
when_claim_parse_list(const struct json_path *at, struct claim_condition *c)
{
	TRY(json_path_list(at, JSON_PATH_LIST_MAX, &c->n));
	c->value = arena_array(at->arena, c->n, sizeof(*c->value));
	for (size_t i = 0; i < c->n; i++) {
		struct json_path element = json_path_element(at, i);

		TRY(value_parse(&element, &c->value[i]));
		TRY(when_claim_parse_address(&element, c, &c->value[i]));
	}
	return OK;
}

static enum err
when_claim_parse_value(const struct json_path *at, struct claim_condition *c)
{
	if (c->op->takes == TAKES_LIST)
		return when_claim_parse_list(at, c);
	c->n = 1;
	c->value = ARENA_NEW(at->arena, struct value);
	TRY(value_parse(at, c->value));
	if (c->op->takes == TAKES_TEXT && c->value->type != VALUE_TEXT)
		return json_path_fail(at, "must be text");
	if (c->op->takes == TAKES_NUMBER && c->value->type != VALUE_NUMBER)
		return json_path_fail(at, "must be a number");
	return when_claim_parse_address(at, c, c->value);
}

static enum err
when_claim_parse_verified(const struct json_path *at, struct claim_condition *c)
{
	struct json_path member;

	for (size_t i = 0; i < sizeof(addresses) / sizeof(addresses[0]); i++) {
		if (text_equal(addresses[i].member, c->member))
			c->address = &addresses[i];
	}
	c->verified = c->address != NULL;
	if (!json_path_member(at, "verified", &member))
		return OK;
	if (c->address == NULL)
		return json_path_fail(&member, "is allowed only for email and phone_number");
	if (!json_object_is_type(member.value, json_type_boolean))
		return json_path_fail(&member, "must be true or false");
	c->verified = json_object_get_boolean(member.value);
	return OK;
}

enum err
when_claim_parse(const struct json_path *at, struct condition *out)
{
	static const char *const known[] = { "issuer", "name", "op", "value", "verified", NULL };
	struct claim_condition *c = ARENA_NEW(at->arena, struct claim_condition);
	struct json_path member;

	TRY(json_path_object(at, known));
	TRY(json_path_need(at, "issuer", &member));
	TRY(json_path_text(&member, JSON_PATH_TEXT_MAX, &c->issuer));
	TRY(json_path_need(at, "name", &member));
	TRY(when_claim_parse_name(&member, c));
	TRY(when_claim_parse_verified(at, c));
	TRY(json_path_need(at, "op", &member));
	TRY(when_claim_parse_operator(&member, &c->op));
	out->claim = c;
	if (c->op->takes != TAKES_NOTHING) {
		TRY(json_path_need(at, "value", &member));
		return when_claim_parse_value(&member, c);
	}
	return json_path_member(at, "value", &member)
		       ? json_path_fail(&member, "must be absent if op is exists")
		       : OK;
}

const char **
when_claim_issuer(struct condition *c)
{
	return &c->claim->issuer;
}

/* The claim, or NULL. */
static struct json_object *
when_claim_find(const struct claim_condition *c, struct json_object *claims)
{
	struct json_object *found = NULL;

	if (c->name[0] != '/')
		return json_object_object_get_ex(claims, c->name, &found) ? found : NULL;
	return json_pointer_get(claims, c->name, &found) == 0 ? found : NULL;
}

/* Compares the claim's text and the value in their canonical forms. */
static enum truth
when_claim_compare_address(const struct claim_condition *c, const struct value *v, const char *text)
{
	char canonical[ADDRESS_SIZE];

	if (!c->address->canonical(text, canonical))
		return TRUTH_UNKNOWN;
	if (c->op->text(canonical, v->compared))
		return TRUTH_YES;
	if (c->op->text == text_equal)
		return address_email_may_equal(canonical, v->compared) ? TRUTH_UNKNOWN : TRUTH_NO;
	return text_is_ascii(canonical) || text_is_ascii(v->compared) ? TRUTH_NO : TRUTH_UNKNOWN;
}

static enum truth
when_claim_compare_text(const struct claim_condition *c, const struct value *v, const char *text)
{
	if (c->address != NULL)
		return when_claim_compare_address(c, v, text);
	return c->op->text(text, v->compared) ? TRUTH_YES : TRUTH_NO;
}

/* Compares one value of the claim, not a list, with one value of the condition. */
static enum truth
when_claim_compare(const struct claim_condition *c, const struct value *v,
		   struct json_object *claim)
{
	struct number number;
	bool yes = false;

	switch (v->type) {
	case VALUE_TEXT:
		if (!json_object_is_type(claim, json_type_string))
			return TRUTH_UNKNOWN;
		return when_claim_compare_text(c, v, json_object_get_string(claim));
	case VALUE_NUMBER:
		if (!number_read(claim, &number))
			return TRUTH_UNKNOWN;
		yes = c->op->number(number_compare(&number, v->number));
		break;
	case VALUE_FLAG:
		if (!json_object_is_type(claim, json_type_boolean))
			return TRUTH_UNKNOWN;
		yes = json_object_get_boolean(claim) == v->flag;
		break;
	}
	return yes ? TRUTH_YES : TRUTH_NO;
}

static enum truth
when_claim_test_element(const struct claim_condition *c, struct json_object *claim)
{
	enum truth greatest = TRUTH_NO;

	for (size_t i = 0; i < c->n && greatest != TRUTH_YES; i++) {
		enum truth t = when_claim_compare(c, &c->value[i], claim);

		greatest = t > greatest ? t : greatest;
	}
	return greatest;
}

static bool
when_claim_needs_one_answer(const struct claim_condition *c)
{
	return c->op->takes == TAKES_NUMBER ||
	       (when_claim_is_op(c, "eq") && c->value->type == VALUE_FLAG);
}

/* An empty list: `contains` is NO; for other operators the claim is treated as absent. */
static enum truth
when_claim_test_list(const struct claim_condition *c, struct json_object *list)
{
	size_t n = json_object_array_length(list), compared = n < ELEMENTS_MAX ? n : ELEMENTS_MAX;
	enum truth least = TRUTH_YES, greatest = TRUTH_NO;

	if (n == 0)
		return when_claim_is_op(c, "contains") ? TRUTH_NO : TRUTH_UNKNOWN;
	for (size_t i = 0; i < compared; i++) {
		enum truth t = when_claim_test_element(c, json_object_array_get_idx(list, i));

		least = t < least ? t : least;
		greatest = t > greatest ? t : greatest;
	}
	if (when_claim_needs_one_answer(c))
		return least == greatest && compared == n ? least : TRUTH_UNKNOWN;
	return greatest == TRUTH_NO && compared < n ? TRUTH_UNKNOWN : greatest;
}

#define SEPARATORS " ,;|\t\r\n[](){}\"'"

static bool
when_claim_is_separator(char c)
{
	return c == '\0' || strchr(SEPARATORS, c) != NULL;
}

/* `contains` on a text. A list in one text, such as "a b", "a,b" or "[a, b]", cannot be
 * distinguished from a name with a blank or comma. As with lists, at most ELEMENTS_MAX parts are
 * compared. */
static bool
when_claim_may_be_joined(const struct claim_condition *c, const char *text)
{
	const char *value = c->value->compared;
	size_t n = strlen(value);

	for (size_t parts = 0; parts < ELEMENTS_MAX; parts++) {
		if (strncmp(text, value, n) == 0 && when_claim_is_separator(text[n]))
			return true;
		text = strpbrk(text, SEPARATORS);
		if (text == NULL)
			return false;
		text++;
	}
	return true;
}

static enum truth
when_claim_test_one(const struct claim_condition *c, struct json_object *claim)
{
	enum truth t;

	if (c->op->takes == TAKES_NOTHING)
		return TRUTH_YES;
	if (json_object_is_type(claim, json_type_array)) {
		if (json_object_array_length(claim) != 1)
			return when_claim_test_list(c, claim);
		claim = json_object_array_get_idx(claim, 0);
	}
	t = when_claim_test_element(c, claim);
	if (t == TRUTH_NO && when_claim_is_op(c, "contains") && c->address == NULL &&
	    c->value->type == VALUE_TEXT &&
	    when_claim_may_be_joined(c, json_object_get_string(claim)))
		return TRUTH_UNKNOWN;
	return t;
}

static bool
when_claim_is_verified(const struct claim_condition *c, const struct party *party)
{
	bool verified;

	if (!c->verified)
		return true;
	return party != NULL && text_equal(party->issuer, c->issuer) &&
	       json_flag(party->claims, c->address->verified, &verified) == JSON_FOUND && verified;
}

/* The cost of `contains` on a long text: TEXT_STEP bytes take as long as one comparison. */
#define TEXT_STEP 32

static void
when_claim_count_comparisons(const struct claim_condition *c, const struct facts *f,
			     struct json_object *claim)
{
	size_t n = 1;

	if (f->comparisons == NULL)
		return;
	if (json_object_is_type(claim, json_type_array))
		n = json_object_array_length(claim) < ELEMENTS_MAX ? json_object_array_length(claim)
								   : ELEMENTS_MAX;
	else if (json_object_is_type(claim, json_type_string))
		n += (size_t)json_object_get_string_len(claim) / TEXT_STEP;
	*f->comparisons += n * (c->n > 0 ? c->n : 1);
}

/* Tests the claim of the issuer, without the check of its verification. */
static enum truth
when_claim_test_party(const struct claim_condition *c, const struct facts *f)
{
	const struct party *party = f->party;
	struct json_object *claim;

	if (party == NULL || !text_equal(party->issuer, c->issuer))
		return TRUTH_UNKNOWN;
	claim = when_claim_find(c, party->claims);
	if (claim == NULL)
		return TRUTH_UNKNOWN;
	when_claim_count_comparisons(c, f, claim);
	return when_claim_test_one(c, claim);
}

enum truth
when_claim_test(const struct condition *c, const struct facts *f)
{
	enum truth t = when_claim_test_party(c->claim, f);

	return when_claim_is_verified(c->claim, f->party) ? t : TRUTH_UNKNOWN;
}

void
when_claim_require(const struct condition *c, const struct facts *f, struct required_claims *out)
{
	const struct claim_condition *claim = c->claim;

	if (when_claim_test_party(claim, f) == TRUTH_UNKNOWN)
		required_claims_add(out, claim->member, claim->member, claim->issuer);
	if (!when_claim_is_verified(claim, f->party))
		required_claims_add(out, claim->address->verified, claim->address->verified,
				    claim->issuer);
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
	if (claim->address != NULL && !claim->verified)
		out_bool(b, "verified", false);
	out_close(b, '}');
}

void
when_claim_describe(const struct condition *c, enum phrase_form phrase_form, struct buf *b)
{
	const struct claim_condition *claim = c->claim;

	buf_text(b, phrase_form == PHRASE_IS ? "has " : "anyone with ");
	if (claim->address != NULL && !claim->verified)
		buf_text(b, "possibly unverified ");
	describe_name(b, claim->name);
	buf_text(b, claim->op->words);
	for (size_t i = 0; i < claim->n; i++) {
		describe_between(b, i, claim->n, "or");
		value_describe(b, &claim->value[i]);
	}
	buf_text(b, " according to ");
	describe_name(b, claim->issuer);
}
