/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Refresh tokens and their families. A token is valid once; its use issues the next. A token that
 * is presented twice has two holders, so the whole family ends (RFC 9700, 4.14).
 */
#include <string.h>

#include "base/b64.h"
#include "base/crypto.h"
#include "model/audit.h"
#include "model/handle.h"
#include "model/row.h"
#include "model/tenant.h"
#include "model/token.h"

#define FAMILY_KEY (BYTES_TIME + 16) /* expiry, random */

/* clang-format off */
static const struct field family_fields[] = {
	GRANT_FIELDS(struct family),
	FIELD(struct family, "sub", sub, F_TEXT),
	LIST(struct family, "granted", granted, &permission_list),
	FIELD(struct family, "approval", approval, F_TEXT),
	FIELD(struct family, "scopes", scopes, F_STR_LIST),
	FIELD(struct family, "ended", ended, F_BOOL),
	FIELD(struct family, "iat", issued, F_INT),
	FIELD(struct family, "exp", expires, F_INT),
	FIELD_END
};

static const struct field refresh_fields[] = {
	MUST(struct refresh, "client", client, F_TEXT),
	MUST(struct refresh, "family", family, F_TEXT),
	FIELD(struct refresh, "used", used, F_BOOL),
	FIELD(struct refresh, "iat", issued, F_INT),
	FIELD(struct refresh, "exp", expires, F_INT),
	FIELD_END
};
/* clang-format on */

static const struct row_kind family_kind =
	ROW_KIND(family, T_FAMILY, "a refreshable grant", family_fields);
static const struct row_kind refresh_kind =
	ROW_KIND(refresh, T_REFRESH, "a refresh token", refresh_fields);

enum err
family_start(struct work *w, struct family *f)
{
	uint8_t *key = arena_alloc(w->arena, FAMILY_KEY);

	f->issued = w->now;
	f->expires = w->now + w->tenant->set.refresh_life;
	bytes_put_time(key, f->expires);
	random_bytes(w->random, key + BYTES_TIME, FAMILY_KEY - BYTES_TIME);
	f->key = BYTES(key, FAMILY_KEY);
	f->row = row_encode(w->arena, family_fields, f);
	change_put(w->changes, T_FAMILY, f->key, f->row);
	return OK;
}

const char *
family_id(struct work *w, const struct family *f)
{
	return b64url_encode(w->arena, f->key);
}

enum err
family_find(struct work *w, const char *id, enum err missing, struct family *out)
{
	struct bytes key;

	if (!b64url_decode(w->arena, id, &key) || key.size != FAMILY_KEY)
		return missing;
	TRY(row_find_tracked(w, &family_kind, key, missing, out));
	return !out->ended && out->expires > w->now ? OK : missing;
}

void
family_end(struct work *w, const struct family *f)
{
	struct family over = *f;

	over.ended = true;
	change_put(w->changes, T_FAMILY, f->key, row_encode(w->arena, family_fields, &over));
}

enum err
family_end_by_id(struct work *w, const char *id)
{
	struct bytes key, row;
	struct family f;
	enum err e;

	if (!b64url_decode(w->arena, id, &key) || key.size != FAMILY_KEY)
		return OK;
	e = row_get(w, T_FAMILY, key, ABSENT, &row);
	if (e == ABSENT)
		return OK;
	TRY(e);
	TRY(row_read(w, &family_kind, key, row, &f));
	if (f.ended)
		return OK;
	w->changes->essential = true;
	family_end(w, &f);
	return OK;
}

struct access
family_access(struct work *w, const struct family *f)
{
	struct access t = { .client = f->grant.client,
			    .scopes = f->scopes,
			    .version = f->grant.delegation,
			    .approval = f->approval,
			    .holder = f->grant.holder,
			    .family = family_id(w, f) };

	access_set_person(&t, f->grant.owner);
	return t;
}

enum err
refresh_issue(struct work *w, const struct family *f, const char **handle)
{
	int64_t idle = w->now + w->tenant->set.refresh_idle;
	struct refresh r = { .client = f->grant.client,
			     .family = family_id(w, f),
			     .issued = w->now,
			     .expires = idle < f->expires ? idle : f->expires };

	handle_new(w, HANDLE_REFRESH, r.expires, handle, &r.key);
	change_put(w->changes, T_REFRESH, r.key, row_encode(w->arena, refresh_fields, &r));
	return OK;
}

enum err
refresh_find(struct work *w, const char *handle, struct refresh *out)
{
	struct bytes key = BYTES_NONE;

	handle_row_key(w, HANDLE_REFRESH, handle, &key);
	return row_find_tracked(w, &refresh_kind, key, ERR_INVALID_GRANT, out);
}

static enum err
refresh_handle_replay(struct work *w, const struct refresh *r)
{
	TRY(family_end_by_id(w, r->family));
	TRY(audit_fold(w, &(struct audit){ .event = AUDIT_REFRESH_REPLAYED, .client = r->client }));
	return work_fail(w, ERR_INVALID_GRANT, "the refresh token was used before");
}

enum err
refresh_check(struct work *w, const char *handle, const char *client, struct refresh *out,
	      struct family *family)
{
	enum err e = refresh_find(w, handle, out);

	if (e == ERR_INVALID_GRANT)
		return work_fail(w, e, "the refresh token is unknown");
	TRY(e);
	if (strcmp(out->client, client) != 0 || out->expires <= w->now)
		return work_fail(w, ERR_INVALID_GRANT,
				 "the refresh token has expired or belongs to another client");
	if (out->used)
		return refresh_handle_replay(w, out);
	e = family_find(w, out->family, ERR_INVALID_GRANT, family);
	return e == ERR_INVALID_GRANT ? work_fail(w, e, "the grant of the refresh token has ended")
				      : e;
}

void
refresh_mark_used(struct work *w, const struct refresh *r)
{
	struct refresh used = *r;

	used.used = true;
	change_take(w->changes, T_REFRESH, r->key, r->row,
		    row_encode(w->arena, refresh_fields, &used));
}
