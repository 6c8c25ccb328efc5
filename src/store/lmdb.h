/* SPDX-License-Identifier: Apache-2.0 */
#ifndef USHER_SRC_STORE_LMDB_H
#define USHER_SRC_STORE_LMDB_H

#include <lmdb.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/err.h"
#include "src/store/store_dir.h"
#include "src/store/writer.h"
#include "store/store.h"

/*
 * The inside of the LMDB engine: one environment, a named sub-database a table, keys that begin
 * with the eight bytes of the tenant.
 *
 * Size. LMDB can change the size of its map only while no transaction of the process is open, and
 * moves all rows then; other processes learn of it by an error in the middle of their work. So the
 * map does not grow. Every process maps map_max bytes of address space at once, which costs
 * nothing: untouched pages use no memory. Instead the file grows. Its length is the size for all
 * processes, and its blocks are allocated, so the space is available when the disk is full (T-S05).
 * LMDB itself never checks the length; a commit with too little space extends the file before it
 * writes. Rows never move while a snapshot is open. MDB_MAP_RESIZED only means that another process
 * with a larger map_max has used it: then this process exits, as after any fault of storage, and
 * its successor maps the larger size.
 *
 * Functions here return the result of LMDB: 0, an MDB_ code or an errno. Functions of store_ops
 * return enum err.
 */
struct lmdb_snapshot {
	struct snapshot base;
	MDB_txn *txn;
	struct lmdb_snapshot *next; /* in the list of idle ones */
};

struct lmdb {
	struct store base;
	MDB_env *env;
	MDB_dbi table[TABLE_COUNT];
	struct lmdb_snapshot *idle;	 /* released, to be renewed */
	unsigned held;			 /* snapshots that are out */
	uint64_t page;			 /* bytes */
	uint64_t max;			 /* bytes: map_max */
	uint64_t free_pages, free_until; /* the last count, and the transaction
							 * up to which it will do */
	int64_t grow_at;		 /* no growth is tried before, since the last one failed */
	pid_t pid;
	int namespace; /* see namespace.h */
	struct store_dir dir;
	struct writer writer;
	int64_t complain_at; /* of a writer that is stuck */
	char *path;	     /* of data.mdb, and which file it was when it was opened */
	dev_t device;
	ino_t inode;
	int64_t look_at;   /* when a snapshot looks for that again */
	bool gone;	   /* another file is there now, or this one was cut off */
	struct lmdb *next; /* in the list of open ones */
};

/* The engine behind `s`; ends a process that came by it through fork() (T-S08). */
struct lmdb *lmdb_of(struct store *s);
/* Logs the code and returns ERR_STORE. */
enum err lmdb_fault(const char *doing, int rc);

/* What an environment is opened with, and its tables. MDB_CREATE in `flags` makes the missing. */
int lmdb_env_open(const char *path, uint64_t map, MDB_env **out);
int lmdb_tables(MDB_env *env, unsigned flags, MDB_dbi table[TABLE_COUNT]);

#define LMDB_KEY_MAX (sizeof(tenant_id) + KEY_MAX)
/* The tenant and `key`, put together in `buf`. */
MDB_val lmdb_key(tenant_id t, struct bytes key, uint8_t buf[LMDB_KEY_MAX]);

/* lmdb_read.c */
int lmdb_read_begin(struct lmdb *db, struct lmdb_snapshot **out);
void lmdb_read_end(struct lmdb *db, struct lmdb_snapshot *snap);
void lmdb_read_forget(struct lmdb *db);
enum err lmdb_snapshot(struct store *s, struct snapshot **out);
void lmdb_release(struct snapshot *db);
enum err lmdb_get(struct snapshot *db, tenant_id t, enum table table, struct bytes key,
		  struct bytes *row);
enum err lmdb_scan(struct snapshot *db, tenant_id t, enum table table, struct bytes prefix,
		   struct bytes from, scan_fn fn, void *arg);

/* lmdb_file.c: the file under a database that is open. */
/* Stores the identity of the file. Rejects a file that is shorter than its content, with *why
 * set. */
int lmdb_file_note(struct lmdb *db, const char *path, const char **why);
/* 0, or ESTALE, logged, if the file was replaced, removed or truncated since it was opened. */
int lmdb_file_check(struct lmdb *db);
bool lmdb_gone(struct store *s);
/* Starts a write transaction: blocks signals and acquires the writers' lock. 0; EBUSY if another
 * process does not release the lock; ESTALE; or an error of LMDB. */
int lmdb_write_begin(struct lmdb *db, MDB_txn **out);
/* Commits if `rc` is 0, else aborts. Returns the result of the commit, or `rc`. */
int lmdb_write_end(struct lmdb *db, MDB_txn *txn, int rc);

/* lmdb_commit.c */
enum err lmdb_commit(struct store *s, struct changes **lists, size_t n);

/* lmdb_create.c: makes the database unless it is there; OK or ERR_STORE. */
enum err lmdb_create(const struct store_config *config, const char **why);

/* lmdb_upkeep.c */
/* The next three need the writers' lock: if another process wrote between reading the length and
 * ftruncate(), its pages would be lost. */
/* *out: pages that can be used before the last tenth of the file, after the file was extended if it
 * was too short for `want`. Exact only if less than `want`. */
int lmdb_room(struct lmdb *db, uint64_t want, uint64_t *out);
/* Extends the file to `want` pages more than are used, sparse if necessary: a database must
 * never be longer than its file (lmdb_file_note). */
int lmdb_stretch(struct lmdb *db, uint64_t want);
/* Makes the file at least `size` bytes long, allocated where the file system can. */
int lmdb_extend(int fd, uint64_t size);
enum err lmdb_upkeep(struct store *s);
enum err lmdb_usage(struct store *s, uint64_t *used, uint64_t *size);

#endif
