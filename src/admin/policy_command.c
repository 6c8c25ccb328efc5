/* SPDX-License-Identifier: Apache-2.0 */
/*
 * usherctl policy get, set, remove, default.  `get` prints the document and nothing else, in the
 * form that `set` takes.
 */
#include "admin/input.h"
#include "admin/lookup.h"
#include "base/json.h"
#include "model/audit.h"
#include "model/policy_names.h"
#include "model/share.h"

/* What a policy belongs to: a resource, or all that an owner has at a resource server. */
struct belongs {
	const char *owner, *rs, *resource;
	const char *say;
};

static enum err
policy_belongs_to_resource(struct call *c, struct belongs *out)
{
	struct resource r;

	TRY(lookup_resource(c, call_word(c, 1), &r));
	*out = (struct belongs){ r.owner, r.rs, r.id,
			       arena_printf(c->work.arena, "resource %s", r.id) };
	return OK;
}

static enum err
policy_belongs_to_default(struct call *c, struct belongs *out)
{
	struct account owner;
	struct client rs;

	TRY(lookup_account(c, call_value(c, "owner"), &owner));
	/* What is left of one that is none any more may go. */
	if (call_given(c, "remove"))
		TRY(lookup_client(c, call_value(c, "client"), &rs));
	else
		TRY(lookup_server(c, call_value(c, "client"), &rs));
	*out = (struct belongs){ owner.id, rs.id, NULL,
			       arena_printf(c->work.arena, "the default of %s at %s", owner.login,
					    rs.id) };
	return OK;
}

static void
policy_note_change(struct call *c, const struct belongs *p, enum audit_event event)
{
	audit_add(&c->work, &(struct audit){ .event = event, .owner = p->owner,
		  .rs = p->rs, .object = p->resource });
}

static enum err
policy_fail_missing(struct call *c, const struct belongs *p)
{
	return call_refuse(c, EX_NOUSER, "%s has no policy%s", p->say, p->resource == NULL ? "" :
			   " of its own; its owner's default for the resource server decides");
}

static enum err
policy_print_one(struct call *c, const struct belongs *p)
{
	struct json_object *doc;
	struct share share;
	const char *text, *why = NULL;

	TRY(share_find(&c->work, p->owner, p->rs, p->resource, &share));
	if (share.row.size == 0)
		return policy_fail_missing(c, p);
	TRY(share_show(&c->work, &share, &text));
	doc = json_parse(c->work.arena, bytes_of(text), &why);
	if (doc == NULL || c->sheet.form == SHEET_JSON)
		buf_text(&c->sheet.out, text);
	else
		buf_text(&c->sheet.out, json_object_to_json_string_ext(doc,
			 JSON_C_TO_STRING_PRETTY | JSON_C_TO_STRING_NOSLASHESCAPE));
	buf_char(&c->sheet.out, '\n');
	return OK;
}

static enum err
policy_write(struct call *c, const struct belongs *p, const char *file)
{
	struct json_object *doc;
	struct share share;
	const char *text;

	TRY(input_json(c, file, &doc));
	TRY(share_find(&c->work, p->owner, p->rs, p->resource, &share));
	TRY(share_put(&c->work, &share, doc));
	TRY(share_show(&c->work, &share, &text));
	policy_note_change(c, p, AUDIT_POLICY_SET);
	sheet_record(&c->sheet);
	cell_text(&c->sheet, "policy", p->say);
	cell_text(&c->sheet, "resource", p->resource);
	cell_int(&c->sheet, "revision", share.revision);
	sheet_end(&c->sheet);
	for (const struct rule *r = share.policy.rules; r != NULL; r = r->next)
		sheet_note(&c->sheet, "  %s: %s", r->id,
			   sheet_safe(c->work.arena, rule_say(c->work.arena, r)));
	return OK;
}

static enum err
policy_remove(struct call *c, const struct belongs *p)
{
	struct share share;

	TRY(share_find(&c->work, p->owner, p->rs, p->resource, &share));
	if (share.row.size == 0)
		return policy_fail_missing(c, p);
	TRY(share_remove(&c->work, &share));
	policy_note_change(c, p, AUDIT_POLICY_REMOVED);
	sheet_record(&c->sheet);
	cell_text(&c->sheet, "removed", p->say);
	sheet_end(&c->sheet);
	return OK;
}

static enum err
policy_get_run(struct call *c)
{
	struct belongs p;

	TRY(policy_belongs_to_resource(c, &p));
	return policy_print_one(c, &p);
}

static enum err
policy_set_run(struct call *c)
{
	const char *file = call_word(c, 2);
	struct belongs p;

	TRY(policy_belongs_to_resource(c, &p));
	return policy_write(c, &p, file != NULL ? file : "-");
}

static enum err
policy_remove_run(struct call *c)
{
	struct belongs p;

	TRY(policy_belongs_to_resource(c, &p));
	return policy_remove(c, &p);
}

static enum err
policy_default_run(struct call *c)
{
	const char *file = call_word(c, 1);
	struct belongs p;

	TRY(policy_belongs_to_default(c, &p));
	if (call_given(c, "remove") && file != NULL)
		return call_refuse(c, EX_USAGE, "either --remove or a file");
	if (call_given(c, "remove"))
		return policy_remove(c, &p);
	return file != NULL ? policy_write(c, &p, file) : policy_print_one(c, &p);
}

static const struct flag default_flags[] = {
	{ "owner", "LOGIN", FLAG_MUST, "whose default" },
	{ "client", "RS", FLAG_MUST, "for what she has at this resource server" },
	{ "remove", NULL, FLAG_SWITCH, "have none" },
	FLAG_END
};

const struct command policy_commands[] = {
	{ "policy", "get", "TENANT RESOURCE", "Print the policy of a resource", no_flags,
	  "policy get acme 06hm41k3b8d7s0cv5n2rq9xjta > photo.json", NEEDS_TENANT,
	  policy_get_run },
	{ "policy", "set", "TENANT RESOURCE [FILE|-]",
	  "Give it this policy; without FILE from standard input", no_flags,
	  "policy set acme 06hm41k3b8d7s0cv5n2rq9xjta photo.json", NEEDS_TENANT, policy_set_run },
	{ "policy", "remove", "TENANT RESOURCE", "Remove it, so that the owner's default decides",
	  no_flags, "policy remove acme 06hm41k3b8d7s0cv5n2rq9xjta", NEEDS_TENANT,
	  policy_remove_run },
	{ "policy", "default", "TENANT [FILE|-]",
	  "Print or set what decides where a resource has no policy", default_flags,
	  "policy default acme --owner alice --client photos default.json", NEEDS_TENANT,
	  policy_default_run },
	COMMAND_END
};
