/* SPDX-License-Identifier: Apache-2.0 */
/* Access tokens that are handles: PATs and plain access tokens. */
#include "base/text.h"
#include "model/handle.h"
#include "model/delegation.h"
#include "model/row.h"
#include "model/tenant.h"
#include "model/token.h"

/* clang-format off */
static const struct field fields[] = {
	MUST(struct access, "client", client, F_TEXT),
	FIELD(struct access, "owner", owner, F_TEXT),
	FIELD(struct access, "scopes", scopes, F_STR_LIST),
	FIELD(struct access, "version", version, F_TEXT),
	FIELD(struct access, "iat", issued, F_INT),
	FIELD(struct access, "exp", expires, F_INT),
	FIELD_END
};
/* clang-format on */

static const struct row_kind kind = ROW_KIND(access, T_ACCESS, "an access token", fields);

static const char *
access_print_epoch(struct work *w, int64_t epoch)
{
	struct buf b = { .arena = w->arena };

	buf_int(&b, epoch);
	return b.data;
}

static enum err
access_version(struct work *w, struct access *t)
{
	int64_t epoch;
	enum err e;

	if (t->owner != NULL)
		return delegation_version(w, t->owner, t->client, &t->version);
	e = client_check_enabled(w, t->client, ABSENT, &epoch);
	t->version = access_print_epoch(w, epoch);
	return e == ABSENT ? OK : e;
}

enum err
access_issue(struct work *w, struct access *t, int64_t life, const char **handle)
{
	TRY(access_version(w, t));
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
	enum handle_kind form = handle_kind_of(handle);
	struct bytes key;

	*out = (struct access){ 0 };
	if ((form != HANDLE_PAT && form != HANDLE_ACCESS) || !handle_row_key(w, form, handle, &key))
		return ERR_INVALID_TOKEN;
	TRY(row_find_tracked(w, &kind, key, ERR_INVALID_TOKEN, out));
	return out->expires > w->now ? OK : ERR_INVALID_TOKEN;
}

enum err
access_check(struct work *w, const struct access *t, const struct client *client)
{
	if (t->owner != NULL)
		return delegation_check_active(w, t->owner, client, t->version, ERR_INVALID_TOKEN);
	return !client->disabled && text_equal(t->version, access_print_epoch(w, client->epoch))
		       ? OK
		       : ERR_INVALID_TOKEN;
}
