/* SPDX-License-Identifier: Apache-2.0 */
#ifndef USHER_MODEL_CLIENT_H
#define USHER_MODEL_CLIENT_H

#include "model/work.h"

#include "base/str_list.h"

/*
 * A client (RFC 6749, 2; RFC 7591, 2).  A resource server is a client with scope uma_protection.
 */
#define SCOPE_PROTECTION "uma_protection"
/* Of an owner's own token: her policies, at all resource servers.  No client can have it. */
#define SCOPE_OWNER   "usher_owner"
#define GRANT_UMA     "urn:ietf:params:oauth:grant-type:uma-ticket"
#define GRANT_CLIENT  "client_credentials"
#define GRANT_REFRESH "refresh_token"

#define CLIENT_ID_MAX 256 /* bytes; an owner's and a resource's id fit beside it in a key */

#define AUTH_BASIC "client_secret_basic"
#define AUTH_POST  "client_secret_post"
#define AUTH_NONE  "none"

/* Of a resource server: where its RPTs have their permissions, and whether a part of what was asked
 * for may be granted. */
enum rpt_permissions { RPT_PERMISSIONS_TOKEN, RPT_PERMISSIONS_INTROSPECTION };
enum partial { PARTIAL_TENANT, PARTIAL_YES, PARTIAL_NO }; /* the first: as the tenant says */
extern const char *const rpt_permissions_names[], *const partial_names[]; /* end with NULL */

struct client {
	const char *id;		/* 1 to CLIENT_ID_MAX of VSCHAR (RFC 6749, A.1) */
	const char *name;	/* for people */
	const char *auth;	/* one of AUTH_*, as registered; see caller_client.c */
	const char *secret;	/* base64url of the keyed hash; NULL for public clients */
	struct str_list grants; /* GRANT_* it may use */
	struct str_list scopes; /* RegisteredScopes (UMA Grant, 3.3.4) */
	struct str_list redirect_uris;
	struct str_list claims_redirect_uris;
	const char *resource_uri; /* a resource server's `aud` in RPTs; NULL: its id */
	enum rpt_permissions rpt_permissions;
	enum partial partial;
	const char *owner;     /* account whose PAT client_credentials gives (its own) */
	bool push_claims;      /* may push claim tokens (UMA Grant, 5.7) */
	bool strict_scope;     /* an unregistered scope is refused, not ignored (3.3.6) */
	bool flat_permissions; /* introspection adds "<resource id>#<scope>" strings */
	bool disabled;
	int64_t removed;   /* when; 0: it is there.  See client_remove */
	int64_t pct_after; /* persisted claims from before do not count */
	int64_t created;
	int64_t epoch;	       /* goes up when it is disabled or is no resource server any
					 * more: what was issued before has ended (grant.h) */
	int64_t grants_epoch;  /* … when it loses the grant of UMA or of refresh: what it
					 * holds by them has ended */
	int64_t push_epoch;    /* … when it loses push_claims: its PCTs have ended */
	struct bytes key, row; /* as read: for change_expect */
};

bool client_is_resource_server(const struct client *c);
/* What its RPTs name as audience. */
const char *client_audience(const struct client *c);
bool client_has_grant(const struct client *c, const char *grant);

/* OK, `missing`, ERR_STORE.  A disabled client is found; callers decide. */
enum err client_find(struct work *w, const char *id, enum err missing, struct client *out);
/* Is there such a client, and not disabled?  OK, `missing`, ERR_STORE.  `*epoch` is its epoch also
 * when it is disabled, and 0 when there is none. */
enum err client_check_enabled(struct work *w, const char *id, enum err missing, int64_t *epoch);
/* The same; `*version` is of both epochs of a client that holds grants (grant.h). */
enum err client_check_holder(struct work *w, const char *id, enum err missing,
			     const char **version);
/* The commit will expect the caller as it was when it was settled: for what is given to it. */
void client_expect(struct work *w, const struct client *c);
/* Constant time; false for public clients. */
bool client_secret_matches(struct work *w, const struct client *c, const char *secret);

/* Checks everything of `c` and leaves it to be written.  ERR_INVALID_REQUEST with the reason. */
enum err client_put(struct work *w, const struct client *c);
/* New: ERR_EXISTS for an id that a client has or had.  Fills id where NULL, the defaults of grants
 * and auth; makes a secret unless public or given.  `*secret` is what is shown once (NULL for
 * public ones). */
enum err client_add(struct work *w, struct client *c, const char *given_secret,
		    const char **secret);
/* Its tokens die with it: they are looked up by client at every use.  What stays is the mark that
 * the id was a client's: given again, it would bring tickets, tokens and answers of owners back to
 * life (T-U15, T-C07). */
enum err client_remove(struct work *w, const char *id);
/* `fn` gets a const struct client *. */
enum err client_each(struct work *w, each_fn fn, void *arg);

#endif
