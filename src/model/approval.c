/* SPDX-License-Identifier: Apache-2.0 */
/* Remembered consent of a person for a client: see the header. */
#include "base/text.h"
#include "model/approval.h"
#include "model/audit.h"
#include "model/delegation.h"
#include "model/grant.h"
#include "model/row.h"

/* clang-format off */
static const struct field fields[] = {
	MUST(struct approval, "id", id, F_TEXT),
	MUST(struct approval, "account", account, F_TEXT),
	MUST(struct approval, "client", client, F_TEXT),
	FIELD(struct approval, "scopes", scopes, F_STR_LIST),
	FIELD(struct approval, "version", version, F_TEXT),
	FIELD(struct approval, "at", given, F_INT),
	FIELD_END
};
/* clang-format on */

static const struct row_kind kind = ROW_KIND(approval, T_APPROVAL, "an approval", fields);

static enum err
approval_read(struct work *w, const char *account, const char *client, enum err missing,
	      struct approval *out)
{
	return row_find_tracked(w, &kind, key_join(w->arena, account, client, NULL), missing, out);
}

enum err
approval_find(struct work *w, const char *account, const char *client, enum err missing,
	      struct approval *out)
{
	const char *version;

	TRY(approval_read(w, account, client, missing, out));
	TRY(delegation_version(w, account, client, &version));
	return text_equal(out->version, version) ? OK : missing;
}

static void
approval_record(struct work *w, enum audit_event event, const struct approval *a)
{
	audit_add(w, &(struct audit){ .event = event,
				      .owner = a->account,
				      .client = a->client,
				      .why = str_list_join(w->arena, &a->scopes, " ") });
}

enum err
approval_give(struct work *w, const char *account, const char *client,
	      const struct str_list *scopes, struct approval *out)
{
	enum err e = approval_find(w, account, client, ABSENT, out);
	struct bytes key = out->key, row = out->row;

	if (e == ABSENT)
		*out = (struct approval){ .id = incarnation_new(w),
					  .account = account,
					  .client = client,
					  .key = key,
					  .row = row };
	else
		TRY(e);
	for (size_t i = 0; i < scopes->n; i++)
		str_list_put(w->arena, &out->scopes, scopes->list[i]);
	TRY(delegation_version(w, account, client, &out->version));
	out->given = w->now;
	change_take(w->changes, T_APPROVAL, key, row, row_encode(w->arena, fields, out));
	approval_record(w, AUDIT_APPROVAL_GIVEN, out);
	return OK;
}

enum err
approval_withdraw(struct work *w, const char *account, const char *client)
{
	struct approval a;

	TRY(approval_read(w, account, client, ERR_NOT_FOUND, &a));
	w->changes->essential = true;
	change_take(w->changes, T_APPROVAL, a.key, a.row, BYTES_NONE);
	TRY(delegation_raise(w, account, client));
	approval_record(w, AUDIT_APPROVAL_WITHDRAWN, &a);
	return OK;
}

enum err
approval_each(struct work *w, const char *account, each_fn fn, void *arg)
{
	struct bytes prefix = account != NULL ? key_join(w->arena, account, "", NULL) : BYTES_NONE;

	return row_each(w, &kind, prefix, fn, arg);
}
