/* SPDX-License-Identifier: Apache-2.0 */
/* Protected resources: rows by (owner, resource server, id), and an index by id. */
#include <string.h>

#include "base/id.h"
#include "base/str_list.h"
#include "model/audit.h"
#include "model/resource.h"
#include "model/row.h"
#include "model/stored_policy.h"
#include "model/tenant.h"

/* clang-format off */
static const struct field fields[] = {
	MUST(struct resource, "id", id, F_TEXT),
	MUST(struct resource, "owner", owner, F_TEXT),
	MUST(struct resource, "rs", rs, F_TEXT),
	FIELD(struct resource, "scopes", scopes, F_STR_LIST),
	FIELD(struct resource, "doc", doc, F_JSON),
	FIELD(struct resource, "name", name, F_TEXT),
	FIELD(struct resource, "revision", revision, F_INT),
	FIELD(struct resource, "created", created, F_INT),
	FIELD(struct resource, "updated", updated, F_INT),
	FIELD(struct resource, "own", own_policy, F_BOOL),
	LIST(struct resource, "index", index, &rule_entry_list),
	LIST(struct resource, "later", scopes_since, &numbered_names_list),
	FIELD(struct resource, "turns", policy_switches, F_INT),
	FIELD_END
};
/* clang-format on */

static const struct row_kind kind = ROW_KIND(resource, T_RESOURCE, "a resource", fields);

static struct bytes
resource_key(struct work *w, const char *owner, const char *rs, const char *id)
{
	return key_join(w->arena, owner, rs, id, NULL);
}

enum err
resource_find(struct work *w, const char *owner, const char *rs, const char *id, enum err missing,
	      struct resource *out)
{
	if (!id_is(id))
		return missing;
	return row_find_tracked(w, &kind, resource_key(w, owner, rs, id), missing, out);
}

/* A row of the index is the owner, a NUL and the resource server. */
enum err
resource_by_id(struct work *w, const char *id, enum err missing, struct resource *out)
{
	struct bytes row;
	const char *owner, *rs;

	if (!id_is(id))
		return missing;
	TRY(row_get(w, T_RESOURCE_ID, bytes_of(id), missing, &row));
	owner = arena_strndup(w->arena, (const char *)row.data, row.size);
	rs = owner + strlen(owner) + 1;
	if ((size_t)(rs - owner) > row.size)
		return ERR_STORE;
	return resource_find(w, owner, rs, id, missing, out);
}

static enum err
resource_write(struct work *w, struct resource *r, enum audit_event event)
{
	struct bytes row;

	r->updated = w->now;
	row = row_encode(w->arena, fields, r);
	TRY(row_check_size(w, row));
	change_take(w->changes, T_RESOURCE, resource_key(w, r->owner, r->rs, r->id), r->row, row);
	audit_add(w, &(struct audit){
			     .event = event, .owner = r->owner, .rs = r->rs, .object = r->id });
	return OK;
}

/* The key of the counter of an owner's resources at a resource server. */
static struct bytes
resource_count_key(struct work *w, const char *owner, const char *rs)
{
	return key_join(w->arena, "resources", owner, rs, NULL);
}

enum err
resource_add(struct work *w, struct resource *r)
{
	struct bytes counter = resource_count_key(w, r->owner, r->rs);
	int64_t max = w->tenant->set.resources_max, n;
	char id[ID_SIZE];

	TRY(store_count(w->db, w->tenant->id, T_COUNT, counter, &n));
	if (n >= max)
		return work_fail(w, ERR_QUOTA,
				 "the owner has %lld resources at this resource server, "
				 "the maximum (resources_max): delete some",
				 (long long)n);
	change_count(w->changes, T_COUNT, counter, 1, max);
	id_new(w->random, w->now_ms, id);
	r->id = arena_strdup(w->arena, id);
	r->revision = 1;
	r->created = w->now;
	r->row = BYTES_NONE;
	TRY(resource_write(w, r, AUDIT_RESOURCE_CREATED));
	change_add(w->changes, T_RESOURCE_ID, bytes_of(r->id),
		   key_join(w->arena, r->owner, r->rs, NULL));
	return OK;
}

int64_t
resource_scope_since(const struct resource *r, const char *scope)
{
	return str_list_has(&r->scopes, scope) ? numbered_names_find(r->scopes_since, scope, 1) : 0;
}

enum err
resource_set_policy_index(struct work *w, const struct resource *r, bool own, bool is_new,
			  struct rule_entry *index)
{
	struct resource set = *r;
	struct bytes row;

	set.policy_switches += is_new || own != r->own_policy;
	set.own_policy = own;
	set.index = index;
	row = row_encode(w->arena, fields, &set);
	TRY(row_check_size(w, row));
	change_take(w->changes, T_RESOURCE, r->key, r->row, row);
	return OK;
}

/* A scope that the stored row lacks gets this revision as its number. */
static enum err
resource_set_scopes_since(struct work *w, struct resource *r)
{
	struct resource old;

	TRY(row_read(w, &kind, r->key, r->row, &old));
	r->scopes_since = NULL;
	for (size_t i = 0; i < r->scopes.n; i++) {
		int64_t since = resource_scope_since(&old, r->scopes.list[i]);

		if (since != 1)
			numbered_names_add(w->arena, &r->scopes_since, r->scopes.list[i],
					   since != 0 ? since : r->revision);
	}
	return OK;
}

enum err
resource_put(struct work *w, struct resource *r)
{
	r->revision++;
	TRY(resource_set_scopes_since(w, r));
	return resource_write(w, r, AUDIT_RESOURCE_UPDATED);
}

enum err
resource_remove(struct work *w, const struct resource *r)
{
	struct stored_policy own;

	w->changes->essential = true;
	TRY(stored_policy_find(w, r->owner, r->rs, r->id, &own));
	if (own.row.size > 0)
		change_drop(w->changes, T_POLICY, own.key);
	change_take(w->changes, T_RESOURCE, resource_key(w, r->owner, r->rs, r->id), r->row,
		    BYTES_NONE);
	change_drop(w->changes, T_RESOURCE_ID, bytes_of(r->id));
	change_count(w->changes, T_COUNT, resource_count_key(w, r->owner, r->rs), -1, 0);
	audit_add(w, &(struct audit){ .event = AUDIT_RESOURCE_DELETED,
				      .owner = r->owner,
				      .rs = r->rs,
				      .object = r->id });
	return OK;
}

struct ids {
	struct work *w;
	each_fn fn;
	void *arg;
	size_t left;
	bool *more;
};

/* The last part of the key is the id. */
static enum err
resource_pass_id(void *arg, struct bytes key, struct bytes row)
{
	const char *end = (const char *)key.data + key.size;
	struct ids *ids = arg;

	if (key.size < ID_LEN)
		return ERR_STORE;
	if (ids->left == 0) {
		*ids->more = true;
		return SCAN_STOP;
	}
	ids->left--;
	return ids->fn(ids->arg, arena_strndup(ids->w->arena, end - ID_LEN, ID_LEN));
}

enum err
resource_ids(struct work *w, const char *owner, const char *rs, const char *after, size_t limit,
	     each_fn fn, void *arg, bool *more)
{
	struct ids ids = { w, fn, arg, limit, more };
	struct bytes from = BYTES_NONE;

	*more = false;
	if (after != NULL) /* the smallest key after it */
		from = key_join(w->arena, owner, rs, after, "", NULL);
	return store_scan(w->db, w->tenant->id, T_RESOURCE, key_join(w->arena, owner, rs, "", NULL),
			  from, resource_pass_id, &ids);
}

enum err
resource_each(struct work *w, const char *owner, const char *rs, each_fn fn, void *arg)
{
	struct bytes prefix = BYTES_NONE;

	if (owner != NULL && rs != NULL)
		prefix = key_join(w->arena, owner, rs, "", NULL);
	else if (owner != NULL)
		prefix = key_join(w->arena, owner, "", NULL);
	return row_each(w, &kind, prefix, fn, arg);
}
