/* SPDX-License-Identifier: Apache-2.0 */
#ifndef USHER_ADMIN_COMMAND_H
#define USHER_ADMIN_COMMAND_H

#include "admin/options.h"
#include "base/buf.h"
#include "base/err.h"

struct invocation;

/*
 * A row of a table of commands. To add a command, add a row to its file's table, a function, a test
 * and a paragraph in packaging/man/usherctl.8 (a test compares the manual page with the tables).
 *
 * `run` reads the snapshot, adds changes to the change list and fills the output table. The caller
 * commits and prints after it returns, so it can run again after a conflict.
 */
enum needs {
	NEEDS_NOTHING, /* the command opens what it uses */
	NEEDS_STORE,   /* settings, master key, store, tenants */
	NEEDS_TENANT,  /* the same, and the tenant that the first word names */
};

struct command {
	const char *group;
	const char *verb;  /* NULL: the group is the whole name */
	const char *words; /* "TENANT LOGIN"; optional words are in brackets */
	const char *help;  /* one sentence without a full stop */
	const struct flag *flags;
	const char *example; /* the command line without "usherctl " */
	enum needs needs;
	enum err (*run)(struct invocation *c);
};

/* clang-format off */
#define COMMAND_END { NULL, NULL, NULL, NULL, NULL, NULL, NEEDS_NOTHING, NULL }
/* clang-format on */
extern const struct command init_commands[], tenant_commands[], client_commands[],
	account_commands[], approval_commands[], session_commands[], pat_commands[],
	issuer_commands[], resource_commands[], policy_commands[], explain_commands[],
	request_commands[], pct_commands[], key_commands[], audit_commands[], status_commands[],
	epoch_commands[], help_commands[];

/* All of these tables, in the order in which the help lists them; ends with NULL. */
extern const struct command *const command_tables[];

/* Returns the command that argv begins with, or NULL. `*used` is the number of words of its
 * name. */
const struct command *command_find(int argc, char **argv, int *used);
/* Returns the group and the verb, such as "client add". */
const char *command_name(struct arena *a, const struct command *c);

/* Runs usherctl and returns its exit code (sysexits.h). */
int command_main(int argc, char **argv);

#endif
