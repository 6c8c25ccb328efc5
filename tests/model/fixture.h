/* SPDX-License-Identifier: Apache-2.0 */
#ifndef USHER_TESTS_MODEL_FIXTURE_H
#define USHER_TESTS_MODEL_FIXTURE_H

#include "model/account.h"
#include "model/client.h"
#include "model/resource.h"
#include "tests/model/harness.h"

/*
 * A harness with a fixed set of accounts and clients in tenant "one": owners alice and erin, bob
 * (in group "family"), resource servers photoz and filez, clients viewer (may push claims) and
 * other.
 */
struct fixture {
	struct harness s;
	const char *alice, *erin, *bob; /* ids of the accounts */
};

#define IDP "https://idp.example.net"

void fixture_open(struct fixture *c);
void fixture_close(struct fixture *c);

/* All functions below commit. */
const char *fixture_account(struct fixture *c, const char *login, const char *group);
void fixture_password(struct fixture *c, const char *account, const char *password);
/* `scopes` is a scope value of RFC 6749, 3.3. The secret is fixture_secret(id). */
void fixture_client(struct fixture *c, const char *id, const char *auth, const char *scopes);
const char *fixture_secret(struct fixture *c, const char *id);
/* Reads the client, calls `change` on it, and writes it. */
void fixture_change_client(struct fixture *c, const char *id,
			   void (*change)(struct client *client));
/* Functions for fixture_change_client. */
void fixture_disable(struct client *client);
void fixture_enable(struct client *client);
void fixture_allow_push(struct client *client);
void fixture_forbid_push(struct client *client);
void fixture_allow_protection(struct client *client);
void fixture_forbid_protection(struct client *client);
/* Registers a resource of `owner` at photoz; returns its id. */
const char *fixture_resource(struct fixture *c, const char *owner, const char *scopes);
/* Sets the policy of a resource at photoz, or the owner's default there with NULL. */
void fixture_policy(struct fixture *c, const char *owner, const char *resource, const char *doc);
/* Adds a trusted issuer whose only key is that of fixture_signer. */
void fixture_issuer(struct fixture *c, const char *url);
struct signing_key fixture_signer(void);

/* A list of one permission; fixture_join appends more. */
struct permission *fixture_permissions(struct fixture *c, const char *resource, const char *scopes);
struct permission *fixture_join(struct permission *list, struct permission *more);
struct str_list fixture_scopes(struct fixture *c, const char *scopes);
/* Parses JSON in which ' replaces ". */
struct json_object *fixture_json(struct fixture *c, const char *text);

#endif
