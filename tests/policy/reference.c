/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The second opinion.  Each condition is asked two questions: may it still become true, may it
 * still become false?  Both: nobody knows yet.  Slow and plain on purpose.
 */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

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
same(struct json_object *a, struct json_object *b)
{
	return json_object_get_type(a) == json_object_get_type(b) &&
	       strcmp(json_object_to_json_string(a), json_object_to_json_string(b)) == 0;
}

static bool
in_list(struct json_object *list, struct json_object *value)
{
	if (!json_object_is_type(list, json_type_array))
		return false;
	for (size_t i = 0; i < json_object_array_length(list); i++) {
		if (same(json_object_array_get_idx(list, i), value))
			return true;
	}
	return false;
}

static bool
compare(const char *op, struct json_object *claim, struct json_object *value)
{
	const char *c = text(claim), *v = text(value);
	bool integers = json_object_is_type(claim, json_type_int);

	if (strcmp(op, "eq") == 0)
		return same(claim, value);
	if (strcmp(op, "in") == 0)
		return in_list(value, claim);
	if (strcmp(op, "contains") == 0)
		return in_list(claim, value);
	if (strcmp(op, "prefix") == 0)
		return c != NULL && strncmp(c, v, strlen(v)) == 0;
	if (strcmp(op, "suffix") == 0)
		return c != NULL && strlen(c) >= strlen(v) &&
		       strcmp(c + strlen(c) - strlen(v), v) == 0;
	if (strcmp(op, "ge") == 0)
		return integers && json_object_get_int(claim) >= json_object_get_int(value);
	if (strcmp(op, "le") == 0)
		return integers && json_object_get_int(claim) <= json_object_get_int(value);
	return true;
}

/* Of pointers only the one that the vocabulary has. */
static int
claim(struct json_object *c, const struct party *p)
{
	const char *name = text(get(c, "name")), *op = text(get(c, "op"));
	struct json_object *value;

	if (p == NULL || strcmp(text(get(c, "issuer")), p->issuer) != 0)
		return EITHER;
	if (strcmp(name, "/k3/x") != 0)
		value = get(p->claims, name);
	else if (json_object_is_type(get(p->claims, "k3"), json_type_object))
		value = get(get(p->claims, "k3"), "x");
	else
		value = NULL;
	if (value == NULL)
		return EITHER;
	return is(compare(op, value, get(c, "value")));
}

static int
login(struct json_object *c, const struct facts *f)
{
	struct json_object *age = get(c, "max_age"), *acr = get(c, "acr");
	const struct party *p = f->party;

	if (p == NULL || (acr != NULL && !in_list(acr, get(p->claims, "acr"))))
		return EITHER;
	if (age != NULL && (p->auth_time == 0 || f->now > p->auth_time + json_object_get_int(age)))
		return EITHER;
	return TRUE_POSSIBLE;
}

static int
email(const char *wanted, const struct party *p)
{
	const char *has;

	if (p == NULL || !json_object_get_boolean(get(p->claims, "email_verified")))
		return EITHER;
	has = text(get(p->claims, "email"));
	if (has == NULL)
		return EITHER;
	/* The vocabulary's local parts are one letter each. */
	return is(has[0] == wanted[0] && strcasecmp(has, wanted) == 0);
}

static int
account(const char *wanted, const struct party *p)
{
	if (p == NULL)
		return EITHER;
	return is(p->account != NULL && (strcmp(wanted, p->account) == 0 ||
					 strcmp(wanted, p->login) == 0));
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
		return email(text(get(c, "email")), f->party);
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
