/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The LMDB engine: creates a database completely or not at all (T-S02): under a temporary name,
 * synced, renamed, and the rename synced. A lock on the parent directory lets one process at a time
 * do that, so an existing directory with the temporary name is from a process that died, and is
 * removed.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/directory.h"
#include "base/log.h"
#include "src/store/lmdb.h"
#include "src/store/meta.h"

struct creation {
	struct arena *arena;
	const char *path;	      /* only for messages */
	const char *name, *temporary; /* in the parent directory */
	int parent, inside;	      /* descriptors: of it, and of the temporary directory */
	uint64_t map, size;
	const char *why;
};

/* A system error; its number stays in errno. */
static bool
lmdb_create_failed(struct creation *c, const char *what, const char *name)
{
	int number = errno;

	c->why = strerror(number);
	log_error("store: %s %s beside %s: %s", what, name, c->path, c->why);
	errno = number;
	return false;
}

static int
lmdb_create_write_rows(MDB_env *env)
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

/* Uses the descriptor of the new directory: another process might replace its name. */
static bool
lmdb_create_fill(struct creation *c)
{
	const char *path = arena_printf(c->arena, "/proc/self/fd/%d", c->inside);
	MDB_env *env;
	int fd, rc = lmdb_env_open(path, c->map, &env);

	if (rc == 0)
		rc = lmdb_create_write_rows(env);
	if (rc == 0)
		rc = mdb_env_get_fd(env, &fd);
	if (rc == 0)
		rc = lmdb_extend(fd, c->size);
	if (rc == 0 && fsync(fd) != 0)
		rc = errno;
	mdb_env_close(env);
	if (rc == 0)
		return true;
	c->why = mdb_strerror(rc);
	log_error("store: making %s beside %s: %s", c->temporary, c->path, c->why);
	return false;
}

/* Opens only a directory of this user and follows no link: another user may have created the
 * temporary name. */
static bool
lmdb_create_open_inside(struct creation *c)
{
	struct stat st;

	c->inside =
		openat(c->parent, c->temporary, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (c->inside < 0)
		return lmdb_create_failed(c, "opening", c->temporary);
	if (fstat(c->inside, &st) == 0 && st.st_uid == geteuid())
		return true;
	close(c->inside);
	c->inside = -1;
	errno = EPERM;
	return lmdb_create_failed(c, "opening", c->temporary);
}

/* Removes what a process left that died during creation. A link or file is not removed; creation
 * fails then. */
static void
lmdb_create_remove_temporary(struct creation *c)
{
	struct stat st;

	if (fstatat(c->parent, c->temporary, &st, AT_SYMLINK_NOFOLLOW) != 0 ||
	    !S_ISDIR(st.st_mode) || st.st_uid != geteuid() || !lmdb_create_open_inside(c))
		return;
	unlinkat(c->inside, STORE_DIR_DATA, 0);
	unlinkat(c->inside, STORE_DIR_LOCK, 0);
	close(c->inside);
	unlinkat(c->parent, c->temporary, AT_REMOVEDIR);
}

static bool
lmdb_create_make_temporary(struct creation *c)
{
	bool good;

	if (mkdirat(c->parent, c->temporary, 0700) != 0) {
		lmdb_create_failed(c, "making", c->temporary);
		if (errno == EEXIST)
			c->why = arena_printf(c->arena,
					      "%s is in the way and is not ours: remove "
					      "it",
					      c->temporary);
		return false;
	}
	if (!lmdb_create_open_inside(c))
		return false;
	good = lmdb_create_fill(c);
	/* Removes lock.mdb: its mutexes and readers belong to this process. */
	unlinkat(c->inside, STORE_DIR_LOCK, 0);
	if (good && fsync(c->inside) != 0)
		good = lmdb_create_failed(c, "syncing", c->temporary);
	close(c->inside);
	return good;
}

/* An empty directory may exist at the path (packages make one): rename() replaces only an empty
 * one. */
static bool
lmdb_create_locked(struct creation *c)
{
	const char *data = arena_printf(c->arena, "%s/" STORE_DIR_DATA, c->name);
	struct stat st;

	if (fstatat(c->parent, data, &st, AT_SYMLINK_NOFOLLOW) == 0)
		return true;
	lmdb_create_remove_temporary(c);
	if (lmdb_create_make_temporary(c)) {
		if (renameat(c->parent, c->temporary, c->parent, c->name) == 0)
			return fsync(c->parent) == 0 ||
			       lmdb_create_failed(c, "syncing the directory", "");
		lmdb_create_failed(c, "renaming", c->temporary);
	}
	lmdb_create_remove_temporary(c);
	return false;
}

static bool
lmdb_create_file(struct creation *c, const char *parent)
{
	struct stat st;
	bool good;

	c->parent = open(parent, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (c->parent < 0 || fstat(c->parent, &st) != 0)
		return lmdb_create_failed(c, "opening", parent);
	if (directory_fault(&st) != NULL) {
		c->why = arena_printf(c->arena, "it would be in a directory %s",
				      directory_fault(&st));
		good = false;
	} else if (flock(c->parent, LOCK_EX) != 0) {
		good = lmdb_create_failed(c, "locking", parent);
	} else {
		good = lmdb_create_locked(c);
	}
	close(c->parent); /* which also releases the lock */
	return good;
}

enum err
lmdb_create(const struct store_config *config, const char **why)
{
	struct creation c = {
		.arena = arena_new(), .path = config->path, .parent = -1, .size = config->map_size
	};
	size_t n = strlen(config->path);
	bool good;

	while (n > 1 && config->path[n - 1] == '/')
		n--;
	c.name = strrchr(arena_strndup(c.arena, config->path, n), '/');
	c.name = c.name != NULL ? c.name + 1 : arena_strndup(c.arena, config->path, n);
	c.temporary = arena_printf(c.arena, "%s.new", c.name);
	c.map = config->map_max > c.size ? config->map_max : c.size;
	good = lmdb_create_file(&c, directory_of(c.arena, config->path));
	if (!good)
		*why = store_dir_describe("%s", c.why);
	arena_free(c.arena);
	return good ? OK : ERR_STORE;
}
