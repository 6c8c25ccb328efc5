/* SPDX-License-Identifier: Apache-2.0 */
/* The tables of commands: properties that hold for every row, also for future ones. */
#include <string.h>

#include "admin/command.h"
#include "admin/help.h"
#include "base/text.h"
#include "tests/run.h"

#define EACH_COMMAND(c)                                                                            \
	for (const struct command *const *t_ = command_tables; *t_ != NULL; t_++)                  \
		for (const struct command *c = *t_; c->group != NULL; c++)

/* Splits an example at blanks, except in quoted words. */
static int
command_split_words(char *text, char **argv)
{
	int n = 0;

	while (*text != '\0') {
		char end = *text == '"' ? '"' : ' ';

		if (end == '"')
			text++;
		argv[n++] = text;
		text += strcspn(text, end == '"' ? "\"" : " ");
		if (*text != '\0')
			*text++ = '\0';
		text += strspn(text, " ");
	}
	return n;
}

static void
every_example_is_a_valid_command_line(void)
{
	struct arena *a = arena_new();

	EACH_COMMAND(c)
	{
		char *argv[20], *text = arena_strdup(a, c->example), *shell = strchr(text, '>');
		struct options o;
		const char *why = "";
		int argc, used = 0;
		enum err e;

		if (shell != NULL)
			*shell = '\0';
		argc = command_split_words(text, argv);
		CU_ASSERT_PTR_EQUAL(command_find(argc, argv, &used), c);
		options_start(&o);
		e = options_read(a, argc - used + 1, argv + used - 1, c->flags, &o, &why);
		CU_ASSERT_EQUAL(e, OK);
		CU_ASSERT_EQUAL(options_check(a, &o, c->words, &why), OK);
	}
	arena_free(a);
}

static void
every_row_has_all_texts_for_the_help(void)
{
	EACH_COMMAND(c)
	{
		CU_ASSERT_PTR_NOT_NULL(c->run);
		CU_ASSERT_TRUE(strlen(c->help) > 0 && c->help[strlen(c->help) - 1] != '.');
		CU_ASSERT_EQUAL(c->needs == NEEDS_TENANT, text_starts(c->words, "TENANT"));
		for (const struct flag *f = c->flags; f->name != NULL; f++) {
			CU_ASSERT_EQUAL(f->value == NULL, f->kind == FLAG_SWITCH);
			CU_ASSERT_TRUE(strlen(f->help) > 0);
			/* A longer name could look like an id: see options.c. */
			CU_ASSERT_TRUE(strlen(f->name) < 20);
		}
	}
}

static int
commands_called(const char *group, const char *verb)
{
	int n = 0;

	EACH_COMMAND(c)
	if (strcmp(c->group, group) == 0 && text_equal(c->verb, verb))
		n++;
	return n;
}

static void
command_names_are_unique(void)
{
	EACH_COMMAND(c)
	CU_ASSERT_EQUAL(commands_called(c->group, c->verb), 1);
}

static void
no_option_takes_a_secret(void)
{
	EACH_COMMAND(c)
	for (const struct flag *f = c->flags; f->name != NULL; f++) {
		bool secret =
			strstr(f->name, "secret") != NULL || strstr(f->name, "password") != NULL;

		/* --secret takes the word "new". */
		if (secret && f->value != NULL)
			CU_ASSERT_STRING_EQUAL(f->value, "new");
	}
}

static size_t
longest_line(const char *text)
{
	size_t longest = 0, now = 0;

	for (; *text != '\0'; text++) {
		if (((unsigned char)*text & 0xc0) != 0x80)
			now++;
		if (*text == '\n')
			now = 0;
		if (now > longest)
			longest = now;
	}
	return longest;
}

static void
help_names_every_command_and_option(void)
{
	struct arena *a = arena_new();
	struct buf all = { .arena = a };

	CU_ASSERT_TRUE(help_list(&all, NULL));
	CU_ASSERT_FALSE(help_list(&(struct buf){ .arena = a }, "nonsense"));
	CU_ASSERT_TRUE(longest_line(all.data) <= 120);
	EACH_COMMAND(c)
	{
		struct buf one = { .arena = a };

		CU_ASSERT_PTR_NOT_NULL(strstr(all.data, command_name(a, c)));
		help_command(&one, c);
		CU_ASSERT_PTR_NOT_NULL(strstr(one.data, c->example));
		for (const struct flag *f = c->flags; f->name != NULL; f++)
			CU_ASSERT_PTR_NOT_NULL(strstr(one.data, f->name));
	}
	arena_free(a);
}

static CU_TestInfo tests[] = {
	{ "every example is a valid command line", every_example_is_a_valid_command_line },
	{ "every row has all texts for the help", every_row_has_all_texts_for_the_help },
	{ "command names are unique", command_names_are_unique },
	{ "no option takes a secret [T-X05]", no_option_takes_a_secret },
	{ "help names every command and option", help_names_every_command_and_option },
	CU_TEST_INFO_NULL
};
CU_SuiteInfo command_suite = { "admin/command", NULL, NULL, NULL, NULL, tests };
