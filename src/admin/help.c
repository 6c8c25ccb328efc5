/* SPDX-License-Identifier: Apache-2.0 */
/* Help and shell completion, generated from the tables of commands. */
#include <string.h>

#include "admin/help.h"

#define HELP_COLUMN 34

static const char head[] = "usherctl administers Usher, a UMA 2.0 authorization server\n"
			   "\n"
			   "usage: usherctl [-c FILE] [--json] COMMAND …\n";

static const char foot[] =
	"\n"
	"usherctl COMMAND --help shows the options of a command; see also usherctl(8).\n";

static void
help_pad(struct buf *b, size_t from, size_t to)
{
	/* "…" is three bytes and one column. */
	size_t at = 0;

	for (size_t i = from; i < b->size; i++)
		if (((unsigned char)b->data[i] & 0xc0) != 0x80)
			at++;
	if (at >= to) {
		buf_text(b, "\n");
		at = 0;
	}
	for (; at < to; at++)
		buf_char(b, ' ');
}

static void
help_put_command(struct buf *b, const struct command *c)
{
	size_t from = b->size;

	buf_printf(b, "  %s %s", command_name(b->arena, c), c->words);
	help_pad(b, from, HELP_COLUMN + 8);
	buf_printf(b, "%s\n", c->help);
}

static void
help_put_flags(struct buf *b, const struct flag *flags)
{
	for (const struct flag *f = flags; f->name != NULL; f++) {
		size_t from = b->size;

		buf_printf(b, "  --%s%s%s%s", f->name, f->value != NULL ? " " : "",
			   f->value != NULL ? f->value : "", f->kind == FLAG_MANY ? " …" : "");
		help_pad(b, from, HELP_COLUMN);
		buf_printf(b, "%s%s\n", f->help, f->kind == FLAG_MUST ? " (required)" : "");
	}
}

/* Calls fn for every command, in the order of the help. */
static void
help_each_command(struct buf *b, const char *group,
		  void (*fn)(struct buf *, const struct command *))
{
	for (const struct command *const *t = command_tables; *t != NULL; t++)
		for (const struct command *c = *t; c->group != NULL; c++)
			if (group == NULL || strcmp(group, c->group) == 0)
				fn(b, c);
}

bool
help_list(struct buf *b, const char *group)
{
	size_t from;

	buf_text(b, head);
	buf_char(b, '\n');
	from = b->size;
	help_each_command(b, group, help_put_command);
	if (b->size == from)
		return false;
	buf_text(b, foot);
	return true;
}

static void
help_put_verb_name(struct buf *b, const struct command *c)
{
	if (c->verb != NULL)
		buf_printf(b, "%s%s", b->size > 0 ? ", " : "", c->verb);
}

const char *
help_unknown(struct arena *a, const char *group, const char *verb)
{
	struct buf verbs = { .arena = a };

	help_each_command(&verbs, group, help_put_verb_name);
	if (verbs.size == 0)
		return arena_printf(a, "there is no command %s%s%s; usherctl help lists all", group,
				    verb != NULL ? " " : "", verb != NULL ? verb : "");
	if (verb == NULL)
		return arena_printf(a, "%s needs one of the verbs %s", group, verbs.data);
	return arena_printf(a, "there is no command %s %s; the verbs of %s are %s", group, verb,
			    group, verbs.data);
}

const char *
help_synopsis(struct arena *a, const struct command *c)
{
	struct buf b = { .arena = a };

	buf_printf(&b, "%s%s%s", command_name(a, c), c->words[0] != '\0' ? " " : "", c->words);
	for (const struct flag *f = c->flags; f->name != NULL; f++)
		if (f->kind == FLAG_MUST)
			buf_printf(&b, " --%s %s", f->name, f->value);
	return b.data;
}

void
help_command(struct buf *b, const struct command *c)
{
	buf_printf(b, "usage: usherctl [-c FILE] [--json] %s%s%s%s\n\n%s.\n\n",
		   command_name(b->arena, c), c->words[0] != '\0' ? " " : "", c->words,
		   c->flags->name != NULL ? " [options]" : "", c->help);
	help_put_flags(b, c->flags);
	help_put_flags(b, global_flags);
	buf_printf(b, "\nexample:\n  usherctl %s\n", c->example);
}

static void
help_put_flag_words(struct buf *b, const struct command *c)
{
	for (const struct flag *f = c->flags; f->name != NULL; f++)
		buf_printf(b, "--%s ", f->name);
	for (const struct flag *f = global_flags; f->name != NULL; f++)
		buf_printf(b, "--%s ", f->name);
}

static void
help_put_verb(struct buf *b, const struct command *c)
{
	if (c->verb != NULL)
		buf_printf(b, "%s ", c->verb);
	else
		help_put_flag_words(b, c);
}

static bool
help_is_first_of_group(const struct command *c)
{
	for (const struct command *const *t = command_tables; *t != NULL; t++)
		for (const struct command *o = *t; o->group != NULL; o++)
			if (strcmp(o->group, c->group) == 0)
				return o == c;
	return false;
}

static void
help_put_group(struct buf *b, const struct command *c)
{
	if (help_is_first_of_group(c))
		buf_printf(b, "%s ", c->group);
}

/* Writes the rows of the script's table: the words that may follow a group or a command. */
static void
help_put_rows(struct buf *b, const struct command *c)
{
	if (help_is_first_of_group(c)) {
		buf_printf(b, "\t\t[%s]=\"", c->group);
		help_each_command(b, c->group, help_put_verb);
		buf_text(b, "\"\n");
	}
	if (c->verb == NULL)
		return;
	buf_printf(b, "\t\t[\"%s %s\"]=\"", c->group, c->verb);
	help_put_flag_words(b, c);
	buf_text(b, "\"\n");
}

static const char completion_head[] = "# bash completion for usherctl\n"
				      "_usherctl()\n{\n"
				      "\tlocal word=${COMP_WORDS[COMP_CWORD]} key=start i next\n"
				      "\tlocal -A follows=(\n";

static const char completion_tail[] =
	"\t)\n"
	"\tfor ((i = 1; i < COMP_CWORD; i++)); do\n"
	"\t\tnext=${COMP_WORDS[i]}\n"
	"\t\tcase $next in\n"
	"\t\t-c|--config) ((i++)); continue ;;\n"
	"\t\t-*) continue ;;\n"
	"\t\tesac\n"
	"\t\t[ \"$key\" = start ] || next=\"$key $next\"\n"
	"\t\t[ -n \"${follows[$next]}\" ] || break\n"
	"\t\tkey=$next\n"
	"\tdone\n"
	"\tCOMPREPLY=($(compgen -W \"${follows[$key]}\" -- \"$word\"))\n"
	"\t[ ${#COMPREPLY[@]} -gt 0 ] || COMPREPLY=($(compgen -f -- \"$word\"))\n"
	"}\n"
	"complete -o filenames -F _usherctl usherctl\n";

void
help_completion(struct buf *b)
{
	buf_text(b, completion_head);
	buf_text(b, "\t\t[start]=\"");
	help_each_command(b, NULL, help_put_group);
	buf_text(b, "\"\n");
	help_each_command(b, NULL, help_put_rows);
	buf_text(b, completion_tail);
}
