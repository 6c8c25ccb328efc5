/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The LMDB engine: making a database, all of it or nothing (T-S02).  It is made beside its place,
 * synced, renamed, and the rename synced.  A lock on the parent directory lets one process at a
 * time do that, so what lies in the way under the temporary name is a dead one's and may go.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/folder.h"
#include "base/log.h"
#include "src/store/lmdb.h"
#include "src/store/meta.h"

struct creation {
	struct arena *arena;
	const char   *path, *parent, *temporary;
	uint64_t      map, size;
};

static int
failed(const char *what, const char *path)
{
	int rc = errno;

	log_error("store: %s %s: %s", what, path, mdb_strerror(rc));
	return rc;
}

static int
sync_path(const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	int rc = fd >= 0 && fsync(fd) == 0 ? 0 : failed("sync of", path);

	if (fd >= 0)
		close(fd);
	return rc;
}

static const char *
inside(const struct creation *c, const char *directory, const char *name)
{
	return arena_printf(c->arena, "%s/%s", directory, name);
}

static int
write_rows(MDB_env *env)
{
	MDB_dbi table[TABLE_COUNT];
	uint8_t buf[LMDB_KEY_MAX];
	MDB_txn *txn;
	int rc;

	if ((rc = lmdb_tables(env, MDB_CREATE, table)) != 0 ||
	    (rc = mdb_txn_begin(env, NULL, 0, &txn)) != 0)
		return rc;
	for (size_t i = 0; i < meta_count && rc == 0; i++) {
		MDB_val key = lmdb_key(0, bytes_of(meta_rows[i].name), buf);
		MDB_val row = { strlen(meta_rows[i].value), (void *)meta_rows[i].value };

		rc = mdb_put(txn, table[T_META], &key, &row, 0);
	}
	if (rc == 0)
		return mdb_txn_commit(txn);
	mdb_txn_abort(txn);
	return rc;
}

static int
fill(const struct creation *c)
{
	MDB_env *env;
	int rc = lmdb_env_open(c->temporary, c->map, &env);

	if (rc == 0)
		rc = write_rows(env);
	if (rc == 0)
		rc = lmdb_grow(env, c->size);
	mdb_env_close(env);
	if (rc != 0)
		log_error("store: making %s: %s", c->temporary, mdb_strerror(rc));
	return rc;
}

static void
remove_temporary(const struct creation *c)
{
	unlink(inside(c, c->temporary, PLACE_DATA));
	unlink(inside(c, c->temporary, PLACE_LOCK));
	rmdir(c->temporary);
}

static int
make_temporary(const struct creation *c)
{
	int rc;

	if (mkdir(c->temporary, 0700) != 0)
		return failed("making", c->temporary);
	if ((rc = fill(c)) != 0 ||
	    (rc = sync_path(inside(c, c->temporary, PLACE_DATA))) != 0)
		return rc;
	/* Its mutexes and readers are those of a database that nobody has opened yet. */
	unlink(inside(c, c->temporary, PLACE_LOCK));
	return sync_path(c->temporary);
}

/* An empty directory may stand at the path already (packages make one): rename() replaces it, and
 * no other. */
static int
create_locked(const struct creation *c)
{
	struct stat st;
	int rc;

	if (stat(inside(c, c->path, PLACE_DATA), &st) == 0)
		return 0;
	remove_temporary(c);
	rc = make_temporary(c);
	if (rc == 0 && rename(c->temporary, c->path) != 0)
		rc = failed("renaming to", c->path);
	if (rc != 0) {
		remove_temporary(c);
		return rc;
	}
	return sync_path(c->parent);
}

static int
create(const struct creation *c)
{
	int rc, parent = open(c->parent, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (parent < 0)
		return failed("opening", c->parent);
	if (flock(parent, LOCK_EX) == 0)
		rc = create_locked(c);
	else
		rc = failed("locking", c->parent);
	close(parent);		/* and the lock with it */
	return rc;
}

static void
set_paths(struct creation *c, const char *path)
{
	size_t n = strlen(path);

	while (n > 1 && path[n - 1] == '/')
		n--;
	c->path = arena_strndup(c->arena, path, n);
	c->temporary = arena_printf(c->arena, "%s.new", c->path);
	c->parent = folder_of(c->arena, path);
}

enum err
lmdb_create(const struct store_config *config, const char **why)
{
	struct creation c = { .arena = arena_new(), .size = config->map_size };
	int rc;

	c.map = config->map_max > c.size ? config->map_max : c.size;
	set_paths(&c, config->path);
	rc = create(&c);
	arena_free(c.arena);
	if (rc != 0)
		*why = mdb_strerror(rc);
	return rc == 0 ? OK : ERR_STORE;
}
