/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The LMDB engine: the file of an open database, and write transactions. LMDB maps the file and
 * never checks its name or length again. Without these checks a store that an operator replaced
 * would go unnoticed, with commits into a deleted file, and reading a page beyond the end of a
 * truncated file would end the process (SIGBUS).
 */
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"
#include "src/store/lmdb.h"

#define COMPLAIN_MS 10000

/* The working directory may change, so the path is made absolute. */
static char *
lmdb_file_path(const char *directory)
{
	char here[PATH_MAX], *path = NULL;
	const char *before = "";

	if (directory[0] != '/') {
		if (getcwd(here, sizeof here) == NULL)
			return NULL;
		before = here;
	}
	if (asprintf(&path, "%s%s%s/" STORE_DIR_DATA, before, before[0] != '\0' ? "/" : "",
		     directory) < 0)
		return NULL;
	return path;
}

/* Returns whether all pages that the database uses are within its file. The first two pages
 * contain this number, and are read only if they exist. Other processes may grow the file and
 * the database at any time, so only the length after reading them counts. */
static bool
lmdb_file_is_whole(const struct lmdb *db, int fd)
{
	MDB_envinfo info;
	struct stat st;

	return fstat(fd, &st) == 0 && (uint64_t)st.st_size >= 2 * db->page &&
	       mdb_env_info(db->env, &info) == 0 && fstat(fd, &st) == 0 &&
	       (uint64_t)st.st_size / db->page > info.me_last_pgno;
}

int
lmdb_file_note(struct lmdb *db, const char *path, const char **why)
{
	struct stat st;
	int fd, rc = mdb_env_get_fd(db->env, &fd);

	if (rc != 0)
		return rc;
	db->path = lmdb_file_path(path);
	if (db->path == NULL || fstat(fd, &st) != 0)
		return errno;
	db->device = st.st_dev;
	db->inode = st.st_ino;
	if (lmdb_file_is_whole(db, fd))
		return 0;
	*why = STORE_DIR_DATA " was cut off: it is shorter than what it holds; put back a copy";
	return EIO;
}

int
lmdb_file_check(struct lmdb *db)
{
	struct stat named;
	int fd, rc = mdb_env_get_fd(db->env, &fd);

	if (rc != 0)
		return rc;
	if (db->gone)
		return ESTALE;
	db->gone = stat(db->path, &named) != 0 || named.st_dev != db->device ||
		   named.st_ino != db->inode;
	if (db->gone)
		log_error("store: %s is not the file that this process has open: it was replaced "
			  "or removed. Start the program anew",
			  db->path);
	if (!db->gone && !lmdb_file_is_whole(db, fd)) {
		db->gone = true;
		log_error("store: %s was cut off: put back a copy of the store, and start the "
			  "program anew",
			  db->path);
	}
	return db->gone ? ESTALE : 0;
}

bool
lmdb_gone(struct store *s)
{
	return lmdb_of(s)->gone;
}

static void
lmdb_report_stuck_writer(struct lmdb *db)
{
	if (clock_ticks() < db->complain_at)
		return;
	db->complain_at = clock_ticks() + COMPLAIN_MS;
	log_error("store: the process %d holds the write lock and does not give it up (is it "
		  "stopped?); nothing is written until it goes on or ends",
		  writer_holder(&db->writer));
}

int
lmdb_write_begin(struct lmdb *db, MDB_txn **out)
{
	int rc = writer_acquire(&db->writer);

	if (rc == EBUSY)
		lmdb_report_stuck_writer(db);
	if (rc != 0)
		return rc;
	rc = lmdb_file_check(db);
	if (rc == 0)
		rc = mdb_txn_begin(db->env, NULL, 0, out);
	if (rc != 0)
		writer_release(&db->writer);
	return rc;
}

int
lmdb_write_end(struct lmdb *db, MDB_txn *txn, int rc)
{
	if (rc == 0)
		rc = mdb_txn_commit(txn);
	else
		mdb_txn_abort(txn);
	writer_release(&db->writer);
	return rc;
}
