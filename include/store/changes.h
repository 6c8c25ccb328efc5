/* SPDX-License-Identifier: Apache-2.0 */
#ifndef USHER_STORE_CHANGES_H
#define USHER_STORE_CHANGES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/bytes.h"
#include "base/err.h"
#include "store/tables.h"

/*
 * The changes that a handler requests: a list that is committed completely or not at all, before
 * the response is sent.
 *
 * An expectation compares a row with `seen`, its bytes in the handler's snapshot, or BYTES_NONE
 * if there was no row. If the row has changed at the commit, the list's verdict is ERR_CHANGED
 * and the handler runs again.
 */
enum change_kind {
	CHANGE_PUT,    /* write `row`, whatever was there */
	CHANGE_DROP,   /* remove, if it is there */
	CHANGE_TAKE,   /* the row must still be `seen`; then write `row` (a tombstone), or remove
			 * it when `row` is BYTES_NONE: for what may be used once */
	CHANGE_EXPECT, /* the row must still be `seen`; nothing is written */
	CHANGE_ADD,    /* there must be no such row; then write `row` */
	CHANGE_COUNT,  /* add `delta` to the counter; above `max` the list is rejected */
};

struct change {
	enum change_kind kind;
	enum table table;
	uint64_t tenant;
	struct bytes key, row, seen;
	int64_t delta, max; /* of CHANGE_COUNT */
	struct change *next;
	struct change *next_count; /* among those of the list that count */
};

struct changes {
	struct arena *arena; /* keys and rows are copied into it; `seen` is not */
	uint64_t tenant;     /* for the functions below */
	struct change *first, **last;
	struct change *counts;
	size_t n;
	size_t writes;	  /* of them, those that are no mere expectation */
	bool read_only;	  /* nothing is expected, and a write ends the process */
	bool essential;	  /* may use the last tenth: revoke, delete, login */
	enum err verdict; /* set by store_commit */
};

void changes_start(struct changes *c, struct arena *a, uint64_t tenant);
void change_put(struct changes *c, enum table t, struct bytes key, struct bytes row);
void change_drop(struct changes *c, enum table t, struct bytes key);
void change_take(struct changes *c, enum table t, struct bytes key, struct bytes seen,
		 struct bytes row);
void change_expect(struct changes *c, enum table t, struct bytes key, struct bytes seen);
void change_add(struct changes *c, enum table t, struct bytes key, struct bytes row);
/*
 * Adds `delta` to the counter at `key`: a row of decimal digits, or no row for 0. The commit reads
 * the count, not the handler, so lists that count at the same key do not conflict, and each sees
 * what the lists before it added. A sum above `max`, where `delta` is positive, gives the list the
 * verdict ERR_CHANGED: the handler runs again, finds the limit reached by store_count, and refuses.
 * A handler that does not call store_count conflicts at each rerun. A sum below 0 is 0, and `max`
 * does not matter where `delta` is negative. Several calls with one key in one list are one
 * change: the sum, and the least `max`.
 */
void change_count(struct changes *c, enum table t, struct bytes key, int64_t delta, int64_t max);

/*
 * The key in T_COUNT of an owner's sharing number. Each list that removes or replaces a row of
 * T_RESOURCE, T_POLICY or T_CONSENT raises the number of the owner, with whom the key of the row
 * begins. Thus an equal number means that nothing of these tables was withdrawn from what the owner
 * shares. A new row does not raise it: it withdraws nothing.
 */
struct bytes changes_sharing_key(struct arena *a, struct bytes owner);

#endif
