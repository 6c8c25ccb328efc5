/* SPDX-License-Identifier: Apache-2.0 */
/* Lists of names with numbers. */
#include "model/since.h"

#include "base/str_list.h"

/* clang-format off */
static const struct field fields[] = {
	FIELD(struct since, "s", names, F_STR_LIST),
	FIELD(struct since, "n", number, F_INT),
	FIELD_END
};
/* clang-format on */

const struct field_list since_list = { fields, sizeof(struct since), offsetof(struct since, next) };

int64_t
since_find(const struct since *list, const char *name, int64_t otherwise)
{
	for (; list != NULL; list = list->next)
		if (str_list_has(&list->names, name))
			return list->number;
	return otherwise;
}

void
since_add(struct arena *a, struct since **list, const char *name, int64_t number)
{
	while (*list != NULL && (*list)->number != number)
		list = &(*list)->next;
	if (*list == NULL) {
		*list = ARENA_NEW(a, struct since);
		(*list)->number = number;
	}
	str_list_add(a, &(*list)->names, name);
}
