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
struct since {
	struct str_list names;
	int64_t number;
	struct since *next;
};

/* For the tables of fields of rows (model/row.h). */
extern const struct field_list since_list;

/* The number of the name; `otherwise` when it has none. */
int64_t since_find(const struct since *list, const char *name, int64_t otherwise);
/* Adds a name that is not in the list. */
void since_add(struct arena *a, struct since **list, const char *name, int64_t number);

#endif
