/* SPDX-License-Identifier: Apache-2.0 */
/* usherctl tenant …: a tenant is an issuer with its own keys, clients, accounts and settings. */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "admin/invocation.h"
#include "admin/input.h"
#include "base/json.h"
#include "base/uri.h"

static enum err
tenant_add_run(struct invocation *c)
{
	const char *name = invocation_word(c, 0), *issuer = invocation_value(c, "issuer"), *why;
	struct uri uri;

	if (uri_check_issuer(c->work.arena, issuer, &uri, &why) != OK)
		return invocation_fail_value(c, "--issuer", issuer, why);
	TRY(tenant_add(&c->work, &c->master, name, issuer));
	out_table_record(&c->out_table);
	out_field_text(&c->out_table, "tenant", name);
	out_field_text(&c->out_table, "issuer", issuer);
	out_table_end(&c->out_table);
	out_table_note(&c->out_table, "\nDiscovery will be at %s/.well-known/uma2-configuration",
		       issuer);
	return OK;
}

static void
tenant_put_fields(struct out_table *s, const struct tenant *t)
{
	out_field_text(s, "tenant", t->name);
	out_field_text(s, "issuer", t->issuer);
	out_field_bool(s, "disabled", t->disabled);
	out_field_time(s, "created", t->created);
}

static enum err
tenant_list_one(void *arg, const void *tenant)
{
	struct out_table *s = arg;

	out_table_row(s);
	tenant_put_fields(s, tenant);
	return OK;
}

static enum err
tenant_list_run(struct invocation *c)
{
	out_table_list(&c->out_table, "tenants");
	TRY(invocation_each_tenant(c, tenant_list_one, &c->out_table));
	out_table_end(&c->out_table);
	return OK;
}

static const char *
tenant_own_settings(const struct tenant *t)
{
	return t->own_settings != NULL ? t->own_settings : "{}";
}

/* Returns the settings in effect for the tenant. */
static const char *
tenant_settings_json(struct invocation *c, const struct tenant *t)
{
	struct settings s = c->settings;
	struct buf b = { .arena = c->work.arena };

	s.tenant = t->set;
	out_open(&b, NULL, '{');
	for (size_t i = 0; i < usher_settings.count; i++) {
		const struct setting *row = &usher_settings.row[i];

		if (row->tenant)
			out_text(&b, row->name, setting_get(b.arena, &s, row));
	}
	out_close(&b, '}');
	return b.data;
}

static void
tenant_put_settings(struct invocation *c, const struct tenant *t)
{
	const char *why = NULL;
	struct json_object *set = json_parse(c->work.arena, bytes_of(tenant_own_settings(t)), &why);
	struct settings s = c->settings;

	s.tenant = t->set;
	out_table_list(&c->out_table, "settings");
	for (size_t i = 0; i < usher_settings.count; i++) {
		const struct setting *row = &usher_settings.row[i];

		if (!row->tenant)
			continue;
		out_table_row(&c->out_table);
		out_field_text(&c->out_table, "setting", row->name);
		out_field_text(&c->out_table, "value", setting_get(c->work.arena, &s, row));
		out_field_text(&c->out_table, "own",
			       json_object_object_get_ex(set, row->name, NULL) ? "own" : "");
		out_field_text(&c->out_table, "meaning", row->help);
	}
	out_table_end(&c->out_table);
}

static enum err
tenant_show_run(struct invocation *c)
{
	const struct tenant *t = c->work.tenant;

	out_table_record(&c->out_table);
	tenant_put_fields(&c->out_table, t);
	out_field_json(&c->out_table, "settings", tenant_settings_json(c, t), NULL);
	out_field_json(&c->out_table, "own_settings", tenant_own_settings(t), NULL);
	out_table_end(&c->out_table);
	if (c->out_table.form == OUT_TABLE_TEXT) {
		out_table_gap(&c->out_table);
		tenant_put_settings(c, t);
	}
	return OK;
}

/* Sets one setting. An empty value removes the tenant's value, so that of usher.conf is in
 * effect. */
static enum err
tenant_set_one(struct invocation *c, struct json_object *own, struct tenant *t, const char *word)
{
	struct arena *a = c->work.arena;
	const char *sign = strchr(word, '='), *name, *value, *why = NULL;
	const struct setting *row;

	if (sign == NULL)
		return invocation_fail(c, EX_USAGE, "settings must be KEY=VALUE, not “%s”", word);
	name = arena_strndup(a, word, (size_t)(sign - word));
	value = sign + 1;
	row = setting_find(&usher_settings, name);
	if (row == NULL || !row->tenant)
		return invocation_fail(c, EX_DATAERR,
				       "%s is not a setting of a tenant; usherctl tenant "
				       "show %s lists all",
				       name, t->name);
	json_object_object_del(own, name);
	if (*value == '\0')
		return OK;
	TRY_WHY(&c->work, why, tenant_setting_set(a, &t->set, name, value, &why));
	json_object_object_add(own, name, json_object_new_string(value));
	return OK;
}

static enum err
tenant_set_run(struct invocation *c)
{
	struct tenant t = *c->work.tenant;
	struct arena *a = c->work.arena;
	const char *why = NULL;
	struct json_object *set = json_parse(a, bytes_of(tenant_own_settings(&t)), &why);

	if (set == NULL)
		return work_fail_with(&c->work, ERR_SERVER, why);
	t.set = c->settings.tenant;
	for (int i = 1; i < c->options.words; i++)
		TRY(tenant_set_one(c, set, &t, invocation_word(c, i)));
	t.own_settings = json_print(a, set);
	TRY(tenant_put(&c->work, &t));
	out_table_record(&c->out_table);
	out_field_text(&c->out_table, "tenant", t.name);
	out_field_json(&c->out_table, "own_settings", t.own_settings, t.own_settings);
	out_table_end(&c->out_table);
	return OK;
}

/* Also runs `tenant enable`. */
static enum err
tenant_disable_run(struct invocation *c)
{
	struct tenant t = *c->work.tenant;

	t.disabled = invocation_disables(c);
	c->work.changes->essential = true;
	TRY(tenant_put(&c->work, &t));
	out_table_record(&c->out_table);
	tenant_put_fields(&c->out_table, &t);
	out_table_end(&c->out_table);
	return OK;
}

#define CONTENT "all clients, accounts, resources, policies, keys and the audit"

/* At a terminal the administrator types the name once more; a script needs --yes. */
static enum err
tenant_confirm(struct invocation *c, const char *name)
{
	char line[128];

	if (invocation_given(c, "yes"))
		return OK;
	if (!isatty(STDIN_FILENO))
		return invocation_fail(c, EX_USAGE,
				       "nothing was removed; --yes is required without a "
				       "terminal, because " CONTENT " of %s are removed",
				       name);
	fprintf(stderr,
		"This removes " CONTENT " of %s.\nType the name of the tenant to continue: ", name);
	if (fgets(line, sizeof line, stdin) != NULL && strcspn(line, "\n") == strlen(name) &&
	    strncmp(line, name, strlen(name)) == 0)
		return OK;
	return invocation_fail(c, EX_USAGE, "the name does not match; nothing was removed");
}

static enum err
tenant_remove_run(struct invocation *c)
{
	const struct tenant *t = c->work.tenant;

	TRY(tenant_confirm(c, t->name));
	TRY(tenant_remove(&c->work, c->store, t));
	/* tenant_remove has committed its changes itself. */
	changes_start(&c->changes, c->work.arena, 0);
	out_table_record(&c->out_table);
	out_field_text(&c->out_table, "removed", t->name);
	out_table_end(&c->out_table);
	return OK;
}

static const struct flag add_flags[] = {
	{ "issuer", "URL", FLAG_MUST, "issuer identifier: https, or http on loopback" }, FLAG_END
};

static const struct flag remove_flags[] = {
	{ "yes", NULL, FLAG_SWITCH, "do not ask; required without a terminal" }, FLAG_END
};

/* clang-format off */
const struct command tenant_commands[] = {
	{ "tenant", "add", "NAME", "Create a tenant with its first signing key", add_flags,
	  "tenant add acme --issuer https://as.example.com", NEEDS_STORE, tenant_add_run },
	{ "tenant", "list", "", "List the tenants", no_flags,
	  "tenant list", NEEDS_STORE, tenant_list_run },
	{ "tenant", "show", "TENANT", "Show a tenant and its settings", no_flags,
	  "tenant show acme", NEEDS_TENANT, tenant_show_run },
	{ "tenant", "set", "TENANT KEY=VALUE…",
	  "Set settings of a tenant; KEY= removes one", no_flags,
	  "tenant set acme rpt_life=600 partial_grants=no", NEEDS_TENANT, tenant_set_run },
	{ "tenant", "disable", "TENANT", "Disable a tenant: all its requests get 404", no_flags,
	  "tenant disable acme", NEEDS_TENANT, tenant_disable_run },
	{ "tenant", "enable", "TENANT", "Enable the tenant again", no_flags,
	  "tenant enable acme", NEEDS_TENANT, tenant_disable_run },
	{ "tenant", "remove", "TENANT", "Remove a tenant and all its data", remove_flags,
	  "tenant remove acme", NEEDS_TENANT, tenant_remove_run },
	COMMAND_END
};
/* clang-format on */
