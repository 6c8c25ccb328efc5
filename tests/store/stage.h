/* SPDX-License-Identifier: Apache-2.0 */
#ifndef USHER_TESTS_STORE_STAGE_H
#define USHER_TESTS_STORE_STAGE_H

#include <sys/types.h>

#include "base/arena.h"
#include "store/store.h"

/* A scratch database and the processes that use it.  `stage_engine` is what stage_open opens. */
extern const struct store_ops *stage_engine;

#define MIB 1048576ull

struct stage {
	char         *folder, *path;
	struct arena *arena;
	struct store *store;
	uint64_t      size, max;
};

void stage_start(struct stage *st);
void stage_start_sized(struct stage *st, uint64_t size, uint64_t max);
void stage_end(struct stage *st);
/* Opens the database (a child does it for itself); ends the process when that fails. */
void stage_open(struct stage *st);
void stage_close(struct stage *st);

/* Commits one list.  Returns its verdict, or the commit's error. */
enum err stage_commit(struct stage *st, struct changes *c);
enum err stage_put(struct stage *st, tenant_id t, enum table table, const char *key,
		   const char *row);
/* Takes the row as it is now, leaving `row`, or nothing when that is NULL. */
enum err stage_take(struct stage *st, tenant_id t, enum table table, const char *key,
		    const char *row);
/* The row as text as it is now, NULL when there is none. */
const char *stage_row(struct stage *st, tenant_id t, enum table table, const char *key);
/* The keys of a scan with commas between them. */
const char *stage_keys(struct stage *st, tenant_id t, enum table table, const char *prefix,
		       const char *from);

/* Runs fn(st, arg) in a process of its own, whose exit code is what fn returns. */
pid_t stage_fork(struct stage *st, int (*fn)(struct stage *st, void *arg), void *arg);
/* Waits: its exit code, or 128 and the signal. */
int   stage_wait(pid_t pid);
int   stage_kill(pid_t pid);

#endif
