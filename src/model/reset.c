/* SPDX-License-Identifier: Apache-2.0 */
/* One-time links for passwords: see the header. A used row stays until it expires, so of two
 * requests with the same link only one commits. */
#include "model/reset.h"

#include "base/b64.h"
#include "base/buf.h"
#include "base/crypto.h"
#include "model/audit.h"
#include "model/handle.h"
#include "model/password.h"
#include "model/row.h"
#include "model/tenant.h"

/* clang-format off */
static const struct field fields[] = {
	MUST(struct reset, "account", account, F_TEXT),
	FIELD(struct reset, "password", password, F_TEXT),
	FIELD(struct reset, "used", used, F_BOOL),
	FIELD(struct reset, "epoch", epoch, F_INT),
	FIELD(struct reset, "iat", issued, F_INT),
	FIELD(struct reset, "exp", expires, F_INT),
	FIELD_END
};
/* clang-format on */

static const struct row_kind kind = ROW_KIND(reset, T_RESET, "a link for a password", fields);

/* A keyed hash: the row must not help to guess the password. */
static enum err
reset_fingerprint(struct work *w, const struct account *acc, const char **out)
{
	struct buf b = { .arena = w->arena };
	uint8_t hash[CRYPTO_HASH];
	struct bytes row;

	TRY(password_row(w, acc, &row));
	buf_text(&b, "reset");
	buf_char(&b, '\0');
	buf_text(&b, acc->id);
	buf_char(&b, '\0');
	buf_add(&b, row.data, row.size);
	crypto_keyed_hash(&w->tenant->secret_key, buf_bytes(&b), hash);
	*out = b64url_encode(w->arena, BYTES(hash, sizeof hash));
	return OK;
}

static void
reset_put(struct work *w, struct reset *r, int64_t life, const char **handle)
{
	r->issued = w->now;
	r->expires = w->now + life;
	handle_new(w, HANDLE_RESET, r->expires, handle, &r->key);
	change_add(w->changes, T_RESET, r->key, row_encode(w->arena, fields, r));
}

enum err
reset_issue(struct work *w, const struct account *acc, const char **handle)
{
	struct reset r = { .account = acc->id, .epoch = acc->epoch };

	TRY(reset_fingerprint(w, acc, &r.password));
	reset_put(w, &r, RESET_LIFE, handle);
	audit_add(w, &(struct audit){ .event = AUDIT_RESET_ISSUED, .object = acc->id });
	return OK;
}

enum err
reset_find(struct work *w, const char *handle, enum err missing, struct reset *out,
	   struct account *acc)
{
	struct bytes key = BYTES_NONE;
	const char *password;

	if (!handle_row_key(w, HANDLE_RESET, handle, &key))
		return missing;
	TRY(row_find_tracked(w, &kind, key, missing, out));
	if (out->expires <= w->now || out->used)
		return missing;
	TRY(account_find(w, out->account, missing, acc));
	TRY(reset_fingerprint(w, acc, &password));
	return !acc->disabled && acc->epoch == out->epoch && out->password != NULL &&
			       crypto_equal(bytes_of(password), bytes_of(out->password))
		       ? OK
		       : missing;
}

void
reset_use(struct work *w, const struct reset *r, const char *account)
{
	struct reset used = *r;

	used.used = true;
	change_take(w->changes, T_RESET, r->key, r->row, row_encode(w->arena, fields, &used));
	audit_add(w, &(struct audit){ .event = AUDIT_RESET_USED, .object = account });
}
