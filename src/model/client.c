/* SPDX-License-Identifier: Apache-2.0 */
/* Clients: lookup by id, and the check of secrets. */
#include <string.h>

#include "base/b64.h"
#include "base/crypto.h"
#include "client_row.h"
#include "base/str_list.h"
#include "base/uri.h"
#include "model/row.h"
#include "model/tenant.h"

const char *const rpt_permissions_names[] = {
	[RPT_PERMISSIONS_TOKEN] = "token", [RPT_PERMISSIONS_INTROSPECTION] = "introspection", NULL
};
const char *const partial_names[] = {
	[PARTIAL_TENANT] = "tenant", [PARTIAL_YES] = "yes", [PARTIAL_NO] = "no", NULL
};

static const struct field fields[] = {
	MUST(struct client, "id", id, F_TEXT),
	FIELD(struct client, "name", name, F_TEXT),
	MUST(struct client, "auth", auth, F_TEXT),
	FIELD(struct client, "secret", secret, F_TEXT),
	FIELD(struct client, "grants", grants, F_STR_LIST),
	FIELD(struct client, "scopes", scopes, F_STR_LIST),
	FIELD(struct client, "redirect_uris", redirect_uris, F_STR_LIST),
	FIELD(struct client, "claims_redirect_uris", claims_redirect_uris, F_STR_LIST),
	FIELD(struct client, "resource_uri", resource_uri, F_TEXT),
	ENUM(struct client, "rpt_permissions", rpt_permissions, rpt_permissions_names),
	ENUM(struct client, "partial", partial, partial_names),
	FIELD(struct client, "owner", owner, F_TEXT),
	FIELD(struct client, "push_claims", push_claims, F_BOOL),
	FIELD(struct client, "strict_scope", strict_scope, F_BOOL),
	FIELD(struct client, "require_pushed", require_pushed, F_BOOL),
	FIELD(struct client, "flat_permissions", flat_permissions, F_BOOL),
	FIELD(struct client, "disabled", disabled, F_BOOL),
	FIELD(struct client, "removed", removed, F_INT),
	FIELD(struct client, "pct_after", pct_after, F_INT),
	FIELD(struct client, "created", created, F_INT),
	FIELD(struct client, "epoch", epoch, F_INT),
	FIELD(struct client, "grants_epoch", grants_epoch, F_INT),
	FIELD(struct client, "push_epoch", push_epoch, F_INT),
	FIELD_END
};

static const struct row_kind kind = ROW_KIND(client, T_CLIENT, "a client", fields);

/* The fields that the status checks read. */
/* clang-format off */
static const struct field status_fields[] = {
	MUST(struct client, "id", id, F_TEXT),
	FIELD(struct client, "removed", removed, F_INT),
	FIELD(struct client, "disabled", disabled, F_BOOL),
	FIELD(struct client, "epoch", epoch, F_INT),
	FIELD(struct client, "grants_epoch", grants_epoch, F_INT),
	FIELD_END
};
/* clang-format on */

static const struct row_kind status_kind = ROW_KIND(client, T_CLIENT, "a client", status_fields);

struct bytes
client_encode(struct arena *a, const struct client *c)
{
	return row_encode(a, fields, c);
}

enum err
client_decode(struct work *w, struct bytes key, struct bytes row, struct client *out)
{
	return row_read(w, &kind, key, row, out);
}

bool
client_is_resource_server(const struct client *c)
{
	return str_list_has(&c->scopes, SCOPE_PROTECTION);
}

const char *
client_audience(const struct client *c)
{
	return c->resource_uri != NULL ? c->resource_uri : c->id;
}

bool
client_has_grant(const struct client *c, const char *grant)
{
	return str_list_has(&c->grants, grant);
}

const char *
client_redirect_uri(const struct str_list *registered, const char *sent)
{
	if (sent == NULL)
		return registered->n == 1 ? registered->list[0] : NULL;
	for (size_t i = 0; i < registered->n; i++)
		if (uri_redirect_matches(registered->list[i], sent))
			return sent;
	return NULL;
}

enum err
client_find_any(struct work *w, const char *id, enum err missing, struct client *out)
{
	return row_find_tracked(w, &kind, bytes_of(id), missing, out);
}

enum err
client_find(struct work *w, const char *id, enum err missing, struct client *out)
{
	TRY(client_find_any(w, id, missing, out));
	if (out->removed == 0)
		return OK;
	*out = (struct client){ 0 };
	return missing;
}

/* Reads the status fields only. `missing` if the client is disabled or removed. */
static enum err
client_find_enabled(struct work *w, const char *id, enum err missing, struct client *out)
{
	TRY(row_find_tracked(w, &status_kind, bytes_of(id), missing, out));
	return out->disabled || out->removed != 0 ? missing : OK;
}

enum err
client_check_enabled(struct work *w, const char *id, enum err missing, int64_t *epoch)
{
	struct client c;
	enum err e = client_find_enabled(w, id, missing, &c);

	*epoch = c.epoch;
	return e;
}

enum err
client_check_holder(struct work *w, const char *id, enum err missing, const char **version)
{
	struct client c;
	enum err e = client_find_enabled(w, id, missing, &c);
	struct buf b = { .arena = w->arena };

	buf_int(&b, c.epoch);
	buf_char(&b, '.');
	buf_int(&b, c.grants_epoch);
	*version = b.data;
	return e;
}

void
client_expect(struct work *w, const struct client *c)
{
	change_expect(w->changes, T_CLIENT, c->key, c->row);
}

const char *
client_secret_hash(struct work *w, const char *secret)
{
	uint8_t hash[CRYPTO_HASH];

	crypto_keyed_hash(&w->tenant->secret_key, bytes_of(secret), hash);
	return b64url_encode(w->arena, BYTES(hash, sizeof hash));
}

bool
client_secret_matches(struct work *w, const struct client *c, const char *secret)
{
	const char *hash = client_secret_hash(w, secret);

	return c->secret != NULL && crypto_equal(bytes_of(hash), bytes_of(c->secret));
}

struct present {
	each_fn fn;
	void *arg;
};

static enum err
client_pass_present(void *arg, const void *client)
{
	const struct client *c = client;
	struct present *p = arg;

	return c->removed == 0 ? p->fn(p->arg, c) : OK;
}

enum err
client_each(struct work *w, each_fn fn, void *arg)
{
	struct present p = { fn, arg };

	return row_each(w, &kind, BYTES_NONE, client_pass_present, &p);
}
