/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The second opinion.  Each condition is asked two questions: may it still become true, may it
 * still become false?  Both: nobody knows yet.  Slow and plain on purpose.
 */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "tests/policy/reference.h"

/* Bits: what the answer may be. */
#define FALSE_POSSIBLE 1
#define TRUE_POSSIBLE  2
#define EITHER         3

static struct json_object *
get(struct json_object *o, const char *name)
{
	return json_object_object_get(o, name);
}

static const char *
text(struct json_object *o)
{
	return json_object_is_type(o, json_type_string) ? json_object_get_string(o) : NULL;
}

static int
is(bool holds)
{
	return holds ? TRUE_POSSIBLE : FALSE_POSSIBLE;
}

static bool
in_list(struct json_object *list, const char *wanted)
{
	for (size_t i = 0; list != NULL && i < json_object_array_length(list); i++) {
		const char *t = text(json_object_array_get_idx(list, i));

		if (t != NULL && strcmp(t, wanted) == 0)
			return true;
	}
	return false;
}

static bool
is_number(struct json_object *o)
{
	return json_object_is_type(o, json_type_int) || json_object_is_type(o, json_type_double);
}

/* The numbers of the vocabulary are exact in binary. */
static long double
number(struct json_object *o)
{
	return strtold(json_object_to_json_string(o), NULL);
}

/* The vocabulary's addresses: ASCII, and one domain beyond it with its A-label. */
static const char *
address(struct json_object *o)
{
	static char lower[2][64];
	static int turn;
	char *to = lower[turn = !turn];
	const char *from = text(o);
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

/* One claim value that is no list, against one value of the rule. */
static int
compare(const char *op, struct json_object *claim, struct json_object *value, bool is_address)
{
	const char *c, *v = text(value);

	if (is_number(value)) {
		if (!is_number(claim))
			return EITHER;
		if (strcmp(op, "ge") == 0)
			return is(number(claim) >= number(value));
		if (strcmp(op, "le") == 0)
			return is(number(claim) <= number(value));
		return is(number(claim) == number(value));
	}
	if (v == NULL) {
		if (!json_object_is_type(claim, json_type_boolean))
			return EITHER;
		return is(!json_object_get_boolean(claim) == !json_object_get_boolean(value));
	}
	c = is_address ? address(claim) : text(claim);
	if (c == NULL)
		return EITHER;
	if (is_address && strchr(v, '@') != NULL)
		v = address(value);
	if (strcmp(op, "prefix") == 0)
		return is(strstr(c, v) == c);
	if (strcmp(op, "suffix") == 0)
		return is(strlen(c) >= strlen(v) && strcmp(c + strlen(c) - strlen(v), v) == 0);
	if (strcmp(op, "contains") == 0 && strcmp(c, v) != 0 && strchr(c, ' ') != NULL)
		return is(false) | (strstr(c, v) != NULL ? TRUE_POSSIBLE : 0);
	return is(strcmp(c, v) == 0);
}

/* One of several values will do; of those that cannot be compared one might. */
static int
compare_any(const char *op, struct json_object *claim, struct json_object *value, bool is_address)
{
	int result = FALSE_POSSIBLE;

	if (strcmp(op, "in") != 0)
		return compare(op, claim, value, is_address);
	for (size_t i = 0; i < json_object_array_length(value); i++) {
		int one = compare(op, claim, json_object_array_get_idx(value, i), is_address);

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
		/* Only a text that is the whole claim may be a list. */
		const char *test = contains && json_object_array_length(list) > 1 ? "eq" : op;

		seen[compare_any(test, item, value, is_address)]++;
	}
	if (one_answer && (seen[EITHER] > 0 || (seen[TRUE_POSSIBLE] > 0 &&
						seen[FALSE_POSSIBLE] > 0)))
		return EITHER;
	if (seen[TRUE_POSSIBLE] > 0)
		return TRUE_POSSIBLE;
	return seen[EITHER] > 0 ? EITHER : FALSE_POSSIBLE;
}

/* Of pointers only those that the vocabulary has. */
static int
claim(struct json_object *c, const struct party *p)
{
	const char *name = text(get(c, "name")), *op = text(get(c, "op"));
	struct json_object *value, *strict = get(c, "verified");
	bool is_address = strstr(name, "email") != NULL;

	if (p == NULL || strcmp(text(get(c, "issuer")), p->issuer) != 0)
		return EITHER;
	if (strcmp(name, "/k3/x") != 0)
		value = get(p->claims, *name == '/' ? name + 1 : name);
	else if (json_object_is_type(get(p->claims, "k3"), json_type_object))
		value = get(get(p->claims, "k3"), "x");
	else
		value = NULL;
	if (value == NULL)
		return EITHER;
	if (is_address && (strict == NULL || json_object_get_boolean(strict)) &&
	    !(json_object_is_type(get(p->claims, "email_verified"), json_type_boolean) &&
	      json_object_get_boolean(get(p->claims, "email_verified"))))
		return EITHER;
	if (strcmp(op, "exists") == 0)
		return TRUE_POSSIBLE;
	if (json_object_is_type(value, json_type_array))
		return compare_list(op, value, get(c, "value"), is_address);
	return compare_any(op, value, get(c, "value"), is_address);
}

static int
login(struct json_object *c, const struct facts *f)
{
	struct json_object *age = get(c, "max_age"), *acr = get(c, "acr");
	const struct party *p = f->party;

	if (p == NULL)
		return EITHER;
	if (acr != NULL && (text(get(p->claims, "acr")) == NULL ||
			    !in_list(acr, text(get(p->claims, "acr")))))
		return EITHER;
	if (age != NULL && (p->auth_time == 0 || f->now > p->auth_time + json_object_get_int(age)))
		return EITHER;
	return TRUE_POSSIBLE;
}

static int
email(struct json_object *wanted, const struct party *p)
{
	const char *has;

	if (p == NULL || !json_object_is_type(get(p->claims, "email_verified"), json_type_boolean) ||
	    !json_object_get_boolean(get(p->claims, "email_verified")))
		return EITHER;
	has = address(get(p->claims, "email"));
	return has == NULL ? EITHER : is(strcmp(has, address(wanted)) == 0);
}

static int
account(const char *wanted, const struct party *p)
{
	if (p == NULL || strlen(wanted) != 26)
		return EITHER;
	return is(p->account != NULL && strcmp(wanted, p->account) == 0);
}

static int
group(const char *wanted, const struct party *p)
{
	bool member = false;

	if (p == NULL)
		return EITHER;
	for (size_t i = 0; i < p->groups.n; i++)
		member |= strcmp(p->groups.list[i], wanted) == 0;
	return is(member && p->account != NULL);
}

static int judge(struct json_object *c, const struct facts *f);

/* `all` may be true when every part may, and false when one part may; `any` the other way. */
static int
list(struct json_object *parts, const struct facts *f, int needs_every, int needs_one)
{
	int result = needs_every;

	for (size_t i = 0; i < json_object_array_length(parts); i++) {
		int part = judge(json_object_array_get_idx(parts, i), f);

		if ((part & needs_every) == 0)
			result &= ~needs_every;
		result |= part & needs_one;
	}
	return result;
}

static int
judge(struct json_object *c, const struct facts *f)
{
	int part;

	if (get(c, "client") != NULL)
		return is(strcmp(text(get(c, "client")), f->client) == 0);
	if (get(c, "account") != NULL)
		return account(text(get(c, "account")), f->party);
	if (get(c, "group") != NULL)
		return group(text(get(c, "group")), f->party);
	if (get(c, "email") != NULL)
		return email(get(c, "email"), f->party);
	if (get(c, "claim") != NULL)
		return claim(get(c, "claim"), f->party);
	if (get(c, "authentication") != NULL)
		return login(get(c, "authentication"), f);
	if (get(c, "all") != NULL)
		return list(get(c, "all"), f, TRUE_POSSIBLE, FALSE_POSSIBLE);
	if (get(c, "any") != NULL)
		return list(get(c, "any"), f, FALSE_POSSIBLE, TRUE_POSSIBLE);
	if (get(c, "not") == NULL)
		return TRUE_POSSIBLE;	/* anyone */
	part = judge(get(c, "not"), f);
	return part == EITHER ? EITHER : EITHER - part;
}

static bool
applies(struct json_object *rule, const char *scope, int64_t now)
{
	struct json_object *from = get(rule, "from"), *until = get(rule, "until");
	struct json_object *scopes = get(rule, "scopes");
	bool named = text(scopes) != NULL;

	for (size_t i = 0; !named && scope != NULL && i < json_object_array_length(scopes); i++)
		named = strcmp(text(json_object_array_get_idx(scopes, i)), scope) == 0;
	return named && (from == NULL || json_object_get_int64(from) <= now) &&
	       (until == NULL || now < json_object_get_int64(until));
}

enum verdict
reference_decide(struct json_object *doc, const char *scope, const struct facts *f)
{
	struct json_object *rules = get(doc, "rules");

	for (size_t i = 0; i < json_object_array_length(rules); i++) {
		struct json_object *rule = json_object_array_get_idx(rules, i);
		const char *effect = text(get(rule, "effect"));
		int answer = judge(get(rule, "when"), f);

		if (!applies(rule, scope, f->now) || answer == FALSE_POSSIBLE)
			continue;
		if (answer == EITHER)
			return VERDICT_NEED_CLAIMS;
		return *effect == 'p' ? VERDICT_PERMIT :
		       *effect == 'a' ? VERDICT_ASK : VERDICT_DENY;
	}
	return VERDICT_DENY;
}
