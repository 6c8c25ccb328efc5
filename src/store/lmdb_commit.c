/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The LMDB engine: commits the changes of many requests in one transaction. Everything slow happens
 * before the write lock is acquired; this file only compares and copies bytes (T-S07).
 *
 * Space (T-S05): a list that is not essential is applied only if the pages that it may need are
 * available outside of the last tenth of the file. If pages run out all the same, the
 * transaction is aborted and retried once with the essential lists only.
 */
#include <errno.h>

#include "base/log.h"
#include "base/text.h"
#include "src/store/count.h"
#include "src/store/lmdb.h"

enum pass { EVERYTHING, ESSENTIAL_ONLY };

struct write {
	struct lmdb *db;
	MDB_txn *txn;
	uint64_t room; /* pages available to lists that are not essential */
};

/* The number of pages that a list may need: one for each row, because rows may be far apart,
 * and those of long rows. */
static uint64_t
lmdb_commit_list_cost(const struct lmdb *db, const struct changes *c)
{
	uint64_t pages = 0;

	for (const struct change *ch = c->first; ch != NULL; ch = ch->next)
		if (ch->kind != CHANGE_EXPECT)
			pages += 1 + ch->row.size / db->page;
	return pages;
}

static uint64_t
lmdb_commit_cost(const struct lmdb *db, struct changes **lists, size_t n, bool with_essential)
{
	uint64_t pages = 0;

	for (size_t i = 0; i < n; i++)
		if (with_essential || !lists[i]->essential)
			pages += lmdb_commit_list_cost(db, lists[i]);
	return pages;
}

static bool
lmdb_commit_has_room(struct write *w, const struct changes *c)
{
	uint64_t pages = c->essential ? 0 : lmdb_commit_list_cost(w->db, c);

	if (pages > w->room)
		return false;
	w->room -= pages;
	return true;
}

/* Reads the row in this transaction, with the changes of earlier lists; BYTES_NONE: no row. */
static int
lmdb_commit_row_now(struct write *w, const struct change *ch, struct bytes *out)
{
	uint8_t buf[LMDB_KEY_MAX];
	MDB_val key = lmdb_key(ch->tenant, ch->key, buf), row;
	int rc = mdb_get(w->txn, w->db->table[ch->table], &key, &row);

	*out = rc == 0 ? BYTES(row.mv_data, row.mv_size) : BYTES_NONE;
	return rc == MDB_NOTFOUND ? 0 : rc;
}

/* A row that is not a count rejects additions. It does not block subtractions: a revocation must
 * not fail. */
static enum err
lmdb_commit_check_count(const struct change *ch, struct bytes row)
{
	int64_t count;

	if (ch->delta <= 0)
		return OK;
	if (count_read(row, &count))
		return count_add(count, ch->delta) > ch->max ? ERR_CHANGED : OK;
	log_error("store: a row of %s is not a count", table_name(ch->table));
	return ERR_STORE;
}

static int
lmdb_commit_change_check(struct write *w, const struct change *ch, enum err *verdict)
{
	struct bytes row;
	int rc;

	if (ch->kind == CHANGE_PUT || ch->kind == CHANGE_DROP)
		return 0;
	rc = lmdb_commit_row_now(w, ch, &row);
	if (rc == 0 && ch->kind == CHANGE_COUNT)
		*verdict = lmdb_commit_check_count(ch, row);
	else if (rc == 0 && !bytes_equal(row, ch->seen))
		*verdict = ERR_CHANGED;
	return rc;
}

static int
lmdb_commit_write_row(struct write *w, const struct change *ch, struct bytes what)
{
	uint8_t buf[LMDB_KEY_MAX];
	MDB_val key = lmdb_key(ch->tenant, ch->key, buf);
	MDB_val row = { what.size, (void *)what.data };
	MDB_dbi dbi = w->db->table[ch->table];
	int rc;

	if (what.size != 0)
		return mdb_put(w->txn, dbi, &key, &row, 0);
	rc = mdb_del(w->txn, dbi, &key, NULL);
	return rc == MDB_NOTFOUND ? 0 : rc;
}

static int
lmdb_commit_apply_count(struct write *w, const struct change *ch)
{
	char digits[INT_DIGITS];
	struct bytes row;
	int64_t count;
	int rc = lmdb_commit_row_now(w, ch, &row);

	if (rc != 0 || !count_read(row, &count))
		return rc;
	count = count_add(count, ch->delta);
	return lmdb_commit_write_row(w, ch,
				     count > 0 ? bytes_of(text_print_int(count, digits))
					       : BYTES_NONE);
}

static int
lmdb_commit_change_apply(struct write *w, const struct change *ch)
{
	if (ch->kind == CHANGE_EXPECT)
		return 0;
	return ch->kind == CHANGE_COUNT ? lmdb_commit_apply_count(w, ch)
					: lmdb_commit_write_row(w, ch, ch->row);
}

/* Checks all expectations of a list first, so that a rejected list has changed nothing. */
static int
lmdb_commit_list_apply(struct write *w, struct changes *c)
{
	const struct change *ch;
	int rc = 0;

	c->verdict = lmdb_commit_has_room(w, c) ? OK : ERR_FULL;
	for (ch = c->first; ch != NULL && rc == 0 && c->verdict == OK; ch = ch->next)
		rc = lmdb_commit_change_check(w, ch, &c->verdict);
	if (c->verdict != OK)
		return rc;
	for (ch = c->first; ch != NULL && rc == 0; ch = ch->next)
		rc = lmdb_commit_change_apply(w, ch);
	return rc;
}

static int
lmdb_commit_attempt(struct lmdb *db, struct changes **lists, size_t n, enum pass pass)
{
	struct write w = { .db = db };
	int rc = lmdb_write_begin(db, &w.txn);

	if (rc != 0)
		return rc;
	if (pass == EVERYTHING)
		rc = lmdb_room(db, lmdb_commit_cost(db, lists, n, false), &w.room);
	if (rc == 0)
		rc = lmdb_stretch(db, lmdb_commit_cost(db, lists, n, true));
	for (size_t i = 0; i < n && rc == 0; i++)
		rc = lmdb_commit_list_apply(&w, lists[i]);
	return lmdb_write_end(db, w.txn, rc);
}

/* Returns whether the map, the disk or the process has no space left. (A truncated write is EIO
 * in LMDB, and counts as a fault, T-S04.) */
static bool
lmdb_commit_is_full(int rc)
{
	return rc == MDB_MAP_FULL || rc == ENOSPC || rc == EDQUOT || rc == EFBIG;
}

/* Pages could not be written: the transaction did not happen. If writing the meta page failed, the
 * outcome would be unknown; then LMDB starts no other transaction (MDB_PANIC). */
static int
lmdb_commit_mark_all_full(struct lmdb *db, struct changes **lists, size_t n)
{
	MDB_txn *txn;
	int rc = lmdb_write_begin(db, &txn);

	if (rc != 0)
		return rc;
	lmdb_write_end(db, txn, ECANCELED);
	for (size_t i = 0; i < n; i++)
		if (lmdb_commit_list_cost(db, lists[i]) > 0)
			lists[i]->verdict = ERR_FULL;
	return 0;
}

enum err
lmdb_commit(struct store *s, struct changes **lists, size_t n)
{
	struct lmdb *db = lmdb_of(s);
	int rc = lmdb_commit_attempt(db, lists, n, EVERYTHING);

	if (lmdb_commit_is_full(rc))
		rc = lmdb_commit_attempt(db, lists, n, ESSENTIAL_ONLY);
	if (lmdb_commit_is_full(rc))
		rc = lmdb_commit_mark_all_full(db, lists, n);
	if (rc == EBUSY) {
		for (size_t i = 0; i < n; i++)
			lists[i]->verdict = ERR_BUSY;
		return OK;
	}
	return rc == 0 ? OK : rc == ESTALE ? ERR_STORE : lmdb_fault("commit", rc);
}
