/* SPDX-License-Identifier: Apache-2.0 */
#ifndef USHER_TESTS_MODEL_HARNESS_H
#define USHER_TESTS_MODEL_HARNESS_H

#include "base/crypto.h"
#include "base/settings.h"
#include "model/tenant.h"
#include "model/throttle.h"
#include "model/work.h"
#include "store/store.h"

/*
 * The work of one request on a store of its own, with a clock that the test sets. There are two
 * tenants: "one" (https://as.example.com) and "two" (https://as.example.com/t/two); the work begins
 * in "one". The arena is freed with the harness, so values in it stay valid; rows read from the
 * store are valid until the next commit.
 */
struct harness {
	char *directory;
	struct store *store;
	struct settings settings;
	struct key master;
	struct tenants tenants;
	struct throttle *throttle;
	struct failure failure;
	struct jobs jobs; /* of the present work */
	struct arena *arena;
	struct changes changes;
	struct work w;
	const char *tenant;
};

#define HARNESS_NOW 1700000000

void harness_open(struct harness *s);
void harness_close(struct harness *s);

/*
 * Takes a new snapshot and empties the change list. The next three functions do the same and set
 * the time, the tenant, or a setting of all tenants.
 */
void harness_begin(struct harness *s);
void harness_set_time(struct harness *s, int64_t now);
void harness_use_tenant(struct harness *s, const char *tenant);
void harness_set_setting(struct harness *s, const char *setting, const char *value);

/* Begins a further run of the same request: as harness_begin, but the jobs and their results stay. */
void harness_run_again(struct harness *s);
/* Does the jobs that the work waits for, at a low cost. */
void harness_do_jobs(struct harness *s);

/* Commits the change list and calls harness_begin; returns the list's verdict. */
enum err harness_commit(struct harness *s);

size_t harness_count_rows(struct harness *s, enum table t);
/* The row at `key`, or the table's only row if `key` is empty; BYTES_NONE if there is none. */
struct bytes harness_row(struct harness *s, enum table t, struct bytes key);
/* Overwrites every row of the table with `text`, like a corrupt file. */
void harness_corrupt_rows(struct harness *s, enum table t, const char *text);

#endif
