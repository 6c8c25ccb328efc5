/* SPDX-License-Identifier: Apache-2.0 */
#ifndef USHER_MODEL_TENANT_ROW_H
#define USHER_MODEL_TENANT_ROW_H

/* Shared by the files about tenants: the rows of the instance (tenant 0) and of keys. */
#include "model/row.h"
#include "model/tenant.h"

#define INSTANCE ((tenant_id)0)

struct tenant_row {
	const char *name, *issuer, *settings;
	bool disabled;
	int64_t created;
};
extern const struct field tenant_fields[];

struct key_row {
	const char *alg, *public_key, *sealed; /* base64url */
	int64_t created, created_ms, from, until;
};
extern const struct field key_fields[];

struct bytes tenant_row_key(struct arena *a, tenant_id id);
/* Keys of T_TENANT_INDEX, whose rows are decimal ids: by name, or by host and the first `n`
 * segments of a path. */
struct bytes tenant_name_key(struct arena *a, const char *name);
struct bytes tenant_address_key(struct arena *a, const char *host, const struct path *path,
				size_t n);
/* Sets `*out` to the id in the row of T_TENANT_INDEX at `key`. Returns OK, ABSENT or ERR_STORE. */
enum err tenant_index_find(struct snapshot *db, struct bytes key, tenant_id *out);
/* Reads the keys of t->id, newest first. */
enum err tenant_keys_load(struct arena *a, struct snapshot *db, const struct key *master,
			  struct tenant *t);
/* Adds a new key of tenant `id` to the changes. */
void tenant_key_add(struct work *w, const struct key *master, tenant_id id, const char *alg,
		    int64_t from, char kid_out[44]);

/* The counter of tenants, in T_COUNT of the instance. */
#define TENANT_COUNT bytes_of("tenants")

#endif
