/* SPDX-License-Identifier: Apache-2.0 */
/* Tenants as the administrator changes them. */
#include <string.h>

#include "base/json.h"
#include "model/audit.h"
#include "store/epoch.h"
#include "tenant_row.h"

#define REMOVE_BATCH 500

static bool
is_tenant_name(const char *s)
{
	size_t n = strlen(s);

	for (size_t i = 0; i < n; i++)
		if (!(s[i] >= 'a' && s[i] <= 'z') && !(s[i] >= '0' && s[i] <= '9') && s[i] != '-')
			return false;
	return n >= 1 && n <= 63 && s[0] != '-';
}

static void
tenant_row_put(struct work *w, tenant_id id, const struct tenant_row *r)
{
	uint64_t tenant = w->changes->tenant;

	w->changes->tenant = INSTANCE;
	change_put(w->changes, T_TENANT, tenant_row_key(w->arena, id),
		   row_encode(w->arena, tenant_fields, r));
	w->changes->tenant = tenant;
}

/* Two issuers may share a host, never host and path: requests could not tell them apart. */
static enum err
check_new(struct work *w, const struct tenants *all, const char *name, const struct uri *uri)
{
	if (tenants_named(all, name) != NULL)
		return fail(w, ERR_EXISTS, "there is a tenant of that name");
	for (size_t i = 0; i < all->n; i++)
		if (strcmp(all->list[i].host, uri->host) == 0 &&
		    strcmp(all->list[i].path_text, uri->path) == 0)
			return fail(w, ERR_EXISTS, "tenant %s has that issuer's host and path",
				    all->list[i].name);
	if (all->n >= TENANTS_MAX)
		return fail(w, ERR_EXISTS, "there are %d tenants, the most one store takes",
			    TENANTS_MAX);
	return OK;
}

enum err
tenant_add(struct work *w, const struct tenants *all, const struct key *master, const char *name,
	   const char *issuer)
{
	struct tenant_row r = { .name = name, .issuer = issuer, .created = w->now };
	struct uri uri;
	uint32_t chance;
	tenant_id id;
	char kid[44];

	if (!is_tenant_name(name))
		return fail(w, ERR_INVALID_REQUEST,
			    "a tenant's name is 1 to 63 of a-z, 0-9 and '-', not first '-'");
	TRY(uri_check_issuer(w->arena, issuer, &uri, &w->why));
	TRY(check_new(w, all, name, &uri));
	random_bytes(w->random, &chance, sizeof chance);
	id = (tenant_id)w->now_ms << 20 | (chance & 0xfffff);
	TRY(generation_change(w));
	w->changes->tenant = id;
	tenant_row_put(w, id, &r);
	tenant_key_add(w, master, id, w->settings->tenant.rpt_alg, w->now, kid);
	audit_add(w, &(struct audit){ .event = AUDIT_TENANT_ADDED, .object = issuer });
	return OK;
}

enum err
tenant_put(struct work *w, const struct tenant *t)
{
	struct tenant_row r = {
		.name = t->name, .issuer = t->issuer, .settings = t->own_settings,
		.disabled = t->disabled, .created = t->created,
	};

	TRY(generation_change(w));
	tenant_row_put(w, t->id, &r);
	audit_add(w, &(struct audit){ .event = t->disabled ? AUDIT_TENANT_DISABLED :
		  AUDIT_TENANT_CHANGED, .object = t->name });
	return OK;
}

struct removal {
	struct changes changes;
	enum table     table;
	bool           more;	/* than one commit removes */
};

static enum err
drop_one(void *arg, struct bytes key, struct bytes row)
{
	struct removal *r = arg;

	r->more = r->changes.n == REMOVE_BATCH;
	if (r->more)
		return SCAN_STOP;
	change_drop(&r->changes, r->table, key);
	return OK;
}

/* One commit's worth of one table. */
static enum err
remove_some(struct store *store, tenant_id id, enum table table, bool *more)
{
	struct arena *a = arena_new();
	struct snapshot *db;
	struct removal r = { .table = table };
	struct changes *list = &r.changes;
	enum err e;

	changes_start(&r.changes, a, id);
	r.changes.essential = true;
	e = store_snapshot(store, &db);
	if (e == OK) {
		e = store_scan(db, id, table, BYTES_NONE, BYTES_NONE, drop_one, &r);
		if (e == OK)
			e = store_commit(store, &list, 1);
		store_release(db);
	}
	*more = r.more;
	arena_free(a);
	return e;
}

enum err
tenant_remove(struct work *w, struct store *store, const struct tenant *t)
{
	bool more;

	TRY(generation_change(w));
	w->changes->tenant = INSTANCE;
	change_drop(w->changes, T_TENANT, tenant_row_key(w->arena, t->id));
	w->changes->tenant = t->id;
	w->changes->essential = true;
	TRY(store_commit(store, &w->changes, 1));
	TRY(w->changes->verdict);
	for (int table = 0; table < TABLE_COUNT; table++) {
		do
			TRY(remove_some(store, t->id, (enum table)table, &more));
		while (more);
	}
	return OK;
}

enum err
tenants_raise_epoch(struct work *w, const struct tenants *all, int64_t *out)
{
	uint64_t tenant = w->changes->tenant;

	/* Workers derive their keys anew when the generation is another. */
	TRY(store_epoch_raise(w->db, w->changes, out));
	TRY(generation_change(w));
	for (size_t i = 0; i < all->n; i++) {
		w->changes->tenant = all->list[i].id;
		audit_add(w, &(struct audit){ .event = AUDIT_EPOCH_RAISED,
			  .object = arena_printf(w->arena, "%lld", (long long)*out) });
	}
	w->changes->tenant = tenant;
	return OK;
}
