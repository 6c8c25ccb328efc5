/* SPDX-License-Identifier: Apache-2.0 */
/* Registration of clients by the administrator: every change validates all fields. */
#include <string.h>

#include "base/b64.h"
#include "base/crypto.h"
#include "base/id.h"
#include "base/str_list.h"
#include "base/text.h"
#include "base/uri.h"
#include "client_row.h"
#include "model/account.h"
#include "model/audit.h"
#include "model/tenant.h"

#define NAME_MAX_BYTES 200
#define URIS_MAX       32
#define SCOPES_MAX     32
#define SECRET_MIN     16
#define SECRET_MAX     256

static enum err
client_admin_check_id(struct work *w, const char *id)
{
	size_t n = strlen(id);

	for (const char *p = id; *p != '\0'; p++)
		if (*p < ' ' || *p > '~')
			return work_fail(w, ERR_INVALID_REQUEST,
					 "client_id must be printable ASCII "
					 "(RFC 6749, A.1)");
	if (n < 1 || n > CLIENT_ID_MAX)
		return work_fail(w, ERR_INVALID_REQUEST,
				 "client_id must have 1 to %d characters, "
				 "not %zu",
				 CLIENT_ID_MAX, n);
	return OK;
}

static enum err
client_admin_check_auth(struct work *w, const struct client *c)
{
	static const char *const methods[] = { AUTH_BASIC, AUTH_POST, AUTH_NONE };
	bool known = false;

	for (size_t i = 0; i < 3; i++)
		known = known || text_equal(c->auth, methods[i]);
	if (!known)
		return work_fail(w, ERR_INVALID_REQUEST,
				 "the authentication method must be " AUTH_BASIC ", " AUTH_POST
				 " or " AUTH_NONE);
	if ((c->secret == NULL) != text_equal(c->auth, AUTH_NONE))
		return work_fail(w, ERR_INVALID_REQUEST,
				 "a public client (method " AUTH_NONE
				 ") must not have a secret; other clients must have one");
	return OK;
}

/* RFC 6749, 4.4: only confidential clients may use client credentials. */
static enum err
client_admin_check_grants(struct work *w, const struct client *c)
{
	static const char *const known[] = { GRANT_UMA, GRANT_CLIENT, GRANT_REFRESH, GRANT_CODE };

	for (size_t i = 0; i < c->grants.n; i++) {
		bool is_known = false;

		for (size_t k = 0; k < sizeof known / sizeof known[0]; k++)
			is_known = is_known || strcmp(c->grants.list[i], known[k]) == 0;
		if (!is_known)
			return work_fail(w, ERR_INVALID_REQUEST,
					 "a grant must be " GRANT_UMA ", " GRANT_CLIENT
					 ", " GRANT_REFRESH " or " GRANT_CODE);
	}
	if (client_has_grant(c, GRANT_CLIENT) && text_equal(c->auth, AUTH_NONE))
		return work_fail(w, ERR_INVALID_REQUEST,
				 "a public client cannot have the grant " GRANT_CLIENT
				 "; it is the default of a resource server, so name "
				 "other grants");
	if (client_has_grant(c, GRANT_CODE) && c->redirect_uris.n == 0)
		return work_fail(w, ERR_INVALID_REQUEST,
				 "a client with the grant " GRANT_CODE " must have a redirect URI");
	return OK;
}

static enum err
client_admin_check_uris(struct work *w, const char *what, const struct str_list *uris)
{
	const char *why = NULL;

	if (uris->n > URIS_MAX)
		return work_fail(w, ERR_INVALID_REQUEST, "a client can have at most %d %s",
				 URIS_MAX, what);
	for (size_t i = 0; i < uris->n; i++)
		if (uri_check_redirect(w->arena, uris->list[i], &why) != OK)
			return work_fail(w, ERR_INVALID_REQUEST, "%s: %s", what, why);
	return OK;
}

static enum err
client_admin_check_resource_server(struct work *w, const struct client *c)
{
	const char *why = NULL;
	struct account owner;
	struct uri uri;

	if (c->resource_uri != NULL) {
		TRY_WHY(w, why, uri_parse(w->arena, c->resource_uri, &uri, &why));
		if (uri.has_fragment)
			return work_fail(w, ERR_INVALID_REQUEST,
					 "resource_uri must not have a fragment");
	}
	if (c->owner != NULL && account_find(w, c->owner, ABSENT, &owner) == ABSENT)
		return work_fail(w, ERR_INVALID_REQUEST,
				 "owner must be the id of an account of this tenant");
	return OK;
}

static enum err
client_admin_check_scopes(struct work *w, const struct str_list *scopes)
{
	struct str_list parsed = { 0 };

	if (scopes->n > 0 && !str_list_parse_scope(w->arena, str_list_join(w->arena, scopes, " "),
						   SCOPES_MAX, &parsed))
		return work_fail(w, ERR_INVALID_REQUEST,
				 "scope must be at most %d space-separated scope "
				 "tokens (RFC 6749, 3.3)",
				 SCOPES_MAX);
	if (str_list_has(scopes, SCOPE_OWNER))
		return work_fail(w, ERR_INVALID_REQUEST,
				 "the scope " SCOPE_OWNER " is only for owners' own "
				 "tokens; a client cannot have it");
	return OK;
}

static enum err
client_admin_check(struct work *w, const struct client *c)
{
	TRY(client_admin_check_id(w, c->id));
	if (c->name != NULL &&
	    (strlen(c->name) > NAME_MAX_BYTES || !text_is_utf8(bytes_of(c->name))))
		return work_fail(w, ERR_INVALID_REQUEST, "name must be UTF-8 of at most %d bytes",
				 NAME_MAX_BYTES);
	TRY(client_admin_check_auth(w, c));
	TRY(client_admin_check_grants(w, c));
	TRY(client_admin_check_scopes(w, &c->scopes));
	TRY(client_admin_check_uris(w, "redirect_uris", &c->redirect_uris));
	TRY(client_admin_check_uris(w, "claims_redirect_uris", &c->claims_redirect_uris));
	TRY(client_admin_check_resource_server(w, c));
	return row_check_size(w, client_encode(w->arena, c));
}

static void
client_write(struct work *w, const struct client *c)
{
	change_take(w->changes, T_CLIENT, bytes_of(c->id), c->row, client_encode(w->arena, c));
	audit_add(w, &(struct audit){ .event = c->row.size == 0 ? AUDIT_CLIENT_ADDED
					       : c->disabled	? AUDIT_CLIENT_DISABLED
								: AUDIT_CLIENT_CHANGED,
				      .object = c->id });
}

static bool
client_loses(const struct client *old, const struct client *c, const char *grant)
{
	return client_has_grant(old, grant) && !client_has_grant(c, grant);
}

/* Raises the epochs for each right that the client loses: everything issued before stays inactive,
 * also if the client regains the right. */
static enum err
client_raise_epochs(struct work *w, struct client *c)
{
	struct client old;

	if (c->row.size == 0)
		return OK;
	TRY(client_decode(w, c->key, c->row, &old));
	if ((c->disabled && !old.disabled) ||
	    (client_is_resource_server(&old) && !client_is_resource_server(c)))
		c->epoch = old.epoch + 1;
	if (client_loses(&old, c, GRANT_UMA) || client_loses(&old, c, GRANT_REFRESH) ||
	    client_loses(&old, c, GRANT_CODE))
		c->grants_epoch = old.grants_epoch + 1;
	if (old.push_claims && !c->push_claims)
		c->push_epoch = old.push_epoch + 1;
	return OK;
}

enum err
client_put(struct work *w, const struct client *c)
{
	struct client next = *c;

	TRY(client_raise_epochs(w, &next));
	TRY(client_admin_check(w, &next));
	client_write(w, &next);
	return OK;
}

static const char *
client_admin_new_secret(struct work *w)
{
	uint8_t raw[32];
	const char *text;

	random_bytes(w->random, raw, sizeof raw);
	text = b64url_encode(w->arena, BYTES(raw, sizeof raw));
	crypto_wipe(raw, sizeof raw);
	return text;
}

static enum err
client_admin_fill_secret(struct work *w, struct client *c, const char *given, const char **secret)
{
	*secret = NULL;
	c->secret = NULL;
	if (text_equal(c->auth, AUTH_NONE))
		return OK;
	*secret = given != NULL ? given : client_admin_new_secret(w);
	if (strlen(*secret) < SECRET_MIN || strlen(*secret) > SECRET_MAX)
		return work_fail(w, ERR_INVALID_REQUEST,
				 "a client's secret must have %d to %d characters", SECRET_MIN,
				 SECRET_MAX);
	c->secret = client_secret_hash(w, *secret);
	return OK;
}

static void
client_admin_fill_defaults(struct work *w, struct client *c)
{
	char id[ID_SIZE];

	if (c->id == NULL) {
		id_new(w->random, w->now_ms, id);
		c->id = arena_strdup(w->arena, id);
	}
	if (c->auth == NULL)
		c->auth = AUTH_BASIC;
	if (c->grants.n == 0 && client_is_resource_server(c))
		str_list_add(w->arena, &c->grants, GRANT_CLIENT);
	else if (c->grants.n == 0) {
		str_list_add(w->arena, &c->grants, GRANT_UMA);
		str_list_add(w->arena, &c->grants, GRANT_REFRESH);
	}
	c->created = w->now;
}

/* A resource server with client credentials acts for an organisation: an account of its own, unless
 * the administrator names one (UMA Federated Authorization, 1.3). An existing account with that
 * login is never used unasked: it may belong to a person. */
static enum err
client_admin_fill_owner(struct work *w, struct client *c)
{
	struct account own;
	const char *login = c->id;
	enum err e;

	if (!client_is_resource_server(c) || !client_has_grant(c, GRANT_CLIENT) || c->owner != NULL)
		return OK;
	/* A login must not have the form of an account's id, and its bound is lower than that of a
	 * client_id. */
	if (id_is(login) || strlen(login) > LOGIN_MAX)
		login = arena_printf(w->arena, "client-%.100s", login);
	e = account_by_login(w, login, ABSENT, &own);
	if (e == OK)
		return work_fail(w, ERR_EXISTS,
				 "the account %s exists already: name the owner whose "
				 "resources the client protects with its own token",
				 login);
	if (e != ABSENT)
		return e;
	own = (struct account){ .login = login };
	TRY(account_add(w, &own));
	c->owner = own.id;
	return OK;
}

enum err
client_add(struct work *w, struct client *c, const char *given_secret, const char **secret)
{
	struct client other;
	enum err e;

	client_admin_fill_defaults(w, c);
	TRY(client_admin_check_id(w, c->id));
	e = client_find_any(w, c->id, ABSENT, &other);
	if (e == OK)
		return work_fail(
			w, ERR_EXISTS,
			other.removed == 0
				? "a client with this id exists already"
				: "a removed client had this id, and its tokens would become "
				  "valid again: choose another id");
	if (e != ABSENT)
		return e;
	TRY(client_admin_fill_secret(w, c, given_secret, secret));
	c->row = BYTES_NONE;
	TRY(client_admin_check(w, c));
	TRY(client_admin_fill_owner(w, c));
	client_write(w, c);
	return OK;
}

enum err
client_remove(struct work *w, const char *id)
{
	struct client c, removed_row = { .id = id, .auth = AUTH_NONE, .removed = w->now };

	TRY(client_find(w, id, ERR_NOT_FOUND, &c));
	removed_row.created = c.created;
	w->changes->essential = true;
	change_take(w->changes, T_CLIENT, c.key, c.row, client_encode(w->arena, &removed_row));
	audit_add(w, &(struct audit){ .event = AUDIT_CLIENT_REMOVED, .object = id });
	return OK;
}
