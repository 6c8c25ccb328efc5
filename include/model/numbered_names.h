/* SPDX-License-Identifier: Apache-2.0 */
#ifndef USHER_MODEL_SINCE_H
#define USHER_MODEL_SINCE_H

#include "model/row.h"

#include "base/str_list.h"

/*
 * Numbers of names: since which revision a resource has had a scope, since which one a rule has
 * given it, with which change somebody joined or left a group.  Names with one number share an
 * entry.
 */
struct numbered_names {
	struct str_list names;
	int64_t number;
	struct numbered_names *next;
};

/* For the tables of fields of rows (model/row.h). */
extern const struct field_list numbered_names_list;

/* The number of the name; `otherwise` when it has none. */
int64_t numbered_names_find(const struct numbered_names *list, const char *name, int64_t otherwise);
/* Adds a name that is not in the list. */
void numbered_names_add(struct arena *a, struct numbered_names **list, const char *name,
			int64_t number);

#endif
