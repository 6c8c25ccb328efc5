/* SPDX-License-Identifier: Apache-2.0 */
#ifndef USHER_ADMIN_HELP_H
#define USHER_ADMIN_HELP_H

#include "admin/command.h"

/* All commands, a line each; of one group where `group` is not NULL.  False: no such group. */
bool help_list(struct buf *b, const char *group);
/* Usage line, options, an example. */
void help_command(struct buf *b, const struct command *c);
/* A completion script for bash. */
void help_completion(struct buf *b);

#endif
