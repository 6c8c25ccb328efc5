/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A second evaluator. It asks two questions about each condition: can it still become true, and can
 * it still become false? If both, the condition is unknown. The code favours clarity over speed.
 */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "tests/policy/reference.h"

/* A set of possible values, as bits. */
#define FALSE_POSSIBLE 1
#define TRUE_POSSIBLE  2
#define EITHER	       3

static struct json_object *
ref_member(struct json_object *o, const char *name)
{
	return json_object_object_get(o, name);
}

static const char *
ref_text(struct json_object *o)
{
	return json_object_is_type(o, json_type_string) ? json_object_get_string(o) : NULL;
}

static int
ref_truth(bool holds)
{
	return holds ? TRUE_POSSIBLE : FALSE_POSSIBLE;
}

static bool
in_list(struct json_object *list, const char *wanted)
{
	for (size_t i = 0; list != NULL && i < json_object_array_length(list); i++) {
		const char *t = ref_text(json_object_array_get_idx(list, i));

		if (t != NULL && strcmp(t, wanted) == 0)
			return true;
	}
	return false;
}

static bool
ref_is_number(struct json_object *o)
{
	return json_object_is_type(o, json_type_int) || json_object_is_type(o, json_type_double);
}

/* The numbers of the vocabulary are exact in binary. */
static long double
ref_number(struct json_object *o)
{
	return strtold(json_object_to_json_string(o), NULL);
}

/* The addresses of the vocabulary: ASCII, and one internationalised domain with its A-label. */
static const char *
ref_address(struct json_object *o)
{
	static char lower[2][64];
	static int turn;
	char *to = lower[turn = !turn];
	const char *from = ref_text(o);
	size_t n = 0;

	if (from == NULL || strchr(from, '@') == NULL || strchr(from, ':') != NULL)
		return NULL;
	for (; *from != '\0'; from++) {
		if (strncmp(from, "\xc3\xbc", 2) == 0 || strncmp(from, "\xc3\x9c", 2) == 0) {
			memcpy(to + n, "xn--tda", strlen("xn--tda"));
			n += strlen("xn--tda");
			from++;
		} else {
			to[n++] = (char)tolower((unsigned char)*from);
		}
	}
	to[n] = '\0';
	return to;
}

/* Compares one claim value that is not a list with one value of the rule. */
static int
ref_compare(const char *op, struct json_object *ref_match_claim, struct json_object *value,
	    bool is_address)
{
	const char *c, *v = ref_text(value);

	if (ref_is_number(value)) {
		if (!ref_is_number(ref_match_claim))
			return EITHER;
		if (strcmp(op, "ge") == 0)
			return ref_truth(ref_number(ref_match_claim) >= ref_number(value));
		if (strcmp(op, "le") == 0)
			return ref_truth(ref_number(ref_match_claim) <= ref_number(value));
		return ref_truth(ref_number(ref_match_claim) == ref_number(value));
	}
	if (v == NULL) {
		if (!json_object_is_type(ref_match_claim, json_type_boolean))
			return EITHER;
		return ref_truth(!json_object_get_boolean(ref_match_claim) ==
				 !json_object_get_boolean(value));
	}
	c = is_address ? ref_address(ref_match_claim) : ref_text(ref_match_claim);
	if (c == NULL)
		return EITHER;
	if (is_address && strchr(v, '@') != NULL)
		v = ref_address(value);
	if (strcmp(op, "prefix") == 0)
		return ref_truth(strstr(c, v) == c);
	if (strcmp(op, "suffix") == 0)
		return ref_truth(strlen(c) >= strlen(v) &&
				 strcmp(c + strlen(c) - strlen(v), v) == 0);
	if (strcmp(op, "contains") == 0 && strcmp(c, v) != 0 && strchr(c, ' ') != NULL)
		return ref_truth(false) | (strstr(c, v) != NULL ? TRUE_POSSIBLE : 0);
	return ref_truth(strcmp(c, v) == 0);
}

/* Any of several values is sufficient; one that cannot be compared may match. */
static int
compare_any(const char *op, struct json_object *ref_match_claim, struct json_object *value,
	    bool is_address)
{
	int result = FALSE_POSSIBLE;

	if (strcmp(op, "in") != 0)
		return ref_compare(op, ref_match_claim, value, is_address);
	for (size_t i = 0; i < json_object_array_length(value); i++) {
		int one = ref_compare(op, ref_match_claim, json_object_array_get_idx(value, i),
				      is_address);

		if (one == TRUE_POSSIBLE)
			return TRUE_POSSIBLE;
		result |= one;
	}
	return result;
}

static int
compare_list(const char *op, struct json_object *list, struct json_object *value, bool is_address)
{
	bool one_answer = strcmp(op, "ge") == 0 || strcmp(op, "le") == 0 ||
			  (strcmp(op, "eq") == 0 && json_object_is_type(value, json_type_boolean));
	bool contains = strcmp(op, "contains") == 0;
	int seen[4] = { 0 };

	if (json_object_array_length(list) == 0)
		return contains ? FALSE_POSSIBLE : EITHER;
	for (size_t i = 0; i < json_object_array_length(list); i++) {
		struct json_object *item = json_object_array_get_idx(list, i);
		/* A text may be treated as a list only if it is the whole claim. */
		const char *test = contains && json_object_array_length(list) > 1 ? "eq" : op;

		seen[compare_any(test, item, value, is_address)]++;
	}
	if (one_answer &&
	    (seen[EITHER] > 0 || (seen[TRUE_POSSIBLE] > 0 && seen[FALSE_POSSIBLE] > 0)))
		return EITHER;
	if (seen[TRUE_POSSIBLE] > 0)
		return TRUE_POSSIBLE;
	return seen[EITHER] > 0 ? EITHER : FALSE_POSSIBLE;
}

/* Supports only the pointers of the vocabulary. */
static int
ref_match_claim(struct json_object *c, const struct party *p)
{
	const char *name = ref_text(ref_member(c, "name")), *op = ref_text(ref_member(c, "op"));
	struct json_object *value, *strict = ref_member(c, "verified");
	bool is_address = strstr(name, "email") != NULL;

	if (p == NULL || strcmp(ref_text(ref_member(c, "issuer")), p->issuer) != 0)
		return EITHER;
	if (strcmp(name, "/k3/x") != 0)
		value = ref_member(p->claims, *name == '/' ? name + 1 : name);
	else if (json_object_is_type(ref_member(p->claims, "k3"), json_type_object))
		value = ref_member(ref_member(p->claims, "k3"), "x");
	else
		value = NULL;
	if (value == NULL)
		return EITHER;
	if (is_address && (strict == NULL || json_object_get_boolean(strict)) &&
	    !(json_object_is_type(ref_member(p->claims, "email_verified"), json_type_boolean) &&
	      json_object_get_boolean(ref_member(p->claims, "email_verified"))))
		return EITHER;
	if (strcmp(op, "exists") == 0)
		return TRUE_POSSIBLE;
	if (json_object_is_type(value, json_type_array))
		return compare_list(op, value, ref_member(c, "value"), is_address);
	return compare_any(op, value, ref_member(c, "value"), is_address);
}

static int
ref_match_login(struct json_object *c, const struct facts *f)
{
	struct json_object *age = ref_member(c, "max_age"), *acr = ref_member(c, "acr");
	const struct party *p = f->party;

	if (p == NULL)
		return EITHER;
	if (acr != NULL && (ref_text(ref_member(p->claims, "acr")) == NULL ||
			    !in_list(acr, ref_text(ref_member(p->claims, "acr")))))
		return EITHER;
	if (age != NULL && (p->auth_time == 0 || f->now > p->auth_time + json_object_get_int(age)))
		return EITHER;
	return TRUE_POSSIBLE;
}

static int
ref_match_email(struct json_object *wanted, const struct party *p)
{
	const char *has;

	if (p == NULL ||
	    !json_object_is_type(ref_member(p->claims, "email_verified"), json_type_boolean) ||
	    !json_object_get_boolean(ref_member(p->claims, "email_verified")))
		return EITHER;
	has = ref_address(ref_member(p->claims, "email"));
	return has == NULL ? EITHER : ref_truth(strcmp(has, ref_address(wanted)) == 0);
}

static int
ref_match_account(const char *wanted, const struct party *p)
{
	if (p == NULL || strlen(wanted) != 26)
		return EITHER;
	return ref_truth(p->account != NULL && strcmp(wanted, p->account) == 0);
}

static int
ref_match_group(const char *wanted, const struct party *p)
{
	bool member = false;

	if (p == NULL)
		return EITHER;
	for (size_t i = 0; i < p->groups.n; i++)
		member |= strcmp(p->groups.list[i], wanted) == 0;
	return ref_truth(member && p->account != NULL);
}

static int ref_match_condition(struct json_object *c, const struct facts *f);

/* `all` may be true if every part may be, and false if one part may be; `any` is the reverse. */
static int
ref_match_list(struct json_object *parts, const struct facts *f, int needs_every, int needs_one)
{
	int result = needs_every;

	for (size_t i = 0; i < json_object_array_length(parts); i++) {
		int part = ref_match_condition(json_object_array_get_idx(parts, i), f);

		if ((part & needs_every) == 0)
			result &= ~needs_every;
		result |= part & needs_one;
	}
	return result;
}

static int
ref_match_condition(struct json_object *c, const struct facts *f)
{
	int part;

	if (ref_member(c, "client") != NULL)
		return ref_truth(strcmp(ref_text(ref_member(c, "client")), f->client) == 0);
	if (ref_member(c, "account") != NULL)
		return ref_match_account(ref_text(ref_member(c, "account")), f->party);
	if (ref_member(c, "group") != NULL)
		return ref_match_group(ref_text(ref_member(c, "group")), f->party);
	if (ref_member(c, "email") != NULL)
		return ref_match_email(ref_member(c, "email"), f->party);
	if (ref_member(c, "claim") != NULL)
		return ref_match_claim(ref_member(c, "claim"), f->party);
	if (ref_member(c, "authentication") != NULL)
		return ref_match_login(ref_member(c, "authentication"), f);
	if (ref_member(c, "all") != NULL)
		return ref_match_list(ref_member(c, "all"), f, TRUE_POSSIBLE, FALSE_POSSIBLE);
	if (ref_member(c, "any") != NULL)
		return ref_match_list(ref_member(c, "any"), f, FALSE_POSSIBLE, TRUE_POSSIBLE);
	if (ref_member(c, "not") == NULL)
		return TRUE_POSSIBLE; /* anyone */
	part = ref_match_condition(ref_member(c, "not"), f);
	return part == EITHER ? EITHER : EITHER - part;
}

static bool
ref_rule_applies(struct json_object *rule, const char *scope, int64_t now)
{
	struct json_object *from = ref_member(rule, "from"), *until = ref_member(rule, "until");
	struct json_object *scopes = ref_member(rule, "scopes");
	bool named = ref_text(scopes) != NULL;

	for (size_t i = 0; !named && scope != NULL && i < json_object_array_length(scopes); i++)
		named = strcmp(ref_text(json_object_array_get_idx(scopes, i)), scope) == 0;
	return named && (from == NULL || json_object_get_int64(from) <= now) &&
	       (until == NULL || now < json_object_get_int64(until));
}

enum verdict
reference_decide(struct json_object *doc, const char *scope, const struct facts *f)
{
	struct json_object *rules = ref_member(doc, "rules");

	for (size_t i = 0; i < json_object_array_length(rules); i++) {
		struct json_object *rule = json_object_array_get_idx(rules, i);
		const char *effect = ref_text(ref_member(rule, "effect"));
		int answer = ref_match_condition(ref_member(rule, "when"), f);

		if (!ref_rule_applies(rule, scope, f->now) || answer == FALSE_POSSIBLE)
			continue;
		if (answer == EITHER)
			return VERDICT_NEED_CLAIMS;
		return *effect == 'p'	? VERDICT_PERMIT
		       : *effect == 'a' ? VERDICT_ASK
					: VERDICT_DENY;
	}
	return VERDICT_DENY;
}
