/* SPDX-License-Identifier: Apache-2.0 */
/* Changes of tenants by the administrator. */
#include <string.h>

#include "base/json.h"
#include "base/text.h"
#include "model/audit.h"
#include "store/epoch.h"
#include "tenant_row.h"

static bool
tenant_admin_is_name(const char *s)
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
	w->changes->tenant = INSTANCE;
	change_put(w->changes, T_TENANT, tenant_row_key(w->arena, id),
		   row_encode(w->arena, tenant_fields, r));
	w->changes->tenant = id;
}

/* Two issuers may share a host, but not host and path: requests could not tell them apart. The
 * commit checks this again. */
static enum err
tenant_admin_check_new(struct work *w, struct bytes name, struct bytes address)
{
	int64_t n = 0;
	tenant_id id;
	enum err e;

	if (address.size > KEY_MAX)
		return work_fail(w, ERR_INVALID_REQUEST,
				 "an issuer's host and path must have at most "
				 "%d bytes",
				 KEY_MAX - 3);
	e = tenant_index_find(w->db, name, &id);
	if (e == OK)
		return work_fail(w, ERR_EXISTS, "a tenant with this name exists already");
	if (e == ABSENT)
		e = tenant_index_find(w->db, address, &id);
	if (e == OK)
		return work_fail(w, ERR_EXISTS,
				 "a tenant with this issuer's host and path exists already");
	if (e != ABSENT)
		return e;
	TRY(store_count(w->db, INSTANCE, T_COUNT, TENANT_COUNT, &n));
	if (n >= TENANTS_MAX)
		return work_fail(w, ERR_EXISTS, "the store has %d tenants, the maximum",
				 TENANTS_MAX);
	return OK;
}

static void
tenant_index_add(struct work *w, tenant_id id, struct bytes name, struct bytes address)
{
	char digits[INT_DIGITS];
	struct bytes row = bytes_of(text_print_int((int64_t)id, digits));

	w->changes->tenant = INSTANCE;
	change_add(w->changes, T_TENANT_INDEX, name, row);
	change_add(w->changes, T_TENANT_INDEX, address, row);
	change_count(w->changes, T_COUNT, TENANT_COUNT, 1, TENANTS_MAX);
	w->changes->tenant = id;
}

/* Makes the index key of a valid issuer: its host and path. */
static enum err
tenant_admin_address_of(struct work *w, const struct uri *uri, struct bytes *out)
{
	struct path path = { .n = 0 };
	const char *why = NULL;

	if (uri->path[0] != '\0')
		TRY_WHY(w, why, path_parse(w->arena, uri->path, &path, &why));
	*out = tenant_address_key(w->arena, uri->host, &path, path.n);
	return OK;
}

enum err
tenant_add(struct work *w, const struct key *master, const char *name, const char *issuer)
{
	struct tenant_row r = { .name = name, .issuer = issuer, .created = w->now };
	struct bytes name_key, address = { 0 };
	const char *why = NULL;
	struct uri uri;
	uint32_t random;
	tenant_id id;
	char kid[44];

	if (!tenant_admin_is_name(name))
		return work_fail(w, ERR_INVALID_REQUEST,
				 "a tenant's name must be 1 to 63 of a-z, 0-9 and '-', "
				 "and not begin with '-'");
	TRY_WHY(w, why, uri_check_issuer(w->arena, issuer, &uri, &why));
	TRY(tenant_admin_address_of(w, &uri, &address));
	name_key = tenant_name_key(w->arena, name);
	TRY(tenant_admin_check_new(w, name_key, address));
	random_bytes(w->random, &random, sizeof random);
	id = (tenant_id)w->now_ms << 20 | (random & 0xfffff);
	tenant_index_add(w, id, name_key, address);
	tenant_row_put(w, id, &r);
	TRY(tenant_change_generation(w));
	tenant_key_add(w, master, id, w->settings->tenant.rpt_alg, w->now, kid);
	audit_add(w, &(struct audit){ .event = AUDIT_TENANT_ADDED, .object = issuer });
	return OK;
}

enum err
tenant_put(struct work *w, const struct tenant *t)
{
	struct tenant_row r = {
		.name = t->name,
		.issuer = t->issuer,
		.settings = t->own_settings,
		.disabled = t->disabled,
		.created = t->created,
	};

	w->changes->tenant = t->id;
	TRY(tenant_change_generation(w));
	tenant_row_put(w, t->id, &r);
	audit_add(w, &(struct audit){ .event = t->disabled ? AUDIT_TENANT_DISABLED
							   : AUDIT_TENANT_CHANGED,
				      .object = t->name });
	return OK;
}

/* Each tenant gets a new generation, so workers derive its keys again, and requests that use the
 * old keys conflict at the commit and run again. */
enum err
tenants_raise_epoch(struct work *w, int64_t *out)
{
	uint64_t tenant = w->changes->tenant;
	tenant_id *ids;
	size_t n;

	TRY(store_epoch_raise(w->db, w->changes, out));
	TRY(tenants_ids(w->db, w->arena, &ids, &n));
	for (size_t i = 0; i < n; i++) {
		w->changes->tenant = ids[i];
		TRY(tenant_change_generation(w));
		audit_add(w, &(struct audit){
				     .event = AUDIT_EPOCH_RAISED,
				     .object = arena_printf(w->arena, "%lld", (long long)*out) });
	}
	w->changes->tenant = tenant;
	return OK;
}
