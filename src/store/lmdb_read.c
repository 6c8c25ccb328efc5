/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The LMDB engine: snapshots and reads. A released snapshot keeps its slot in the table of readers
 * and is renewed for the next one, which needs no lock. Its pages become reusable at once (T-S06).
 */
#include <stdlib.h>

#include "base/clock.h"
#include "base/log.h"
#include "src/store/lmdb.h"

#define CACHE_LINE 64
#define LOOK_MS	   1000 /* time between two checks whether the file was replaced */

static int
lmdb_read_begin_new(struct lmdb *db, struct lmdb_snapshot **out)
{
	struct lmdb_snapshot *snap = calloc(1, sizeof(*snap));
	int rc, dead;

	if (snap == NULL)
		log_die("no memory for a snapshot");
	snap->base.store = &db->base;
	rc = mdb_txn_begin(db->env, NULL, MDB_RDONLY, &snap->txn);
	if (rc == MDB_READERS_FULL && mdb_reader_check(db->env, &dead) == 0)
		rc = mdb_txn_begin(db->env, NULL, MDB_RDONLY, &snap->txn);
	if (rc != 0)
		free(snap);
	else
		*out = snap;
	return rc;
}

static bool
lmdb_read_is_within(MDB_val key, MDB_val prefix)
{
	return key.mv_size >= prefix.mv_size &&
	       memcmp(key.mv_data, prefix.mv_data, prefix.mv_size) == 0;
}

static bool
lmdb_read_is_after(struct bytes a, struct bytes b)
{
	size_t common = a.size < b.size ? a.size : b.size;
	int order = common != 0 ? memcmp(a.data, b.data, common) : 0;

	return order != 0 ? order > 0 : a.size > b.size;
}

/* Scans from the first row at or after `start` as long as keys begin with `prefix`. */
static enum err
lmdb_read_scan_rows(MDB_cursor *cursor, MDB_val start, MDB_val prefix, scan_fn fn, void *arg)
{
	MDB_val key = start, row;
	int rc = mdb_cursor_get(cursor, &key, &row, MDB_SET_RANGE);

	while (rc == 0 && lmdb_read_is_within(key, prefix)) {
		TRY(fn(arg,
		       BYTES((uint8_t *)key.mv_data + sizeof(tenant_id),
			     key.mv_size - sizeof(tenant_id)),
		       BYTES(row.mv_data, row.mv_size)));
		rc = mdb_cursor_get(cursor, &key, &row, MDB_NEXT);
	}
	return rc == 0 || rc == MDB_NOTFOUND ? OK : lmdb_fault("scan", rc);
}

int
lmdb_read_begin(struct lmdb *db, struct lmdb_snapshot **out)
{
	struct lmdb_snapshot *snap = db->idle;
	int rc;

	if (snap == NULL) {
		rc = lmdb_read_begin_new(db, out);
	} else {
		rc = mdb_txn_renew(snap->txn);
		if (rc == 0) {
			db->idle = snap->next;
			*out = snap;
		}
	}
	if (rc != 0)
		return rc;
	(*out)->base.commit = mdb_txn_id((*out)->txn);
	db->held++;
	return 0;
}

void
lmdb_read_end(struct lmdb *db, struct lmdb_snapshot *snap)
{
	mdb_txn_reset(snap->txn);
	snap->next = db->idle;
	db->idle = snap;
	db->held--;
}

void
lmdb_read_forget(struct lmdb *db)
{
	while (db->idle != NULL) {
		struct lmdb_snapshot *snap = db->idle;

		db->idle = snap->next;
		mdb_txn_abort(snap->txn);
		free(snap);
	}
}

enum err
lmdb_snapshot(struct store *s, struct snapshot **out)
{
	struct lmdb *db = lmdb_of(s);
	struct lmdb_snapshot *snap;
	int64_t now = clock_ticks();
	int rc;

	if (now >= db->look_at) {
		db->look_at = now + LOOK_MS;
		if (lmdb_file_check(db) != 0)
			return ERR_STORE;
	}
	rc = lmdb_read_begin(db, &snap);
	if (rc != 0)
		return lmdb_fault("snapshot", rc);
	*out = &snap->base;
	return OK;
}

void
lmdb_release(struct snapshot *db)
{
	lmdb_read_end(lmdb_of(db->store), (struct lmdb_snapshot *)db);
}

/* In a large store the row is in no cache of the processor. Prefetching its cache lines lets the
 * decoder wait once instead of for each line. */
static void
lmdb_read_prefetch(MDB_val row)
{
	const char *at = row.mv_data;

	for (size_t i = 0; i < row.mv_size; i += CACHE_LINE)
		__builtin_prefetch(at + i);
}

enum err
lmdb_get(struct snapshot *db, tenant_id t, enum table table, struct bytes key, struct bytes *row)
{
	struct lmdb *engine = lmdb_of(db->store);
	uint8_t buf[LMDB_KEY_MAX];
	MDB_val k = lmdb_key(t, key, buf), v;
	int rc = mdb_get(((struct lmdb_snapshot *)db)->txn, engine->table[table], &k, &v);

	if (rc == MDB_NOTFOUND)
		return ABSENT;
	if (rc != 0)
		return lmdb_fault("get", rc);
	lmdb_read_prefetch(v);
	*row = BYTES(v.mv_data, v.mv_size);
	return OK;
}

enum err
lmdb_scan(struct snapshot *db, tenant_id t, enum table table, struct bytes prefix,
	  struct bytes from, scan_fn fn, void *arg)
{
	struct lmdb *engine = lmdb_of(db->store);
	uint8_t start[LMDB_KEY_MAX], within[LMDB_KEY_MAX];
	MDB_cursor *cursor;
	enum err e;
	int rc = mdb_cursor_open(((struct lmdb_snapshot *)db)->txn, engine->table[table], &cursor);

	if (rc != 0)
		return lmdb_fault("scan", rc);
	e = lmdb_read_scan_rows(
		cursor, lmdb_key(t, lmdb_read_is_after(from, prefix) ? from : prefix, start),
		lmdb_key(t, prefix, within), fn, arg);
	mdb_cursor_close(cursor);
	return e;
}
