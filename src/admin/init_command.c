/* SPDX-License-Identifier: Apache-2.0 */
/*
 * usherctl init: creates the store, and the master key if there is none. It overwrites nothing:
 * without the old master key nothing in the store could be decrypted.
 */
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "admin/invocation.h"
#include "base/directory.h"

static enum err
init_check_no_store(struct invocation *c)
{
	struct store_config config = { .path = c->settings.store };
	const char *why = NULL;
	enum err e;

	config.map_size = (uint64_t)c->settings.map_size << 20;
	config.map_max = (uint64_t)c->settings.map_max << 20;
	e = store_open(store_engine(config.path), &config, &c->store, &why);
	if (e == ABSENT)
		return OK;
	if (e == OK)
		return invocation_fail(c, EX_CANTCREAT,
				       "the store %s exists already; nothing was created",
				       c->settings.store);
	c->store = NULL;
	return invocation_fail(c, EX_CANTCREAT,
			       "%s exists and is not a usable store: %s; nothing was created",
			       c->settings.store, why != NULL ? why : "it cannot be opened");
}

static enum err
init_get_master_key(struct invocation *c, bool *created)
{
	const char *path = c->settings.master_key, *why = NULL;
	enum err e;

	*created = access(path, F_OK) != 0 && errno == ENOENT;
	e = *created ? master_key_create(c->arena, path, &why)
		     : master_key_read(c->arena, path, &c->master, &why);
	if (e == OK)
		return OK;
	return invocation_fail(c, *created ? EX_CANTCREAT : EX_CONFIG, "master key %s", why);
}

static void
init_put_next_steps(struct invocation *c)
{
	const char *file = invocation_value(c, "config");
	const char *with = file != NULL ? arena_printf(c->arena, " -c %s", file) : "";
	struct out_table *s = &c->out_table;

	out_table_note(s, "\nKeep a copy of the master key, apart from the backups of the store.");
	if (geteuid() == 0)
		out_table_note(s, "Root owns both now; change their owner to the user of usherd.");
	out_table_note(s, "\nNext:");
	out_table_note(s, "  usherctl%s tenant add acme --issuer https://as.example.com", with);
	out_table_note(s, "  usherctl%s client add acme --id photos --scope uma_protection", with);
	out_table_note(s, "  usherctl%s account add acme alice --email alice@example.com", with);
	out_table_note(s, "  usherctl%s pat acme --client photos --owner alice --life 31536000",
		       with);
	out_table_note(
		s, "Then add trusted issuers (usherctl issuer) and policies (usherctl policy).");
}

/* Checks the directory of the store or of the master key. init does not create it. If other users
 * can write to it, usherd would refuse the files in it, so init creates nothing. */
static enum err
init_check_parent(struct invocation *c, const char *what, const char *path)
{
	const char *directory = directory_of(c->arena, path);
	const char *fault;
	struct stat st;

	if (stat(directory, &st) != 0)
		return invocation_fail(c, EX_CANTCREAT,
				       errno == ENOENT
					       ? "there is no directory %s for the %s; create it "
						 "first"
					       : "the directory %s for the %s cannot be examined",
				       directory, what);
	fault = directory_fault(&st);
	if (fault != NULL)
		return invocation_fail(c, EX_CANTCREAT,
				       "the %s would be in a directory %s: %s; nothing was "
				       "created",
				       what, fault, directory);
	return OK;
}

static enum err
init_run(struct invocation *c)
{
	bool created;

	TRY(invocation_configure(c));
	TRY(init_check_parent(c, "store", c->settings.store));
	TRY(init_check_parent(c, "master key", c->settings.master_key));
	TRY(init_check_no_store(c));
	TRY(init_get_master_key(c, &created));
	TRY(invocation_store_open(c, true));
	out_table_record(&c->out_table);
	out_field_text(&c->out_table, "store", c->settings.store);
	out_field_text(&c->out_table, "master_key", c->settings.master_key);
	out_field_bool(&c->out_table, "new_master_key", created);
	out_table_end(&c->out_table);
	init_put_next_steps(c);
	return OK;
}

const struct command init_commands[] = { { "init", NULL, "",
					   "Create the store, and the master key if there is none",
					   no_flags, "init", NEEDS_NOTHING, init_run },
					 COMMAND_END };
