/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The LMDB engine: how full the database is, growth, and readers that died (T-S05, T-S06).
 *
 * LMDB never shrinks its file: it keeps a list of free pages inside the database, which must be
 * read to count them. So the list is read only if the pages that were never used are not enough.
 */
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"
#include "src/store/lmdb.h"

#define FREE_DBI     0	  /* the database of LMDB's list of free pages */
#define COMMIT_PAGES 1024 /* more than a commit is expected to take */

struct fill {
	uint64_t pages; /* of the file */
	uint64_t taken; /* that were ever used, including free ones */
	uint64_t txn;
};

#define GROW_MAX   (1ull << 30) /* at once: the lock is held meanwhile */
#define GROW_PAUSE 10000	/* ms, after growth failed */
#define SLACK	   16		/* pages: branches of the tree, the list of free pages */

static int
lmdb_upkeep_measure(struct lmdb *db, struct fill *out)
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
lmdb_upkeep_count_records(MDB_cursor *cursor, uint64_t *out)
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

/* Only a read transaction may read LMDB's list. */
static int
lmdb_upkeep_count_free(struct lmdb *db, uint64_t *out)
{
	struct lmdb_snapshot *snap;
	MDB_cursor *cursor;
	int rc = lmdb_read_begin(db, &snap);

	if (rc != 0)
		return rc;
	rc = mdb_cursor_open(snap->txn, FREE_DBI, &cursor);
	if (rc == 0) {
		rc = lmdb_upkeep_count_records(cursor, out);
		mdb_cursor_close(cursor);
	}
	lmdb_read_end(db, snap);
	return rc;
}

static uint64_t
lmdb_upkeep_nine_tenths(const struct fill *f)
{
	return f->pages - f->pages / 10;
}

static uint64_t
lmdb_upkeep_left(const struct fill *f, uint64_t free_pages)
{
	uint64_t limit = lmdb_upkeep_nine_tenths(f) + free_pages;

	return limit > f->taken ? limit - f->taken : 0;
}

/* A count of free pages is used for as many commits as cannot use all of them. */
static int
lmdb_upkeep_refresh_free(struct lmdb *db, const struct fill *f)
{
	int rc;

	if (f->txn <= db->free_until)
		return 0;
	rc = lmdb_upkeep_count_free(db, &db->free_pages);
	db->free_until = f->txn + lmdb_upkeep_left(f, db->free_pages) / COMMIT_PAGES;
	return rc;
}

/* Is more than 70 % in use? */
static int
lmdb_upkeep_measure_fill(struct lmdb *db, const struct fill *f, bool *out)
{
	uint64_t limit = f->pages / 10 * 7, free_pages = 0;
	int rc = 0;

	if (f->taken > limit)
		rc = lmdb_upkeep_count_free(db, &free_pages);
	*out = f->taken - free_pages > limit;
	return rc;
}

/* If blocks cannot be allocated (ZFS), only the length is set. */
int
lmdb_extend(int fd, uint64_t size)
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

/* A full disk is no error here: the database keeps its current size. */
static int
lmdb_grow(struct lmdb *db, const struct fill *f)
{
	uint64_t now = f->pages * db->page, step = now < GROW_MAX ? now : GROW_MAX;
	uint64_t size = now + step < db->max ? now + step : db->max;
	int fd, rc;

	if (now >= db->max || clock_ticks() < db->grow_at)
		return 0;
	rc = mdb_env_get_fd(db->env, &fd);
	if (rc == 0)
		rc = lmdb_extend(fd, size);
	if (rc == ENOSPC || rc == EDQUOT || rc == EFBIG) {
		log_warn("store: cannot grow to %llu MiB: %s", (unsigned long long)size >> 20,
			 mdb_strerror(rc));
		db->grow_at = clock_ticks() + GROW_PAUSE;
		return 0;
	}
	if (rc == 0)
		log_info("store: grown to %llu MiB", (unsigned long long)size >> 20);
	return rc;
}

/* Without growth. */
static int
lmdb_room_now(struct lmdb *db, uint64_t want, struct fill *f, uint64_t *out)
{
	int rc = lmdb_upkeep_measure(db, f);

	if (rc != 0)
		return rc;
	*out = lmdb_upkeep_left(f, 0);
	if (*out >= want)
		return 0;
	rc = lmdb_upkeep_refresh_free(db, f);
	*out = lmdb_upkeep_left(f, db->free_pages);
	return rc;
}

int
lmdb_room(struct lmdb *db, uint64_t want, uint64_t *out)
{
	struct fill f = { 0 };
	uint64_t before;
	int rc = lmdb_room_now(db, want, &f, out);

	/* Repeats until enough pages are available, or the file cannot grow. */
	do {
		before = f.pages;
		if (rc == 0 && *out < want)
			rc = lmdb_grow(db, &f);
		if (rc == 0 && *out < want)
			rc = lmdb_room_now(db, want, &f, out);
	} while (rc == 0 && *out < want && f.pages > before);
	return rc;
}

int
lmdb_stretch(struct lmdb *db, uint64_t want)
{
	MDB_envinfo info;
	uint64_t size;
	struct fill f = { 0 };
	int fd, rc;

	if ((rc = lmdb_upkeep_measure(db, &f)) != 0 || (rc = mdb_env_info(db->env, &info)) != 0 ||
	    (rc = mdb_env_get_fd(db->env, &fd)) != 0)
		return rc;
	size = (f.taken + 2 * want + SLACK) * db->page;
	if (size > info.me_mapsize)
		size = info.me_mapsize;
	if (size > f.pages * db->page && lmdb_extend(fd, size) != 0 &&
	    ftruncate(fd, (off_t)size) != 0)
		log_debug("store: the file cannot be made longer: %m");
	return 0;
}

enum err
lmdb_upkeep(struct store *s)
{
	struct lmdb *db = lmdb_of(s);
	struct fill f = { 0 };
	bool nearly_full = false;
	int dead = 0, rc = lmdb_file_check(db);

	if (rc != 0)
		return ERR_STORE;
	rc = mdb_reader_check(db->env, &dead);
	if (rc == 0)
		rc = lmdb_upkeep_measure(db, &f);
	if (rc == 0)
		rc = lmdb_upkeep_measure_fill(db, &f, &nearly_full);
	if (rc != 0)
		return lmdb_fault("upkeep", rc);
	if (dead > 0)
		log_info("store: forgot %d dead readers", dead);
	if (!nearly_full || (rc = writer_acquire(&db->writer)) == EBUSY)
		return OK;
	if (rc == 0) {
		rc = lmdb_upkeep_measure(db, &f);
		if (rc == 0)
			rc = lmdb_grow(db, &f);
		writer_release(&db->writer);
	}
	return rc == 0 ? OK : lmdb_fault("growth", rc);
}

enum err
lmdb_usage(struct store *s, uint64_t *used, uint64_t *size)
{
	struct lmdb *db = lmdb_of(s);
	uint64_t free_pages = 0;
	struct fill f = { 0 };
	int rc = lmdb_upkeep_measure(db, &f);

	if (rc == 0)
		rc = lmdb_upkeep_count_free(db, &free_pages);
	if (rc != 0)
		return lmdb_fault("usage", rc);
	*used = (f.taken - free_pages) * db->page;
	*size = f.pages * db->page;
	return OK;
}
