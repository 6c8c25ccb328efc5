/* SPDX-License-Identifier: Apache-2.0 */
/* Lists of permissions, in the order in which they were added. */
#include "base/json.h"
#include "base/str_list.h"
#include "base/text.h"
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
permission_find(struct permission *list, const char *resource)
{
	for (; list != NULL; list = list->next)
		if (text_equal(list->resource, resource))
			return list;
	return NULL;
}

/* Returns the permission's own expiry or the token's: a permission never outlives its token (UMA
 * Federated Authorization, 5.1.1). */
static int64_t
permission_earlier(int64_t until, int64_t token_expires)
{
	return until != 0 && until < token_expires ? until : token_expires;
}

void
permissions_print(struct buf *b, const struct permission *list, int64_t token_expires)
{
	out_open(b, "permissions", '[');
	for (const struct permission *p = list; p != NULL; p = p->next) {
		out_open(b, NULL, '{');
		out_text(b, "resource_id", p->resource);
		out_str_list(b, "resource_scopes", &p->scopes);
		out_int(b, "exp", permission_earlier(p->until, token_expires));
		out_close(b, '}');
	}
	out_close(b, ']');
}

struct permission *
permissions_join(struct arena *a, const struct permission *granted)
{
	struct permission *list = NULL, **last = &list;

	for (; granted != NULL; granted = granted->next) {
		struct permission *p = permission_find(list, granted->resource);

		if (p == NULL)
			p = permission_add(a, &last, granted->resource);
		for (size_t i = 0; i < granted->scopes.n; i++)
			str_list_put(a, &p->scopes, granted->scopes.list[i]);
		if (granted->until != 0)
			p->until = permission_earlier(p->until, granted->until);
	}
	return list;
}
