/* SPDX-License-Identifier: Apache-2.0 */
/*
 * usherctl policy explain: the decision for each scope and the rule that makes it. The command
 * evaluates the stored policy with the facts of its options. It issues and writes nothing.
 */
#include <string.h>

#include "admin/input.h"
#include "admin/lookup.h"
#include "base/json.h"
#include "base/str_list.h"
#include "model/issuer.h"
#include "model/policy_names.h"
#include "model/stored_policy.h"
#include "policy/claims.h"

struct explain_input {
	struct resource resource;
	const struct stored_policy *stored_policy;
	struct facts facts;
	const char
		*rejected;   /* why the server rejects the request before it evaluates the policy */
	const char *verdict; /* its answer in that case */
	struct party party;
};

/* NAME=JSON */
static enum err
explain_add_claim(struct invocation *c, struct json_object *claims, const char *word)
{
	const char *sign = strchr(word, '='), *why = NULL;
	struct json_object *value;

	if (sign == NULL || sign == word)
		return invocation_fail(c, EX_USAGE, "--claim must be NAME=JSON, not “%s”", word);
	if (strcmp(sign + 1, "null") == 0) /* the same as an absent claim */
		return OK;
	value = json_parse(c->work.arena, bytes_of(sign + 1), &why);
	if (value == NULL)
		return invocation_fail(c, EX_DATAERR,
				       "--claim “%s”: the value is not JSON; text needs "
				       "quotes, as in --claim 'role=\"editor\"'",
				       word);
	json_object_object_add(claims, arena_strndup(c->work.arena, word, (size_t)(sign - word)),
			       json_object_get(value));
	return OK;
}

static enum err
explain_gather_claims(struct invocation *c, struct party *p)
{
	struct str_list claims = invocation_values(c, "claim");
	const char *email, *why = NULL;

	TRY(input_email(c, &email));
	p->claims = json_parse(c->work.arena, bytes_of("{}"), &why);
	for (size_t i = 0; i < claims.n; i++)
		TRY(explain_add_claim(c, p->claims, claims.list[i]));
	if (email == NULL || email[0] == '\0')
		return OK;
	json_object_object_add(p->claims, "email", json_object_new_string(email));
	json_object_object_add(p->claims, "email_verified", json_object_new_boolean(1));
	return OK;
}

/* Records a rejection that the server makes before it evaluates a policy. */
static void
explain_reject(struct explain_input *q, const char *why, enum verdict verdict)
{
	q->rejected = why;
	q->verdict = verdict_name(verdict);
}

static enum err
explain_gather_party(struct invocation *c, struct explain_input *q)
{
	const char *login = invocation_value(c, "account"), *issuer = invocation_value(c, "issuer");
	struct party *p = &q->party;
	struct account acc;
	const char *incarnation;
	enum err e;

	if (invocation_given(c, "claim") && issuer == NULL)
		return invocation_fail(c, EX_USAGE,
				       "--claim needs --issuer URL, the issuer of the claim");
	e = issuer != NULL ? issuer_check_trusted(&c->work, issuer, ABSENT, &incarnation) : OK;
	if (e == ABSENT)
		explain_reject(q, "the tenant does not trust the issuer, so its claims are ignored",
			       VERDICT_NEED_CLAIMS);
	else
		TRY(e);
	*p = (struct party){ .issuer = issuer != NULL ? issuer : "",
			     .subject = "",
			     .issued = c->work.now,
			     .auth_time = c->work.now };
	TRY(explain_gather_claims(c, p));
	p->claims = claims_normalise(c->work.arena, p->claims);
	if (login == NULL)
		return OK;
	TRY(lookup_account(c, login, &acc));
	if (acc.disabled)
		explain_reject(q, "the account is disabled, so its claims are ignored",
			       VERDICT_NEED_CLAIMS);
	p->account = acc.id;
	p->groups = acc.groups;
	return OK;
}

static bool
explain_has_party(const struct invocation *c)
{
	return invocation_given(c, "account") || invocation_given(c, "email") ||
	       invocation_given(c, "issuer") || invocation_given(c, "claim");
}

static enum err
explain_check_scopes(struct invocation *c, const struct resource *r)
{
	struct str_list asked = invocation_values(c, "scope");

	for (size_t i = 0; i < asked.n; i++)
		if (!str_list_has(&r->scopes, asked.list[i]))
			return invocation_fail(c, EX_NOUSER,
					       "resource %s has no scope %s; its scopes are %s",
					       r->id, asked.list[i],
					       str_list_join(c->work.arena, &r->scopes, ", "));
	return OK;
}

static enum err
explain_gather(struct invocation *c, struct explain_input *q)
{
	const char *client = invocation_value(c, "client");
	struct resource *r = &q->resource;
	struct client cl;

	TRY(lookup_resource(c, invocation_word(c, 1), r));
	TRY(stored_policy_effective(&c->work, r->owner, r->rs, r->id, &q->stored_policy));
	TRY(explain_check_scopes(c, r));
	if (client != NULL)
		TRY(lookup_client(c, client, &cl));
	q->facts = (struct facts){ .now = c->work.now, .client = client != NULL ? client : "" };
	if (explain_has_party(c)) {
		TRY(explain_gather_party(c, q));
		q->facts.party = &q->party;
	}
	if (client != NULL && cl.disabled)
		explain_reject(q, "the client is disabled", VERDICT_DENY);
	return OK;
}

/* Returns which policy decides: that of the resource, the owner's default, or none. */
static enum err
explain_read_source(struct invocation *c, const struct explain_input *q, const char **out)
{
	const struct resource *r = &q->resource;
	struct stored_policy own;

	TRY(stored_policy_find(&c->work, r->owner, r->rs, r->id, &own));
	*out = own.row.size > 0 ? "resource" : q->stored_policy->row.size > 0 ? "default" : "none";
	return OK;
}

static const char *
explain_rules_json(struct invocation *c, const struct explain_input *q)
{
	struct buf b = { .arena = c->work.arena };

	out_open(&b, NULL, '[');
	for (const struct rule *r = q->stored_policy->policy.rules; r != NULL; r = r->next) {
		out_open(&b, NULL, '{');
		out_text(&b, "id", r->id);
		out_text(&b, "effect", effect_name(r->effect));
		out_text(&b, "says", rule_describe(b.arena, r));
		out_close(&b, '}');
	}
	out_close(&b, ']');
	return b.data;
}

struct decision {
	const char *scope, *verdict, *rule, *meaning;
};

static struct decision
explain_decide(struct invocation *c, const struct explain_input *q, const char *scope)
{
	const struct rule *rule = NULL;
	enum verdict v = policy_decide(&q->stored_policy->policy, scope, &q->facts, &rule);
	struct decision d = { scope, verdict_name(v), NULL, "no rule applies" };

	if (q->rejected != NULL)
		return (struct decision){ scope, q->verdict, NULL, q->rejected };
	if (rule == NULL)
		return d;
	d.rule = rule->id;
	d.meaning = rule_describe(c->work.arena, rule);
	if (v == VERDICT_NEED_CLAIMS)
		d.meaning = arena_printf(c->work.arena, "%s (not known yet)", d.meaning);
	return d;
}

static struct str_list
explain_scopes_asked(struct invocation *c, const struct explain_input *q)
{
	return invocation_given(c, "scope") ? invocation_values(c, "scope") : q->resource.scopes;
}

static const char *
explain_decisions_json(struct invocation *c, const struct explain_input *q)
{
	struct str_list scopes = explain_scopes_asked(c, q);
	struct buf b = { .arena = c->work.arena };

	out_open(&b, NULL, '[');
	for (size_t i = 0; i < scopes.n; i++) {
		struct decision d = explain_decide(c, q, scopes.list[i]);

		out_open(&b, NULL, '{');
		out_text(&b, "scope", d.scope);
		out_text(&b, "verdict", d.verdict);
		out_text(&b, "rule", d.rule);
		out_text(&b, "says", d.meaning);
		out_close(&b, '}');
	}
	out_close(&b, ']');
	return b.data;
}

static void
explain_put_tables(struct invocation *c, const struct explain_input *q, bool with_decisions)
{
	struct str_list scopes = explain_scopes_asked(c, q);
	struct out_table *s = &c->out_table;

	out_table_gap(s);
	out_table_list(s, "rules");
	for (const struct rule *r = q->stored_policy->policy.rules; r != NULL; r = r->next) {
		out_table_row(s);
		out_field_text(s, "rule", r->id);
		out_field_text(s, "meaning", rule_describe(c->work.arena, r));
	}
	out_table_end(s);
	if (!with_decisions)
		return;
	out_table_gap(s);
	out_table_list(s, "scopes");
	for (size_t i = 0; i < scopes.n; i++) {
		struct decision d = explain_decide(c, q, scopes.list[i]);

		out_table_row(s);
		out_field_text(s, "scope", d.scope);
		out_field_text(s, "verdict", d.verdict);
		out_field_text(s, "rule", d.rule);
		out_field_text(s, "reason", d.meaning);
	}
	out_table_end(s);
}

static bool
explain_has_facts(const struct invocation *c)
{
	return explain_has_party(c) || invocation_given(c, "client") ||
	       invocation_given(c, "scope");
}

static enum err
explain_run(struct invocation *c)
{
	bool with_decisions = explain_has_facts(c);
	struct out_table *s = &c->out_table;
	struct explain_input q = { 0 };
	const char *from, *text;

	TRY(explain_gather(c, &q));
	TRY(explain_read_source(c, &q, &from));
	TRY(policy_names_show(&c->work, &q.stored_policy->policy, &text));
	out_table_record(s);
	out_field_text(s, "resource", q.resource.id);
	out_field_text(s, "name", q.resource.name);
	out_field_text(s, "owner", lookup_login(c, q.resource.owner));
	out_field_text(s, "resource_server", q.resource.rs);
	out_field_text(s, "policy", from);
	out_field_int(s, "revision", q.stored_policy->revision);
	out_field_json(s, "rules", explain_rules_json(c, &q), NULL);
	if (with_decisions)
		out_field_json(s, "decisions", explain_decisions_json(c, &q), NULL);
	out_table_end(s);
	if (s->form == OUT_TABLE_TEXT)
		explain_put_tables(c, &q, with_decisions);
	return OK;
}

static const struct flag explain_flags[] = {
	{ "client", "ID", FLAG_ONCE, "the client that requests access" },
	{ "account", "LOGIN", FLAG_ONCE, "the requesting party: an account of this tenant" },
	{ "email", "E", FLAG_ONCE, "the requesting party: a verified e-mail address" },
	{ "issuer", "URL", FLAG_ONCE, "the issuer of the claims" },
	{ "claim", "NAME=JSON", FLAG_MANY, "a claim of that issuer" },
	{ "scope", "S", FLAG_MANY, "only this scope (default: all scopes of the resource)" },
	FLAG_END
};

const struct command explain_commands[] = {
	{ "policy", "explain", "TENANT RESOURCE", "Show the decision for given facts, and the rule",
	  explain_flags,
	  "policy explain acme 06hm41k3b8d7s0cv5n2rq9xjta --email bob@example.net --scope view",
	  NEEDS_TENANT, explain_run },
	COMMAND_END
};
