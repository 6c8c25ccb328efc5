/* SPDX-License-Identifier: Apache-2.0 */
/* Tenants: lookup by host and path, loading, and a cache with reference counts. */
#include <string.h>

#include "base/json.h"
#include "base/log.h"
#include "base/text.h"
#include "store/epoch.h"
#include "tenant_row.h"

/* clang-format off */
const struct field tenant_fields[] = {
	MUST(struct tenant_row, "name", name, F_TEXT),
	MUST(struct tenant_row, "issuer", issuer, F_TEXT),
	FIELD(struct tenant_row, "settings", settings, F_JSON),
	FIELD(struct tenant_row, "disabled", disabled, F_BOOL),
	FIELD(struct tenant_row, "created", created, F_INT),
	FIELD_END
};
/* clang-format on */

struct tenant_entry {
	struct tenant tenant;
	struct arena *arena;	    /* all memory of the tenant, this struct included */
	unsigned refs;		    /* references: of the cache, and of each arena that uses it */
	struct tenant_entry *chain; /* next in the slot */
	struct tenant_entry *newer, *older;
};

struct loading {
	struct arena *arena;
	struct snapshot *db;
	const struct key *master;
	const struct settings *settings;
	int64_t epoch;
};

struct bytes
tenant_row_key(struct arena *a, tenant_id id)
{
	uint8_t *key = arena_alloc(a, 8);

	bytes_put(key, 8, id);
	return BYTES(key, 8);
}

/* The key depends on tenant, kind and epoch, so a handle of one is unknown to all others (T-M01,
 * T-C05, T-S12). */
static void
tenant_derive(const struct loading *l, struct tenant *t, const char *purpose, uint8_t kind,
	      int64_t epoch, struct key *out)
{
	uint8_t context[17];

	bytes_put(context, 8, t->id);
	context[8] = kind;
	bytes_put(context + 9, 8, (uint64_t)epoch);
	crypto_derive(l->master, purpose, BYTES(context, sizeof context), out);
}

static void
tenant_derive_keys(const struct loading *l, struct tenant *t)
{
	for (int kind = 0; kind < HANDLE_KINDS; kind++)
		tenant_derive(l, t, "handle", (uint8_t)kind, l->epoch, &t->handle_key[kind]);
	tenant_derive(l, t, "rpt", 0, l->epoch, &t->rpt_key);
	tenant_derive(l, t, "page", 0, l->epoch, &t->page_key);
	tenant_derive(l, t, "client secret", 0, 0, &t->secret_key);
	tenant_derive(l, t, "pairwise", 0, 0, &t->pairwise_key);
	tenant_derive(l, t, "claims", 0, 0, &t->claims_key);
}

static enum err
tenant_apply_own_settings(struct arena *a, struct tenant *t)
{
	const char *why = NULL;
	struct json_object *own;

	if (t->own_settings == NULL)
		return OK;
	own = json_parse(a, bytes_of(t->own_settings), &why);
	if (own == NULL || !json_object_is_type(own, json_type_object))
		return ERR_SERVER;
	json_object_object_foreach(own, name, value)
	{
		if (tenant_setting_set(a, &t->set, name, json_object_get_string(value), &why) != OK)
			log_warn("tenant %s: setting %s is invalid and ignored: %s", t->name, name,
				 why);
	}
	return OK;
}

/* As browsers send it: without the default port. */
static const char *
tenant_make_origin(struct arena *a, const struct uri *uri)
{
	const char *usual = strcmp(uri->scheme, "https") == 0 ? "443" : "80";

	if (uri->port == NULL || *uri->port == '\0' || strcmp(uri->port, usual) == 0)
		return arena_printf(a, "%s://%s", uri->scheme, uri->host);
	return arena_printf(a, "%s://%s:%s", uri->scheme, uri->host, uri->port);
}

static enum err
tenant_fill(struct loading *l, struct tenant *t, struct bytes row)
{
	struct arena *a = l->arena;
	struct tenant_row r = { 0 };
	const char *why = NULL;
	struct uri uri;

	if (!row_decode(a, tenant_fields, row, &r) ||
	    uri_check_issuer(a, r.issuer, &uri, &why) != OK ||
	    path_parse(a, uri.path[0] != '\0' ? uri.path : "/", &t->path, &why) != OK) {
		log_error("tenant %llu: its row cannot be read: %s", (unsigned long long)t->id,
			  why != NULL ? why : "malformed");
		return ERR_SERVER;
	}
	if (uri.path[0] == '\0')
		t->path.n = 0;
	t->name = r.name;
	t->issuer = r.issuer;
	t->host = uri.host;
	t->origin = tenant_make_origin(a, &uri);
	t->path_text = uri.path;
	t->https = strcmp(uri.scheme, "https") == 0;
	t->disabled = r.disabled;
	t->created = r.created;
	t->own_settings = r.settings;
	t->cached = ARENA_NEW(a, struct tenant_cache);
	t->cached->arena = a;
	t->set = l->settings->tenant;
	TRY(tenant_apply_own_settings(a, t));
	if (l->master == NULL)
		return OK;
	TRY(store_epoch(l->db, &l->epoch));
	tenant_derive_keys(l, t);
	return tenant_keys_load(a, l->db, l->master, t);
}

static void
tenant_release(void *entry)
{
	struct tenant_entry *e = entry;

	if (--e->refs == 0)
		arena_free(e->arena);
}

static enum err
tenant_generation(struct snapshot *db, tenant_id id, struct bytes *out)
{
	return store_get(db, id, T_META, bytes_of("generation"), out);
}

/* The caller gets one reference. */
static enum err
tenant_load(struct tenants *all, struct snapshot *db, tenant_id id, struct tenant_entry **out)
{
	struct arena *a = arena_new();
	struct tenant_entry *entry = ARENA_NEW(a, struct tenant_entry);
	struct loading l = { a, db, all->master, all->settings, 0 };
	struct bytes row, generation;
	enum err e;

	entry->arena = a;
	entry->refs = 1;
	entry->tenant.id = id;
	e = store_get(db, 0, T_TENANT, tenant_row_key(a, id), &row);
	if (e == OK)
		e = tenant_generation(db, id, &generation);
	if (e == OK) {
		entry->tenant.generation = arena_bytes(a, generation);
		e = tenant_fill(&l, &entry->tenant, row);
	}
	if (e != OK)
		arena_free(a);
	else
		*out = entry;
	return e;
}

void
tenants_start(struct tenants *t, const struct key *master, const struct settings *settings)
{
	*t = (struct tenants){ .master = master, .settings = settings };
}

/* The lower bits of an id are random. */
static struct tenant_entry **
tenants_slot(struct tenants *all, tenant_id id)
{
	return &all->slot[id % TENANTS_LOADED];
}

static void
tenants_unlink_use(struct tenants *all, struct tenant_entry *e)
{
	*(e->newer != NULL ? &e->newer->older : &all->newest) = e->older;
	*(e->older != NULL ? &e->older->newer : &all->oldest) = e->newer;
}

static void
tenants_link_use(struct tenants *all, struct tenant_entry *e)
{
	e->newer = NULL;
	e->older = all->newest;
	*(all->newest != NULL ? &all->newest->newer : &all->oldest) = e;
	all->newest = e;
}

static void
tenants_drop(struct tenants *all, struct tenant_entry *e)
{
	struct tenant_entry **at = tenants_slot(all, e->tenant.id);

	while (*at != e)
		at = &(*at)->chain;
	*at = e->chain;
	tenants_unlink_use(all, e);
	all->n--;
	tenant_release(e);
}

static void
tenants_insert(struct tenants *all, struct tenant_entry *e)
{
	struct tenant_entry **slot = tenants_slot(all, e->tenant.id);

	if (all->n == TENANTS_LOADED)
		tenants_drop(all, all->oldest);
	e->chain = *slot;
	*slot = e;
	tenants_link_use(all, e);
	all->n++;
}

void
tenants_free(struct tenants *t)
{
	while (t->newest != NULL)
		tenants_drop(t, t->newest);
	*t = (struct tenants){ 0 };
}

/* Returns OK if the loaded tenant is as w->db has it, ABSENT if not, or ERR_STORE. */
static enum err
tenant_check_current(struct work *w, const struct tenant *t)
{
	struct bytes generation;

	if (w->lookups != NULL && w->lookups->current == t->id)
		return OK;
	TRY(tenant_generation(w->db, t->id, &generation));
	return bytes_equal(generation, t->generation) ? OK : ABSENT;
}

enum err
tenants_get(struct tenants *all, struct work *w, tenant_id id, const struct tenant **out)
{
	struct tenant_entry *entry = *tenants_slot(all, id);

	while (entry != NULL && entry->tenant.id != id)
		entry = entry->chain;
	if (entry != NULL) {
		enum err e = tenant_check_current(w, &entry->tenant);

		if (e != OK && e != ABSENT)
			return e;
		if (e == ABSENT) {
			tenants_drop(all, entry);
			entry = NULL;
		}
	}
	if (entry == NULL) {
		TRY(tenant_load(all, w->db, id, &entry));
		tenants_insert(all, entry);
	} else if (entry != all->newest) {
		tenants_unlink_use(all, entry);
		tenants_link_use(all, entry);
	}
	if (w->lookups != NULL)
		w->lookups->current = id;
	entry->refs++;
	arena_defer(w->arena, tenant_release, entry);
	*out = &entry->tenant;
	return OK;
}

struct bytes
tenant_name_key(struct arena *a, const char *name)
{
	return key_join(a, "name", name, NULL);
}

struct bytes
tenant_address_key(struct arena *a, const char *host, const struct path *path, size_t n)
{
	struct buf b = { .arena = a };

	buf_text(&b, "at");
	buf_char(&b, '\0');
	buf_text(&b, host);
	for (size_t i = 0; i < n; i++) {
		buf_char(&b, '/');
		buf_text(&b, path->segment[i]);
	}
	return buf_bytes(&b);
}

enum err
tenant_index_find(struct snapshot *db, struct bytes key, tenant_id *out)
{
	struct bytes row;
	int64_t id;

	if (key.size > KEY_MAX)
		return ABSENT;
	TRY(store_get(db, INSTANCE, T_TENANT_INDEX, key, &row));
	if (!text_parse_int_bytes(row, 1, INT64_MAX, &id)) {
		log_error("a row of the tenant index cannot be read");
		return ERR_STORE;
	}
	*out = (tenant_id)id;
	return OK;
}

void
tenant_lookups_begin(struct tenant_lookups *all, const struct snapshot *db)
{
	if (all->commit == db->commit)
		return;
	all->n = 0;
	all->current = 0;
	all->commit = db->commit;
}

static void
tenant_lookups_add(struct tenant_lookups *all, struct bytes key, enum err found, tenant_id id)
{
	struct tenant_lookup *one = &all->list[all->n++ % TENANT_LOOKUPS];

	memcpy(one->key, key.data, key.size);
	one->size = key.size;
	one->found = found;
	one->id = id;
}

/* Finds the id at the key of an address; w->lookups saves repeated searches. */
static enum err
tenant_find_address(struct work *w, struct bytes key, tenant_id *out)
{
	struct tenant_lookups *all = w->lookups;
	size_t n = all == NULL ? 0 : all->n < TENANT_LOOKUPS ? all->n : TENANT_LOOKUPS;
	enum err e;

	for (size_t i = 0; i < n; i++)
		if (bytes_equal(BYTES(all->list[i].key, all->list[i].size), key)) {
			*out = all->list[i].id;
			return all->list[i].found;
		}
	*out = 0;
	e = tenant_index_find(w->db, key, out);
	if (all != NULL && key.size <= KEY_MAX && (e == OK || e == ABSENT))
		tenant_lookups_add(all, key, e, *out);
	return e;
}

enum err
tenants_match_id(struct work *w, const char *host, const struct path *path, tenant_id *out)
{
	/* No segment contains a slash, so each shorter path is a prefix of this key. */
	struct bytes key = tenant_address_key(w->arena, host, path, path->n);
	enum err e = ABSENT;

	/* A host with a slash could match the path of another tenant. */
	if (strchr(host, '/') != NULL)
		return ABSENT;
	for (size_t n = path->n;; n--) {
		e = tenant_find_address(w, key, out);
		if (e != ABSENT || n == 0)
			return e;
		key.size -= strlen(path->segment[n - 1]) + 1;
	}
}

enum err
tenants_match(struct tenants *all, struct work *w, const char *host, const struct path *path,
	      const struct tenant **out)
{
	tenant_id id;

	TRY(tenants_match_id(w, host, path, &id));
	return tenants_get(all, w, id, out);
}

enum err
tenants_by_name(struct tenants *all, struct work *w, const char *name, const struct tenant **out)
{
	tenant_id id;

	TRY(tenant_index_find(w->db, tenant_name_key(w->arena, name), &id));
	return tenants_get(all, w, id, out);
}

struct listing {
	struct arena *arena;
	tenant_id *ids;
	size_t n, room;
};

static enum err
tenant_add_id(void *arg, struct bytes key, struct bytes row)
{
	struct listing *l = arg;

	if (key.size != 8)
		return ERR_SERVER;
	if (l->n == l->room) {
		l->room = l->room == 0 ? 8 : l->room * 2;
		l->ids = arena_grow(l->arena, l->ids, l->n * sizeof *l->ids,
				    l->room * sizeof *l->ids);
	}
	l->ids[l->n++] = bytes_get(key.data, 8);
	return OK;
}

enum err
tenants_ids(struct snapshot *db, struct arena *a, tenant_id **ids, size_t *n)
{
	struct listing l = { .arena = a };

	TRY(store_scan(db, INSTANCE, T_TENANT, BYTES_NONE, BYTES_NONE, tenant_add_id, &l));
	*ids = l.ids;
	*n = l.n;
	return OK;
}

enum err
tenants_each(struct tenants *all, struct work *w, each_fn fn, void *arg)
{
	const struct tenant *t;
	tenant_id *ids;
	size_t n;

	TRY(tenants_ids(w->db, w->arena, &ids, &n));
	for (size_t i = 0; i < n; i++) {
		enum err e;

		TRY(tenants_get(all, w, ids[i], &t));
		e = fn(arg, t);
		if (e != OK)
			return e == SCAN_STOP ? OK : e;
	}
	return OK;
}

static enum err
tenant_stop_at_first(void *arg, const void *tenant)
{
	return SCAN_STOP;
}

enum err
tenants_check_master_key(struct tenants *all, struct work *w)
{
	return tenants_each(all, w, tenant_stop_at_first, NULL);
}

void
tenant_expect(struct work *w)
{
	change_expect(w->changes, T_META, bytes_of("generation"), w->tenant->generation);
}

const struct signing_key *
tenant_signing_key(const struct tenant *t, int64_t now)
{
	for (const struct tenant_key *k = t->keys; k != NULL; k = k->next)
		if (k->from <= now && (k->until == 0 || now < k->until))
			return &k->key;
	return NULL;
}
