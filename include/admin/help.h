/* SPDX-License-Identifier: Apache-2.0 */
#ifndef USHER_ADMIN_HELP_H
#define USHER_ADMIN_HELP_H

#include "admin/command.h"

/* All commands, a line each; of one group where `group` is not NULL.  False: no such group. */
bool help_list(struct buf *b, const char *group);
/* The sentence for a command that there is not.  `verb` may be NULL: then one is missing. */
const char *help_unknown(struct arena *a, const char *group, const char *verb);
/* "client add TENANT", and the options that must be there. */
const char *help_synopsis(struct arena *a, const struct command *c);
/* Usage line, options, an example. */
void help_command(struct buf *b, const struct command *c);
/* A completion script for bash. */
void help_completion(struct buf *b);

#endif
