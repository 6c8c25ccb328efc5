/* SPDX-License-Identifier: Apache-2.0 */
#ifndef USHER_ADMIN_CALL_H
#define USHER_ADMIN_CALL_H

#include <sysexits.h>

#include "admin/command.h"
#include "admin/sheet.h"
#include "base/crypto.h"
#include "base/settings.h"
#include "model/tenant.h"
#include "model/work.h"

/*
 * One call of usherctl: what was typed, the open store, and one work of the model, whose changes
 * are committed when the command has returned OK.  A refusal changes nothing.
 */
struct call {
	const struct command *command;
	struct options        options;
	struct arena         *arena;	/* what lasts for the whole call: words, input */
	const char           *input;	/* what came on standard input, once read */
	struct settings       settings;
	struct key            master;
	struct store         *store;
	struct tenants        tenants;
	struct changes        changes;
	struct work           work;	/* memory, snapshot and changes of this attempt */
	struct sheet          sheet;
	struct strs           notes;	/* of this attempt: printed if the command succeeds */
	int                   exit;	/* set by call_refuse; else it follows from the error */
};

/* Runs the command to its end: opens what it needs, commits, prints.  The exit code. */
int call_run(struct call *c);

/* The pieces, for init, which finds no store yet. */
enum err call_configure(struct call *c);
enum err call_store_open(struct call *c, bool create);

/* Calls `fn` with each const struct tenant *. */
enum err call_each_tenant(struct call *c, each_fn fn, void *arg);

/* A refusal with an exit code of its own and a sentence that says what to do. */
enum err call_refuse(struct call *c, int exit_code, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
/* A value that is none.  `what` is its option or word, as the help calls it: "--issuer". */
enum err call_refuse_value(struct call *c, const char *what, const char *value, const char *why);
/* Something that the command did as told and that may not be what was meant.  Printed to standard
 * error once the command has succeeded. */
void call_note(struct call *c, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* What the command was told. */
const char *call_word(const struct call *c, int i);
const char *call_value(const struct call *c, const char *option);
bool call_given(const struct call *c, const char *option);
struct strs call_values(struct call *c, const char *option);
/* Is the command the `disable` of its group, and not the `enable`? */
bool call_disables(const struct call *c);
/* For commands that change what their options name: refuses when none is given. */
enum err call_must_change(struct call *c);

#endif
