/* SPDX-License-Identifier: Apache-2.0 */
/* The requesting party: its stored form, its link to an account, and the names that others see. */
#include <string.h>

#include "base/b64.h"
#include "base/crypto.h"
#include "base/json.h"
#include "base/log.h"
#include "base/text.h"
#include "model/account.h"
#include "model/issuer.h"
#include "model/party.h"
#include "model/row.h"
#include "model/tenant.h"
#include "policy/claims.h"

struct party_row {
	const char *issuer, *subject, *version, *claims;
	int64_t issued, auth_time;
};

/* clang-format off */
static const struct field fields[] = {
	MUST(struct party_row, "iss", issuer, F_TEXT),
	MUST(struct party_row, "sub", subject, F_TEXT),
	FIELD(struct party_row, "version", version, F_TEXT),
	FIELD(struct party_row, "iat", issued, F_INT),
	FIELD(struct party_row, "auth", auth_time, F_INT),
	MUST(struct party_row, "claims", claims, F_JSON),
	FIELD_END
};
/* clang-format on */

const char *
party_print(struct work *w, const struct party *p)
{
	struct party_row r = { p->issuer, p->subject,  p->version, json_print(w->arena, p->claims),
			       p->issued, p->auth_time };

	return (const char *)row_encode(w->arena, fields, &r).data;
}

enum err
party_read(struct work *w, const char *json, struct party *out)
{
	struct party_row r = { 0 };
	const char *why = NULL;

	*out = (struct party){ 0 };
	if (row_decode(w->arena, fields, bytes_of(json), &r))
		out->claims = json_parse(w->arena, bytes_of(r.claims), &why);
	if (out->claims == NULL) {
		log_error("tenant %s: stored claims cannot be read", w->tenant->name);
		return ERR_STORE;
	}
	out->issuer = r.issuer;
	out->subject = r.subject;
	out->issued = r.issued;
	out->auth_time = r.auth_time;
	TRY(party_link(w, out));
	return text_equal(out->version, r.version)
		       ? OK
		       : work_fail(w, ERR_INVALID_TOKEN, "the stored claims are no longer valid");
}

/* The address is a claim of the tenant's own issuer: claims that were stored before it changed are
 * withdrawn with it. The version is in rows, so it has a keyed hash. */
static void
party_print_email(struct work *w, const struct account *acc, struct buf *b)
{
	uint8_t hash[CRYPTO_HASH];

	crypto_keyed_hash(&w->tenant->pairwise_key, key_join(w->arena, "email", acc->email, NULL),
			  hash);
	buf_char(b, '.');
	buf_text(b, b64url_encode(w->arena, BYTES(hash, 12)));
}

/* If the index refers to a removed account, only the id of `acc` is set. */
static const char *
party_print_version(struct work *w, const char *issuer, const char *incarnation,
		    const struct account *acc, bool found)
{
	struct buf b = { .arena = w->arena };

	buf_text(&b, incarnation);
	buf_text(&b, found ? "." : ".-");
	buf_text(&b, acc->id != NULL ? acc->id : "");
	buf_char(&b, '.');
	buf_int(&b, acc->epoch);
	if (found && acc->email != NULL && strcmp(issuer, w->tenant->issuer) == 0)
		party_print_email(w, acc, &b);
	return b.data;
}

enum err
party_resolve(struct work *w, struct bytes identity, enum err missing, struct party *p)
{
	struct account acc = { .id = NULL };
	const char *incarnation;
	enum err e;

	p->account = NULL;
	p->groups = (struct str_list){ 0 };
	p->group_changes = NULL;
	p->group_change_count = 0;
	TRY(issuer_check_trusted(w, p->issuer, missing, &incarnation));
	e = account_by_identity_key(w, identity, ABSENT, &acc);
	if (e != OK && e != ABSENT)
		return e;
	if (acc.disabled)
		return work_fail(w, missing, "the account linked to this identity is disabled");
	if (e == OK) {
		p->account = acc.id;
		p->groups = acc.groups;
		p->group_changes = acc.group_changes;
		p->group_change_count = acc.group_change_count;
	}
	p->version = party_print_version(w, p->issuer, incarnation, &acc, e == OK);
	return OK;
}

enum err
party_link(struct work *w, struct party *p)
{
	p->claims = claims_normalise(w->arena, p->claims);
	return party_resolve(w, account_identity_key(w, p->issuer, p->subject), ERR_INVALID_TOKEN,
			     p);
}

const char *
party_seal(struct work *w, const char *claims, struct bytes key)
{
	return b64url_encode(w->arena, crypto_seal(w->arena, w->random, &w->tenant->claims_key,
						   bytes_of(claims), key));
}

const char *
party_unseal(struct work *w, const char *sealed, struct bytes key)
{
	struct bytes raw, plain;

	if (!b64url_decode(w->arena, sealed, &raw) ||
	    !crypto_open(w->arena, &w->tenant->claims_key, raw, key, &plain))
		return NULL;
	return arena_strndup(w->arena, (const char *)plain.data, plain.size);
}

#define ACCOUNT "account:"

const char *
party_key(struct work *w, const struct party *p)
{
	if (p == NULL)
		return "";
	if (p->account != NULL)
		return arena_printf(w->arena, ACCOUNT "%s", p->account);
	return arena_printf(w->arena, "identity:%s %s", p->issuer, p->subject);
}

const char *
party_sub(struct work *w, const struct party *p, const char *client, const char *rs)
{
	uint8_t hash[CRYPTO_HASH];

	if (p == NULL)
		return client;
	crypto_keyed_hash(&w->tenant->pairwise_key, key_join(w->arena, rs, party_key(w, p), NULL),
			  hash);
	return b64url_encode(w->arena, BYTES(hash, sizeof hash));
}

#define EMAIL_MAX 254 /* bytes (RFC 5321, 4.5.3.1.3); rows contain the text made here */

const char *
party_describe(struct work *w, const struct party *p)
{
	const char *email = NULL;
	bool verified = false;

	if (p == NULL)
		return NULL;
	if (json_text(p->claims, "email", &email) == JSON_FOUND && strlen(email) <= EMAIL_MAX &&
	    json_flag(p->claims, "email_verified", &verified) == JSON_FOUND && verified)
		return arena_printf(w->arena, "%s at %s", email, p->issuer);
	return arena_printf(w->arena, "%s at %s", p->subject, p->issuer);
}
