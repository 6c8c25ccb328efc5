/* SPDX-License-Identifier: Apache-2.0 */
/*
 * usherctl policy explain: who would get what, and by which rule.  It asks the same policy with
 * made-up facts; nothing is issued and nothing written.
 */
#include <string.h>

#include "admin/input.h"
#include "admin/lookup.h"
#include "base/json.h"
#include "model/issuer.h"
#include "model/policy_names.h"
#include "model/share.h"
#include "policy/claims.h"

struct question {
	struct resource resource;
	const struct share *share;
	struct facts    facts;
	const char     *rejected;	/* why the server does not judge the request at all */
	const char     *verdict;	/* what it answers then */
	struct party    party;
};

/* NAME=JSON */
static enum err
explain_add_claim(struct call *c, struct json_object *claims, const char *word)
{
	const char *sign = strchr(word, '='), *why = NULL;
	struct json_object *value;

	if (sign == NULL || sign == word)
		return call_refuse(c, EX_USAGE, "--claim is NAME=JSON, not “%s”", word);
	if (strcmp(sign + 1, "null") == 0)	/* as if the claim were absent */
		return OK;
	value = json_parse(c->work.arena, bytes_of(sign + 1), &why);
	if (value == NULL)
		return call_refuse(c, EX_DATAERR, "the value of “%s” is not JSON: text needs "
				   "quotes, --claim 'role=\"editor\"'", word);
	json_object_object_add(claims, arena_strndup(c->work.arena, word, (size_t)(sign - word)),
			       json_object_get(value));
	return OK;
}

static enum err
explain_gather_claims(struct call *c, struct party *p)
{
	struct strs claims = call_values(c, "claim");
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

/* The server answers these before it looks at a policy. */
static void
explain_reject(struct question *q, const char *why, enum verdict verdict)
{
	q->rejected = why;
	q->verdict = verdict_name(verdict);
}

static enum err
explain_gather_party(struct call *c, struct question *q)
{
	const char *login = call_value(c, "account"), *issuer = call_value(c, "issuer");
	struct party *p = &q->party;
	struct account acc;
	const char *birth;
	enum err e;

	if (call_given(c, "claim") && issuer == NULL)
		return call_refuse(c, EX_USAGE, "--claim needs --issuer URL, the issuer that makes "
				   "the claim");
	e = issuer != NULL ? issuer_check_trusted(&c->work, issuer, ABSENT, &birth) : OK;
	if (e == ABSENT)
		explain_reject(q, "the tenant does not trust the issuer, so its claims do "
			       "not count", VERDICT_NEED_CLAIMS);
	else
		TRY(e);
	*p = (struct party){ .issuer = issuer != NULL ? issuer : "", .subject = "",
			     .issued = c->work.now, .auth_time = c->work.now };
	TRY(explain_gather_claims(c, p));
	p->claims = claims_normalise(c->work.arena, p->claims);
	if (login == NULL)
		return OK;
	TRY(lookup_account(c, login, &acc));
	if (acc.disabled)
		explain_reject(q, "the account is disabled, so its claims do not count",
			       VERDICT_NEED_CLAIMS);
	p->account = acc.id;
	p->groups = acc.groups;
	return OK;
}

static bool
explain_is_about_somebody(const struct call *c)
{
	return call_given(c, "account") || call_given(c, "email") || call_given(c, "issuer") ||
	       call_given(c, "claim");
}

static enum err
explain_check_scopes(struct call *c, const struct resource *r)
{
	struct strs asked = call_values(c, "scope");

	for (size_t i = 0; i < asked.n; i++)
		if (!strs_has(&r->scopes, asked.list[i]))
			return call_refuse(c, EX_NOUSER, "resource %s has no scope %s; it has %s",
					   r->id, asked.list[i],
					   strs_join(c->work.arena, &r->scopes, ", "));
	return OK;
}

static enum err
explain_gather(struct call *c, struct question *q)
{
	const char *client = call_value(c, "client");
	struct resource *r = &q->resource;
	struct client cl;

	TRY(lookup_resource(c, call_word(c, 1), r));
	TRY(share_effective(&c->work, r->owner, r->rs, r->id, &q->share));
	TRY(explain_check_scopes(c, r));
	if (client != NULL)
		TRY(lookup_client(c, client, &cl));
	q->facts = (struct facts){ .now = c->work.now, .client = client != NULL ? client : "" };
	if (explain_is_about_somebody(c)) {
		TRY(explain_gather_party(c, q));
		q->facts.party = &q->party;
	}
	if (client != NULL && cl.disabled)
		explain_reject(q, "the client is disabled", VERDICT_DENY);
	return OK;
}

/* Whose policy it is that decides. */
static enum err
explain_read_source(struct call *c, const struct question *q, const char **out)
{
	const struct resource *r = &q->resource;
	struct share own;

	TRY(share_find(&c->work, r->owner, r->rs, r->id, &own));
	*out = own.row.size > 0 ? "resource" : q->share->row.size > 0 ? "default" : "none";
	return OK;
}

static const char *
explain_rules_json(struct call *c, const struct question *q)
{
	struct buf b = { .arena = c->work.arena };

	out_open(&b, NULL, '[');
	for (const struct rule *r = q->share->policy.rules; r != NULL; r = r->next) {
		out_open(&b, NULL, '{');
		out_text(&b, "id", r->id);
		out_text(&b, "effect", effect_name(r->effect));
		out_text(&b, "says", rule_say(b.arena, r));
		out_close(&b, '}');
	}
	out_close(&b, ']');
	return b.data;
}

struct decision {
	const char *scope, *verdict, *rule, *says;
};

static struct decision
explain_decide(struct call *c, const struct question *q, const char *scope)
{
	const struct rule *rule = NULL;
	enum verdict v = policy_decide(&q->share->policy, scope, &q->facts, &rule);
	struct decision d = { scope, verdict_name(v), NULL, "no rule applies" };

	if (q->rejected != NULL)
		return (struct decision){ scope, q->verdict, NULL, q->rejected };
	if (rule == NULL)
		return d;
	d.rule = rule->id;
	d.says = rule_say(c->work.arena, rule);
	if (v == VERDICT_NEED_CLAIMS)
		d.says = arena_printf(c->work.arena, "%s (not known yet)", d.says);
	return d;
}

static struct strs
explain_scopes_asked(struct call *c, const struct question *q)
{
	return call_given(c, "scope") ? call_values(c, "scope") : q->resource.scopes;
}

static const char *
explain_decisions_json(struct call *c, const struct question *q)
{
	struct strs scopes = explain_scopes_asked(c, q);
	struct buf b = { .arena = c->work.arena };

	out_open(&b, NULL, '[');
	for (size_t i = 0; i < scopes.n; i++) {
		struct decision d = explain_decide(c, q, scopes.list[i]);

		out_open(&b, NULL, '{');
		out_text(&b, "scope", d.scope);
		out_text(&b, "verdict", d.verdict);
		out_text(&b, "rule", d.rule);
		out_text(&b, "says", d.says);
		out_close(&b, '}');
	}
	out_close(&b, ']');
	return b.data;
}

static void
explain_put_tables(struct call *c, const struct question *q, bool decide_too)
{
	struct strs scopes = explain_scopes_asked(c, q);
	struct sheet *s = &c->sheet;

	sheet_gap(s);
	sheet_list(s, "rules");
	for (const struct rule *r = q->share->policy.rules; r != NULL; r = r->next) {
		sheet_row(s);
		cell_text(s, "rule", r->id);
		cell_text(s, "says", rule_say(c->work.arena, r));
	}
	sheet_end(s);
	if (!decide_too)
		return;
	sheet_gap(s);
	sheet_list(s, "scopes");
	for (size_t i = 0; i < scopes.n; i++) {
		struct decision d = explain_decide(c, q, scopes.list[i]);

		sheet_row(s);
		cell_text(s, "scope", d.scope);
		cell_text(s, "verdict", d.verdict);
		cell_text(s, "rule", d.rule);
		cell_text(s, "because", d.says);
	}
	sheet_end(s);
}

static bool
explain_has_facts(const struct call *c)
{
	return explain_is_about_somebody(c) || call_given(c, "client") || call_given(c, "scope");
}

static enum err
explain_run(struct call *c)
{
	bool decide_too = explain_has_facts(c);
	struct sheet *s = &c->sheet;
	struct question q = { 0 };
	const char *from, *text;

	TRY(explain_gather(c, &q));
	TRY(explain_read_source(c, &q, &from));
	TRY(policy_names_show(&c->work, &q.share->policy, &text));
	sheet_record(s);
	cell_text(s, "resource", q.resource.id);
	cell_text(s, "name", q.resource.name);
	cell_text(s, "owner", lookup_login(c, q.resource.owner));
	cell_text(s, "resource_server", q.resource.rs);
	cell_text(s, "policy", from);
	cell_int(s, "revision", q.share->revision);
	cell_json(s, "rules", explain_rules_json(c, &q), NULL);
	if (decide_too)
		cell_json(s, "decisions", explain_decisions_json(c, &q), NULL);
	sheet_end(s);
	if (s->form == SHEET_TEXT)
		explain_put_tables(c, &q, decide_too);
	return OK;
}

static const struct flag explain_flags[] = {
	{ "client", "ID", FLAG_ONCE, "the client that asks" },
	{ "account", "LOGIN", FLAG_ONCE, "the person: an account of this tenant" },
	{ "email", "E", FLAG_ONCE, "the person: a verified e-mail address" },
	{ "issuer", "URL", FLAG_ONCE, "who vouches for the claims" },
	{ "claim", "NAME=JSON", FLAG_MANY, "a claim of that issuer" },
	{ "scope", "S", FLAG_MANY, "only this scope; else all of the resource" },
	FLAG_END
};

const struct command explain_commands[] = {
	{ "policy", "explain", "TENANT RESOURCE", "Say who would get what, and by which rule",
	  explain_flags,
	  "policy explain acme 06hm41k3b8d7s0cv5n2rq9xjta --email bob@example.net --scope view",
	  NEEDS_TENANT, explain_run },
	COMMAND_END
};
