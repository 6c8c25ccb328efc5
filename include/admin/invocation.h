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
 * One call of usherctl: what was typed, the open store, and one work of the model, whose changes
 * are committed when the command has returned OK.  A refusal changes nothing.
 */
struct invocation {
	const struct command *command;
	struct options options;
	struct arena *arena; /* what lasts for the whole call: words, input */
	const char *input;   /* what came on standard input, once read */
	struct settings settings;
	struct key master;
	struct store *store;
	struct tenants tenants;
	struct changes changes;
	struct work work; /* memory, snapshot and changes of this attempt */
	struct out_table out_table;
	struct str_list notes; /* of this attempt: printed if the command succeeds */
	int exit;	       /* set by invocation_refuse; else it follows from the error */
};

/* Runs the command to its end: opens what it needs, commits, prints.  The exit code. */
int invocation_run(struct invocation *c);

/* The pieces, for init, which finds no store yet. */
enum err invocation_configure(struct invocation *c);
enum err invocation_store_open(struct invocation *c, bool create);

/* Calls `fn` with each const struct tenant *. */
enum err invocation_each_tenant(struct invocation *c, each_fn fn, void *arg);

/* A refusal with an exit code of its own and a sentence that says what to do. */
enum err invocation_refuse(struct invocation *c, int exit_code, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
/* A value that is none.  `what` is its option or word, as the help calls it: "--issuer". */
enum err invocation_refuse_value(struct invocation *c, const char *what, const char *value,
				 const char *why);
/* Something that the command did as told and that may not be what was meant.  Printed to standard
 * error once the command has succeeded. */
void invocation_note(struct invocation *c, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
/* What the command was told. */
const char *invocation_word(const struct invocation *c, int i);
const char *invocation_value(const struct invocation *c, const char *option);
bool invocation_given(const struct invocation *c, const char *option);
struct str_list invocation_values(struct invocation *c, const char *option);
/* Is the command the `disable` of its group, and not the `enable`? */
bool invocation_disables(const struct invocation *c);
/* For commands that change what their options name: refuses when none is given. */
enum err invocation_must_change(struct invocation *c);

#endif
