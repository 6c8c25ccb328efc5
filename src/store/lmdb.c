/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The LMDB engine: opening and closing. Durability is LMDB's default, two flushes a commit: never
 * NOSYNC, NOMETASYNC, WRITEMAP or MAPASYNC (T-S01). MDB_NOTLS lets a snapshot stay open while the
 * same thread commits. Features with known faults in 0.9.24 are not used: DUPSORT, nested
 * transactions, changes of size through MDB_CURRENT (T-S09).
 */
#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/log.h"
#include "base/pid.h"
#include "src/store/lmdb.h"
#include "src/store/namespace.h"

#define READERS_MAX 4096 /* snapshots of all processes; each of 256 workers keeps 13 */

/* The environments that this process has open, since LMDB loses its locks when a process opens one
 * twice and closes one of them (T-S08). This is about the process, so it is global. */
static struct lmdb *opened;

/* An entry with another pid came here through fork() and is not ours. */
static bool
lmdb_is_open(const struct store_dir *dir)
{
	for (const struct lmdb *db = opened; db != NULL; db = db->next)
		if (db->pid == pid_self() && db->dir.device == dir->device &&
		    db->dir.inode == dir->inode)
			return true;
	return false;
}

static void
lmdb_forget_process(const struct lmdb *db)
{
	struct lmdb **at = &opened;

	while (*at != db)
		at = &(*at)->next;
	*at = db->next;
}

static uint64_t
lmdb_greatest(uint64_t a, uint64_t b, uint64_t c)
{
	uint64_t max = a > b ? a : b;

	return max > c ? max : c;
}

/* A program that had fewer tables may have made it. */
static int
lmdb_open_tables(struct lmdb *db)
{
	int rc = lmdb_tables(db->env, 0, db->table);

	if (rc != MDB_NOTFOUND)
		return rc;
	rc = writer_acquire(&db->writer);
	if (rc != 0)
		return rc;
	rc = lmdb_tables(db->env, MDB_CREATE, db->table);
	writer_release(&db->writer);
	return rc;
}

/* Without the lock the file is not grown now; a commit grows it when needed. */
static int
lmdb_begin_size(struct lmdb *db, uint64_t size)
{
	int fd, rc = mdb_env_get_fd(db->env, &fd);

	if (rc == 0)
		rc = writer_acquire(&db->writer);
	if (rc != 0)
		return rc == EBUSY ? 0 : rc;
	rc = lmdb_extend(fd, size);
	writer_release(&db->writer);
	return rc;
}

/* A new slot in the table of readers needs a lock of LMDB without a time limit, so a process
 * reserves all slots that it needs when it starts. */
static int
lmdb_keep_readers(struct lmdb *db, unsigned n)
{
	struct lmdb_snapshot *first = NULL, *snap;
	int rc = 0;

	for (unsigned i = 0; i < n && rc == 0; i++) {
		rc = lmdb_read_begin(db, &snap);
		if (rc == 0) {
			snap->next = first;
			first = snap;
		}
	}
	while (first != NULL) {
		snap = first;
		first = snap->next;
		lmdb_read_end(db, snap);
	}
	return rc;
}

static int
lmdb_env_fill(struct lmdb *db, const struct store_config *config, const char **why)
{
	uint64_t map = lmdb_greatest(config->map_max, config->map_size, db->dir.size);
	MDB_stat st;
	int rc;

	rc = writer_acquire_opening(&db->writer);
	if (rc == EBUSY)
		*why = "another process that opens or closes the database does not come to an end";
	if (rc != 0)
		return rc;
	rc = lmdb_env_open(config->path, map, &db->env);
	writer_release_opening(&db->writer);
	if (rc != 0)
		return rc;
	if ((rc = mdb_env_stat(db->env, &st)) != 0)
		return rc;
	db->page = st.ms_psize;
	if ((rc = lmdb_file_note(db, config->path, why)) != 0)
		return rc;
	rc = lmdb_open_tables(db);
	if (rc == 0 && db->dir.size < config->map_size)
		rc = lmdb_begin_size(db, config->map_size);
	return rc == 0 ? lmdb_keep_readers(db, config->snapshots) : rc;
}

/* Without the lock, too: a process that exits must not wait for one that is stopped. */
static void
lmdb_discard(struct lmdb *db)
{
	bool locked = db->env != NULL && writer_acquire_opening(&db->writer) == 0;

	lmdb_read_forget(db);
	mdb_env_close(db->env);
	if (locked)
		writer_release_opening(&db->writer);
	writer_close(&db->writer);
	close(db->namespace);
	free(db->path);
	free(db);
}

static enum err
lmdb_open_at(const struct store_dir *dir, const struct store_config *config, int namespace,
	     struct store **out, const char **why)
{
	struct lmdb *db = calloc(1, sizeof(*db));
	int rc;

	if (db == NULL)
		log_die("no memory for the store");
	*db = (struct lmdb){ .base.ops = &store_lmdb,
			     .max = config->map_max,
			     .pid = pid_self(),
			     .namespace = namespace,
			     .dir = *dir,
			     .next = opened };
	*why = writer_open(config->path, &db->writer);
	rc = *why == NULL ? lmdb_env_fill(db, config, why) : EIO;
	if (rc != 0) {
		if (*why == NULL)
			*why = rc == EBUSY ? "another process holds the write lock and does not "
					     "give it up"
					   : mdb_strerror(rc);
		lmdb_discard(db);
		return ERR_STORE;
	}
	opened = db;
	*out = &db->base;
	return OK;
}

static enum err
lmdb_open(const struct store_config *config, struct store **out, const char **why)
{
	struct store_dir dir;
	int namespace;

	*why = store_dir_check_descriptors();
	if (*why != NULL)
		return ERR_STORE;
	if (config->create)
		TRY(lmdb_create(config, why));
	TRY(store_dir_check(config->path, &dir, why));
	*why = "the database is open in this process already";
	if (lmdb_is_open(&dir))
		return ERR_STORE;
	TRY(namespace_join(config->path, &namespace, why));
	return lmdb_open_at(&dir, config, namespace, out, why);
}

static void
lmdb_close(struct store *s)
{
	struct lmdb *db = lmdb_of(s);

	if (db->held != 0)
		log_die("store: closed with %u snapshots open", db->held);
	lmdb_forget_process(db);
	lmdb_discard(db);
}

struct lmdb *
lmdb_of(struct store *s)
{
	struct lmdb *db = (struct lmdb *)s;

	if (db->pid != pid_self())
		log_die("store: opened before fork() and used after it");
	return db;
}

enum err
lmdb_fault(const char *doing, int rc)
{
	log_error("store: %s: %s", doing, mdb_strerror(rc));
	return ERR_STORE;
}

int
lmdb_env_open(const char *path, uint64_t map, MDB_env **out)
{
	uint64_t page = (uint64_t)sysconf(_SC_PAGESIZE);
	int rc = mdb_env_create(out);

	if (rc != 0)
		return rc;
	map += (page - map % page) % page;
	if (map > SIZE_MAX / 2)
		return EFBIG;
	if ((rc = mdb_env_set_mapsize(*out, map)) != 0 ||
	    (rc = mdb_env_set_maxreaders(*out, READERS_MAX)) != 0 ||
	    (rc = mdb_env_set_maxdbs(*out, TABLE_COUNT)) != 0)
		return rc;
	return mdb_env_open(*out, path, MDB_NOTLS, 0600);
}

int
lmdb_tables(MDB_env *env, unsigned flags, MDB_dbi table[TABLE_COUNT])
{
	MDB_txn *txn;
	int rc = mdb_txn_begin(env, NULL, flags & MDB_CREATE ? 0 : MDB_RDONLY, &txn);

	if (rc != 0)
		return rc;
	for (int t = 0; t < TABLE_COUNT && rc == 0; t++)
		rc = mdb_dbi_open(txn, table_name((enum table)t), flags, &table[t]);
	if (rc == 0)
		return mdb_txn_commit(txn); /* handles stay open only after a commit */
	mdb_txn_abort(txn);
	return rc;
}

MDB_val
lmdb_key(tenant_id t, struct bytes key, uint8_t buf[LMDB_KEY_MAX])
{
	for (size_t i = 0; i < sizeof(t); i++)
		buf[i] = (uint8_t)(t >> (56 - 8 * i));
	if (key.size != 0)
		memcpy(buf + sizeof(t), key.data, key.size);
	return (MDB_val){ .mv_size = sizeof(t) + key.size, .mv_data = buf };
}

const struct store_ops store_lmdb = {
	.open = lmdb_open,
	.close = lmdb_close,
	.snapshot = lmdb_snapshot,
	.get = lmdb_get,
	.scan = lmdb_scan,
	.release = lmdb_release,
	.commit = lmdb_commit,
	.upkeep = lmdb_upkeep,
	.usage = lmdb_usage,
	.gone = lmdb_gone,
};
