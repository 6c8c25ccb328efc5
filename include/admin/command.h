/* SPDX-License-Identifier: Apache-2.0 */
#ifndef USHER_ADMIN_COMMAND_H
#define USHER_ADMIN_COMMAND_H

#include "admin/options.h"
#include "base/buf.h"
#include "base/err.h"

struct invocation;

/*
 * A row of a table of commands.  To add a command: a row in its file's table, a function, a test,
 * and a paragraph in packaging/man/usherctl.8 (a test compares the page with the tables).
 *
 * `run` reads the snapshot and leaves changes and an output table; both take effect after it, so it
 * may run again when a row that it read has changed.
 */
enum needs {
	NEEDS_NOTHING, /* finds its way alone */
	NEEDS_STORE,   /* settings, keys, store, tenants */
	NEEDS_TENANT,  /* … and the tenant that the first word names */
};

struct command {
	const char *group;
	const char *verb;  /* NULL: the group is the whole name */
	const char *words; /* "TENANT LOGIN", optional ones in brackets */
	const char *help;  /* a sentence */
	const struct flag *flags;
	const char *example; /* what follows "usherctl " */
	enum needs needs;
	enum err (*run)(struct invocation *c);
};

/* clang-format off */
#define COMMAND_END { NULL, NULL, NULL, NULL, NULL, NULL, NEEDS_NOTHING, NULL }
/* clang-format on */
extern const struct command init_commands[], tenant_commands[], client_commands[],
	account_commands[], pat_commands[], issuer_commands[], resource_commands[],
	policy_commands[], explain_commands[], request_commands[], pct_commands[], key_commands[],
	audit_commands[], status_commands[], epoch_commands[], help_commands[];

/* All of these tables, in the order of the help; ends with NULL. */
extern const struct command *const command_tables[];

/* The command that argv begins with; `*used` says how many words its name has.  NULL: none. */
const struct command *command_find(int argc, char **argv, int *used);
/* "client add" */
const char *command_name(struct arena *a, const struct command *c);

/* The whole of usherctl: its exit code (sysexits). */
int command_main(int argc, char **argv);

#endif
