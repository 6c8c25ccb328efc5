/* SPDX-License-Identifier: Apache-2.0 */
#ifndef USHER_POLICY_DESCRIBE_H
#define USHER_POLICY_DESCRIBE_H

#include <stdint.h>

#include "base/buf.h"
#include "base/str_list.h"

/*
 * Prints parts of sentences that an owner reads. Names in them come from other people, so they must
 * not change the meaning of the sentence (T-U17): control characters and invisible characters that
 * reorder or hide text are left out, names are cut after DESCRIBE_NAME_MAX characters, and a name
 * that could be read as part of the sentence is put in quotation marks. The output is plain text;
 * an HTML page must escape it.
 */
#define DESCRIBE_NAME_MAX 100

void describe_name(struct buf *b, const char *name);
/* "view, print and edit" with `last` = "and". */
void describe_names(struct buf *b, const struct str_list *names, const char *last);
/* "5 minutes" */
void describe_seconds(struct buf *b, int64_t seconds);
/* "1 May 2027", and the time of day where it is not midnight; UTC. */
void describe_date(struct buf *b, int64_t when);
/* Prints the separator before item `i` of `n`: nothing, ", ", or `last` between blanks. */
void describe_between(struct buf *b, size_t i, size_t n, const char *last);

#endif
