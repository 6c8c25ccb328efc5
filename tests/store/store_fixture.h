/* SPDX-License-Identifier: Apache-2.0 */
#ifndef USHER_TESTS_STORE_FIXTURE_H
#define USHER_TESTS_STORE_FIXTURE_H

#include <sys/types.h>

#include "base/arena.h"
#include "store/store.h"

/* A scratch database and the processes that use it. store_fixture_open opens
 * `store_fixture_engine`. */
extern const struct store_ops *store_fixture_engine;

#define MIB 1048576ull

struct store_fixture {
	char *directory, *path;
	struct arena *arena;
	struct store *store;
	uint64_t size, max;
};

void store_fixture_setup(struct store_fixture *st);
void store_fixture_setup_sized(struct store_fixture *st, uint64_t size, uint64_t max);
void store_fixture_teardown(struct store_fixture *st);
/* Opens the database (each child opens it for itself). A failure ends the process. */
void store_fixture_open(struct store_fixture *st);
void store_fixture_close(struct store_fixture *st);

/* Commits one list. Returns its verdict, or the error of the commit. */
enum err store_fixture_commit(struct store_fixture *st, struct changes *c);
enum err store_fixture_put(struct store_fixture *st, tenant_id t, enum table table, const char *key,
			   const char *row);
/* Takes the current row and replaces it by `row`, or removes it (NULL). */
enum err store_fixture_take(struct store_fixture *st, tenant_id t, enum table table,
			    const char *key, const char *row);
/* The current row as text, or NULL. */
const char *store_fixture_row(struct store_fixture *st, tenant_id t, enum table table,
			      const char *key);
/* The keys of a scan, separated by commas. */
const char *store_fixture_keys(struct store_fixture *st, tenant_id t, enum table table,
			       const char *prefix, const char *from);

/* Runs fn(st, arg) in a child process. The exit code is the result of fn. */
pid_t store_fixture_fork(struct store_fixture *st, int (*fn)(struct store_fixture *st, void *arg),
			 void *arg);
/* Waits for the child. Returns its exit code, or 128 and the signal. */
int store_fixture_wait(pid_t pid);
int store_fixture_kill(pid_t pid);

#endif
