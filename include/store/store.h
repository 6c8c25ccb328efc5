/* SPDX-License-Identifier: Apache-2.0 */
#ifndef USHER_STORE_STORE_H
#define USHER_STORE_STORE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/bytes.h"
#include "base/err.h"
#include "store/changes.h"
#include "store/tables.h"

/*
 * The storage seam: seven functions over tables, keys and rows, the tenant in every call, and three
 * for housekeeping. An engine is one struct store_ops and its row in src/store/engine.c;
 * tests/store/contract*.c test each engine for this contract.
 *
 *  - A snapshot shows the store as one commit left it, until it is released.
 *  - A row that get or scan returned stays readable, at the same address, until the snapshot it
 *    came from is released, even while the same process commits.
 *  - A commit is durable when it returns, or it did not happen.
 *  - Never open a store before fork and use it after.
 */
typedef uint64_t tenant_id; /* 0: rows of the instance itself */

struct store;
struct snapshot;

struct store_config {
	const char *path;   /* directory of the database */
	uint64_t map_size;  /* initial size in bytes; an existing larger database keeps its size */
	uint64_t map_max;   /* maximum size in bytes, which is mapped as address space */
	bool create;	    /* create the database if it does not exist */
	unsigned snapshots; /* number of snapshots that need no lock; further ones may wait */
};

/* Called for each row in the order of keys, until it returns another value than OK. SCAN_STOP
 * ends the scan, which then returns OK; an error ends the scan and is returned. */
typedef enum err (*scan_fn)(void *arg, struct bytes key, struct bytes row);

struct store_ops {
	/* Opens a store. Returns OK, ABSENT if there is no database and `create` is not set, or
	 * ERR_STORE. *why is the reason, a static text. */
	enum err (*open)(const struct store_config *config, struct store **out, const char **why);
	void (*close)(struct store *s);
	enum err (*snapshot)(struct store *s, struct snapshot **out);
	/* Reads a row. Returns OK, ABSENT or ERR_STORE. Keys are 1 to KEY_MAX bytes, rows 1 to
	 * ROW_MAX. */
	enum err (*get)(struct snapshot *db, tenant_id t, enum table table, struct bytes key,
			struct bytes *row);
	/* Scans the rows whose keys begin with `prefix` (may be empty), from the key `from` on
	 * (may be empty; it includes the prefix). */
	enum err (*scan)(struct snapshot *db, tenant_id t, enum table table, struct bytes prefix,
			 struct bytes from, scan_fn fn, void *arg);
	void (*release)(struct snapshot *db);
	/* Checks and applies the changes of many requests in one transaction, in their order.
	 * The `verdict` of each list is OK; ERR_CHANGED (an expectation failed, nothing of this
	 * list is applied); ERR_FULL; or ERR_BUSY (another process holds the write lock too
	 * long, nothing is applied). Returns OK when the transaction is durable. Returns
	 * ERR_STORE if it failed or its outcome is unknown: then every list counts as failed. */
	enum err (*commit)(struct store *s, struct changes **lists, size_t n);
	/* Housekeeping of the engine, which the janitor calls: removes readers of dead
	 * processes, grows the file. NULL: nothing to do. */
	enum err (*upkeep)(struct store *s);
	/* Bytes in use and available, for `usherctl status`. */
	enum err (*usage)(struct store *s, uint64_t *used, uint64_t *size);
	/* Returns whether the store was replaced, removed or truncated since this process
	 * opened it. Then every further call fails, and the program must not start again by
	 * itself: only an operator knows which store it should use. NULL: cannot happen. */
	bool (*gone)(struct store *s);
};

#define KEY_MAX 480
#define ROW_MAX 65536

extern const struct store_ops store_lmdb;

/* Returns the engine for the setting `store`. */
const struct store_ops *store_engine(const char *path);

struct store {
	const struct store_ops *ops;
};
struct snapshot {
	struct store *store;
	uint64_t commit; /* the last commit in it; equal numbers: equal snapshots */
};

/* Like store_ops.open. A program that uses a clock must then set its floor to the store's time
 * (store/time.h). */
enum err store_open(const struct store_ops *ops, const struct store_config *config,
		    struct store **out, const char **why);
void store_close(struct store *s);
enum err store_snapshot(struct store *s, struct snapshot **out);
enum err store_get(struct snapshot *db, tenant_id t, enum table table, struct bytes key,
		   struct bytes *row);
enum err store_scan(struct snapshot *db, tenant_id t, enum table table, struct bytes prefix,
		    struct bytes from, scan_fn fn, void *arg);
void store_release(struct snapshot *db);
enum err store_commit(struct store *s, struct changes **lists, size_t n);
enum err store_upkeep(struct store *s);
enum err store_usage(struct store *s, uint64_t *used, uint64_t *size);
bool store_gone(struct store *s);

/* Removes up to `limit` rows of tenant `t` whose time (in the key) is before `now`, in a commit
 * of its own. *swept is the number of removed rows. */
enum err store_sweep(struct store *s, tenant_id t, int64_t now, size_t limit, size_t *swept);

/* Reads the counter at `key` (change_count); 0 if there is no row. Returns OK or ERR_STORE. */
enum err store_count(struct snapshot *db, tenant_id t, enum table table, struct bytes key,
		     int64_t *out);

const char *table_name(enum table t);
bool table_expires(enum table t);

#endif
