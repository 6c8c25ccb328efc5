/* SPDX-License-Identifier: Apache-2.0 */
/* Tenants as requests see them: all read at once, found by host and path. */
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "base/log.h"
#include "store/epoch.h"
#include "tenant_row.h"

const struct field tenant_fields[] = {
	MUST(struct tenant_row, "name", name, F_TEXT),
	MUST(struct tenant_row, "issuer", issuer, F_TEXT),
	FIELD(struct tenant_row, "settings", settings, F_JSON),
	FIELD(struct tenant_row, "disabled", disabled, F_BOOL),
	FIELD(struct tenant_row, "created", created, F_INT),
	FIELD_END
};

struct loading {
	struct tenants        *all;
	struct snapshot       *db;
	const struct key      *master;
	const struct settings *settings;
	int64_t                epoch;
	size_t                 room;
};

struct bytes
tenant_row_key(struct arena *a, tenant_id id)
{
	uint8_t *key = arena_alloc(a, 8);

	bytes_put(key, 8, id);
	return BYTES(key, 8);
}

/* tenant, kind, epoch: a handle of one of them is a stranger to all others (T-M01, T-C05,
 * T-S12). */
static void
derive(const struct loading *l, struct tenant *t, const char *purpose, uint8_t kind, int64_t epoch,
       struct key *out)
{
	uint8_t context[17];

	bytes_put(context, 8, t->id);
	context[8] = kind;
	bytes_put(context + 9, 8, (uint64_t)epoch);
	crypto_derive(l->master, purpose, BYTES(context, sizeof context), out);
}

static void
derive_keys(const struct loading *l, struct tenant *t)
{
	for (uint8_t kind = 0; kind < HANDLE_KINDS; kind++)
		derive(l, t, "handle", kind, l->epoch, &t->handle_key[kind]);
	derive(l, t, "rpt", 0, l->epoch, &t->rpt_key);
	derive(l, t, "client secret", 0, 0, &t->secret_key);
	derive(l, t, "pairwise", 0, 0, &t->pairwise_key);
	derive(l, t, "claims", 0, 0, &t->claims_key);
}

static enum err
apply_own_settings(struct arena *a, struct tenant *t)
{
	const char *why = NULL;
	struct json_object *own;

	if (t->own_settings == NULL)
		return OK;
	own = json_parse(a, bytes_of(t->own_settings), &why);
	if (own == NULL || !json_object_is_type(own, json_type_object))
		return ERR_SERVER;
	json_object_object_foreach(own, name, value) {
		if (tenant_setting_set(a, &t->set, name, json_object_get_string(value), &why) != OK)
			log_warn("tenant %s: setting %s is not taken: %s", t->name, name, why);
	}
	return OK;
}

static enum err
fill(struct loading *l, struct tenant *t, struct bytes row)
{
	struct arena *a = l->all->arena;
	struct tenant_row r = { 0 };
	const char *why = NULL;
	struct uri uri;

	if (!row_decode(a, tenant_fields, row, &r) ||
	    uri_check_issuer(a, r.issuer, &uri, &why) != OK ||
	    path_parse(a, uri.path[0] != '\0' ? uri.path : "/", &t->path, &why) != OK) {
		log_error("a tenant's row cannot be read: %s", why != NULL ? why : "malformed");
		return ERR_SERVER;
	}
	if (uri.path[0] == '\0')
		t->path.n = 0;
	t->row = arena_bytes(a, row);
	t->name = r.name;
	t->issuer = r.issuer;
	t->host = uri.host;
	t->path_text = uri.path;
	t->https = strcmp(uri.scheme, "https") == 0;
	t->disabled = r.disabled;
	t->created = r.created;
	t->own_settings = r.settings;
	t->generation = l->all->generation;
	t->memo = ARENA_NEW(a, struct memo);
	t->memo->arena = a;
	t->set = l->settings->tenant;
	TRY(apply_own_settings(a, t));
	if (l->master == NULL)
		return OK;
	derive_keys(l, t);
	return tenant_keys_load(a, l->db, l->master, t);
}

static enum err
load_one(void *arg, struct bytes key, struct bytes row)
{
	struct loading *l = arg;
	struct tenants *all = l->all;

	if (key.size != 8)
		return ERR_SERVER;
	if (all->n == l->room) {
		l->room = l->room == 0 ? 8 : l->room * 2;
		all->list = arena_grow(all->arena, all->list, all->n * sizeof *all->list,
				       l->room * sizeof *all->list);
	}
	all->list[all->n] = (struct tenant){ .id = bytes_get(key.data, 8) };
	return fill(l, &all->list[all->n++], row);
}

static enum err
generation(struct snapshot *db, struct bytes *out)
{
	enum err e = store_get(db, INSTANCE, T_META, bytes_of("generation"), out);

	if (e == ABSENT)
		*out = BYTES_NONE;
	return e == ABSENT ? OK : e;
}

enum err
tenants_load(struct snapshot *db, const struct key *master, const struct settings *settings,
	     struct tenants *out)
{
	struct loading l = { out, db, master, settings, 0, 0 };
	enum err e;

	*out = (struct tenants){ .arena = arena_new() };
	e = store_epoch(db, &l.epoch);
	if (e == OK)
		e = generation(db, &out->generation);
	out->generation = arena_bytes(out->arena, out->generation);
	if (e == OK)
		e = store_scan(db, INSTANCE, T_TENANT, BYTES_NONE, BYTES_NONE, load_one, &l);
	if (e != OK)
		tenants_free(out);
	return e;
}

void
tenants_free(struct tenants *t)
{
	if (t->arena != NULL)
		arena_free(t->arena);
	*t = (struct tenants){ 0 };
}

bool
tenants_current(const struct tenants *t, struct snapshot *db)
{
	struct bytes now;

	return t->arena != NULL && generation(db, &now) == OK && bytes_equal(now, t->generation);
}

void
tenant_lean(struct work *w)
{
	w->changes->tenant = INSTANCE;
	change_expect(w->changes, T_META, bytes_of("generation"), w->tenant->generation);
	w->changes->tenant = w->tenant->id;
}

static bool
path_covers(const struct path *prefix, const struct path *path)
{
	if (prefix->n > path->n)
		return false;
	for (size_t i = 0; i < prefix->n; i++)
		if (strcmp(prefix->segment[i], path->segment[i]) != 0)
			return false;
	return true;
}

const struct tenant *
tenants_match(const struct tenants *t, const char *host, const struct path *path)
{
	const struct tenant *best = NULL;

	for (size_t i = 0; i < t->n; i++) {
		const struct tenant *one = &t->list[i];

		if (strcmp(one->host, host) == 0 && path_covers(&one->path, path) &&
		    (best == NULL || one->path.n > best->path.n))
			best = one;
	}
	return best;
}

const struct tenant *
tenants_named(const struct tenants *t, const char *name)
{
	for (size_t i = 0; i < t->n; i++)
		if (strcmp(t->list[i].name, name) == 0)
			return &t->list[i];
	return NULL;
}

const struct signing_key *
tenant_signer(const struct tenant *t, int64_t now)
{
	for (const struct tenant_key *k = t->keys; k != NULL; k = k->next)
		if (k->from <= now && (k->until == 0 || now < k->until))
			return &k->key;
	return NULL;
}
