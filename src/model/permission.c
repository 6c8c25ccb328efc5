/* SPDX-License-Identifier: Apache-2.0 */
/* Lists of permissions, in the order in which they were added. */
#include "model/permission.h"

struct permission *
permission_add(struct arena *a, struct permission ***last, const char *resource)
{
	struct permission *p = ARENA_NEW(a, struct permission);

	p->resource = resource;
	**last = p;
	*last = &p->next;
	return p;
}

struct permission *
permission_of(struct permission *list, const char *resource)
{
	for (; list != NULL; list = list->next)
		if (text_equal(list->resource, resource))
			return list;
	return NULL;
}
