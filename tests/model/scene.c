/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <stdlib.h>

#include "model/signature.h"
#include "tests/model/scene.h"
#include "tests/support.h"

static void
must(bool good, const char *what)
{
	if (good)
		return;
	fprintf(stderr, "harness: %s\n", what);
	abort();
}

void
scene_begin(struct scene *s)
{
	int64_t now_ms = s->w.now_ms;
	enum err e;

	store_release(s->w.db);
	s->failure = (struct failure){ 0 };
	s->w = (struct work){ .arena = s->arena, .settings = &s->settings, .changes = &s->changes,
			      .throttle = s->throttle, .failure = &s->failure,
			      .now = now_ms / 1000, .now_ms = now_ms };
	must(store_snapshot(s->store, &s->w.db) == OK, "snapshot");
	e = tenants_named(&s->tenants, &s->w, s->tenant, &s->w.tenant);
	must(e == OK || e == ABSENT, "tenants");
	changes_start(&s->changes, s->arena, s->w.tenant != NULL ? s->w.tenant->id : 0);
}

void
scene_at(struct scene *s, int64_t now)
{
	s->w.now_ms = now * 1000;
	scene_begin(s);
}

void
scene_in(struct scene *s, const char *tenant)
{
	s->tenant = tenant;
	scene_begin(s);
}

void
scene_set(struct scene *s, const char *setting, const char *value)
{
	const char *why = setting;

	must(setting_set(s->arena, &usher_settings, &s->settings, setting, value, &why) == OK, why);
	tenants_free(&s->tenants);
	tenants_start(&s->tenants, &s->master, &s->settings);
	scene_begin(s);
}

enum err
scene_commit(struct scene *s)
{
	struct changes *list = &s->changes;
	enum err e;

	signature_make_all(&s->w);
	e = store_commit(s->store, &list, 1);

	if (e == OK)
		e = list->verdict;
	scene_begin(s);
	return e;
}

static void
add_tenant(struct scene *s, const char *name, const char *issuer)
{
	must(tenant_add(&s->w, &s->master, name, issuer) == OK, name);
	must(scene_commit(s) == OK, name);
}

void
scene_open(struct scene *s)
{
	struct store_config config = { .map_size = 4 << 20, .map_max = 16 << 20, .create = true };
	const char *why = "store";

	*s = (struct scene){ .folder = scratch_new(), .arena = arena_new(), .tenant = "one" };
	s->throttle = throttle_new();
	settings_defaults(&usher_settings, &s->settings);
	crypto_random(&s->master, sizeof s->master);
	tenants_start(&s->tenants, &s->master, &s->settings);
	config.path = arena_printf(s->arena, "%s/store", s->folder);
	must(store_open(&store_lmdb, &config, &s->store, &why) == OK, why);
	scene_at(s, SCENE_NOW);
	add_tenant(s, "one", "https://as.example.com");
	add_tenant(s, "two", "https://as.example.com/t/two");
}

void
scene_close(struct scene *s)
{
	store_release(s->w.db);
	tenants_free(&s->tenants);
	throttle_free(s->throttle);
	store_close(s->store);
	arena_free(s->arena);
	scratch_remove(s->folder);
	free(s->folder);
}

struct looking {
	struct scene *scene;
	enum table    table;
	size_t        n;
	struct bytes  row;
	const char   *over;
};

static enum err
look(void *arg, struct bytes key, struct bytes row)
{
	struct looking *l = arg;

	l->n++;
	l->row = row;
	if (l->over != NULL)
		change_put(&l->scene->changes, l->table, key, bytes_of(l->over));
	return OK;
}

static struct looking
look_over(struct scene *s, enum table t, struct bytes key, const char *over)
{
	struct looking l = { s, t, 0, BYTES_NONE, over };

	must(store_scan(s->w.db, s->changes.tenant, t, key, BYTES_NONE, look, &l) == OK, "scan");
	return l;
}

size_t
scene_rows(struct scene *s, enum table t)
{
	return look_over(s, t, BYTES_NONE, NULL).n;
}

struct bytes
scene_row(struct scene *s, enum table t, struct bytes key)
{
	return look_over(s, t, key, NULL).row;
}

void
scene_spoil(struct scene *s, enum table t, const char *text)
{
	must(look_over(s, t, BYTES_NONE, text).n > 0, "nothing to spoil");
	must(scene_commit(s) == OK, "spoil");
}
