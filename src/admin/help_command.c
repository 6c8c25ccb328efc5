/* SPDX-License-Identifier: Apache-2.0 */
/* usherctl help and usherctl completion. */
#include <string.h>

#include "admin/invocation.h"
#include "admin/help.h"

static enum err
help_run(struct invocation *c)
{
	char *words[] = { (char *)invocation_word(c, 0), (char *)invocation_word(c, 1) };
	int n = c->options.words, used = 0;
	const struct command *one = n > 0 ? command_find(n, words, &used) : NULL;

	if (one != NULL && used == n) {
		help_command(&c->out_table.out, one);
		return OK;
	}
	if (n < 2 && help_list(&c->out_table.out, words[0]))
		return OK;
	return invocation_fail(c, EX_USAGE, "%s",
			       help_unknown(c->arena, words[0], n > 1 ? words[1] : NULL));
}

static enum err
help_completion_run(struct invocation *c)
{
	if (strcmp(invocation_word(c, 0), "bash") != 0)
		return invocation_fail(c, EX_USAGE,
				       "“%s” is not supported; use usherctl completion bash",
				       invocation_word(c, 0));
	help_completion(&c->out_table.out);
	return OK;
}

const struct command help_commands[] = {
	{ "completion", NULL, "bash", "Print a completion script", no_flags,
	  "completion bash > /etc/bash_completion.d/usherctl", NEEDS_NOTHING, help_completion_run },
	{ "help", NULL, "[COMMAND] [VERB]", "Show all commands, a group, or one command", no_flags,
	  "help client add", NEEDS_NOTHING, help_run },
	COMMAND_END
};
