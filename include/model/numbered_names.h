/* SPDX-License-Identifier: Apache-2.0 */
#ifndef USHER_MODEL_SINCE_H
#define USHER_MODEL_SINCE_H

#include "model/row.h"

#include "base/str_list.h"

/*
 * A list that maps names to numbers: the revision since which a resource has had a scope, the
 * revision since which a rule has granted it, or the change by which an account joined or left a
 * group. Names with the same number share an entry.
 */
struct numbered_names {
	struct str_list names;
	int64_t number;
	struct numbered_names *next;
};

/* For the field tables of rows (model/row.h). */
extern const struct field_list numbered_names_list;

/* Returns the number of the name, or `otherwise` if the list does not contain it. */
int64_t numbered_names_find(const struct numbered_names *list, const char *name, int64_t otherwise);
/* Adds a name that the list does not contain. */
void numbered_names_add(struct arena *a, struct numbered_names **list, const char *name,
			int64_t number);

#endif
