/* SPDX-License-Identifier: Apache-2.0 */
/* Delegations. There is a row only after a revocation. */
#include "base/text.h"
#include "model/account.h"
#include "model/audit.h"
#include "model/delegation.h"
#include "model/row.h"

struct delegation {
	int64_t revocations;
	struct bytes key, row;
};

static const struct field fields[] = { FIELD(struct delegation, "n", revocations, F_INT),
				       FIELD_END };

static const struct row_kind kind = ROW_KIND(delegation, T_DELEGATION, "a delegation", fields);

static enum err
delegation_find(struct work *w, const char *owner, const char *rs, struct delegation *out)
{
	enum err e = row_find_tracked(w, &kind, key_join(w->arena, owner, rs, NULL), ABSENT, out);

	return e == ABSENT ? OK : e;
}

static const char *
delegation_print_version(struct work *w, const struct delegation *d, int64_t rs_epoch,
			 int64_t owner_epoch)
{
	struct buf b = { .arena = w->arena };

	buf_int(&b, d->revocations);
	buf_char(&b, '.');
	buf_int(&b, rs_epoch);
	buf_char(&b, '.');
	buf_int(&b, owner_epoch);
	return b.data;
}

enum err
delegation_version(struct work *w, const char *owner, const char *rs, const char **out)
{
	int64_t rs_epoch = 0, owner_epoch;
	struct delegation d;
	enum err e;

	TRY(delegation_find(w, owner, rs, &d));
	e = *rs != '\0' ? client_check_enabled(w, rs, ABSENT, &rs_epoch) : OK;
	if (e == OK || e == ABSENT)
		e = account_check_enabled(w, owner, ABSENT, &owner_epoch);
	if (e != OK && e != ABSENT)
		return e;
	*out = delegation_print_version(w, &d, rs_epoch, owner_epoch);
	return OK;
}

enum err
delegation_check_version(struct work *w, const char *account, const struct client *client,
			 const char *version, enum err missing)
{
	int64_t client_epoch = client != NULL ? client->epoch : 0, account_epoch;
	struct delegation d;

	if (client != NULL && client->disabled)
		return missing;
	TRY(account_check_enabled(w, account, missing, &account_epoch));
	TRY(delegation_find(w, account, client != NULL ? client->id : "", &d));
	return text_equal(version, delegation_print_version(w, &d, client_epoch, account_epoch))
		       ? OK
		       : missing;
}

enum err
delegation_check_active(struct work *w, const char *owner, const struct client *rs,
			const char *version, enum err missing)
{
	if (rs != NULL && !client_is_resource_server(rs))
		return missing;
	return delegation_check_version(w, owner, rs, version, missing);
}

enum err
delegation_raise(struct work *w, const char *account, const char *client)
{
	struct delegation d;

	TRY(delegation_find(w, account, client, &d));
	d.revocations++;
	w->changes->essential = true;
	change_take(w->changes, T_DELEGATION, d.key, d.row, row_encode(w->arena, fields, &d));
	return OK;
}

enum err
delegation_revoke(struct work *w, const char *owner, const char *rs)
{
	TRY(delegation_raise(w, owner, rs));
	audit_add(w, &(struct audit){ .event = AUDIT_PAT_REVOKED,
				      .owner = owner,
				      .client = *rs != '\0' ? rs : NULL });
	return OK;
}
