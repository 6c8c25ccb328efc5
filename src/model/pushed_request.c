/* SPDX-License-Identifier: Apache-2.0 */
/* Pushed authorization requests: see the header. */
#include <string.h>

#include "base/text.h"
#include "model/handle.h"
#include "model/pushed_request.h"
#include "model/row.h"

/* clang-format off */
static const struct field fields[] = {
	MUST(struct pushed_request, "client", client, F_TEXT),
	MUST(struct pushed_request, "params", params, F_TEXT),
	FIELD(struct pushed_request, "iat", issued, F_INT),
	FIELD(struct pushed_request, "exp", expires, F_INT),
	FIELD_END
};
/* clang-format on */

static const struct row_kind kind =
	ROW_KIND(pushed_request, T_PUSHED_REQUEST, "a pushed request", fields);

void
pushed_request_issue(struct work *w, struct pushed_request *p, const char **request_uri)
{
	const char *handle;

	p->issued = w->now;
	p->expires = w->now + PUSHED_LIFE;
	handle_new(w, HANDLE_PUSHED_REQUEST, w->now + PUSHED_MEMORY, &handle, &p->key);
	p->row = row_encode(w->arena, fields, p);
	change_put(w->changes, T_PUSHED_REQUEST, p->key, p->row);
	*request_uri = arena_printf(w->arena, REQUEST_URI "%s", handle);
}

enum err
pushed_request_find(struct work *w, const char *request_uri, const char *client,
		    struct pushed_request *out)
{
	struct bytes key = BYTES_NONE;
	enum err e;

	if (text_starts(request_uri, REQUEST_URI))
		handle_row_key(w, HANDLE_PUSHED_REQUEST, request_uri + strlen(REQUEST_URI), &key);
	e = row_find_tracked(w, &kind, key, ABSENT, out);
	if (e == ABSENT || (e == OK && (strcmp(out->client, client) != 0 ||
					out->issued + PUSHED_MEMORY <= w->now)))
		return work_fail(w, ERR_INVALID_REQUEST,
				 "request_uri is unknown, has expired, was used before, or belongs "
				 "to another client");
	return e;
}

void
pushed_request_use(struct work *w, const struct pushed_request *p)
{
	change_take(w->changes, T_PUSHED_REQUEST, p->key, p->row, BYTES_NONE);
}
