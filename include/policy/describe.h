/* SPDX-License-Identifier: Apache-2.0 */
#ifndef USHER_POLICY_DESCRIBE_H
#define USHER_POLICY_DESCRIBE_H

#include <stdint.h>

#include "base/buf.h"
#include "base/str_list.h"

/*
 * Names in sentences that an owner reads. They come from strangers, so nothing in them may act:
 * control characters and those that turn or hide text are left out, more than DESCRIBE_NAME_MAX
 * characters are cut, and whatever could be mistaken for our own words stands in quotation marks
 * (T-U17). Plain text: a page still escapes it.
 */
#define DESCRIBE_NAME_MAX 100

void describe_name(struct buf *b, const char *name);
/* "view, print and edit" with `last` = "and". */
void describe_names(struct buf *b, const struct str_list *names, const char *last);
/* "5 minutes" */
void describe_seconds(struct buf *b, int64_t seconds);
/* "1 May 2027", and the time of day where it is not midnight; UTC. */
void describe_date(struct buf *b, int64_t when);
/* What goes before item `i` of `n`: nothing, ", " or " and ". */
void describe_between(struct buf *b, size_t i, size_t n, const char *last);

#endif
