/* SPDX-License-Identifier: Apache-2.0 */
#ifndef USHER_TESTS_MODEL_CAST_H
#define USHER_TESTS_MODEL_CAST_H

#include "model/account.h"
#include "model/client.h"
#include "model/resource.h"
#include "tests/model/scene.h"

/* A harness with people in tenant "one": owners alice and erin, bob (in group "family"), resource
 * servers photoz and filez, clients viewer (may push claims) and other. */
struct cast {
	struct scene s;
	const char  *alice, *erin, *bob;	/* ids of their accounts */
};

#define IDP "https://idp.example.net"

void cast_open(struct cast *c);
void cast_close(struct cast *c);

/* Everything below commits. */
const char *cast_account(struct cast *c, const char *login, const char *group);
/* `scopes` as RFC 6749, 3.3 writes them.  The secret is that of cast_secret. */
void cast_client(struct cast *c, const char *id, const char *auth, const char *scopes);
const char *cast_secret(struct cast *c, const char *id);
/* Reads the client, lets `change` alter it, writes it. */
void cast_change(struct cast *c, const char *id, void (*change)(struct client *client));
/* Changes for cast_change. */
void cast_disable(struct client *client);
void cast_enable(struct client *client);
void cast_allow_push(struct client *client);
void cast_forbid_push(struct client *client);
void cast_allow_protection(struct client *client);
void cast_forbid_protection(struct client *client);
/* A resource of `owner` at photoz; its id. */
const char *cast_resource(struct cast *c, const char *owner, const char *scopes);
/* The policy of a resource at photoz, or with NULL the owner's default there. */
void cast_policy(struct cast *c, const char *owner, const char *resource, const char *doc);
/* A trusted issuer whose one key is that of cast_signer. */
void cast_issuer(struct cast *c, const char *url);
struct signing_key cast_signer(void);

/* A list of one permission, more of them by cast_more. */
struct permission *cast_asked(struct cast *c, const char *resource, const char *scopes);
struct permission *cast_more(struct permission *list, struct permission *more);
struct strs cast_scopes(struct cast *c, const char *scopes);
/* JSON, with ' for ". */
struct json_object *cast_json(struct cast *c, const char *text);

#endif
