/* SPDX-License-Identifier: Apache-2.0 */
#ifndef USHER_TESTS_MODEL_SCENE_H
#define USHER_TESTS_MODEL_SCENE_H

#include "base/crypto.h"
#include "base/settings.h"
#include "model/tenant.h"
#include "model/throttle.h"
#include "model/work.h"
#include "store/store.h"

/*
 * One request's work on a store of its own, with the clock set by hand.  There are two tenants:
 * "one" (https://as.example.com) and "two" (https://as.example.com/t/two); the work begins in
 * "one".
 * The arena lives as long as the harness, so what a test keeps stays good; rows as read do not
 * outlive a commit.
 */
struct scene {
	char           *folder;
	struct store   *store;
	struct settings settings;
	struct key      master;
	struct tenants  tenants;
	struct throttle *throttle;
	struct failure  failure;
	struct arena   *arena;
	struct changes  changes;
	struct work     w;
	const char     *tenant;
};

#define SCENE_NOW 1700000000

void scene_open(struct scene *s);
void scene_close(struct scene *s);

/* A fresh snapshot and an empty list.  The three after it do the same, in another moment, in
 * another tenant, with another setting of all tenants. */
void scene_begin(struct scene *s);
void scene_at(struct scene *s, int64_t now);
void scene_in(struct scene *s, const char *tenant);
void scene_set(struct scene *s, const char *setting, const char *value);

/* Commits the list and begins anew; the list's verdict. */
enum err scene_commit(struct scene *s);

size_t scene_rows(struct scene *s, enum table t);
/* The row at `key`, or the table's only row where `key` is empty; BYTES_NONE: there is none. */
struct bytes scene_row(struct scene *s, enum table t, struct bytes key);
/* Writes `text` over every row of the table: what a rotten file may hold. */
void scene_spoil(struct scene *s, enum table t, const char *text);

#endif
