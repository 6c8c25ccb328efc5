/* SPDX-License-Identifier: Apache-2.0 */
/* Access tokens that are handles: PATs and plain access tokens. */
#include "base/text.h"
#include "model/approval.h"
#include "model/delegation.h"
#include "model/handle.h"
#include "model/row.h"
#include "model/tenant.h"
#include "model/token.h"

/* clang-format off */
static const struct field fields[] = {
	MUST(struct access, "client", client, F_TEXT),
	FIELD(struct access, "owner", owner, F_TEXT),
	FIELD(struct access, "account", account, F_TEXT),
	FIELD(struct access, "scopes", scopes, F_STR_LIST),
	FIELD(struct access, "version", version, F_TEXT),
	FIELD(struct access, "approval", approval, F_TEXT),
	FIELD(struct access, "holder", holder, F_TEXT),
	FIELD(struct access, "family", family, F_TEXT),
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

void
access_set_person(struct access *t, const char *account)
{
	bool pat = str_list_has(&t->scopes, SCOPE_PROTECTION);

	t->owner = pat ? account : NULL;
	t->account = pat ? NULL : account;
}

const char *
access_person(const struct access *t)
{
	return t->owner != NULL ? t->owner : t->account;
}

static enum err
access_version(struct work *w, struct access *t)
{
	int64_t epoch;
	enum err e;

	if (access_person(t) != NULL)
		return delegation_version(w, access_person(t), t->client, &t->version);
	e = client_check_enabled(w, t->client, ABSENT, &epoch);
	t->version = access_print_epoch(w, epoch);
	return e == ABSENT ? OK : e;
}

enum err
access_bind(struct work *w, struct access *t)
{
	enum err e;

	TRY(access_version(w, t));
	e = client_check_holder(w, t->client, ABSENT, &t->holder);
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

/* What a token of an authorization code depends on besides the delegation. */
static enum err
access_check_approval(struct work *w, const struct access *t)
{
	struct approval a;
	struct family f;
	const char *holder;

	TRY(approval_find(w, access_person(t), t->client, ERR_INVALID_TOKEN, &a));
	TRY(client_check_holder(w, t->client, ERR_INVALID_TOKEN, &holder));
	if (!text_equal(a.id, t->approval) || !text_equal(holder, t->holder))
		return ERR_INVALID_TOKEN;
	return t->family != NULL ? family_find(w, t->family, ERR_INVALID_TOKEN, &f) : OK;
}

enum err
access_check(struct work *w, const struct access *t, const struct client *client)
{
	if (t->owner != NULL)
		TRY(delegation_check_active(w, t->owner, client, t->version, ERR_INVALID_TOKEN));
	else if (t->account != NULL)
		TRY(delegation_check_version(w, t->account, client, t->version, ERR_INVALID_TOKEN));
	if (t->approval != NULL || t->account != NULL)
		return access_check_approval(w, t);
	if (t->owner != NULL)
		return OK;
	return !client->disabled && text_equal(t->version, access_print_epoch(w, client->epoch))
		       ? OK
		       : ERR_INVALID_TOKEN;
}
