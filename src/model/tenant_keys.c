/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A tenant's signing keys. A key is published first, signs after a delay, and stays published until
 * the last token that it signed has expired (T-K02). Stored keys are encrypted (T-K01).
 */
#include <string.h>

#include "base/b64.h"
#include "base/log.h"
#include "base/text.h"
#include "model/audit.h"
#include "tenant_row.h"

#define RPT_LIFE_MAX 86400 /* the maximum of the setting rpt_life */

/* clang-format off */
const struct field key_fields[] = {
	FIELD(struct key_row, "alg", alg, F_TEXT),
	FIELD(struct key_row, "public", public_key, F_TEXT),
	MUST(struct key_row, "sealed", sealed, F_TEXT),
	FIELD(struct key_row, "created", created, F_INT),
	FIELD(struct key_row, "ms", created_ms, F_INT),
	FIELD(struct key_row, "from", from, F_INT),
	FIELD(struct key_row, "until", until, F_INT),
	FIELD_END
};
/* clang-format on */

struct loading {
	struct arena *arena;
	const struct key *master;
	struct tenant *tenant;
};

/* RFC 9864 and RFC 8037 have different names for the same algorithm. The returned texts are
 * static. */
static const char *
tenant_key_alg_of(const char *name)
{
	return text_equal(name, "Ed25519") ? "Ed25519" : "EdDSA";
}

/* Newest first: of two keys that may sign, the newer one signs. */
static void
tenant_key_insert(struct tenant *t, struct tenant_key *k)
{
	struct tenant_key **at = &t->keys;

	while (*at != NULL && ((*at)->from > k->from ||
			       ((*at)->from == k->from && (*at)->created_ms > k->created_ms)))
		at = &(*at)->next;
	k->next = *at;
	*at = k;
}

static enum err
tenant_key_load_one(void *arg, struct bytes key, struct bytes row)
{
	struct loading *l = arg;
	struct tenant_key *k = ARENA_NEW(l->arena, struct tenant_key);
	const char *kid = arena_strndup(l->arena, (const char *)key.data, key.size);
	struct key_row r = { 0 };
	struct bytes sealed;

	if (!row_decode(l->arena, key_fields, row, &r) ||
	    !b64url_decode(l->arena, r.sealed, &sealed) ||
	    !signing_key_open(l->arena, sealed, kid, tenant_key_alg_of(r.alg), l->master,
			      l->tenant->id, &k->key)) {
		log_error("tenant %s: key %s cannot be decrypted; "
			  "check that master_key is the store's",
			  l->tenant->name, kid);
		return ERR_SERVER;
	}
	k->created = r.created;
	k->created_ms = r.created_ms;
	k->from = r.from;
	k->until = r.until;
	tenant_key_insert(l->tenant, k);
	return OK;
}

enum err
tenant_keys_load(struct arena *a, struct snapshot *db, const struct key *master, struct tenant *t)
{
	struct loading l = { a, master, t };

	return store_scan(db, t->id, T_KEY, BYTES_NONE, BYTES_NONE, tenant_key_load_one, &l);
}

enum err
tenant_change_generation(struct work *w)
{
	struct bytes key = bytes_of("generation"), seen = BYTES_NONE;
	uint8_t fresh[16];
	enum err e = store_get(w->db, w->changes->tenant, T_META, key, &seen);

	if (e != OK && e != ABSENT)
		return e;
	random_bytes(w->random, fresh, sizeof fresh);
	change_take(w->changes, T_META, key, seen, BYTES(fresh, sizeof fresh));
	return OK;
}

static void
tenant_key_put(struct work *w, const char *kid, const struct key_row *r)
{
	change_put(w->changes, T_KEY, bytes_of(kid), row_encode(w->arena, key_fields, r));
}

void
tenant_key_add(struct work *w, const struct key *master, tenant_id id, const char *alg,
	       int64_t from, char kid_out[44])
{
	struct signing_key k;
	struct key_row r = { .alg = tenant_key_alg_of(alg),
			     .created = w->now,
			     .created_ms = w->now_ms,
			     .from = from };

	signing_key_generate(r.alg, &k);
	r.public_key = b64url_encode(w->arena, BYTES(k.public_key, sizeof k.public_key));
	r.sealed = b64url_encode(w->arena, signing_key_seal(w->arena, &k, master, id));
	tenant_key_put(w, k.kid, &r);
	memcpy(kid_out, k.kid, sizeof k.kid);
	audit_add(w, &(struct audit){ .event = AUDIT_KEY_ADDED,
				      .object = arena_strdup(w->arena, kid_out) });
	crypto_wipe(&k, sizeof k);
}

/* Sets a new end for a stored key. */
static enum err
tenant_key_set_until(struct work *w, const char *kid, int64_t until)
{
	struct key_row r = { 0 };
	struct bytes row;

	TRY(row_get(w, T_KEY, bytes_of(kid), ERR_NOT_FOUND, &row));
	if (!row_decode(w->arena, key_fields, row, &r))
		return ERR_SERVER;
	r.until = until;
	tenant_key_put(w, kid, &r);
	return OK;
}

enum err
tenant_key_rotate(struct work *w, const struct key *master, char kid_out[44])
{
	const struct tenant *t = w->tenant;
	bool signs = tenant_signing_key(t, w->now) != NULL;
	int64_t from = signs ? w->now + t->set.key_wait : w->now;

	TRY(tenant_change_generation(w));
	tenant_key_add(w, master, t->id, t->set.rpt_alg, from, kid_out);
	for (const struct tenant_key *k = t->keys; k != NULL; k = k->next)
		if (k->until == 0)
			TRY(tenant_key_set_until(w, k->key.kid, from + RPT_LIFE_MAX));
	return OK;
}

enum err
tenant_key_retire(struct work *w, const struct key *master, const char *kid)
{
	bool found = false, signs = false;
	char fresh[44];

	for (const struct tenant_key *k = w->tenant->keys; k != NULL; k = k->next) {
		if (strcmp(k->key.kid, kid) == 0)
			found = true;
		else if (k->from <= w->now && (k->until == 0 || w->now < k->until))
			signs = true;
	}
	if (!found)
		return work_fail(w, ERR_NOT_FOUND, "the tenant has no key with this kid");
	TRY(tenant_change_generation(w));
	change_drop(w->changes, T_KEY, bytes_of(kid));
	audit_add(w, &(struct audit){ .event = AUDIT_KEY_RETIRED, .object = kid });
	if (!signs)
		tenant_key_add(w, master, w->tenant->id, w->tenant->set.rpt_alg, w->now, fresh);
	return OK;
}
