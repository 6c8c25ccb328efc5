/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reads a policy, a document as in include/policy/policy.h and schema/policy.schema.json.
 * base/json.c has checked its size, depth and unique member names before.
 */
#include <string.h>

#include "base/text.h"
#include "policy/condition.h"
#include "policy/json_path.h"
#include "policy/policy.h"

#define ID_MAX	  64
#define SCOPE_MAX 256
#define TIME_MAX  253402300799 /* the last second of the year 9999 */

static enum err
policy_parse_effect(const struct json_path *at, enum effect *out)
{
	static const enum effect effects[] = { EFFECT_PERMIT, EFFECT_DENY, EFFECT_ASK };
	const char *name;

	TRY(json_path_text(at, JSON_PATH_TEXT_MAX, &name));
	for (size_t i = 0; i < sizeof(effects) / sizeof(effects[0]); i++) {
		if (text_equal(effect_name(effects[i]), name)) {
			*out = effects[i];
			return OK;
		}
	}
	return json_path_fail(at, "must be permit, deny or ask");
}

static enum err
policy_parse_scopes(const struct json_path *at, struct rule *out)
{
	if (json_object_is_type(at->value, json_type_array))
		return json_path_texts(at, SCOPE_MAX, &out->scopes);
	if (!json_object_is_type(at->value, json_type_string) ||
	    !text_equal(json_object_get_string(at->value), "all"))
		return json_path_fail(at, "must be a list of scopes, or \"all\"");
	out->all_scopes = true;
	return OK;
}

/* Rejects a time window that never opens: the rule would have no effect. */
static enum err
policy_parse_window(const struct json_path *at, struct rule *out)
{
	struct json_path member;

	if (json_path_member(at, "from", &member))
		TRY(json_path_int(&member, 1, TIME_MAX, &out->from));
	if (!json_path_member(at, "until", &member))
		return OK;
	TRY(json_path_int(&member, 1, TIME_MAX, &out->until));
	return out->from < out->until ? OK : json_path_fail(&member, "must be later than from");
}

static enum err
policy_parse_id(const struct json_path *at, const struct rule *before, const char **out)
{
	struct json_path member;

	if (!json_path_member(at, "id", &member))
		return OK;
	TRY(json_path_text(&member, ID_MAX, out));
	if (!text_is_id(*out, ID_MAX))
		return json_path_fail(&member, "must consist of letters, digits, '_' and '-'");
	for (; before != NULL; before = before->next) {
		if (text_equal(before->id, *out))
			return json_path_fail(&member,
					      "must be unique; another rule has the same id");
	}
	return OK;
}

static enum err
policy_parse_rule(const struct json_path *at, const struct rule *before, struct rule *out)
{
	static const char *const known[] = {
		"id", "effect", "scopes", "from", "until", "when", NULL
	};
	struct json_path member;

	TRY(json_path_object(at, known));
	TRY(policy_parse_id(at, before, &out->id));
	TRY(json_path_need(at, "effect", &member));
	TRY(policy_parse_effect(&member, &out->effect));
	TRY(json_path_need(at, "scopes", &member));
	TRY(policy_parse_scopes(&member, out));
	TRY(policy_parse_window(at, out));
	TRY(json_path_need(at, "when", &member));
	TRY(condition_parse(&member, &out->when));
	return OK;
}

static bool
policy_parse_has_id(const struct policy *p, const char *id)
{
	for (const struct rule *r = p->rules; r != NULL; r = r->next) {
		if (text_equal(r->id, id))
			return true;
	}
	return false;
}

static void
policy_fill_rule_ids(struct arena *a, struct policy *p)
{
	unsigned n = 1;

	for (struct rule *r = p->rules; r != NULL; r = r->next) {
		while (r->id == NULL) {
			const char *id = arena_printf(a, "r%u", n++);

			if (!policy_parse_has_id(p, id))
				r->id = id;
		}
	}
}

static enum err
policy_parse_rules(const struct json_path *at, struct policy *out)
{
	struct rule **end = &out->rules;
	size_t n;

	if (!json_object_is_type(at->value, json_type_array))
		return json_path_fail(at, "must be a list");
	n = json_object_array_length(at->value);
	if (n > POLICY_RULES_MAX)
		return json_path_fail(at, arena_printf(at->arena, "must have at most %d rules",
						       POLICY_RULES_MAX));
	for (size_t i = 0; i < n; i++) {
		struct json_path element = json_path_element(at, i);
		struct rule *r = ARENA_NEW(at->arena, struct rule);

		r->position = (unsigned)i;
		TRY(policy_parse_rule(&element, out->rules, r));
		*end = r;
		end = &r->next;
	}
	return OK;
}

enum err
policy_parse(struct arena *a, struct json_object *doc, struct policy *out, const char **why)
{
	static const char *const known[] = { "rules", NULL };
	struct json_path at = { .value = doc, .arena = a, .why = why, .weight = &out->weight },
			 rules;

	*out = (struct policy){ 0 };
	TRY(json_path_object(&at, known));
	TRY(json_path_need(&at, "rules", &rules));
	TRY(policy_parse_rules(&rules, out));
	if (out->weight > POLICY_WEIGHT_MAX)
		return json_path_fail(&at, arena_printf(a,
							"must have at most %d scopes, conditions "
							"and values",
							POLICY_WEIGHT_MAX));
	policy_fill_rule_ids(a, out);
	return OK;
}
