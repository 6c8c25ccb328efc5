/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The LMDB engine: the changes of many requests in one transaction.  Everything slow is done
 * before the write lock is taken: in here bytes are compared and copied, and nothing else
 * (T-S07).
 *
 * Room (T-S05): a list that is not essential stands only if what it may take is there before the
 * last tenth of the file begins.  Should pages run out all the same, the transaction did not
 * happen, and is tried once more with the essential lists.
 */
#include <errno.h>

#include "src/store/lmdb.h"

enum pass { EVERYTHING, ESSENTIAL_ONLY };

struct write {
	struct lmdb *db;
	MDB_txn     *txn;
	uint64_t     room;	/* pages left to lists that are not essential */
};

/* Pages that a list may take: one a row, where rows lie apart, and those of long rows. */
static uint64_t
list_cost(const struct lmdb *db, const struct changes *c)
{
	uint64_t pages = 0;

	for (const struct change *ch = c->first; ch != NULL; ch = ch->next)
		if (ch->kind != CHANGE_EXPECT)
			pages += 1 + ch->row.size / db->page;
	return pages;
}

static uint64_t
total_cost(const struct lmdb *db, struct changes **lists, size_t n)
{
	uint64_t pages = 0;

	for (size_t i = 0; i < n; i++)
		if (!lists[i]->essential)
			pages += list_cost(db, lists[i]);
	return pages;
}

static bool
has_room(struct write *w, const struct changes *c)
{
	uint64_t cost = c->essential ? 0 : list_cost(w->db, c);

	if (cost > w->room)
		return false;
	w->room -= cost;
	return true;
}

static bool
is_expectation(enum change_kind kind)
{
	return kind == CHANGE_TAKE || kind == CHANGE_EXPECT || kind == CHANGE_ADD;
}

/* Is the row what the handler saw?  Sees what earlier lists of this transaction did. */
static int
change_check(struct write *w, const struct change *ch, enum err *verdict)
{
	uint8_t buf[LMDB_KEY_MAX];
	MDB_val key = lmdb_key(ch->tenant, ch->key, buf), row = { 0 };
	int rc = mdb_get(w->txn, w->db->table[ch->table], &key, &row);

	if (rc == MDB_NOTFOUND) {
		row = (MDB_val){ 0 };
		rc = 0;
	}
	if (rc == 0 && !bytes_equal(BYTES(row.mv_data, row.mv_size), ch->seen))
		*verdict = ERR_CHANGED;
	return rc;
}

static int
change_apply(struct write *w, const struct change *ch)
{
	uint8_t buf[LMDB_KEY_MAX];
	MDB_val key = lmdb_key(ch->tenant, ch->key, buf);
	MDB_val row = { ch->row.size, (void *)ch->row.data };
	MDB_dbi dbi = w->db->table[ch->table];
	int rc;

	if (ch->kind == CHANGE_EXPECT)
		return 0;
	if (ch->row.size != 0)
		return mdb_put(w->txn, dbi, &key, &row, 0);
	rc = mdb_del(w->txn, dbi, &key, NULL);
	return rc == MDB_NOTFOUND ? 0 : rc;
}

/* All expectations first, so that a list which does not stand has left nothing. */
static int
list_apply(struct write *w, struct changes *c)
{
	const struct change *ch;
	int rc = 0;

	c->verdict = has_room(w, c) ? OK : ERR_FULL;
	for (ch = c->first; ch != NULL && rc == 0 && c->verdict == OK; ch = ch->next)
		if (is_expectation(ch->kind))
			rc = change_check(w, ch, &c->verdict);
	if (c->verdict != OK)
		return rc;
	for (ch = c->first; ch != NULL && rc == 0; ch = ch->next)
		rc = change_apply(w, ch);
	return rc;
}

static int
attempt(struct lmdb *db, struct changes **lists, size_t n, enum pass pass)
{
	struct write w = { .db = db };
	int rc = mdb_txn_begin(db->env, NULL, 0, &w.txn);

	if (rc != 0)
		return rc;
	if (pass == EVERYTHING)
		rc = lmdb_room(db, total_cost(db, lists, n), &w.room);
	for (size_t i = 0; i < n && rc == 0; i++)
		rc = list_apply(&w, lists[i]);
	if (rc == 0)
		return mdb_txn_commit(w.txn);
	mdb_txn_abort(w.txn);
	return rc;
}

/* No page is left in the map, on the disk, or to this process.  (LMDB calls a write that was
 * cut short EIO: that counts as a fault, T-S04.) */
static bool
is_full(int rc)
{
	return rc == MDB_MAP_FULL || rc == ENOSPC || rc == EDQUOT || rc == EFBIG;
}

/* When pages could not be written, the transaction did not happen.  Had it been the meta page,
 * its outcome would be unknown; LMDB remembers that and lets no other transaction begin
 * (MDB_PANIC). */
static int
refuse_all(struct lmdb *db, struct changes **lists, size_t n)
{
	MDB_txn *txn;
	int rc = mdb_txn_begin(db->env, NULL, 0, &txn);

	if (rc != 0)
		return rc;
	mdb_txn_abort(txn);
	for (size_t i = 0; i < n; i++)
		if (list_cost(db, lists[i]) > 0)
			lists[i]->verdict = ERR_FULL;
	return 0;
}

enum err
lmdb_commit(struct store *s, struct changes **lists, size_t n)
{
	struct lmdb *db = lmdb_of(s);
	int rc = attempt(db, lists, n, EVERYTHING);

	if (is_full(rc))
		rc = attempt(db, lists, n, ESSENTIAL_ONLY);
	if (is_full(rc))
		rc = refuse_all(db, lists, n);
	return rc == 0 ? OK : lmdb_fault("commit", rc);
}
