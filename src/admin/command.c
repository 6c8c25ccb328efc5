/* SPDX-License-Identifier: Apache-2.0 */
/* Finds the command that the command line names, parses its options and runs it. */
#include <stdio.h>
#include <string.h>

#include "admin/invocation.h"
#include "admin/error_report.h"
#include "admin/help.h"
#include "base/output.h"

const struct command *const command_tables[] = { init_commands,
						 tenant_commands,
						 client_commands,
						 account_commands,
						 approval_commands,
						 session_commands,
						 pat_commands,
						 issuer_commands,
						 resource_commands,
						 policy_commands,
						 explain_commands,
						 request_commands,
						 pct_commands,
						 key_commands,
						 audit_commands,
						 status_commands,
						 epoch_commands,
						 help_commands,
						 NULL };

static bool
command_is_called(const struct command *c, int argc, char **argv)
{
	if (argc < 1 || strcmp(c->group, argv[0]) != 0)
		return false;
	return c->verb == NULL || (argc > 1 && strcmp(c->verb, argv[1]) == 0);
}

const struct command *
command_find(int argc, char **argv, int *used)
{
	for (const struct command *const *t = command_tables; *t != NULL; t++)
		for (const struct command *c = *t; c->group != NULL; c++)
			if (command_is_called(c, argc, argv)) {
				*used = c->verb != NULL ? 2 : 1;
				return c;
			}
	return NULL;
}

const char *
command_name(struct arena *a, const struct command *c)
{
	return c->verb == NULL ? c->group : arena_printf(a, "%s %s", c->group, c->verb);
}

static enum out_table_form
command_form_of(const struct options *o)
{
	return option_given(o, "json") ? OUT_TABLE_JSON : OUT_TABLE_TEXT;
}

static int
command_fail(const struct invocation *c, int code, const char *why)
{
	error_report_print(c->arena, command_form_of(&c->options), why);
	return code;
}

/* The command line names no known command: prints help if it is requested, or else an error. */
static int
command_handle_none(struct invocation *c, int argc, char **argv)
{
	struct buf b = { .arena = c->arena };
	const char *group = argc > 0 ? argv[0] : NULL, *verb = argc > 1 ? argv[1] : NULL;
	bool asked = option_given(&c->options, "help");

	for (int i = 1; i < argc; i++)
		asked = asked || strcmp(argv[i], "--help") == 0 || strcmp(argv[i], "-h") == 0;
	if (!help_list(&b, group) || (argc > 1 && !asked))
		return command_fail(c, EX_USAGE, help_unknown(c->arena, group, verb));
	if (!asked && command_form_of(&c->options) == OUT_TABLE_JSON)
		return command_fail(c, EX_USAGE,
				    group != NULL
					    ? help_unknown(c->arena, group, NULL)
					    : "a command is missing; usherctl help lists all");
	fputs(b.data, asked ? stdout : stderr);
	return asked ? EX_OK : EX_USAGE;
}

static int
command_show_help(struct invocation *c)
{
	struct buf b = { .arena = c->arena };

	help_command(&b, c->command);
	fputs(b.data, stdout);
	return EX_OK;
}

static int
command_run_main(struct invocation *c, int argc, char **argv, int used)
{
	const struct flag *flags = c->command->flags;
	const char *why = NULL;

	/* getopt skips argv[0]; here this is the last word of the command's name. */
	argc -= used - 1;
	argv += used - 1;
	if (options_read(c->arena, argc, argv, flags, &c->options, &why) != OK)
		return command_fail(c, EX_USAGE, why);
	if (option_given(&c->options, "help"))
		return command_show_help(c);
	if (options_check(c->arena, &c->options, c->command->words, &why) != OK)
		return command_fail(c, EX_USAGE,
				    arena_printf(c->arena, "%s: usherctl %s", why,
						 help_synopsis(c->arena, c->command)));
	return invocation_run(c);
}

static int
command_main_words(struct invocation *c, int argc, char **argv)
{
	const char *why = NULL;
	int at = 0, used = 0;

	options_start(&c->options);
	if (options_leading(c->arena, argc, argv, &c->options, &at, &why) != OK)
		return command_fail(c, EX_USAGE, why);
	if (option_given(&c->options, "version")) {
		puts("usherctl " USHER_VERSION);
		return EX_OK;
	}
	c->command = command_find(argc - at, argv + at, &used);
	if (c->command == NULL)
		return command_handle_none(c, argc - at, argv + at);
	return command_run_main(c, argc - at, argv + at, used);
}

/* The changes are committed before the output is printed, so failed output is reported as such. */
static int
command_finish_output(const struct invocation *c, int code)
{
	if (output_finish() || code != EX_OK)
		return code;
	return command_fail(c, EX_IOERR,
			    "standard output cannot be written; the command itself "
			    "succeeded, but its output, such as a new secret, is lost");
}

int
command_main(int argc, char **argv)
{
	struct invocation c = { .arena = arena_new() };
	int code;

	error_report_start();
	crypto_start();
	code = command_finish_output(&c, command_main_words(&c, argc, argv));
	arena_free(c.arena);
	return code;
}
