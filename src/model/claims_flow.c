/* SPDX-License-Identifier: Apache-2.0 */
#include "model/claims_flow.h"

#include "base/b64.h"
#include "base/crypto.h"
#include "base/text.h"
#include "model/handle.h"
#include "model/row.h"
#include "model/tenant.h"

/* clang-format off */
static const struct field fields[] = {
	GRANT_FIELDS(struct claims_flow),
	LIST(struct claims_flow, "asked", permissions, &permission_list),
	FIELD(struct claims_flow, "rotations", rotations, F_INT),
	MUST(struct claims_flow, "uri", uri, F_TEXT),
	FIELD(struct claims_flow, "state", state, F_TEXT),
	MUST(struct claims_flow, "browser", browser, F_TEXT),
	FIELD(struct claims_flow, "used", used, F_BOOL),
	FIELD(struct claims_flow, "iat", issued, F_INT),
	FIELD(struct claims_flow, "exp", expires, F_INT),
	FIELD_END
};
/* clang-format on */

static const struct row_kind kind = ROW_KIND(claims_flow, T_CLAIMS_FLOW, "a claims flow", fields);

/* The cookie is a secret of the browser, so the row has a hash of it. */
static const char *
claims_flow_hash_browser(struct work *w, struct bytes browser)
{
	uint8_t hash[CRYPTO_HASH];

	crypto_keyed_hash(&w->tenant->handle_key[HANDLE_CLAIMS_FLOW], browser, hash);
	return b64url_encode(w->arena, BYTES(hash, sizeof hash));
}

enum err
claims_flow_begin(struct work *w, const struct ticket *t, const char *uri, const char *state,
		  struct bytes browser, const char **handle)
{
	struct claims_flow f = {
		.grant = t->grant,
		.permissions = t->permissions,
		.rotations = t->rotations,
		.uri = uri,
		.state = state,
		.browser = claims_flow_hash_browser(w, browser),
		.issued = w->now,
		.expires = w->now + CLAIMS_FLOW_LIFE,
	};
	struct bytes row;

	handle_new(w, HANDLE_CLAIMS_FLOW, f.expires, handle, &f.key);
	row = row_encode(w->arena, fields, &f);
	TRY(row_check_size(w, row));
	change_put(w->changes, T_CLAIMS_FLOW, f.key, row);
	return OK;
}

enum err
claims_flow_find(struct work *w, const char *handle, struct bytes browser, enum err missing,
		 struct claims_flow *out)
{
	struct bytes key = BYTES_NONE;

	handle_row_key(w, HANDLE_CLAIMS_FLOW, handle, &key);
	TRY(row_find_tracked(w, &kind, key, missing, out));
	if (out->used || out->expires <= w->now || browser.size == 0 ||
	    !crypto_equal(bytes_of(out->browser), bytes_of(claims_flow_hash_browser(w, browser))))
		return missing;
	return OK;
}

void
claims_flow_use(struct work *w, struct claims_flow *f)
{
	f->used = true;
	change_take(w->changes, T_CLAIMS_FLOW, f->key, f->row, row_encode(w->arena, fields, f));
}

enum err
claims_flow_issue_ticket(struct work *w, const struct claims_flow *f, const char *party,
			 bool persist, const char **handle)
{
	const struct ticket old = {
		.grant = f->grant,
		.permissions = f->permissions,
		.rotations = f->rotations,
		.party = party,
		.gathered = true,
		.persist = persist,
	};

	return ticket_rotate(w, &old, w->tenant->set.ticket_life, handle);
}
