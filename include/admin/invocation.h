/* SPDX-License-Identifier: Apache-2.0 */
#ifndef USHER_ADMIN_INVOCATION_H
#define USHER_ADMIN_INVOCATION_H

#include <sysexits.h>

#include "admin/command.h"
#include "admin/out_table.h"
#include "base/crypto.h"
#include "base/settings.h"
#include "base/str_list.h"
#include "model/tenant.h"
#include "model/work.h"

/*
 * One invocation of usherctl: the command line, the open store, and the work of the model. The
 * changes of the work are committed after the command has returned OK. A refused command changes
 * nothing.
 */
struct invocation {
	const struct command *command;
	struct options options;
	struct arena *arena; /* memory for the whole invocation: words, input */
	const char *input;   /* standard input; NULL until it is read */
	struct settings settings;
	struct key master;
	struct store *store;
	struct tenants tenants;
	struct changes changes;
	struct jobs jobs; /* of all attempts */
	struct work work; /* memory, snapshot and changes of this attempt */
	struct out_table out_table;
	struct str_list notes; /* of this attempt; printed if the command succeeds */
	int exit;	       /* exit code set by invocation_fail; 0: derived from the error */
};

/* Opens what the command needs, runs the command, commits and prints. After a conflict the command
 * runs once more. Returns the exit code. */
int invocation_run(struct invocation *c);

/* Steps of invocation_run that `init` calls itself, because it creates the store. */
enum err invocation_configure(struct invocation *c);
enum err invocation_store_open(struct invocation *c, bool create);

/* Calls `fn` with each tenant, a const struct tenant *. */
enum err invocation_each_tenant(struct invocation *c, each_fn fn, void *arg);

/* Refuses the command with this exit code. The sentence states what is wrong and what to do. */
enum err invocation_fail(struct invocation *c, int exit_code, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
/* Refuses an invalid value. `what` is the option or word as the help names it: "--issuer". */
enum err invocation_fail_value(struct invocation *c, const char *what, const char *value,
			       const char *why);
/* Adds a note about an effect that the administrator may not expect. It is printed to standard
 * error after the command has succeeded. */
void invocation_note(struct invocation *c, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
/* The words and options of the command line; see option_word, option_value and so on. */
const char *invocation_word(const struct invocation *c, int i);
const char *invocation_value(const struct invocation *c, const char *option);
bool invocation_given(const struct invocation *c, const char *option);
struct str_list invocation_values(struct invocation *c, const char *option);
/* Returns true if the verb of the command is `disable`, false if it is `enable`. */
bool invocation_disables(const struct invocation *c);
/* Refuses the command if none of its own options is given. */
enum err invocation_require_option(struct invocation *c);

#endif
