/* SPDX-License-Identifier: Apache-2.0 */
/* usherctl resource list: the resources that resource servers have registered. */
#include "admin/lookup.h"

static enum err
resource_list_one(void *arg, const void *resource)
{
	const struct resource *r = resource;
	struct invocation *c = arg;
	struct out_table *s = &c->out_table;

	out_table_row(s);
	out_field_text(s, "id", r->id);
	out_field_text(s, "name", r->name);
	out_field_text(s, "owner", lookup_login(c, r->owner));
	out_field_text(s, "resource_server", r->rs);
	out_field_str_list(s, "resource_scopes", &r->scopes);
	if (!out_table_detailed(s))
		return OK;
	out_field_int(s, "revision", r->revision);
	out_field_time(s, "created", r->created);
	out_field_time(s, "updated", r->updated);
	return OK;
}

static enum err
resource_list_run(struct invocation *c)
{
	const char *login = invocation_value(c, "owner");
	struct account owner = { .id = NULL };

	if (login != NULL)
		TRY(lookup_account(c, login, &owner));
	out_table_list(&c->out_table, "resources");
	TRY(resource_each(&c->work, owner.id, NULL, resource_list_one, c));
	out_table_end(&c->out_table);
	return OK;
}

static const struct flag list_flags[] = {
	{ "owner", "LOGIN", FLAG_ONCE, "only resources of this owner" }, FLAG_END
};

const struct command resource_commands[] = {
	{ "resource", "list", "TENANT", "List the registered resources", list_flags,
	  "resource list acme --owner alice", NEEDS_TENANT, resource_list_run },
	COMMAND_END
};
