/* SPDX-License-Identifier: Apache-2.0 */
/* usherctl client …: clients. A resource server is a client with the scope uma_protection. */
#include "admin/client_edit.h"
#include "admin/lookup.h"
#include "base/str_list.h"

/* The account that is created together with a new client is not in the snapshot. Its login is the
 * client_id. */
static const char *
client_owner_login(struct invocation *c, const struct client *cl)
{
	struct account owner;

	if (cl->owner == NULL || account_find(&c->work, cl->owner, ABSENT, &owner) == OK)
		return cl->owner != NULL ? owner.login : NULL;
	return cl->row.size == 0 ? cl->id : cl->owner;
}

/* Fields have the names of client metadata (RFC 7591, 2) where they exist there. */
static void
client_put_fields(struct invocation *c, const struct client *cl, const char *secret)
{
	const char *scope = str_list_join(c->work.arena, &cl->scopes, " ");
	struct out_table *s = &c->out_table;

	out_field_text(s, "client_id", cl->id);
	out_field_text(s, "client_secret", secret);
	out_field_text(s, "client_name", cl->name);
	out_field_text(s, "token_endpoint_auth_method", cl->auth);
	out_field_str_list(s, "grant_types", &cl->grants);
	out_field_text(s, "scope", scope[0] != '\0' ? scope : NULL);
	out_field_str_list(s, "redirect_uris", &cl->redirect_uris);
	out_field_str_list(s, "claims_redirect_uris", &cl->claims_redirect_uris);
	out_field_bool(s, "require_pushed_authorization_requests", cl->require_pushed);
	out_field_bool(s, "push_claims", cl->push_claims);
	out_field_bool(s, "strict_scope", cl->strict_scope);
	if (client_is_resource_server(cl)) {
		out_field_text(s, "audience", client_audience(cl));
		out_field_text(s, "rpt_permissions", rpt_permissions_names[cl->rpt_permissions]);
		out_field_text(s, "partial", partial_names[cl->partial]);
		out_field_bool(s, "flat_permissions", cl->flat_permissions);
		out_field_text(s, "owner", client_owner_login(c, cl));
	}
	out_field_bool(s, "disabled", cl->disabled);
	out_field_time(s, "created", cl->created);
}

/* `secret` is a generated secret or NULL. A secret from standard input is not printed. */
static enum err
client_show(struct invocation *c, const struct client *cl, const char *secret)
{
	out_table_record(&c->out_table);
	client_put_fields(c, cl, secret);
	out_table_end(&c->out_table);
	if (secret != NULL)
		out_table_note(&c->out_table, "\nThe secret is not shown again.");
	return OK;
}

static enum err
client_add_run(struct invocation *c)
{
	struct client cl = { .id = invocation_value(c, "id") };
	const char *given, *secret = NULL;

	TRY(client_edit(c, &cl, &given));
	TRY(client_add(&c->work, &cl, given, &secret));
	return client_show(c, &cl, given == NULL ? secret : NULL);
}

static enum err
client_set_run(struct invocation *c)
{
	const char *given, *secret;
	struct client cl;

	TRY(lookup_client(c, invocation_word(c, 1), &cl));
	TRY(invocation_require_option(c));
	TRY(client_edit(c, &cl, &given));
	TRY(client_edit_secret(c, &cl, given, &secret));
	TRY(client_put(&c->work, &cl));
	return client_show(c, &cl, given == NULL ? secret : NULL);
}

static enum err
client_show_run(struct invocation *c)
{
	struct client cl;

	TRY(lookup_client(c, invocation_word(c, 1), &cl));
	return client_show(c, &cl, NULL);
}

/* One record of the list. The JSON form has all fields. */
static enum err
client_list_one(void *arg, const void *client)
{
	const struct client *cl = client;
	struct invocation *c = arg;

	out_table_row(&c->out_table);
	if (out_table_detailed(&c->out_table)) {
		client_put_fields(c, cl, NULL);
		return OK;
	}
	out_field_text(&c->out_table, "client_id", cl->id);
	out_field_text(&c->out_table, "name", cl->name);
	out_field_text(&c->out_table, "kind",
		       client_is_resource_server(cl) ? "resource server" : "client");
	out_field_text(&c->out_table, "auth", cl->auth);
	out_field_text(&c->out_table, "state", cl->disabled ? "disabled" : "enabled");
	return OK;
}

static enum err
client_list_run(struct invocation *c)
{
	out_table_list(&c->out_table, "clients");
	TRY(client_each(&c->work, client_list_one, c));
	out_table_end(&c->out_table);
	return OK;
}

/* Also runs `client enable`. */
static enum err
client_disable_run(struct invocation *c)
{
	struct client cl;

	TRY(lookup_client(c, invocation_word(c, 1), &cl));
	cl.disabled = invocation_disables(c);
	c->work.changes->essential = true;
	TRY(client_put(&c->work, &cl));
	return client_show(c, &cl, NULL);
}

static enum err
client_remove_run(struct invocation *c)
{
	struct client cl;

	TRY(lookup_client(c, invocation_word(c, 1), &cl));
	TRY(client_remove(&c->work, cl.id));
	out_table_record(&c->out_table);
	out_field_text(&c->out_table, "removed", cl.id);
	out_table_end(&c->out_table);
	return OK;
}

/* clang-format off */
const struct command client_commands[] = {
	{ "client", "add", "TENANT",
	  "Register a client or resource server; print its secret once", client_add_flags,
	  "client add acme --name \"photo server\" --scope uma_protection",
	  NEEDS_TENANT, client_add_run },
	{ "client", "list", "TENANT", "List the clients", no_flags,
	  "client list acme", NEEDS_TENANT, client_list_run },
	{ "client", "show", "TENANT ID", "Show a client", no_flags,
	  "client show acme photos", NEEDS_TENANT, client_show_run },
	{ "client", "set", "TENANT ID", "Change what the options name, and nothing else",
	  client_set_flags, "client set acme photos --secret new", NEEDS_TENANT, client_set_run },
	{ "client", "disable", "TENANT ID", "Disable the client and all its tokens", no_flags,
	  "client disable acme photos", NEEDS_TENANT, client_disable_run },
	{ "client", "enable", "TENANT ID", "Enable the client again", no_flags,
	  "client enable acme photos", NEEDS_TENANT, client_disable_run },
	{ "client", "remove", "TENANT ID", "Remove the client and invalidate its tokens", no_flags,
	  "client remove acme photos", NEEDS_TENANT, client_remove_run },
	COMMAND_END
};
/* clang-format on */
