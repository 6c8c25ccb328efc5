/* SPDX-License-Identifier: Apache-2.0 */
/* usherctl resource list: what resource servers have registered. */
#include "admin/lookup.h"

static enum err
resource_list_one(void *arg, const void *resource)
{
	const struct resource *r = resource;
	struct call *c = arg;
	struct sheet *s = &c->sheet;

	sheet_row(s);
	cell_text(s, "id", r->id);
	cell_text(s, "name", r->name);
	cell_text(s, "owner", lookup_login(c, r->owner));
	cell_text(s, "resource_server", r->rs);
	cell_strs(s, "resource_scopes", &r->scopes);
	if (!sheet_detailed(s))
		return OK;
	cell_int(s, "revision", r->revision);
	cell_time(s, "created", r->created);
	cell_time(s, "updated", r->updated);
	return OK;
}

static enum err
resource_list_run(struct call *c)
{
	const char *login = call_value(c, "owner");
	struct account owner = { .id = NULL };

	if (login != NULL)
		TRY(lookup_account(c, login, &owner));
	sheet_list(&c->sheet, "resources");
	TRY(resource_each(&c->work, owner.id, NULL, resource_list_one, c));
	sheet_end(&c->sheet);
	return OK;
}

static const struct flag list_flags[] = {
	{ "owner", "LOGIN", FLAG_ONCE, "only this account's" },
	FLAG_END
};

const struct command resource_commands[] = {
	{ "resource", "list", "TENANT", "List the registered resources", list_flags,
	  "resource list acme --owner alice", NEEDS_TENANT, resource_list_run },
	COMMAND_END
};
