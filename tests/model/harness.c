/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <stdlib.h>

#include "model/password.h"
#include "model/signature.h"
#include "tests/model/harness.h"
#include "tests/support.h"

static void
harness_expect_ok(bool good, const char *what)
{
	if (good)
		return;
	fprintf(stderr, "harness: %s\n", what);
	abort();
}

void
harness_begin(struct harness *s)
{
	int64_t now_ms = s->w.now_ms;
	enum err e;

	store_release(s->w.db);
	s->failure = (struct failure){ 0 };
	s->jobs = (struct jobs){ .arena = s->arena };
	s->w = (struct work){ .arena = s->arena,
			      .settings = &s->settings,
			      .changes = &s->changes,
			      .throttle = s->throttle,
			      .failure = &s->failure,
			      .jobs = &s->jobs,
			      .now = now_ms / 1000,
			      .now_ms = now_ms };
	harness_expect_ok(store_snapshot(s->store, &s->w.db) == OK, "snapshot");
	e = tenants_by_name(&s->tenants, &s->w, s->tenant, &s->w.tenant);
	harness_expect_ok(e == OK || e == ABSENT, "tenants");
	changes_start(&s->changes, s->arena, s->w.tenant != NULL ? s->w.tenant->id : 0);
}

void
harness_run_again(struct harness *s)
{
	struct jobs jobs = s->jobs;

	harness_begin(s);
	s->jobs = jobs;
}

void
harness_do_jobs(struct harness *s)
{
	struct password_keeper keeper;

	harness_expect_ok(password_keeper_start(&keeper, s->arena, &s->master, &s->settings),
			  "passwords");
	password_keeper_run_all(&keeper, s->arena, &s->jobs);
}

void
harness_set_time(struct harness *s, int64_t now)
{
	s->w.now_ms = now * 1000;
	harness_begin(s);
}

void
harness_use_tenant(struct harness *s, const char *tenant)
{
	s->tenant = tenant;
	harness_begin(s);
}

void
harness_set_setting(struct harness *s, const char *setting, const char *value)
{
	const char *why = setting;

	harness_expect_ok(setting_set(s->arena, &usher_settings, &s->settings, setting, value,
				      &why) == OK,
			  why);
	tenants_free(&s->tenants);
	tenants_start(&s->tenants, &s->master, &s->settings);
	harness_begin(s);
}

enum err
harness_commit(struct harness *s)
{
	struct changes *list = &s->changes;
	enum err e;

	signature_make_all(&s->w);
	e = store_commit(s->store, &list, 1);

	if (e == OK)
		e = list->verdict;
	harness_begin(s);
	return e;
}

static void
harness_add_tenant(struct harness *s, const char *name, const char *issuer)
{
	harness_expect_ok(tenant_add(&s->w, &s->master, name, issuer) == OK, name);
	harness_expect_ok(harness_commit(s) == OK, name);
}

void
harness_open(struct harness *s)
{
	struct store_config config = { .map_size = 4 << 20, .map_max = 16 << 20, .create = true };
	const char *why = "store";

	*s = (struct harness){ .directory = scratch_new(), .arena = arena_new(), .tenant = "one" };
	s->throttle = throttle_new();
	settings_defaults(&usher_settings, &s->settings);
	s->settings.password_memory = 8; /* below the bound, for speed */
	s->settings.password_passes = 1;
	crypto_random(&s->master, sizeof s->master);
	tenants_start(&s->tenants, &s->master, &s->settings);
	config.path = arena_printf(s->arena, "%s/store", s->directory);
	harness_expect_ok(store_open(&store_lmdb, &config, &s->store, &why) == OK, why);
	harness_set_time(s, HARNESS_NOW);
	harness_add_tenant(s, "one", "https://as.example.com");
	harness_add_tenant(s, "two", "https://as.example.com/t/two");
}

void
harness_close(struct harness *s)
{
	store_release(s->w.db);
	tenants_free(&s->tenants);
	throttle_free(s->throttle);
	store_close(s->store);
	arena_free(s->arena);
	scratch_remove(s->directory);
	free(s->directory);
}

struct looking {
	struct harness *harness;
	enum table table;
	size_t n;
	struct bytes row;
	const char *over;
};

static enum err
harness_snapshot(void *arg, struct bytes key, struct bytes row)
{
	struct looking *l = arg;

	l->n++;
	l->row = row;
	if (l->over != NULL)
		change_put(&l->harness->changes, l->table, key, bytes_of(l->over));
	return OK;
}

static struct looking
harness_scan_row(struct harness *s, enum table t, struct bytes key, const char *over)
{
	struct looking l = { s, t, 0, BYTES_NONE, over };

	harness_expect_ok(store_scan(s->w.db, s->changes.tenant, t, key, BYTES_NONE,
				     harness_snapshot, &l) == OK,
			  "scan");
	return l;
}

size_t
harness_count_rows(struct harness *s, enum table t)
{
	return harness_scan_row(s, t, BYTES_NONE, NULL).n;
}

struct bytes
harness_row(struct harness *s, enum table t, struct bytes key)
{
	return harness_scan_row(s, t, key, NULL).row;
}

void
harness_corrupt_rows(struct harness *s, enum table t, const char *text)
{
	harness_expect_ok(harness_scan_row(s, t, BYTES_NONE, text).n > 0, "nothing to spoil");
	harness_expect_ok(harness_commit(s) == OK, "spoil");
}
