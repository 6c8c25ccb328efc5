/* SPDX-License-Identifier: Apache-2.0 */
/* Lists of names with numbers. */
#include "model/numbered_names.h"

#include "base/str_list.h"

/* clang-format off */
static const struct field fields[] = {
	FIELD(struct numbered_names, "s", names, F_STR_LIST),
	FIELD(struct numbered_names, "n", number, F_INT),
	FIELD_END
};
/* clang-format on */

const struct field_list numbered_names_list = { fields, sizeof(struct numbered_names),
						offsetof(struct numbered_names, next) };

int64_t
numbered_names_find(const struct numbered_names *list, const char *name, int64_t otherwise)
{
	for (; list != NULL; list = list->next)
		if (str_list_has(&list->names, name))
			return list->number;
	return otherwise;
}

void
numbered_names_add(struct arena *a, struct numbered_names **list, const char *name, int64_t number)
{
	while (*list != NULL && (*list)->number != number)
		list = &(*list)->next;
	if (*list == NULL) {
		*list = ARENA_NEW(a, struct numbered_names);
		(*list)->number = number;
	}
	str_list_add(a, &(*list)->names, name);
}
