/* SPDX-License-Identifier: Apache-2.0 */
/*
 * fill DIR COUNT: a store below DIR with one tenant, COUNT resources, a policy and an RPT for each,
 * all made by the model as requests make them, only in large commits.  A thousand resources have
 * one owner.  What the load needs to know of them goes to DIR/lines.0 and DIR/lines.1, a resource
 * a line: PAT, resource id, RPT.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/id.h"
#include "base/json.h"
#include "model/signature.h"
#include "model/account.h"
#include "model/client.h"
#include "model/delegation.h"
#include "model/stored_policy.h"
#include "model/tenant.h"
#include "model/token.h"
#include "tests/bench/names.h"

#define WRITERS	  2
#define BATCH	  1000 /* resources of one owner, and of one commit */
#define LINES_MAX 10000
#define ROOM	  3072	       /* bytes of file that a resource and all that is its may take */
#define ROOM_LOAD (1ull << 29) /* and what the load may add */

static const char policy[] = "{\"rules\":[{\"id\":\"r1\",\"effect\":\"permit\","
			     "\"scopes\":[\"view\"],\"when\":{\"client\":\"" BENCH_CLIENT "\"}}]}";

struct fill {
	const char *directory;
	uint64_t map_size;
	struct settings settings;
	struct key master;
	struct store *store;
	struct tenants tenants;
	struct work w;
	struct changes changes;
	FILE *lines;
};

static void
fill_expect_ok(struct fill *f, enum err e, const char *what)
{
	if (e == OK)
		return;
	fprintf(stderr, "fill: %s: %s: %s\n", what, err_name(e),
		f->w.refusal.why != NULL ? f->w.refusal.why : "");
	exit(1);
}

static void
fill_begin(struct fill *f)
{
	struct arena *a = f->w.arena;
	enum err e;

	f->w = (struct work){ .arena = a,
			      .settings = &f->settings,
			      .changes = &f->changes,
			      .now = clock_now(),
			      .now_ms = clock_ms() };
	fill_expect_ok(f, store_snapshot(f->store, &f->w.db), "snapshot");
	e = tenants_by_name(&f->tenants, &f->w, BENCH_TENANT, &f->w.tenant);
	if (e != ABSENT)
		fill_expect_ok(f, e, "tenants");
	changes_start(&f->changes, a, f->w.tenant != NULL ? f->w.tenant->id : 0);
}

static void
fill_end(struct fill *f)
{
	struct changes *list = &f->changes;

	f->changes.essential = true; /* the janitor, who would grow the map, does not run */
	signature_make_all(&f->w);
	fill_expect_ok(f, store_commit(f->store, &list, 1), "commit");
	fill_expect_ok(f, list->verdict, "commit");
	store_release(f->w.db);
	arena_reset(f->w.arena);
}

static void
open_store(struct fill *f, bool create)
{
	struct arena *a = f->w.arena = arena_new();
	struct store_config config = { .map_size = f->map_size,
				       .map_max = 64ull << 30,
				       .create = create };
	const char *path = arena_printf(a, "%s/master.key", f->directory), *why = path;

	crypto_start();
	settings_defaults(&usher_settings, &f->settings);
	config.path = arena_printf(a, "%s/store", f->directory);
	if (create)
		fill_expect_ok(f, master_key_create(a, path, &why), why);
	fill_expect_ok(f, master_key_read(a, path, &f->master, &why), why);
	tenants_start(&f->tenants, &f->master, &f->settings);
	if (store_open(&store_lmdb, &config, &f->store, &why) != OK)
		fill_expect_ok(f, ERR_STORE, why);
}

static void
close_store(struct fill *f)
{
	tenants_free(&f->tenants);
	store_close(f->store);
	arena_free(f->w.arena);
}

static struct str_list
fill_scopes(struct fill *f, const char *text)
{
	struct str_list list = { 0 };

	if (!str_list_parse_scope(f->w.arena, text, 8, &list))
		fill_expect_ok(f, ERR_INVALID_SCOPE, text);
	return list;
}

/* Tokens live for a day, so that a long measurement does not outlive them. */
static void
fill_add_tenant(struct fill *f)
{
	struct tenant t;

	fill_begin(f);
	fill_expect_ok(f, tenant_add(&f->w, &f->master, BENCH_TENANT, BENCH_ISSUER), "tenant");
	fill_end(f);
	fill_begin(f);
	t = *f->w.tenant;
	t.own_settings = "{\"rpt_life\":\"86400\",\"access_life\":\"86400\"}";
	fill_expect_ok(f, tenant_put(&f->w, &t), "tenant");
	fill_end(f);
}

static void
add_clients(struct fill *f)
{
	struct client server = { .id = BENCH_SERVER }, client = { .id = BENCH_CLIENT };
	const char *secret;

	fill_begin(f);
	server.scopes = fill_scopes(f, SCOPE_PROTECTION);
	fill_expect_ok(f, client_add(&f->w, &server, BENCH_SECRET, &secret), "resource server");
	str_list_add(f->w.arena, &client.grants, GRANT_UMA);
	fill_expect_ok(f, client_add(&f->w, &client, BENCH_SECRET, &secret), "client");
	fill_end(f);
}

static void
set_up(const char *directory, unsigned count)
{
	struct fill f = { .directory = directory, .map_size = ROOM_LOAD + (uint64_t)count * ROOM };

	open_store(&f, true);
	fill_add_tenant(&f);
	add_clients(&f);
	close_store(&f);
}

/* An owner with a PAT. */
static const char *
add_owner(struct fill *f, unsigned number, char pat[128])
{
	struct account acc = { .login = arena_printf(f->w.arena, "owner%u", number) };
	struct access token = { .client = BENCH_SERVER };
	const char *handle;

	fill_expect_ok(f, account_add(&f->w, &acc), "account");
	token.owner = acc.id;
	token.scopes = fill_scopes(f, SCOPE_PROTECTION);
	fill_expect_ok(f, access_issue(&f->w, &token, f->w.tenant->set.access_life, &handle),
		       "PAT");
	snprintf(pat, 128, "%s", handle);
	return acc.id;
}

/* Its one rule is what the RPT rests on. */
static void
add_policy(struct fill *f, const char *owner, const char *id, struct json_object *doc)
{
	struct stored_policy s;

	fill_expect_ok(f, stored_policy_find(&f->w, owner, BENCH_SERVER, id, &s), "policy");
	fill_expect_ok(f, stored_policy_put(&f->w, &s, doc), "policy");
}

static const char *
add_rpt(struct fill *f, const char *owner, const char *id)
{
	struct rpt rpt = { .grant.client = BENCH_CLIENT,
			   .grant.rs = BENCH_SERVER,
			   .grant.owner = owner,
			   .sub = BENCH_CLIENT,
			   .grant.party = "" };
	struct permission **last = &rpt.granted, *p;
	struct rule_source from;
	struct resource r;
	struct client server;
	const char *token;

	fill_expect_ok(f, resource_find(&f->w, owner, BENCH_SERVER, id, ERR_NOT_FOUND, &r),
		       "resource");
	fill_expect_ok(f, stored_policy_source(&f->w, &r, &from), "policy");
	fill_expect_ok(f, delegation_version(&f->w, owner, BENCH_SERVER, &rpt.grant.delegation),
		       "delegation");
	fill_expect_ok(f, grant_bind(&f->w, &rpt.grant, NULL), "grant");
	fill_expect_ok(f, grant_record_sharing(&f->w, &rpt.grant, NULL), "sharing number");
	p = permission_add(f->w.arena, &last, id);
	p->rule = "r1";
	p->basis = permission_basis(&f->w, &r, &from, rule_index_find(from.index, p->rule), "view",
				    0, NULL, f->w.now);
	p->scopes = fill_scopes(f, "view");
	fill_expect_ok(f, client_find(&f->w, BENCH_SERVER, ERR_NOT_FOUND, &server),
		       "resource server");
	fill_expect_ok(f, rpt_issue(&f->w, &server, &rpt, &token), "RPT");
	return token;
}

/* Three commits, since each reads what the one before it has written. */
static void
add_batch(struct fill *f, unsigned number, unsigned count, unsigned every)
{
	static char id[BATCH][ID_SIZE];
	static const char *token[BATCH];
	struct json_object *doc;
	const char *why;
	char pat[128], owner[ID_SIZE];

	fill_begin(f);
	snprintf(owner, sizeof(owner), "%s", add_owner(f, number, pat));
	for (unsigned i = 0; i < count; i++) {
		struct resource r = { .owner = owner,
				      .rs = BENCH_SERVER,
				      .doc = "{}",
				      .scopes = fill_scopes(f, "view print") };

		fill_expect_ok(f, resource_add(&f->w, &r), "resource");
		memcpy(id[i], r.id, ID_SIZE);
	}
	fill_end(f);
	fill_begin(f);
	doc = json_parse(f->w.arena, bytes_of(policy), &why);
	for (unsigned i = 0; i < count; i++)
		add_policy(f, owner, id[i], doc);
	fill_end(f);
	fill_begin(f);
	for (unsigned i = 0; i < count; i++)
		token[i] = add_rpt(f, owner, id[i]);
	signature_make_all(&f->w); /* completes the tokens */
	f->w.signatures = NULL;
	for (unsigned i = 0; i < count; i += every)
		fprintf(f->lines, "%s\t%s\t%s\n", pat, id[i], token[i]);
	fill_end(f);
}

static void
write_part(const char *directory, unsigned part, unsigned count)
{
	struct fill f = { .directory = directory };
	unsigned every = count > LINES_MAX ? count / LINES_MAX : 1;
	char path[512];

	snprintf(path, sizeof(path), "%s/lines.%u", directory, part);
	f.lines = fopen(path, "w");
	if (f.lines == NULL)
		fill_expect_ok(&f, ERR_SERVER, path);
	open_store(&f, false);
	for (unsigned i = part; i * BATCH < count; i += WRITERS) {
		unsigned left = count - i * BATCH;

		add_batch(&f, i, left < BATCH ? left : BATCH, every);
	}
	close_store(&f);
	if (fclose(f.lines) != 0)
		fill_expect_ok(&f, ERR_SERVER, path);
}

static int
wait_for_all(void)
{
	int status, code = 0;

	while (wait(&status) > 0)
		if (status != 0)
			code = 1;
	return code;
}

/* A store must not be opened before a fork and used after it: all opening is done in children. */
int
main(int argc, char **argv)
{
	unsigned count;

	if (argc != 3) {
		fprintf(stderr, "usage: fill DIR COUNT\n");
		return 64;
	}
	count = (unsigned)strtoul(argv[2], NULL, 10);
	if (fork() == 0) {
		set_up(argv[1], count);
		exit(0);
	}
	if (wait_for_all() != 0)
		return 1;
	for (unsigned part = 0; part < WRITERS; part++)
		if (fork() == 0) {
			write_part(argv[1], part, count);
			exit(0);
		}
	return wait_for_all();
}
