/* SPDX-License-Identifier: Apache-2.0 */
/* Access tokens that are handles: PATs and plain ones. */
#include "base/log.h"
#include "model/handle.h"
#include "model/row.h"
#include "model/tenant.h"
#include "model/token.h"

static const struct field fields[] = {
	FIELD(struct access, "client", client, F_TEXT),
	FIELD(struct access, "owner", owner, F_TEXT),
	FIELD(struct access, "scopes", scopes, F_STRS),
	FIELD(struct access, "iat", issued, F_INT),
	FIELD(struct access, "exp", expires, F_INT),
	FIELD_END
};

enum err
access_issue(struct work *w, struct access *t, int64_t life, const char **handle)
{
	t->issued = w->now;
	t->expires = w->now + life;
	handle_new(w, t->owner != NULL ? HANDLE_PAT : HANDLE_ACCESS, t->expires, handle, &t->key);
	t->row = row_encode(w->arena, fields, t);
	change_put(w->changes, T_ACCESS, t->key, t->row);
	return OK;
}

enum err
access_find(struct work *w, const char *handle, struct access *out)
{
	enum handle_kind kind = handle_kind_of(handle);

	*out = (struct access){ 0 };
	if ((kind != HANDLE_PAT && kind != HANDLE_ACCESS) ||
	    !handle_key(w, kind, handle, &out->key))
		return ERR_INVALID_TOKEN;
	TRY(row_get(w, T_ACCESS, out->key, ERR_INVALID_TOKEN, &out->row));
	if (!row_decode(w->arena, fields, out->row, out) || out->client == NULL) {
		log_error("tenant %s: an access token's row cannot be read", w->tenant->name);
		return ERR_STORE;
	}
	return out->expires > w->now ? OK : ERR_INVALID_TOKEN;
}
