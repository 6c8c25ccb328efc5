/* SPDX-License-Identifier: Apache-2.0 */
/*
 * usherctl policy get, set, remove, default. `get` prints only the document, in the form that `set`
 * accepts.
 */
#include "admin/input.h"
#include "admin/lookup.h"
#include "base/json.h"
#include "model/audit.h"
#include "model/policy_names.h"
#include "model/stored_policy.h"

/* The target of a policy is one resource. The target of a default policy is all resources of an
 * owner at a resource server; `resource` is NULL. */
struct policy_target {
	const char *owner, *rs, *resource;
	const char *description;
};

static enum err
policy_target_resource(struct invocation *c, struct policy_target *out)
{
	struct resource r;

	TRY(lookup_resource(c, invocation_word(c, 1), &r));
	*out = (struct policy_target){ r.owner, r.rs, r.id,
				       arena_printf(c->work.arena, "resource %s", r.id) };
	return OK;
}

static enum err
policy_target_default(struct invocation *c, struct policy_target *out)
{
	struct account owner;
	struct client rs;

	TRY(lookup_account(c, invocation_value(c, "owner"), &owner));
	/* A default can be removed even if the client is not a resource server any more. */
	if (invocation_given(c, "remove"))
		TRY(lookup_client(c, invocation_value(c, "client"), &rs));
	else
		TRY(lookup_server(c, invocation_value(c, "client"), &rs));
	*out = (struct policy_target){ owner.id, rs.id, NULL,
				       arena_printf(c->work.arena, "the default of %s at %s",
						    owner.login, rs.id) };
	return OK;
}

static void
policy_note_change(struct invocation *c, const struct policy_target *p, enum audit_event event)
{
	audit_add(&c->work,
		  &(struct audit){
			  .event = event, .owner = p->owner, .rs = p->rs, .object = p->resource });
}

static enum err
policy_fail_missing(struct invocation *c, const struct policy_target *p)
{
	return invocation_fail(
		c, EX_NOUSER, "%s has no policy%s", p->description,
		p->resource == NULL
			? ""
			: " of its own; the owner's default policy at the resource server decides");
}

static enum err
policy_print_one(struct invocation *c, const struct policy_target *p)
{
	struct json_object *doc;
	struct stored_policy stored_policy;
	const char *text, *why = NULL;

	TRY(stored_policy_find(&c->work, p->owner, p->rs, p->resource, &stored_policy));
	if (stored_policy.row.size == 0)
		return policy_fail_missing(c, p);
	TRY(stored_policy_show(&c->work, &stored_policy, &text));
	doc = json_parse(c->work.arena, bytes_of(text), &why);
	if (doc == NULL || c->out_table.form == OUT_TABLE_JSON)
		buf_text(&c->out_table.out, text);
	else
		buf_text(&c->out_table.out,
			 json_object_to_json_string_ext(
				 doc, JSON_C_TO_STRING_PRETTY | JSON_C_TO_STRING_NOSLASHESCAPE));
	buf_char(&c->out_table.out, '\n');
	return OK;
}

static enum err
policy_write(struct invocation *c, const struct policy_target *p, const char *file)
{
	struct json_object *doc;
	struct stored_policy stored_policy;
	const char *text;

	TRY(input_json(c, file, &doc));
	TRY(stored_policy_find(&c->work, p->owner, p->rs, p->resource, &stored_policy));
	TRY(stored_policy_put(&c->work, &stored_policy, doc));
	TRY(stored_policy_show(&c->work, &stored_policy, &text));
	policy_note_change(c, p, AUDIT_POLICY_SET);
	out_table_record(&c->out_table);
	out_field_text(&c->out_table, "policy", p->description);
	out_field_text(&c->out_table, "resource", p->resource);
	out_field_int(&c->out_table, "revision", stored_policy.revision);
	out_table_end(&c->out_table);
	for (const struct rule *r = stored_policy.policy.rules; r != NULL; r = r->next)
		out_table_note(&c->out_table, "  %s: %s", r->id,
			       out_table_safe(c->work.arena, rule_describe(c->work.arena, r)));
	return OK;
}

static enum err
policy_remove(struct invocation *c, const struct policy_target *p)
{
	struct stored_policy stored_policy;

	TRY(stored_policy_find(&c->work, p->owner, p->rs, p->resource, &stored_policy));
	if (stored_policy.row.size == 0)
		return policy_fail_missing(c, p);
	TRY(stored_policy_remove(&c->work, &stored_policy));
	policy_note_change(c, p, AUDIT_POLICY_REMOVED);
	out_table_record(&c->out_table);
	out_field_text(&c->out_table, "removed", p->description);
	out_table_end(&c->out_table);
	return OK;
}

static enum err
policy_get_run(struct invocation *c)
{
	struct policy_target p;

	TRY(policy_target_resource(c, &p));
	return policy_print_one(c, &p);
}

static enum err
policy_set_run(struct invocation *c)
{
	const char *file = invocation_word(c, 2);
	struct policy_target p;

	TRY(policy_target_resource(c, &p));
	return policy_write(c, &p, file != NULL ? file : "-");
}

static enum err
policy_remove_run(struct invocation *c)
{
	struct policy_target p;

	TRY(policy_target_resource(c, &p));
	return policy_remove(c, &p);
}

static enum err
policy_default_run(struct invocation *c)
{
	const char *file = invocation_word(c, 1);
	struct policy_target p;

	TRY(policy_target_default(c, &p));
	if (invocation_given(c, "remove") && file != NULL)
		return invocation_fail(c, EX_USAGE, "use either --remove or FILE, not both");
	if (invocation_given(c, "remove"))
		return policy_remove(c, &p);
	return file != NULL ? policy_write(c, &p, file) : policy_print_one(c, &p);
}

/* clang-format off */
static const struct flag default_flags[] = {
	{ "owner", "LOGIN", FLAG_MUST, "the owner of the resources" },
	{ "client", "RS", FLAG_MUST, "the resource server of the resources" },
	{ "remove", NULL, FLAG_SWITCH, "remove the default policy" },
	FLAG_END
};

const struct command policy_commands[] = {
	{ "policy", "get", "TENANT RESOURCE", "Print the policy of a resource", no_flags,
	  "policy get acme 06hm41k3b8d7s0cv5n2rq9xjta > photo.json", NEEDS_TENANT,
	  policy_get_run },
	{ "policy", "set", "TENANT RESOURCE [FILE|-]",
	  "Set the policy of a resource; without FILE, from standard input", no_flags,
	  "policy set acme 06hm41k3b8d7s0cv5n2rq9xjta photo.json", NEEDS_TENANT, policy_set_run },
	{ "policy", "remove", "TENANT RESOURCE",
	  "Remove the policy, so that the owner's default decides",
	  no_flags, "policy remove acme 06hm41k3b8d7s0cv5n2rq9xjta", NEEDS_TENANT,
	  policy_remove_run },
	{ "policy", "default", "TENANT [FILE|-]",
	  "Print or set an owner's default policy", default_flags,
	  "policy default acme --owner alice --client photos default.json", NEEDS_TENANT,
	  policy_default_run },
	COMMAND_END
};
/* clang-format on */
