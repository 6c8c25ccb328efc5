/* SPDX-License-Identifier: Apache-2.0 */
/* Clients: found by id, told apart by their secret. */
#include <string.h>

#include "base/b64.h"
#include "base/crypto.h"
#include "base/log.h"
#include "client_row.h"
#include "model/row.h"
#include "model/tenant.h"

static const struct field fields[] = {
	FIELD(struct client, "id", id, F_TEXT),
	FIELD(struct client, "name", name, F_TEXT),
	FIELD(struct client, "auth", auth, F_TEXT),
	FIELD(struct client, "secret", secret, F_TEXT),
	FIELD(struct client, "grants", grants, F_STRS),
	FIELD(struct client, "scopes", scopes, F_STRS),
	FIELD(struct client, "redirect_uris", redirect_uris, F_STRS),
	FIELD(struct client, "claims_redirect_uris", claims_redirect_uris, F_STRS),
	FIELD(struct client, "resource_uri", resource_uri, F_TEXT),
	FIELD(struct client, "rpt_permissions", rpt_permissions, F_TEXT),
	FIELD(struct client, "partial", partial, F_TEXT),
	FIELD(struct client, "owner", owner, F_TEXT),
	FIELD(struct client, "push_claims", push_claims, F_BOOL),
	FIELD(struct client, "strict_scope", strict_scope, F_BOOL),
	FIELD(struct client, "flat_permissions", flat_permissions, F_BOOL),
	FIELD(struct client, "disabled", disabled, F_BOOL),
	FIELD(struct client, "pct_after", pct_after, F_INT),
	FIELD(struct client, "created", created, F_INT),
	FIELD_END
};

/* All that is read where only this matters. */
static const struct field standing[] = {
	FIELD(struct client, "disabled", disabled, F_BOOL),
	FIELD_END
};

struct bytes
client_encode(struct arena *a, const struct client *c)
{
	return row_encode(a, fields, c);
}

static enum err
decode(struct work *w, struct bytes row, struct client *out)
{
	*out = (struct client){ .row = row };
	if (row_decode(w->arena, fields, row, out) && out->id != NULL && out->auth != NULL)
		return OK;
	log_error("tenant %s: a client's row cannot be read", w->tenant->name);
	return ERR_STORE;
}

bool
client_is_resource_server(const struct client *c)
{
	return strs_has(&c->scopes, SCOPE_PROTECTION);
}

const char *
client_audience(const struct client *c)
{
	return c->resource_uri != NULL ? c->resource_uri : c->id;
}

bool
client_may(const struct client *c, const char *grant)
{
	return strs_has(&c->grants, grant);
}

enum err
client_find(struct work *w, const char *id, enum err missing, struct client *out)
{
	struct bytes row;

	TRY(row_get(w, T_CLIENT, bytes_of(id), missing, &row));
	return decode(w, row, out);
}

enum err
client_stands(struct work *w, const char *id, enum err missing)
{
	struct client c = { .id = id };
	struct bytes row;

	TRY(row_get(w, T_CLIENT, bytes_of(id), missing, &row));
	if (!row_decode(w->arena, standing, row, &c)) {
		log_error("tenant %s: a client's row cannot be read", w->tenant->name);
		return ERR_STORE;
	}
	return c.disabled ? missing : OK;
}

const char *
client_secret_hash(struct work *w, const char *secret)
{
	uint8_t hash[CRYPTO_HASH];

	crypto_keyed_hash(&w->tenant->secret_key, bytes_of(secret), hash);
	return b64url_encode(w->arena, BYTES(hash, sizeof hash));
}

bool
client_secret_ok(struct work *w, const struct client *c, const char *secret)
{
	const char *hash = client_secret_hash(w, secret);

	return c->secret != NULL && crypto_equal(bytes_of(hash), bytes_of(c->secret));
}

struct each {
	struct work *w;
	client_fn    fn;
	void        *arg;
};

static enum err
each_row(void *arg, struct bytes key, struct bytes row)
{
	struct each *e = arg;
	struct client c;

	TRY(decode(e->w, row, &c));
	return e->fn(e->arg, &c);
}

enum err
client_each(struct work *w, client_fn fn, void *arg)
{
	struct each e = { w, fn, arg };

	return store_scan(w->db, w->tenant->id, T_CLIENT, BYTES_NONE, BYTES_NONE, each_row, &e);
}
