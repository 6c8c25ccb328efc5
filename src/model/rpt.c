/* SPDX-License-Identifier: Apache-2.0 */
/* RPTs: the client has a signed JWT (RFC 9068), and the row decides about it. */
#include <string.h>

#include "base/b64.h"
#include "base/id.h"
#include "base/json.h"
#include "base/log.h"
#include "jose/jwt.h"
#include "model/handle.h"
#include "model/row.h"
#include "model/signature.h"
#include "model/tenant.h"
#include "model/token.h"

#define SIGNATURE_HASH	       16   /* bytes of the signature's hash in a row */
#define SIGNED_PERMISSIONS_MAX 3072 /* bytes; web servers accept 4 to 8 KiB of headers in all */

/* clang-format off */
static const struct field fields[] = {
	FIELD(struct rpt, "jti", jti, F_TEXT),
	GRANT_FIELDS(struct rpt),
	FIELD(struct rpt, "sub", sub, F_TEXT),
	LIST(struct rpt, "granted", granted, &permission_list),
	FIELD(struct rpt, "iat", issued, F_INT),
	FIELD(struct rpt, "exp", expires, F_INT),
	FIELD(struct rpt, "sig", signature, F_TEXT),
	FIELD_END
};
/* clang-format on */

static const struct row_kind kind = ROW_KIND(rpt, T_RPT, "an RPT", fields);

static struct bytes
rpt_print_claims(struct work *w, const struct client *rs, const struct rpt *r,
		 bool with_permissions)
{
	struct buf b = { .arena = w->arena };

	out_open(&b, NULL, '{');
	/* First, where jwt_peek_exp expects it. */
	out_int(&b, "exp", r->expires);
	out_text(&b, "jti", r->jti);
	out_text(&b, "iss", w->tenant->issuer);
	out_text(&b, "sub", r->sub);
	out_text(&b, "aud", client_audience(rs));
	out_text(&b, "client_id", r->grant.client);
	out_int(&b, "iat", r->issued);
	if (with_permissions)
		permissions_print(&b, permissions_join(w->arena, r->granted), r->expires);
	out_close(&b, '}');
	return buf_bytes(&b);
}

/* The row has only a hash of the signature, so the token cannot be made from its row. */
static const char *
rpt_hash_signature(struct work *w, const char *signature)
{
	uint8_t hash[CRYPTO_HASH];

	crypto_keyed_hash(&w->tenant->rpt_key, bytes_of(signature), hash);
	return b64url_encode(w->arena, BYTES(hash, SIGNATURE_HASH));
}

static bool
rpt_has_signature(struct work *w, const struct rpt *r, const char *signature)
{
	uint8_t hash[CRYPTO_HASH];
	struct bytes kept;

	crypto_keyed_hash(&w->tenant->rpt_key, bytes_of(signature), hash);
	return b64url_decode_public(w->arena, r->signature, &kept) &&
	       crypto_equal(kept, BYTES(hash, SIGNATURE_HASH));
}

/* A token to be signed, and the row to be written after signing. */
struct unsigned_rpt {
	struct signature signature;
	struct rpt rpt;
};

static void
rpt_record(struct work *w, const struct signature *s)
{
	struct rpt *r = &((struct unsigned_rpt *)s)->rpt;

	r->signature = rpt_hash_signature(w, strrchr(s->token, '.') + 1);
	change_put(w->changes, T_RPT, r->key, row_encode(w->arena, fields, r));
}

/* Returns "header.claims", which is signed and from which the row's key is made. */
static const char *
rpt_signing_input(struct work *w, const char *token, const char **signature)
{
	const char *dot = strrchr(token, '.');

	*signature = dot != NULL ? dot + 1 : "";
	return arena_strndup(w->arena, token, dot != NULL ? (size_t)(dot - token) : 0);
}

static struct bytes
rpt_key_of(struct work *w, const char *input, int64_t expires, const char *jti)
{
	return handle_rpt_key(w, input, expires + RPT_AFTERLIFE, jti);
}

enum err
rpt_issue(struct work *w, const struct client *rs, struct rpt *r, const char **token)
{
	const struct signing_key *key = tenant_signing_key(w->tenant, w->now);
	bool inside = rs->rpt_permissions == RPT_PERMISSIONS_TOKEN;
	struct unsigned_rpt *u = ARENA_NEW(w->arena, struct unsigned_rpt);
	const char *signature;
	char id[ID_SIZE];

	tenant_expect(w);
	if (key == NULL) {
		log_error("tenant %s: no signing key is valid yet", w->tenant->name);
		return ERR_SERVER;
	}
	id_new(w->random, w->now_ms, id);
	r->jti = arena_strdup(w->arena, id);
	r->issued = w->now;
	r->expires = w->now + w->tenant->set.rpt_life;
	u->signature = (struct signature){ .key = key, .made = rpt_record };
	u->signature.token =
		jwt_prepare(w->arena, key, "at+jwt", rpt_print_claims(w, rs, r, inside));
	if (inside && strlen(u->signature.token) > SIGNED_PERMISSIONS_MAX)
		u->signature.token =
			jwt_prepare(w->arena, key, "at+jwt", rpt_print_claims(w, rs, r, false));
	*token = u->signature.token;
	r->key = rpt_key_of(w, rpt_signing_input(w, *token, &signature), r->expires, r->jti);
	u->rpt = *r;
	signature_request(w, &u->signature);
	return OK;
}

enum err
rpt_find(struct work *w, const char *token, struct rpt *out)
{
	const char *jti, *signature, *input = rpt_signing_input(w, token, &signature);
	int64_t expires = jwt_peek_exp(w->arena, token, &jti);

	*out = (struct rpt){ 0 };
	if (expires < 0)
		return ERR_INVALID_TOKEN;
	TRY(row_find_tracked(w, &kind, rpt_key_of(w, input, expires, jti), ERR_INVALID_TOKEN, out));
	if (!rpt_has_signature(w, out, signature)) {
		*out = (struct rpt){ 0 };
		return ERR_INVALID_TOKEN;
	}
	return OK;
}
