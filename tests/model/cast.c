/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <stdlib.h>

#include "base/json.h"
#include "jose/signing_key.h"
#include "model/issuer.h"
#include "model/permission.h"
#include "model/share.h"
#include "tests/model/cast.h"

static void
must(struct cast *c, enum err e, const char *what)
{
	if (e == OK)
		return;
	fprintf(stderr, "fixture: %s: %s: %s\n", what, err_name(e),
		c->s.w.refusal.why != NULL ? c->s.w.refusal.why : "");
	abort();
}

static void
commit(struct cast *c, const char *what)
{
	must(c, scene_commit(&c->s), what);
}

struct strs
cast_scopes(struct cast *c, const char *scopes)
{
	struct strs list = { 0 };

	if (*scopes != '\0')
		must(c, strs_parse_scope(c->s.arena, scopes, 64, &list) ? OK : ERR_SERVER, scopes);
	return list;
}

struct json_object *
cast_json(struct cast *c, const char *text)
{
	char *copy = arena_strdup(c->s.arena, text);
	const char *why = text;
	struct json_object *o;

	for (char *p = copy; *p != '\0'; p++)
		if (*p == '\'')
			*p = '"';
	o = json_parse(c->s.arena, bytes_of(copy), &why);
	must(c, o != NULL ? OK : ERR_SERVER, why);
	return o;
}

struct permission *
cast_asked(struct cast *c, const char *resource, const char *scopes)
{
	struct permission *p = NULL, **last = &p;

	permission_add(c->s.arena, &last, resource);
	p->scopes = cast_scopes(c, scopes);
	p->since = 1;
	return p;
}

struct permission *
cast_more(struct permission *list, struct permission *more)
{
	struct permission *p = list;

	while (p->next != NULL)
		p = p->next;
	p->next = more;
	return list;
}

const char *
cast_account(struct cast *c, const char *login, const char *group)
{
	struct account acc = { .login = login };

	if (group != NULL)
		strs_add(c->s.arena, &acc.groups, group);
	must(c, account_add(&c->s.w, &acc), login);
	commit(c, login);
	return acc.id;
}

const char *
cast_secret(struct cast *c, const char *id)
{
	return arena_printf(c->s.arena, "the-secret-of-%s", id);
}

void
cast_client(struct cast *c, const char *id, const char *auth, const char *scopes)
{
	struct client client = { .id = id, .auth = auth, .scopes = cast_scopes(c, scopes) };
	const char *shown;

	must(c, client_add(&c->s.w, &client, cast_secret(c, id), &shown), id);
	commit(c, id);
}

void
cast_change(struct cast *c, const char *id, void (*change)(struct client *client))
{
	struct client client;

	must(c, client_find(&c->s.w, id, ERR_NOT_FOUND, &client), id);
	change(&client);
	must(c, client_put(&c->s.w, &client), id);
	commit(c, id);
}

void
cast_disable(struct client *client)
{
	client->disabled = true;
}

void
cast_enable(struct client *client)
{
	client->disabled = false;
}

void
cast_allow_push(struct client *client)
{
	client->push_claims = true;
}

void
cast_forbid_push(struct client *client)
{
	client->push_claims = false;
}

void
cast_allow_protection(struct client *client)
{
	static const char *scopes[] = { SCOPE_PROTECTION };

	client->scopes = (struct strs){ .list = scopes, .n = 1 };
}

void
cast_forbid_protection(struct client *client)
{
	client->scopes = (struct strs){ 0 };
}

const char *
cast_resource(struct cast *c, const char *owner, const char *scopes)
{
	struct resource r = { .owner = owner, .rs = "photoz", .scopes = cast_scopes(c, scopes),
			      .doc = "{}" };

	must(c, resource_add(&c->s.w, &r), scopes);
	commit(c, scopes);
	return r.id;
}

void
cast_policy(struct cast *c, const char *owner, const char *resource, const char *doc)
{
	struct share s;

	must(c, share_find(&c->s.w, owner, "photoz", resource, &s), doc);
	must(c, share_put(&c->s.w, &s, cast_json(c, doc)), doc);
	commit(c, doc);
}

/* The seed of the first test vector of RFC 8032, 7.1. */
struct signing_key
cast_signer(void)
{
	static const uint8_t seed[32] = {
		0x9d, 0x61, 0xb1, 0x9d, 0xef, 0xfd, 0x5a, 0x60, 0xba, 0x84, 0x4a, 0xf4, 0x92, 0xec,
		0x2c, 0xc4, 0x44, 0x49, 0xc5, 0x69, 0x7b, 0x32, 0x69, 0x19, 0x70, 0x3b, 0xac, 0x03,
		0x1c, 0xae, 0x7f, 0x60,
	};
	struct signing_key key;

	signing_key_from_seed(seed, "EdDSA", &key);
	return key;
}

void
cast_issuer(struct cast *c, const char *url)
{
	struct signing_key key = cast_signer();
	struct buf b = { .arena = c->s.arena };
	struct issuer i = { .url = url };

	out_open(&b, NULL, '{');
	out_open(&b, "keys", '[');
	signing_key_print_jwk(&b, key.kid, key.alg, key.public_key);
	out_close(&b, ']');
	out_close(&b, '}');
	i.jwks = b.data;
	must(c, issuer_put(&c->s.w, &i), url);
	commit(c, url);
}

void
cast_open(struct cast *c)
{
	scene_open(&c->s);
	c->alice = cast_account(c, "alice", NULL);
	c->erin = cast_account(c, "erin", NULL);
	c->bob = cast_account(c, "bob", "family");
	cast_client(c, "photoz", NULL, SCOPE_PROTECTION);
	cast_client(c, "filez", NULL, SCOPE_PROTECTION);
	cast_client(c, "viewer", NULL, "");
	cast_change(c, "viewer", cast_allow_push);
	cast_client(c, "other", NULL, "");
	cast_issuer(c, IDP);
}

void
cast_close(struct cast *c)
{
	scene_close(&c->s);
}
