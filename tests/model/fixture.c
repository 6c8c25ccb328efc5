/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <stdlib.h>

#include "base/json.h"
#include "jose/signing_key.h"
#include "model/issuer.h"
#include "model/password.h"
#include "model/permission.h"
#include "model/stored_policy.h"
#include "tests/model/fixture.h"

static void
fixture_expect_ok(struct fixture *c, enum err e, const char *what)
{
	if (e == OK)
		return;
	fprintf(stderr, "fixture: %s: %s: %s\n", what, err_name(e),
		c->s.w.refusal.why != NULL ? c->s.w.refusal.why : "");
	abort();
}

static void
fixture_commit(struct fixture *c, const char *what)
{
	fixture_expect_ok(c, harness_commit(&c->s), what);
}

struct str_list
fixture_scopes(struct fixture *c, const char *scopes)
{
	struct str_list list = { 0 };

	if (*scopes != '\0')
		fixture_expect_ok(c,
				  str_list_parse_scope(c->s.arena, scopes, 64, &list) ? OK
										      : ERR_SERVER,
				  scopes);
	return list;
}

struct json_object *
fixture_json(struct fixture *c, const char *text)
{
	char *copy = arena_strdup(c->s.arena, text);
	const char *why = text;
	struct json_object *o;

	for (char *p = copy; *p != '\0'; p++)
		if (*p == '\'')
			*p = '"';
	o = json_parse(c->s.arena, bytes_of(copy), &why);
	fixture_expect_ok(c, o != NULL ? OK : ERR_SERVER, why);
	return o;
}

struct permission *
fixture_permissions(struct fixture *c, const char *resource, const char *scopes)
{
	struct permission *p = NULL, **last = &p;

	permission_add(c->s.arena, &last, resource);
	p->scopes = fixture_scopes(c, scopes);
	p->since = 1;
	return p;
}

struct permission *
fixture_join(struct permission *list, struct permission *more)
{
	struct permission *p = list;

	while (p->next != NULL)
		p = p->next;
	p->next = more;
	return list;
}

const char *
fixture_account(struct fixture *c, const char *login, const char *group)
{
	struct account acc = { .login = login };

	if (group != NULL)
		str_list_add(c->s.arena, &acc.groups, group);
	fixture_expect_ok(c, account_add(&c->s.w, &acc), login);
	fixture_commit(c, login);
	return acc.id;
}

void
fixture_password(struct fixture *c, const char *account, const char *password)
{
	struct account acc;

	fixture_expect_ok(c, account_find(&c->s.w, account, ABSENT, &acc), account);
	if (password_set(&c->s.w, &acc, password) == ERR_WAIT)
		harness_do_jobs(&c->s);
	harness_run_again(&c->s);
	fixture_expect_ok(c, password_set(&c->s.w, &acc, password), password);
	fixture_commit(c, password);
}

const char *
fixture_secret(struct fixture *c, const char *id)
{
	return arena_printf(c->s.arena, "the-secret-of-%s", id);
}

void
fixture_client(struct fixture *c, const char *id, const char *auth, const char *scopes)
{
	struct client client = { .id = id, .auth = auth, .scopes = fixture_scopes(c, scopes) };
	const char *shown;

	fixture_expect_ok(c, client_add(&c->s.w, &client, fixture_secret(c, id), &shown), id);
	fixture_commit(c, id);
}

void
fixture_change_client(struct fixture *c, const char *id, void (*change)(struct client *client))
{
	struct client client;

	fixture_expect_ok(c, client_find(&c->s.w, id, ERR_NOT_FOUND, &client), id);
	change(&client);
	fixture_expect_ok(c, client_put(&c->s.w, &client), id);
	fixture_commit(c, id);
}

void
fixture_disable(struct client *client)
{
	client->disabled = true;
}

void
fixture_enable(struct client *client)
{
	client->disabled = false;
}

void
fixture_allow_push(struct client *client)
{
	client->push_claims = true;
}

void
fixture_forbid_push(struct client *client)
{
	client->push_claims = false;
}

void
fixture_allow_protection(struct client *client)
{
	static const char *scopes[] = { SCOPE_PROTECTION };

	client->scopes = (struct str_list){ .list = scopes, .n = 1 };
}

void
fixture_forbid_protection(struct client *client)
{
	client->scopes = (struct str_list){ 0 };
}

const char *
fixture_resource(struct fixture *c, const char *owner, const char *scopes)
{
	struct resource r = {
		.owner = owner, .rs = "photoz", .scopes = fixture_scopes(c, scopes), .doc = "{}"
	};

	fixture_expect_ok(c, resource_add(&c->s.w, &r), scopes);
	fixture_commit(c, scopes);
	return r.id;
}

void
fixture_policy(struct fixture *c, const char *owner, const char *resource, const char *doc)
{
	struct stored_policy s;

	fixture_expect_ok(c, stored_policy_find(&c->s.w, owner, "photoz", resource, &s), doc);
	fixture_expect_ok(c, stored_policy_put(&c->s.w, &s, fixture_json(c, doc)), doc);
	fixture_commit(c, doc);
}

/* The secret key of the first test vector of RFC 8032, 7.1. */
struct signing_key
fixture_signer(void)
{
	static const uint8_t seed[32] = {
		0x9d, 0x61, 0xb1, 0x9d, 0xef, 0xfd, 0x5a, 0x60, 0xba, 0x84, 0x4a,
		0xf4, 0x92, 0xec, 0x2c, 0xc4, 0x44, 0x49, 0xc5, 0x69, 0x7b, 0x32,
		0x69, 0x19, 0x70, 0x3b, 0xac, 0x03, 0x1c, 0xae, 0x7f, 0x60,
	};
	struct signing_key key;

	signing_key_from_seed(seed, "EdDSA", &key);
	return key;
}

void
fixture_issuer(struct fixture *c, const char *url)
{
	struct signing_key key = fixture_signer();
	struct buf b = { .arena = c->s.arena };
	struct issuer i = { .url = url };

	out_open(&b, NULL, '{');
	out_open(&b, "keys", '[');
	signing_key_print_jwk(&b, key.kid, key.alg, key.public_key);
	out_close(&b, ']');
	out_close(&b, '}');
	i.jwks = b.data;
	fixture_expect_ok(c, issuer_put(&c->s.w, &i), url);
	fixture_commit(c, url);
}

void
fixture_open(struct fixture *c)
{
	harness_open(&c->s);
	c->alice = fixture_account(c, "alice", NULL);
	c->erin = fixture_account(c, "erin", NULL);
	c->bob = fixture_account(c, "bob", "family");
	fixture_client(c, "photoz", NULL, SCOPE_PROTECTION);
	fixture_client(c, "filez", NULL, SCOPE_PROTECTION);
	fixture_client(c, "viewer", NULL, "");
	fixture_change_client(c, "viewer", fixture_allow_push);
	fixture_client(c, "other", NULL, "");
	fixture_issuer(c, IDP);
}

void
fixture_close(struct fixture *c)
{
	harness_close(&c->s);
}
