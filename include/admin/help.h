/* SPDX-License-Identifier: Apache-2.0 */
#ifndef USHER_ADMIN_HELP_H
#define USHER_ADMIN_HELP_H

#include "admin/command.h"

/* Lists all commands, or those of `group` if it is not NULL, one on each line. Returns false if
 * there is no such group. */
bool help_list(struct buf *b, const char *group);
/* Returns the error sentence for a command that does not exist. If `verb` is NULL, the sentence
 * names the verbs of the group. */
const char *help_unknown(struct arena *a, const char *group, const char *verb);
/* Returns the name, the words and the required options: "pat TENANT --owner LOGIN". */
const char *help_synopsis(struct arena *a, const struct command *c);
/* Writes the help of a command: usage line, options, an example. */
void help_command(struct buf *b, const struct command *c);
/* Writes a completion script for bash. */
void help_completion(struct buf *b);

#endif
