/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The LMDB engine: how full the database is, growth, and readers that died (T-S05, T-S06).
 *
 * LMDB never gives pages back: those that are free stand in a list inside the database, which has
 * to be walked to count them.  So it is walked only when the pages beyond that list do not
 * suffice.
 */
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/log.h"
#include "src/store/lmdb.h"

#define FREE_DBI 0		/* where LMDB keeps its list */
#define COMMIT_PAGES 1024	/* more than a commit is expected to take */

struct fill {
	uint64_t pages;		/* that the file has */
	uint64_t taken;		/* of these, ever used; the free ones among them */
	uint64_t txn;
};

static int
measure(struct lmdb *db, struct fill *out)
{
	MDB_envinfo info;
	struct stat st;
	uint64_t size;
	int fd, rc;

	if ((rc = mdb_env_info(db->env, &info)) != 0 || (rc = mdb_env_get_fd(db->env, &fd)) != 0)
		return rc;
	if (fstat(fd, &st) != 0)
		return errno;
	size = (uint64_t)st.st_size < info.me_mapsize ? (uint64_t)st.st_size : info.me_mapsize;
	out->pages = size / db->page;
	out->taken = info.me_last_pgno + 1;
	out->txn = info.me_last_txnid;
	return 0;
}

/* Each record of the list begins with the number of its pages. */
static int
count_records(MDB_cursor *cursor, uint64_t *out)
{
	MDB_val key, row;
	size_t n;
	int rc;

	*out = 0;
	while ((rc = mdb_cursor_get(cursor, &key, &row, MDB_NEXT)) == 0) {
		memcpy(&n, row.mv_data, sizeof(n));
		*out += n;
	}
	return rc == MDB_NOTFOUND ? 0 : rc;
}

/* LMDB lets only transactions that read look at its list. */
static int
count_free(struct lmdb *db, uint64_t *out)
{
	struct lmdb_snapshot *snap;
	MDB_cursor *cursor;
	int rc = lmdb_read_begin(db, &snap);

	if (rc != 0)
		return rc;
	rc = mdb_cursor_open(snap->txn, FREE_DBI, &cursor);
	if (rc == 0) {
		rc = count_records(cursor, out);
		mdb_cursor_close(cursor);
	}
	lmdb_read_end(db, snap);
	return rc;
}

static uint64_t
nine_tenths(const struct fill *f)
{
	return f->pages - f->pages / 10;
}

static uint64_t
left(const struct fill *f, uint64_t free_pages)
{
	uint64_t limit = nine_tenths(f) + free_pages;

	return limit > f->taken ? limit - f->taken : 0;
}

/* A count serves as many commits as could not have used up what it found. */
static int
refresh_free(struct lmdb *db, const struct fill *f)
{
	int rc;

	if (f->txn <= db->free_until)
		return 0;
	rc = count_free(db, &db->free_pages);
	db->free_until = f->txn + left(f, db->free_pages) / COMMIT_PAGES;
	return rc;
}

/* Is more than 70 % in use? */
static int
measure_crowd(struct lmdb *db, const struct fill *f, bool *out)
{
	uint64_t limit = f->pages / 10 * 7, free_pages = 0;
	int rc = 0;

	if (f->taken > limit)
		rc = count_free(db, &free_pages);
	*out = f->taken - free_pages > limit;
	return rc;
}

/* Where blocks cannot be allocated (ZFS), the length alone must do. */
static int
extend(int fd, uint64_t size)
{
	struct stat st;

	if (fstat(fd, &st) != 0)
		return errno;
	if ((uint64_t)st.st_size >= size || fallocate(fd, 0, 0, (off_t)size) == 0)
		return 0;
	if (errno != EOPNOTSUPP && errno != ENOSYS)
		return errno;
	return ftruncate(fd, (off_t)size) == 0 ? 0 : errno;
}

/* A full disk is no reason to stop: what is there goes on working, up to its size. */
static enum err
grow_to(struct lmdb *db, uint64_t size)
{
	int rc = lmdb_grow(db->env, size);

	if (rc == ENOSPC || rc == EDQUOT || rc == EFBIG) {
		log_warn("store: cannot grow to %llu MiB: %s", (unsigned long long)size >> 20,
			 mdb_strerror(rc));
		return OK;
	}
	if (rc == 0)
		log_info("store: grown to %llu MiB", (unsigned long long)size >> 20);
	return rc == 0 ? OK : lmdb_fault("growth", rc);
}

int
lmdb_room(struct lmdb *db, uint64_t want, uint64_t *out)
{
	struct fill f;
	int rc = measure(db, &f);

	if (rc != 0)
		return rc;
	*out = left(&f, 0);
	if (*out >= want)
		return 0;
	rc = refresh_free(db, &f);
	*out = left(&f, db->free_pages);
	return rc;
}

/* Under the write lock: between the look at the length and ftruncate() nobody else may write, or
 * what he wrote would be cut off. */
int
lmdb_grow(MDB_env *env, uint64_t size)
{
	MDB_txn *txn;
	int fd, rc = mdb_env_get_fd(env, &fd);

	if (rc == 0)
		rc = mdb_txn_begin(env, NULL, 0, &txn);
	if (rc != 0)
		return rc;
	rc = extend(fd, size);
	mdb_txn_abort(txn);
	return rc;
}

enum err
lmdb_upkeep(struct store *s)
{
	struct lmdb *db = lmdb_of(s);
	struct fill f;
	uint64_t size;
	bool crowded = false;
	int dead = 0, rc = mdb_reader_check(db->env, &dead);

	if (rc == 0)
		rc = measure(db, &f);
	if (rc == 0)
		rc = measure_crowd(db, &f, &crowded);
	if (rc != 0)
		return lmdb_fault("upkeep", rc);
	if (dead > 0)
		log_info("store: forgot %d dead readers", dead);
	size = f.pages * db->page;
	if (!crowded || size >= db->max)
		return OK;
	return grow_to(db, size * 2 < db->max ? size * 2 : db->max);
}

enum err
lmdb_usage(struct store *s, uint64_t *used, uint64_t *size)
{
	struct lmdb *db = lmdb_of(s);
	uint64_t free_pages = 0;
	struct fill f;
	int rc = measure(db, &f);

	if (rc == 0)
		rc = count_free(db, &free_pages);
	if (rc != 0)
		return lmdb_fault("usage", rc);
	*used = (f.taken - free_pages) * db->page;
	*size = f.pages * db->page;
	return OK;
}
