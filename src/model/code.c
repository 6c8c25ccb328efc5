/* SPDX-License-Identifier: Apache-2.0 */
/* Authorization codes: see the header. Two workers may read the same code; only one of their
 * commits succeeds, and the other one finds the code used when it runs again. */
#include <string.h>

#include "base/b64.h"
#include "base/crypto.h"
#include "base/text.h"
#include "model/audit.h"
#include "model/client.h"
#include "model/code.h"
#include "model/delegation.h"
#include "model/handle.h"
#include "model/row.h"

#define CHALLENGE_SIZE 43
#define VERIFIER_MIN   43
#define VERIFIER_MAX   128

/* clang-format off */
static const struct field fields[] = {
	MUST(struct code, "client", token.client, F_TEXT),
	FIELD(struct code, "owner", token.owner, F_TEXT),
	FIELD(struct code, "account", token.account, F_TEXT),
	FIELD(struct code, "scopes", token.scopes, F_STR_LIST),
	FIELD(struct code, "version", token.version, F_TEXT),
	MUST(struct code, "approval", token.approval, F_TEXT),
	MUST(struct code, "holder", token.holder, F_TEXT),
	MUST(struct code, "challenge", challenge, F_TEXT),
	MUST(struct code, "redirect_uri", redirect_uri, F_TEXT),
	FIELD(struct code, "redirect_sent", redirect_sent, F_BOOL),
	MUST(struct code, "session", session, F_TEXT),
	FIELD(struct code, "used", used, F_BOOL),
	FIELD(struct code, "ended", ended, F_BOOL),
	FIELD(struct code, "access", access, F_TEXT),
	FIELD(struct code, "family", family, F_TEXT),
	FIELD(struct code, "iat", issued, F_INT),
	FIELD(struct code, "exp", expires, F_INT),
	FIELD_END
};
/* clang-format on */

static const struct row_kind kind = ROW_KIND(code, T_CODE, "an authorization code", fields);

enum err
code_issue(struct work *w, struct code *c, const char **handle)
{
	TRY(access_bind(w, &c->token));
	c->issued = w->now;
	c->expires = w->now + CODE_LIFE;
	handle_new(w, HANDLE_CODE, w->now + CODE_MEMORY, handle, &c->key);
	c->row = row_encode(w->arena, fields, c);
	change_put(w->changes, T_CODE, c->key, c->row);
	audit_add(w, &(struct audit){ .event = AUDIT_CODE_ISSUED,
				      .owner = access_person(&c->token),
				      .client = c->token.client,
				      .why = str_list_join(w->arena, &c->token.scopes, " ") });
	return OK;
}

static void
code_write(struct work *w, const struct code *c)
{
	change_take(w->changes, T_CODE, c->key, c->row, row_encode(w->arena, fields, c));
}

/* Ends the access token, the refresh family with all tokens that came of it, and, through the
 * delegation, the tickets and RPTs that a PAT led to. Later replays change nothing. */
static enum err
code_end_issued(struct work *w, struct code *c)
{
	struct bytes key;

	if (c->ended || c->access == NULL)
		return OK;
	w->changes->essential = true;
	if (b64url_decode(w->arena, c->access, &key))
		change_drop(w->changes, T_ACCESS, key);
	if (c->family != NULL)
		TRY(family_end_by_id(w, c->family));
	if (c->token.owner != NULL)
		TRY(delegation_revoke(w, c->token.owner, c->token.client));
	c->ended = true;
	code_write(w, c);
	return OK;
}

static enum err
code_handle_replay(struct work *w, struct code *c)
{
	TRY(code_end_issued(w, c));
	TRY(audit_fold(w, &(struct audit){ .event = AUDIT_CODE_REPLAYED,
					   .owner = access_person(&c->token),
					   .client = c->token.client }));
	return work_fail(w, ERR_INVALID_GRANT, "the code was used before");
}

enum err
code_redeem(struct work *w, const char *handle, const char *client, struct code *out)
{
	struct bytes key = BYTES_NONE;
	enum err e;

	handle_row_key(w, HANDLE_CODE, handle, &key);
	e = row_find_tracked(w, &kind, key, ERR_INVALID_GRANT, out);
	if (e == ERR_INVALID_GRANT || (e == OK && strcmp(out->token.client, client) != 0))
		return work_fail(w, ERR_INVALID_GRANT,
				 "the code is unknown, or was issued to another client");
	TRY(e);
	if (out->used)
		return code_handle_replay(w, out);
	if (out->expires <= w->now)
		return work_fail(w, ERR_INVALID_GRANT, "the code has expired");
	out->used = true;
	code_write(w, out);
	return OK;
}

void
code_record_grant(struct work *w, struct code *c, const struct access *issued)
{
	c->access = b64url_encode(w->arena, issued->key);
	c->family = issued->family;
	change_put(w->changes, T_CODE, c->key, row_encode(w->arena, fields, c));
}

/* unreserved = ALPHA / DIGIT / "-" / "." / "_" / "~" (RFC 7636, 4.1) */
static bool
code_is_verifier(const char *text)
{
	static const char unreserved[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
					 "0123456789-._~";
	size_t n = strspn(text, unreserved);

	return n >= VERIFIER_MIN && n <= VERIFIER_MAX && text[n] == '\0';
}

bool
code_is_challenge(const char *text)
{
	return strlen(text) == CHALLENGE_SIZE && text_is_id(text, CHALLENGE_SIZE);
}

enum err
code_check_verifier(struct work *w, const struct code *c, const char *verifier)
{
	uint8_t hash[32];

	if (verifier == NULL || !code_is_verifier(verifier))
		return work_fail(w, ERR_INVALID_GRANT,
				 "code_verifier must be %d to %d letters, digits or -._~",
				 VERIFIER_MIN, VERIFIER_MAX);
	crypto_sha256(bytes_of(verifier), hash);
	if (!crypto_equal(bytes_of(b64url_encode(w->arena, BYTES(hash, sizeof hash))),
			  bytes_of(c->challenge)))
		return work_fail(w, ERR_INVALID_GRANT,
				 "code_verifier does not match the code_challenge");
	return OK;
}
