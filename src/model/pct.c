/* SPDX-License-Identifier: Apache-2.0 */
/* Persisted claims tokens: the client has a handle, the row has encrypted claims (UMA Grant, 3.3.5,
 * 5.2, 6.2). */
#include <string.h>

#include "base/text.h"
#include "model/handle.h"
#include "model/party.h"
#include "model/row.h"
#include "model/tenant.h"
#include "model/token.h"

struct pct_row {
	const char *client, *version, *sealed;
	bool agreed;
	int64_t issued, expires;
	struct bytes key, row;
};

/* clang-format off */
static const struct field fields[] = {
	MUST(struct pct_row, "client", client, F_TEXT),
	FIELD(struct pct_row, "version", version, F_TEXT),
	FIELD(struct pct_row, "agreed", agreed, F_BOOL),
	MUST(struct pct_row, "claims", sealed, F_TEXT),
	FIELD(struct pct_row, "iat", issued, F_INT),
	FIELD(struct pct_row, "exp", expires, F_INT),
	FIELD_END
};
/* clang-format on */

static const struct row_kind kind = ROW_KIND(pct_row, T_PCT, "a persisted claims token", fields);

/* Changes when the client is disabled or loses push_claims, which invalidates its PCTs for good.
 * PCTs that a person agreed to do not depend on push_claims. */
static const char *
pct_version(struct work *w, const struct client *c, bool agreed)
{
	return arena_printf(w->arena, "%lld.%lld", (long long)c->epoch,
			    agreed ? 0 : (long long)c->push_epoch);
}

enum err
pct_issue(struct work *w, const struct client *c, const char *claims, int64_t issued, bool agreed,
	  const char **handle)
{
	struct pct_row r = { .client = c->id,
			     .version = pct_version(w, c, agreed),
			     .agreed = agreed,
			     .issued = w->now,
			     .expires = issued + w->tenant->set.pct_life };
	struct bytes key;

	*handle = NULL;
	if (r.expires <= w->now)
		return OK;
	handle_new(w, HANDLE_PCT, r.expires, handle, &key);
	r.sealed = party_seal(w, claims, key);
	change_put(w->changes, T_PCT, key, row_encode(w->arena, fields, &r));
	return OK;
}

enum err
pct_find(struct work *w, const struct client *c, const char *handle, struct pct *out)
{
	struct bytes key = BYTES_NONE;
	struct pct_row r;

	*out = (struct pct){ 0 };
	handle_row_key(w, HANDLE_PCT, handle, &key);
	TRY(row_find_tracked(w, &kind, key, ERR_INVALID_TOKEN, &r));
	if (r.expires <= w->now || r.issued < c->pct_after)
		return ERR_INVALID_TOKEN;
	if (strcmp(r.client, c->id) != 0)
		return ERR_INVALID_GRANT;
	if ((!c->push_claims && !r.agreed) || !text_equal(r.version, pct_version(w, c, r.agreed)))
		return ERR_INVALID_TOKEN;
	out->key = r.key;
	out->row = r.row;
	out->claims = party_unseal(w, r.sealed, r.key);
	out->client = r.client;
	out->agreed = r.agreed;
	out->issued = r.issued;
	out->expires = r.expires;
	return out->claims != NULL ? OK : ERR_INVALID_TOKEN;
}

void
pct_remove(struct work *w, const struct pct *p)
{
	change_take(w->changes, T_PCT, p->key, p->row, BYTES_NONE);
}
