/* SPDX-License-Identifier: Apache-2.0 */
#ifndef USHER_MODEL_CLIENT_H
#define USHER_MODEL_CLIENT_H

#include "model/work.h"

#include "base/str_list.h"

/*
 * A client (RFC 6749, 2; RFC 7591, 2). A resource server is a client with the scope uma_protection.
 */
#define SCOPE_PROTECTION "uma_protection"
/* Scope of an owner's own token: their policies at all resource servers. No client can have it. */
#define SCOPE_OWNER   "usher_owner"
#define GRANT_UMA     "urn:ietf:params:oauth:grant-type:uma-ticket"
#define GRANT_CLIENT  "client_credentials"
#define GRANT_REFRESH "refresh_token"
#define GRANT_CODE    "authorization_code"

#define CLIENT_ID_MAX 256 /* bytes; a key must also have room for an owner's and a resource's id */

#define AUTH_BASIC "client_secret_basic"
#define AUTH_POST  "client_secret_post"
#define AUTH_NONE  "none"

/* Settings of a resource server: whether its RPTs contain the permissions or only introspection
 * returns them, and whether a part of the requested scopes may be granted (PARTIAL_TENANT: the
 * tenant's setting applies). */
enum rpt_permissions { RPT_PERMISSIONS_TOKEN, RPT_PERMISSIONS_INTROSPECTION };
enum partial { PARTIAL_TENANT, PARTIAL_YES, PARTIAL_NO };
extern const char *const rpt_permissions_names[], *const partial_names[]; /* terminated by NULL */

struct client {
	const char *id;		/* 1 to CLIENT_ID_MAX characters, VSCHAR (RFC 6749, A.1) */
	const char *name;	/* display name */
	const char *auth;	/* one of AUTH_*, as registered (see caller_client.c) */
	const char *secret;	/* base64url of the keyed hash; NULL for public clients */
	struct str_list grants; /* GRANT_* that it may use */
	struct str_list scopes; /* RegisteredScopes (UMA Grant, 3.3.4) */
	struct str_list redirect_uris;
	struct str_list claims_redirect_uris;
	const char *resource_uri; /* `aud` in RPTs for this resource server; NULL: its id */
	enum rpt_permissions rpt_permissions;
	enum partial partial;
	const char *owner;     /* account that its client_credentials PAT is issued for */
	bool push_claims;      /* may push claim tokens (UMA Grant, 5.7) */
	bool strict_scope;     /* unregistered scopes are rejected, not ignored (3.3.6) */
	bool require_pushed;   /* authorization requests must be pushed (RFC 9126, 6) */
	bool flat_permissions; /* introspection adds "<resource id>#<scope>" strings */
	bool disabled;
	int64_t removed;   /* time of removal; 0: not removed (see client_remove) */
	int64_t pct_after; /* persisted claims issued before this time are invalid */
	int64_t created;
	int64_t epoch;	       /* raised when the client is disabled or loses uma_protection:
			        * everything issued before is inactive (grant.h) */
	int64_t grants_epoch;  /* raised when it loses the grant type UMA, refresh or authorization
			        * code: what it got by them is inactive */
	int64_t push_epoch;    /* raised when it loses push_claims: its PCTs are invalid */
	struct bytes key, row; /* the row as read, for change_expect */
};

bool client_is_resource_server(const struct client *c);
/* Returns the audience of its RPTs. */
const char *client_audience(const struct client *c);
bool client_has_grant(const struct client *c, const char *grant);
/* Returns the URI of `registered` to which the client may send a browser: `sent` if it matches one
 * (uri_redirect_matches), or the only one if `sent` is NULL. NULL: there is none. */
const char *client_redirect_uri(const struct str_list *registered, const char *sent);

/* Returns OK, `missing` or ERR_STORE. A disabled client is found; the caller decides. */
enum err client_find(struct work *w, const char *id, enum err missing, struct client *out);
/* Returns OK if the client exists and is enabled, `missing` if not, or ERR_STORE. `*epoch` is the
 * epoch of the client, also if it is disabled, and 0 if it does not exist. */
enum err client_check_enabled(struct work *w, const char *id, enum err missing, int64_t *epoch);
/* The same for a client that holds grants: `*version` is the text of its two epochs (grant.h). */
enum err client_check_holder(struct work *w, const char *id, enum err missing,
			     const char **version);
/* Makes the commit expect the client's row as it was at authentication, for what is issued to the
 * client. */
void client_expect(struct work *w, const struct client *c);
/* Compares in constant time. Returns false for public clients. */
bool client_secret_matches(struct work *w, const struct client *c, const char *secret);

/* Validates all fields of `c` and adds its row to the changes. ERR_INVALID_REQUEST with the
 * reason. */
enum err client_put(struct work *w, const struct client *c);
/* Adds a client. ERR_EXISTS if a client has or had the id. Sets the id if it is NULL, and the
 * defaults of grants and auth; generates a secret unless the client is public or a secret is given.
 * `*secret` is the plain secret, which is shown once (NULL for public clients). */
enum err client_add(struct work *w, struct client *c, const char *given_secret,
		    const char **secret);
/* Removes the client. Its tokens become inactive, since every use looks the client up. A marker
 * stays and reserves the id: a new client with the same id would revive tickets, tokens and
 * consents (T-U15, T-C07). */
enum err client_remove(struct work *w, const char *id);
/* `fn` receives a const struct client *. Removed clients are skipped. */
enum err client_each(struct work *w, each_fn fn, void *arg);

#endif
