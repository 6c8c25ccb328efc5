/* SPDX-License-Identifier: Apache-2.0 */
/* Walks through a parsed policy, with the path of each name for messages. */
#include "policy/condition.h"
#include "policy/names.h"

struct walk {
	policy_name_fn *fn;
	void *arg;
};

static struct json_path
names_member(const struct json_path *at, const char *name)
{
	struct json_path member = *at;

	member.up = at;
	member.name = name;
	return member;
}

static struct json_path
names_element(const struct json_path *at, size_t index)
{
	struct json_path element = names_member(at, NULL);

	element.index = index;
	return element;
}

static enum err names_in_condition(const struct walk *walk, const struct json_path *at,
				   struct condition *c);

/* The parts of `all` and `any` are a list, that of `not` is one condition. */
static enum err
names_in_parts(const struct walk *walk, const struct json_path *at, struct condition *c)
{
	bool list = c->kind->print == when_list_print;
	size_t i = 0;

	for (struct condition *p = c->parts; p != NULL; p = p->next) {
		struct json_path part = list ? names_element(at, i++) : *at;

		TRY(names_in_condition(walk, &part, p));
	}
	return OK;
}

static enum err
names_in_condition(const struct walk *walk, const struct json_path *at, struct condition *c)
{
	struct policy_name name = { .kind = c->kind->names, .text = &c->text };
	struct json_path inside = names_member(at, c->kind->name);

	if (c->kind->require == when_parts_require)
		return names_in_parts(walk, &inside, c);
	name.json_path = inside;
	switch (name.kind) {
	case NAME_NONE: return OK;
	case NAME_ACCOUNT: name.login = &c->person; break;
	case NAME_ISSUER:
		name.text = when_claim_issuer(c);
		name.json_path = names_member(&inside, "issuer");
		break;
	case NAME_GROUP:
	case NAME_CLIENT:
	case NAME_SCOPE: break;
	}
	return walk->fn(walk->arg, &name);
}

static enum err
names_in_rule(const struct walk *walk, const struct json_path *at, struct rule *r)
{
	struct json_path scopes = names_member(at, "scopes"), when = names_member(at, "when");

	for (size_t i = 0; i < r->scopes.n; i++) {
		struct policy_name name = { .kind = NAME_SCOPE,
					    .text = &r->scopes.list[i],
					    .json_path = names_element(&scopes, i) };

		TRY(walk->fn(walk->arg, &name));
	}
	return names_in_condition(walk, &when, r->when);
}

enum err
policy_names_each(struct arena *a, const struct policy *p, policy_name_fn *fn, void *arg,
		  const char **why)
{
	struct json_path document = { .arena = a, .why = why };
	struct json_path rules = names_member(&document, "rules");
	struct walk walk = { fn, arg };
	size_t i = 0;

	for (struct rule *r = p->rules; r != NULL; r = r->next) {
		struct json_path rule = names_element(&rules, i++);

		TRY(names_in_rule(&walk, &rule, r));
	}
	return OK;
}
